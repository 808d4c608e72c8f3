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
	can, sure := s.sides[q.from].allows(w, &c)
	cannot, alsoSure := s.sides[q.to].allows(w, &c)
	if !can || cannot || !sure || !alsoSure {
		return unconfirmed
	}
	if q.also != nobody {
		if may, surely := s.sides[q.also].allows(w, &c); !may || !surely {
			return unconfirmed
		}
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
		if !s.allowedIn(other, q.from, in, r) || s.allowedIn(other, q.to, in, r) || q.also != nobody && !s.allowedIn(other, q.also, in, r) {
			return semanticsSplit
		}
	}
	return ""
}

// allowedIn reports whether a side allows a request of a class in one semantics.
func (s *session) allowedIn(semantics constraint.Semantics, side int, in class, r *constraint.Request) bool {
	allow, deny := s.matching(in.rules, side)
	satisfied := func(body constraint.ID) bool { return s.space.Satisfies(r, body, semantics) }
	return slices.ContainsFunc(allow, satisfied) && !slices.ContainsFunc(deny, satisfied)
}

// side is what stands on one side of a comparison: one document, or several that
// are in force together.
type side []*Compiled

// allows asks package eval: some document must allow and none deny. certain is false
// if the answer hangs on something that cannot be read.
func (s side) allows(w *Witness, c *eval.Context) (allowed, certain bool) {
	certain = true
	for _, d := range s {
		one := d.policy.Alone(w.Action, w.Resource, c)
		certain = certain && !one.Uncertain
		if one.Outcome == eval.ExplicitDeny {
			return false, certain
		}
		allowed = allowed || one.Outcome == eval.Allow
	}
	return allowed, certain
}
