package compare

import (
	"slices"

	"github.com/ringfence/ringfence/internal/policy/lang"
)

// search decides one class of requests: those that the same rules match by their
// action. It looks for a resource and a context in which some rule of must matches
// whole and each of the rules of not fails.
//
// Assumed terms are kept by facet, and every facet by itself must be able to satisfy
// its terms; facets are independent, so that is all there is to check.
type search struct {
	*session
	assumed [][]term // by facet, sorted
	// leaf is told of every consistent choice; true ends the search.
	leaf func() bool
}

func newSearch(s *session, leaf func() bool) *search {
	return &search{session: s, assumed: make([][]term, len(s.facets)), leaf: leaf}
}

// assume adds a term and reports whether its facet stays consistent, or may be. The
// caller takes the term back with retract.
func (s *search) assume(t term) bool {
	f := s.atoms[t.atom()].facet
	at, _ := slices.BinarySearch(s.assumed[f], t)
	s.assumed[f] = slices.Insert(s.assumed[f], at, t)
	return s.consistent(f, s.assumed[f]) != lang.Empty
}

func (s *search) retract(t term) {
	f := s.atoms[t.atom()].facet
	at, _ := slices.BinarySearch(s.assumed[f], t)
	s.assumed[f] = slices.Delete(s.assumed[f], at, at+1)
}

// possible reports whether the term could be assumed.
func (s *search) possible(t term) bool {
	f := s.atoms[t.atom()].facet
	if _, already := slices.BinarySearch(s.assumed[f], t); already {
		return true
	}
	if _, opposite := slices.BinarySearch(s.assumed[f], t.flip()); opposite {
		return false
	}
	ok := s.assume(t)
	s.retract(t)
	return ok
}

// has reports whether the term is assumed.
func (s *search) has(t term) bool {
	_, ok := slices.BinarySearch(s.assumed[s.atoms[t.atom()].facet], t)
	return ok
}

// require assumes all terms and then goes on with next, whose answer it gives.
func (s *search) require(list terms, next func() bool) bool {
	if len(list) == 0 {
		return next()
	}
	t := list[0]
	switch {
	case s.has(t):
		return s.require(list[1:], next)
	case s.has(t.flip()):
		return false
	}
	ok := s.assume(t) && s.require(list[1:], next)
	s.retract(t)
	return ok
}

// refute makes every one of the bodies fail: in each, some term must be false. It
// takes the body with the fewest choices first.
func (s *search) refute(bodies []int32) bool {
	if !s.budget.Spend(8) {
		return s.leaf()
	}
	best, choices := -1, terms(nil)
	open := make([]int32, 0, len(bodies))
	for _, n := range bodies {
		left, failed := s.choices(s.bodies[n])
		if failed {
			continue
		}
		if len(left) == 0 {
			return false
		}
		open = append(open, n)
		if best < 0 || len(left) < len(choices) {
			best, choices = len(open)-1, left
		}
	}
	if best < 0 {
		return s.leaf()
	}
	open = slices.Delete(open, best, best+1)
	stop := false
	var held terms
	for i, t := range choices {
		stop = s.assume(t.flip()) && s.refute(open)
		s.retract(t.flip())
		if stop || i+1 == len(choices) {
			break
		}
		// The case that the term is false is done with: from here on it is true.
		held = append(held, t)
		if !s.assume(t) {
			break
		}
	}
	for _, t := range held {
		s.retract(t)
	}
	return stop
}

// choices are the terms of a body that could be false; failed is true if one is, or if
// the body cannot be true as a whole.
func (s *search) choices(body terms) (left terms, failed bool) {
	for _, t := range body {
		switch {
		case s.has(t.flip()):
			return nil, true
		case s.has(t):
		case !s.possible(t):
			return nil, true
		case s.possible(t.flip()):
			left = append(left, t)
		}
	}
	return left, false
}
