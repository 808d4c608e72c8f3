package compare

import (
	mathbits "math/bits"
	"slices"
)

// scope is where the answer to a question can lie.
type scope struct {
	empty bool // nowhere
	// everything is true if it can lie outside any action glob; else it lies in the wanted ones.
	everything bool
	wanted     []bool // by action glob
}

// reach is the scope of a question: the Allows of the one side that the other lacks, and the Denies of
// the other that the one lacks. Between two versions of a document little is left.
func (s *session) reach(q question) scope {
	out := scope{wanted: make([]bool, len(s.actions.globs))}
	allows, some := false, false
	for n := range s.rules {
		r := &s.rules[n]
		allows = allows || r.side == q.from && !r.deny
		if r.side != q.from && r.side != q.to || (r.side == q.from) == r.deny {
			continue
		}
		if r.notAction {
			all := !s.coversRest(q, r)
			out.everything, some = out.everything || all, some || all
			continue
		}
		for _, g := range r.globs {
			if !out.wanted[g] && !s.covers(q, r, g) {
				out.wanted[g], some = true, true
			}
		}
	}
	out.empty = !some || !allows
	return out
}

// covers reports that for one glob of its actions a rule adds nothing to the rules of the opposite side
// with its effect: one of them has the actions, and at least the same resources and conditions.
func (s *session) covers(q question, r *rule, glob int) bool {
	g := &s.actions.globs[glob]
	for w, not := range s.actions.notAction {
		if s.anyRule(w, g.in[w]&^not, func(o *rule) bool { return q.opposite(r, o) && r.body == o.body }) {
			return true
		}
	}
	if !s.actions.cover(g, s.space.Budget) {
		return false
	}
	for w, not := range s.actions.notAction {
		if s.anyRule(w, g.covered[w]&^not|not&^g.met[w], func(o *rule) bool { return q.opposite(r, o) && s.space.Within(r.body, o.body) }) {
			return true
		}
	}
	return false
}

// anyRule reports whether some rule of one word of a set is so.
func (s *session) anyRule(w int, word uint64, is func(*rule) bool) bool {
	for ; word != 0; word &= word - 1 {
		if is(&s.rules[w*64+mathbits.TrailingZeros64(word)]) {
			return true
		}
	}
	return false
}

// coversRest is covers for a rule with NotAction.
func (s *session) coversRest(q question, r *rule) bool {
	for n := range s.rules {
		o := &s.rules[n]
		if q.opposite(r, o) && s.space.Budget.Spend(len(o.actions)) && (slices.Contains(o.actions, "*") && !o.notAction || o.notAction && s.allWithin(o.globs, r.globs)) && s.space.Within(r.body, o.body) {
			return true
		}
	}
	return false
}

// opposite reports whether two rules have one effect and are on the two sides that are
// compared.
func (q question) opposite(r, o *rule) bool {
	return r.deny == o.deny && (r.side == q.from && o.side == q.to || r.side == q.to && o.side == q.from)
}

// allWithin reports whether each of the small globs is within one of the big.
func (s *session) allWithin(small, big []int) bool {
	for _, i := range small {
		if !slices.ContainsFunc(big, func(j int) bool { return s.actions.globs[i].within(&s.actions.globs[j]) }) {
			return false
		}
	}
	return true
}
