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
		allow, deny := s.matching(class, q.from)
		otherAllow, otherDeny := s.matching(class, q.to)
		if len(allow) == 0 || s.always(deny) {
			return
		}
		also := [][]constraint.ID{nil}
		if q.also != nobody {
			alsoAllow, alsoDeny := s.matching(class, q.also)
			if len(alsoAllow) == 0 || s.always(alsoDeny) {
				return
			}
			also = slices.Collect(slices.Chunk(alsoAllow, 1))
			deny = append(slices.Clip(deny), alsoDeny...)
		}
		each := func(not []constraint.ID, must ...constraint.ID) bool {
			for _, more := range also {
				if !yield(constraint.Cell{Must: append(slices.Clip(must), more...), Not: not}) {
					return false
				}
			}
			return true
		}
		// Either none of the other's Allows matches …
		if !s.always(otherAllow) {
			not := append(slices.Clone(deny), otherAllow...)
			for _, x := range allow {
				if !s.anyWithin(x, otherAllow) && !each(not, x) {
					return
				}
			}
		}
		// … or one of its Denies does.
		for _, y := range otherDeny {
			if s.anyWithin(y, deny) {
				continue
			}
			for _, x := range allow {
				if !each(deny, x, y) {
					return
				}
			}
		}
	}
}

func (s *session) anyWithin(x constraint.ID, list []constraint.ID) bool {
	return slices.ContainsFunc(list, func(y constraint.ID) bool { return s.space.Within(x, y) })
}
