package audit

import (
	"maps"
	"slices"

	"github.com/ringfence/ringfence/internal/authdetails"
	"github.com/ringfence/ringfence/internal/policy/eval"
)

// reachOf reports whether p, or a session of p that the role names, can assume a role. It
// returns nil if not.
func (c *class) reachOf(r *openRole, caller *eval.Principal, p *authdetails.Principal) *Reach {
	tags := tagsOf(p)
	best := c.ask(r, caller, tags)
	if caller.Type != eval.Role || best != nil && len(best.Keys) == 0 {
		return best
	}
	role := sessions(p.Partition, p.Account, p.Name)
	for _, name := range r.sessions[role] {
		session := *caller
		session.Type, session.ARN, session.UserID = eval.Session, role+"/"+name, p.ID+":"+name
		if reach := c.ask(r, &session, tags); reach != nil && (best == nil || len(reach.Keys) < len(best.Keys)) {
			best, reach.Session = reach, name
		}
	}
	return best
}

// ask reports whether a caller of the class can assume a role, and on which condition keys that
// depends. It returns nil if it cannot.
func (c *class) ask(r *openRole, caller *eval.Principal, tags keys) *Reach {
	request := eval.Request{Principal: *caller, Action: assumeRole, Resource: r.arn, Context: joined(tags, r.tags)}
	trust := r.trust[c.kind]
	maybe := eval.Evaluate(c.policies(trust, func(r *reading) *eval.Policy { return r.maybe }), &request)
	if maybe.Outcome != eval.Allow && !maybe.Uncertain {
		return nil
	}
	policies := c.policies(trust, func(r *reading) *eval.Policy { return r.sure })
	sure := eval.Evaluate(policies, &request)
	for n := 0; n < len(r.ids) && sure.Outcome != eval.Allow; n++ {
		said := request
		said.Context = joined(tags, r.tags, keys{externalID: r.ids[n : n+1]})
		if eval.Evaluate(policies, &said).Outcome == eval.Allow {
			return &Reach{Role: r.arn}
		}
	}
	if sure.Outcome == eval.Allow {
		return &Reach{Role: r.arn}
	}
	on := slices.Concat(c.allows(trust, &sure, &maybe), c.denials(trust, &request))
	if a := maybe.Layers[eval.ResourcePolicy]; len(on) == 0 && a.Place.Statement >= 0 {
		on = slices.Clone(trust.keys[a.Place.Statement]) // it covers more requests than the unconditional Allow
	}
	slices.Sort(on)
	if on = slices.Compact(on); len(on) == 0 {
		on = []string{"(a condition that cannot be read)"}
	}
	return &Reach{Role: r.arn, Keys: on}
}

// policies returns the policies of a request in one of the two readings.
func (c *class) policies(trust *reading, of func(*reading) *eval.Policy) *eval.Policies {
	p := &eval.Policies{Resource: of(trust), Boundaries: []*eval.Policy{of(c.boundary)}}
	for _, r := range c.identity {
		p.Identity = append(p.Identity, of(r))
	}
	return p
}

// allows returns the condition keys of the statements that may allow a request, in the layers
// in which no statement surely does.
func (c *class) allows(trust *reading, sure, maybe *eval.Decision) (on []string) {
	for layer, of := range map[eval.Layer]func(n int32) *reading{
		eval.ResourcePolicy:        func(int32) *reading { return trust },
		eval.IdentityPolicies:      func(n int32) *reading { return c.identity[n] },
		eval.PermissionsBoundaries: func(int32) *reading { return c.boundary },
	} {
		a := maybe.Layers[layer]
		if (a.Reason == eval.Allowed || a.Reason == eval.AllowedAccount) && a.Reason != sure.Layers[layer].Reason {
			on = append(on, of(a.Place.Policy).keys[a.Place.Statement]...)
		}
	}
	return on
}

// denials returns the condition keys of the statements that may deny a request.
func (c *class) denials(trust *reading, request *eval.Request) (on []string) {
	denies := func(list []denial, layer eval.Layer, in func(*eval.Policy) *eval.Policies) {
		for _, d := range list {
			if eval.Evaluate(in(d.policy), request).Layers[layer].Reason == eval.Denied {
				on = append(on, d.keys...)
			}
		}
	}
	empty := []*eval.Policy{c.boundary.sure} // Deny with NotPrincipal depends on whether there is a boundary
	denies(trust.denials, eval.ResourcePolicy, func(p *eval.Policy) *eval.Policies {
		return &eval.Policies{Resource: p, Boundaries: empty}
	})
	for _, r := range append(slices.Clip(c.identity), c.boundary) {
		denies(r.denials, eval.IdentityPolicies, func(p *eval.Policy) *eval.Policies {
			return &eval.Policies{Identity: []*eval.Policy{p}}
		})
	}
	return on
}

// keys are condition keys and their values.
type keys map[string][]string

// joined merges condition keys into a context.
func joined(some ...keys) eval.Context {
	all := keys{}
	for _, k := range some {
		maps.Copy(all, k)
	}
	return eval.NewContext(all)
}
