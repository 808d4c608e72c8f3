package compare

import (
	"iter"
	"slices"

	"github.com/ringfence/ringfence/internal/policy/constraint"
)

// cells are the parts of a class of actions in which the answer to a question can lie. The class has one
// if any cell has a request.
func (s *session) cells(q question, class bits) iter.Seq[constraint.Cell] {
	return func(yield func(constraint.Cell) bool) {
		if s.actions.exempt >= 0 && class.has(s.actions.exempt) {
			return
		}
		allow := make([][]constraint.ID, len(q.from))
		var deny []constraint.ID
		for i, layer := range q.from {
			a, d := s.matching(class, layer)
			if len(a) == 0 || s.always(d) {
				return
			}
			allow[i], deny = a, append(deny, d...)
		}
		otherAllow, otherDeny := s.matching(class, q.to)
		// Either none of the other's Allows matches …
		if !s.always(otherAllow) {
			not := append(slices.Clone(deny), otherAllow...)
			if !s.granted(allow, otherAllow, nil, func(must []constraint.ID) bool {
				return yield(constraint.Cell{Must: must, Not: not})
			}) {
				return
			}
		}
		// … or one of its Denies does.
		for _, y := range otherDeny {
			if s.anyWithin(y, deny) {
				continue
			}
			if !s.granted(allow, nil, nil, func(must []constraint.ID) bool {
				return yield(constraint.Cell{Must: append(must, y), Not: deny})
			}) {
				return
			}
		}
	}
}

// granted gives the ways in which all layers allow a request: one Allow of each. An Allow that is within
// one of except is left out. A layer that allows whatever an Allow before it does needs none.
func (s *session) granted(allow [][]constraint.ID, except, must []constraint.ID, do func(must []constraint.ID) bool) bool {
	if len(allow) == 0 {
		return do(slices.Clone(must))
	}
	if slices.ContainsFunc(must, func(x constraint.ID) bool { return s.anyWithin(x, allow[0]) }) {
		return s.granted(allow[1:], except, must, do)
	}
	for _, x := range allow[0] {
		if !s.anyWithin(x, except) && !s.granted(allow[1:], except, append(slices.Clip(must), x), do) {
			return false
		}
	}
	return true
}

func (s *session) anyWithin(x constraint.ID, list []constraint.ID) bool {
	return slices.ContainsFunc(list, func(y constraint.ID) bool { return s.space.Within(x, y) })
}
