package exposure

import (
	"fmt"
	"slices"

	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/policy/compare"
	"github.com/ringfence/ringfence/internal/principal"
)

// Cut is what a boundary blocks for its principals: what identity policies grant and the
// boundary does not allow.
type Cut struct {
	// Known is set if the analysis is complete; otherwise Why says why it is not.
	Known bool
	Why   string
	// Services are the prefixes of the services in which something is blocked; * stands for
	// services that no document names.
	Services []string
	// Witnesses are blocked requests, at most one for each policy: an action on a resource of a
	// type that it supports.
	Witnesses []*finding.Witness
}

// Cut computes what a boundary blocks of what a principal's identity policies grant.
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
		return d.cut(AccountScope{s.Partition, s.Account}, documents[1:], boundary, known)
	}
	// Without a Deny, the policies grant the union of what each grants, and many principals
	// share policies.
	all := Cut{Known: true}
	for _, document := range documents[1:] {
		all.add(d.cutOf(AccountScope{s.Partition, s.Account}, document, boundary))
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

// cutKey identifies a policy under a boundary.
type cutKey struct {
	home             AccountScope
	policy, boundary *policy.Document
}

// cutOf is what a boundary blocks of one policy, cached.
func (d *Documents) cutOf(h AccountScope, document, boundary *policy.Document) Cut {
	key := cutKey{h, document, boundary}
	d.mu.Lock()
	c, ok := d.cuts[key]
	d.mu.Unlock()
	if ok {
		return c
	}
	rest, c := cutPlain(h, document, boundary)
	if len(rest.Statements) > 0 {
		c.add(d.cut(h, []*policy.Document{rest}, boundary, &policy.Document{Version: policy.Version2012}))
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.cuts == nil || len(d.cuts) >= maxDocuments {
		d.cuts = map[cutKey]Cut{}
	}
	d.cuts[key] = c
	return c
}

func (d *Documents) cut(h AccountScope, identity []*policy.Document, boundary, known *policy.Document) Cut {
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
	if w := a.witness(x.Witness, nil, a.required); w != nil && isKnownAction(w.Action) && possible(w.Action, w.Resource) {
		c.Witnesses = append(c.Witnesses, w)
	}
	return c
}
