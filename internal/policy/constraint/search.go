package constraint

import (
	"slices"

	"github.com/ringfence/ringfence/internal/policy/lang"
)

// Cell is a part of all requests: those that satisfy each body of Must, and none of Not.
type Cell struct{ Must, Not []ID }

// Search goes through the requests of a cell. A body of Not fails in one of several ways; each way for
// each of them is a choice, and a complete choice is a [Candidate].
type Search struct {
	candidate Candidate
	try       func(*Candidate) (stop bool)
}

// NewSearch gives each candidate to try, for the time of the call. try is also called when the budget is
// spent, and ends the search by true.
func NewSearch(s *Space, try func(*Candidate) (stop bool)) *Search {
	return &Search{Candidate{s, make([][]term, len(s.dimensions)), make([]bool, len(s.dimensions))}, try}
}

// Run searches a cell. It reports whether try ended the search; if not, all was searched.
func (s *Search) Run(c Cell) bool {
	clear(s.candidate.named)
	for _, id := range slices.Concat(c.Must, c.Not) {
		for _, t := range s.space().bodies[id] {
			s.candidate.named[s.space().atoms[t.atom()].dimension] = true
		}
	}
	var must []term
	for _, id := range c.Must {
		must = append(must, s.space().bodies[id]...)
	}
	return s.require(must, func() bool { return s.refute(c.Not) })
}

func (s *Search) space() *Space { return s.candidate.space }

// of gives the terms that are assumed on the dimension of t.
func (s *Search) of(t term) (dimension int32, assumed *[]term) {
	f := s.space().atoms[t.atom()].dimension
	return f, &s.candidate.assumed[f]
}

// assume adds a term and reports whether its dimension stays consistent, or may be. The caller takes the
// term back with retract.
func (s *Search) assume(t term) bool {
	f, list := s.of(t)
	at, _ := slices.BinarySearch(*list, t)
	*list = slices.Insert(*list, at, t)
	return s.space().consistent(f, *list) != lang.Empty
}

func (s *Search) retract(t term) {
	_, list := s.of(t)
	at, _ := slices.BinarySearch(*list, t)
	*list = slices.Delete(*list, at, at+1)
}

// has reports whether the term is assumed.
func (s *Search) has(t term) bool {
	_, list := s.of(t)
	_, ok := slices.BinarySearch(*list, t)
	return ok
}

// possible reports whether the term could be assumed.
func (s *Search) possible(t term) bool {
	switch {
	case s.has(t):
		return true
	case s.has(t.flip()):
		return false
	}
	ok := s.assume(t)
	s.retract(t)
	return ok
}

// require assumes all terms and then goes on with next, whose answer it gives.
func (s *Search) require(list []term, next func() bool) bool {
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

// refute makes every one of the bodies fail: in each, some term must be false. It takes the body with
// the fewest choices first.
func (s *Search) refute(bodies []ID) bool {
	if !s.space().Budget.Spend(8) {
		return s.try(&s.candidate)
	}
	best, choices := -1, []term(nil)
	open := make([]ID, 0, len(bodies))
	for _, n := range bodies {
		left, failed := s.choices(s.space().bodies[n])
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
		return s.try(&s.candidate)
	}
	open = slices.Delete(open, best, best+1)
	stop := false
	var held []term
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

// choices are the terms of a body that could be false; failed is true if one is, or if the body cannot
// be true as a whole.
func (s *Search) choices(body []term) (left []term, failed bool) {
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
