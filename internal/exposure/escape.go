package exposure

import (
	"fmt"
	"maps"
	"slices"

	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/policy/compare"
	"github.com/ringfence/ringfence/internal/principal"
)

// Escape is what a principal could do beyond its required boundary. The zero value is
// an analysis that was not made.
type Escape struct {
	// Known is set when the analysis came to an end; without it, Why says why it did not.
	Known bool
	Why   string
	// Witness is a request beyond the boundary, nil where none was found.
	Witness *finding.Witness
	// Services are the prefixes of the services in which there are such requests, * for
	// all that nobody names.
	Services []string
	// Raises is set when the witness lets the principal raise its privileges.
	Raises bool
	// Regains is a request that the repair lets the principal make again: its policies
	// and the required boundary allow it, and the attached one does not.
	Regains *finding.Witness
}

// Assess compares a principal's identity policies with its required boundary. Attached
// is the boundary that it carried, nil where it had none or one that cannot be read; its
// meaning is that of the attached to the required one. A request that the attached
// boundary kept from the principal was no escape.
func (d *Documents) Assess(s principal.Snapshot, identity []principal.IdentityPolicy, attached, required *policy.Document, m Meaning) Escape {
	a := assessment{home: Home{s.Partition, s.Account}, required: d.compile(required)}
	documents := []*policy.Document{required}
	for _, p := range identity {
		document, err := d.Parse(p.Document)
		if err != nil {
			return Escape{Why: fmt.Sprintf("%s cannot be read: %v", p, err)}
		}
		documents = append(documents, document)
		a.identity = append(a.identity, d.compile(document))
	}
	if attached != nil {
		documents = append(documents, attached)
		a.attached = d.compile(attached)
	}
	a.known = facts(s, documents)
	a.possible = append(slices.Clip(a.identity), compare.Compile(a.known))
	exchange := compare.NewExchange(a.possible, a.attached, a.required)
	e := Escape{Known: true}
	if m.Relation != compare.Equal && m.Relation != compare.Narrower { // else it let nothing more through
		x := exchange.Escapes(raisingActions())
		e = Escape{Known: x.Complete, Why: x.Reason, Services: x.Services, Raises: x.Preferred}
		e.Witness = a.witness(x.Witness, a.attached, a.required)
	}
	if attached != nil && m.Relation != compare.Equal && m.Relation != compare.Wider {
		e.Regains = a.witness(exchange.Regains(), a.required, a.attached)
	}
	return e
}

// assessment is what Assess works with.
type assessment struct {
	home               Home
	identity           []*compare.Compiled
	attached, required *compare.Compiled
	// known denies what the principal cannot ask, and possible is its policies with that.
	known    *policy.Document
	possible []*compare.Compiled
}

// witness is one at home: the policies allow it, one boundary does if there is one, and
// the other does not. What is known of the principal is left out where it does not matter.
func (a *assessment) witness(w *compare.Witness, through, beyond *compare.Compiled) *finding.Witness {
	if w == nil {
		return nil
	}
	allow := [][]*compare.Compiled{a.identity}
	if through != nil {
		allow = append(allow, []*compare.Compiled{through})
	}
	short := *w
	short.Context = maps.Clone(w.Context)
	for _, s := range a.known.Statements {
		key := s.Conditions[0].Key
		values, ok := short.Context[key]
		if delete(short.Context, key); ok && !shows(&short, beyond, allow) {
			short.Context[key] = values
		}
	}
	return a.home.witness(&short, beyond, allow...)
}
