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

// Escape is what a principal could do beyond its required boundary. The zero value stands for
// no analysis.
type Escape struct {
	// Known is set if the analysis is complete; otherwise Why says why it is not.
	Known bool
	Why   string
	// Witness is a request beyond the boundary, nil if none was found.
	Witness *finding.Witness
	// Services are the prefixes of the services with such requests; * stands for services that
	// no document names.
	Services []string
	// PrivilegeEscalation is set if the witness allows privilege escalation.
	PrivilegeEscalation bool
	// Regained is a request that the repair allows again: the principal's policies and the
	// required boundary allow it, and the attached boundary does not.
	Regained *finding.Witness
}

// Assess compares a principal's identity policies with its required boundary. attached is the
// boundary that it carried, nil if it had none or an unreadable one; m compares the attached
// with the required one. A request that the attached boundary blocked is not an escape.
func (d *Documents) Assess(s principal.Snapshot, identity []principal.IdentityPolicy, attached, required *policy.Document, m Meaning) Escape {
	a := assessment{home: AccountScope{s.Partition, s.Account}, required: d.compile(required)}
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
	if !m.Relation.AllowsNoMore() { // otherwise the attached one let nothing more through
		x := exchange.Escapes(escalationActions())
		e = Escape{Known: x.Complete, Why: x.Reason, Services: x.Services, PrivilegeEscalation: x.Preferred}
		e.Witness = a.witness(x.Witness, a.attached, a.required)
	}
	if attached != nil && m.Relation.MayAllowLess() {
		e.Regained = a.witness(exchange.Regains(), a.required, a.attached)
	}
	return e
}

// assessment is the state of Assess.
type assessment struct {
	home               AccountScope
	identity           []*compare.Compiled
	attached, required *compare.Compiled
	// known denies what the principal cannot request; possible is its policies with that
	// document.
	known    *policy.Document
	possible []*compare.Compiled
}

// witness returns a witness in the principal's account: the policies allow it, the first
// boundary (if any) allows it, and the second one does not. Facts about the principal are left
// out of its context if they do not matter.
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
