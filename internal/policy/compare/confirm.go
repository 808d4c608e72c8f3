package compare

import (
	"maps"
	"slices"

	"github.com/ringfence/ringfence/internal/policy/constraint"
	"github.com/ringfence/ringfence/internal/policy/eval"
)

// confirm asks package eval whether the request is an answer to the question, and the rules whether it is
// one in all semantics of ARNs. It gives what is in the way, or "".
func (s *session) confirm(q question, in class, w *Witness) string {
	if in.caller != nil && s.hangs(q, in, s.space.Request(w.Resource, w.keys())) {
		return unclearPrincipals
	}
	c := eval.NewContext(w.Context)
	for _, layer := range q.from {
		if can, sure := s.layers[layer].allows(w, &c); !can || !sure {
			return unconfirmed
		}
	}
	if can, sure := s.layers[q.to].allows(w, &c); can || !sure {
		return unconfirmed
	}
	if s.space.Unclear() {
		return semanticsSplit
	}
	others := s.space.Others()
	if len(others) == 0 {
		return ""
	}
	r := s.space.Request(w.Resource, w.keys())
	for _, other := range others {
		refuses := func(layer int) bool { return !s.allowedIn(other, layer, in, r) }
		if slices.ContainsFunc(q.from, refuses) || !refuses(q.to) {
			return semanticsSplit
		}
	}
	return ""
}

// allowedIn reports whether a layer allows a request of a class in one semantics.
func (s *session) allowedIn(semantics constraint.Semantics, layer int, in class, r *constraint.Request) bool {
	allow, deny := s.matching(in.inForce(), layer)
	satisfied := func(body constraint.ID) bool { return s.space.Satisfies(r, body, semantics) }
	return slices.ContainsFunc(allow, satisfied) && !slices.ContainsFunc(deny, satisfied)
}

// allows asks package eval: some document must allow and none deny. certain is false
// if the answer hangs on something that cannot be read.
func (l Layer) allows(w *Witness, c *eval.Context) (allowed, certain bool) {
	certain = true
	for _, d := range l {
		one := says(d.policy, w, c)
		certain = certain && !one.Uncertain
		if one.Outcome == eval.ExplicitDeny {
			return false, certain
		}
		allowed = allowed || one.Outcome == eval.Allow
	}
	return allowed, certain
}

// says asks package eval about one document. An Allow that does not reach the caller as far as it must is
// none.
func says(p *eval.Policy, w *Witness, c *eval.Context) eval.Alone {
	if w.Caller == nil {
		return p.Alone(w.Action, w.Resource, c)
	}
	r := eval.Request{Principal: w.Caller.Principal, Action: w.Action, Resource: w.Resource, Context: *c}
	one, grant := p.Named(&r, w.Caller.Bounded)
	switch {
	case one.Outcome != eval.Allow:
	case grant >= w.Caller.Grant:
		one.Uncertain = false
	default:
		one.Outcome = eval.ImplicitDeny
	}
	return one
}

// compareReach notes how far the Allow of the layer that does not allow the request reaches towards its
// caller.
func (w *Witness) compareReach(l Layer) {
	if w.Caller == nil {
		return
	}
	r := eval.Request{Principal: w.Caller.Principal, Action: w.Action, Resource: w.Resource, Context: eval.NewContext(w.Context)}
	for _, d := range l {
		_, grant := d.policy.Named(&r, w.Caller.Bounded)
		w.Caller.Other = max(w.Caller.Other, grant)
	}
}

// keys are the condition keys of the request, with those that follow from its caller.
func (w *Witness) keys() map[string][]string {
	if w.Caller == nil {
		return w.Context
	}
	out := maps.Clone(w.Context)
	r := eval.Request{Principal: w.Caller.Principal}
	for _, key := range ofPrincipals {
		if v := r.Values(key); len(v) > 0 {
			out[key] = v
		}
	}
	return out
}
