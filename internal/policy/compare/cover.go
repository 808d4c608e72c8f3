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

// reach is the scope of a question. What all layers allow together, each of them does, so that the
// smallest scope of any will do.
func (s *session) reach(q question) scope {
	var best scope
	for i, from := range q.from {
		if one := s.between(pairing{from, q.to}); i == 0 || one.smaller(&best) {
			best = one
		}
		if best.empty {
			break
		}
	}
	return best
}

// smaller compares the scopes of two layers of a question.
func (s *scope) smaller(o *scope) bool {
	switch {
	case s.empty || o.empty:
		return s.empty
	case s.everything != o.everything:
		return o.everything
	}
	return s.count() < o.count()
}

func (s *scope) count() (n int) {
	for _, is := range s.wanted {
		if is {
			n++
		}
	}
	return n
}

// pairing is one layer of from and the layer to of a question.
type pairing struct{ from, to int }

// between is the scope for two layers: the Allows of the one that the other lacks, and the Denies of the
// other that the one lacks. Between two versions of a document little is left.
func (s *session) between(q pairing) scope {
	out := scope{wanted: make([]bool, len(s.actions.globs))}
	allows, some := false, false
	for n := range s.rules {
		r := &s.rules[n]
		allows = allows || r.layer == q.from && !r.deny
		if r.layer != q.from && r.layer != q.to || (r.layer == q.from) == r.deny {
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

// covers reports that for one glob of its actions a rule adds nothing to the rules of the opposite layer
// with its effect: one of them has the actions, and at least the same resources and conditions.
func (s *session) covers(q pairing, r *rule, glob int) bool {
	g := &s.actions.globs[glob]
	for w, not := range s.actions.notAction {
		if s.anyRule(w, g.in[w]&^not, func(o *rule) bool { return q.opposite(r, o) && r.body == o.body && s.reaches(r, o) }) {
			return true
		}
	}
	if !s.actions.cover(g, s.space.Budget) {
		return false
	}
	for w, not := range s.actions.notAction {
		if s.anyRule(w, g.covered[w]&^not|not&^g.met[w], func(o *rule) bool { return q.opposite(r, o) && s.reaches(r, o) && s.space.Within(r.body, o.body) }) {
			return true
		}
	}
	return false
}

// anyRule reports whether some rule of one word of a set is so.
func (s *session) anyRule(w int, word uint64, is func(*rule) bool) bool {
	if n := s.actions.exempt; n >= 0 && n/64 == w {
		word &^= 1 << (n % 64) // is no rule
	}
	for ; word != 0; word &= word - 1 {
		if is(&s.rules[w*64+mathbits.TrailingZeros64(word)]) {
			return true
		}
	}
	return false
}

// coversRest is covers for a rule with NotAction.
func (s *session) coversRest(q pairing, r *rule) bool {
	for n := range s.rules {
		o := &s.rules[n]
		if q.opposite(r, o) && s.reaches(r, o) && s.space.Budget.Spend(len(o.actions)) && (slices.Contains(o.actions, "*") && !o.notAction || o.notAction && s.allWithin(o.globs, r.globs)) && s.space.Within(r.body, o.body) {
			return true
		}
	}
	return false
}

// opposite reports whether two rules have one effect and are in the two layers that are
// compared.
func (q pairing) opposite(r, o *rule) bool {
	return r.deny == o.deny && (r.layer == q.from && o.layer == q.to || r.layer == q.to && o.layer == q.from)
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
