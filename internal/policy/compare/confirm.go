package compare

import (
	"slices"

	"github.com/ringfence/ringfence/internal/policy/constraint"
	"github.com/ringfence/ringfence/internal/policy/eval"
)

// confirm asks package eval whether the request is an answer to the question, and the rules whether it is
// one in all semantics of ARNs. It gives what is in the way, or "".
func (s *session) confirm(q question, in class, w *Witness) string {
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
	r := s.space.Request(w.Resource, w.Context)
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
	allow, deny := s.matching(in.rules, layer)
	satisfied := func(body constraint.ID) bool { return s.space.Satisfies(r, body, semantics) }
	return slices.ContainsFunc(allow, satisfied) && !slices.ContainsFunc(deny, satisfied)
}

// allows asks package eval: some document must allow and none deny. certain is false
// if the answer hangs on something that cannot be read.
func (l Layer) allows(w *Witness, c *eval.Context) (allowed, certain bool) {
	certain = true
	for _, d := range l {
		one := d.policy.Alone(w.Action, w.Resource, c)
		certain = certain && !one.Uncertain
		if one.Outcome == eval.ExplicitDeny {
			return false, certain
		}
		allowed = allowed || one.Outcome == eval.Allow
	}
	return allowed, certain
}
