package exposure

import (
	"fmt"
	"slices"

	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/policy/compare"
	"github.com/ringfence/ringfence/internal/principal"
)

// Cut is what a boundary takes from those who carry it: what identity policies grant and
// the boundary does not let through.
type Cut struct {
	// Known is set when the analysis came to an end; without it, Why says why it did not.
	Known bool
	Why   string
	// Services are the prefixes of the services in which something is cut, * for all that
	// nobody names.
	Services []string
	// Witnesses are requests that are cut, at most one for each policy: an action on a resource of
	// a type that it has.
	Witnesses []*finding.Witness
}

// Cut finds out what a boundary takes from what a principal's identity policies grant.
func (d *Documents) Cut(s principal.Snapshot, identity []principal.IdentityPolicy, boundary *policy.Document) Cut {
	documents := []*policy.Document{boundary}
	apart := true
	for _, p := range identity {
		document, err := d.Parse(p.Document)
		if err != nil {
			return Cut{Why: fmt.Sprintf("%s cannot be read: %v", p, err)}
		}
		documents = append(documents, document)
		apart = apart && !denies(document)
	}
	known := facts(s, documents)
	if len(known.Statements) > 0 || !apart {
		return d.cut(Home{s.Partition, s.Account}, documents[1:], boundary, known)
	}
	// Without a Deny, what the policies grant is what each of them grants, and many
	// principals have the same ones.
	all := Cut{Known: true}
	for _, document := range documents[1:] {
		all.add(d.cutOf(Home{s.Partition, s.Account}, document, boundary))
	}
	slices.Sort(all.Services)
	all.Services = slices.Compact(all.Services)
	return all
}

func (c *Cut) add(other Cut) {
	if !other.Known && c.Known {
		c.Known, c.Why = false, other.Why
	}
	c.Services = append(c.Services, other.Services...)
	c.Witnesses = append(c.Witnesses, other.Witnesses...)
}

func denies(d *policy.Document) bool {
	return slices.ContainsFunc(d.Statements, func(s policy.Statement) bool { return s.Effect == policy.Deny })
}

// cutting is a policy and the boundary that it is under.
type cutting struct {
	home             Home
	policy, boundary *policy.Document
}

// cutOf is what a boundary takes from one policy, found out once.
func (d *Documents) cutOf(h Home, document, boundary *policy.Document) Cut {
	key := cutting{h, document, boundary}
	d.mu.Lock()
	c, ok := d.cuts[key]
	d.mu.Unlock()
	if ok {
		return c
	}
	rest, c := plainly(h, document, boundary)
	if len(rest.Statements) > 0 {
		c.add(d.cut(h, []*policy.Document{rest}, boundary, &policy.Document{Version: policy.Version2012}))
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.cuts == nil || len(d.cuts) >= kept {
		d.cuts = map[cutting]Cut{}
	}
	d.cuts[key] = c
	return c
}

func (d *Documents) cut(h Home, identity []*policy.Document, boundary, known *policy.Document) Cut {
	a := assessment{home: h, required: d.compile(boundary), known: known}
	for _, document := range identity {
		a.identity = append(a.identity, d.compile(document))
	}
	a.possible = a.identity
	if len(known.Statements) > 0 {
		a.possible = append(slices.Clip(a.identity), compare.Compile(known))
	}
	x := compare.NewExchange(a.possible, nil, a.required).Escapes(nil)
	c := Cut{Known: x.Complete, Why: x.Reason, Services: x.Services}
	if w := a.witness(x.Witness, nil, a.required); w != nil && named(w.Action) && possible(w.Action, w.Resource) {
		c.Witnesses = append(c.Witnesses, w)
	}
	return c
}
