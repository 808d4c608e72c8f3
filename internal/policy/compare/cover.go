package compare

import (
	mathbits "math/bits"
	"slices"

	"github.com/ringfence/ringfence/internal/policy/lang"
)

// want marks the action globs that a difference can lie in: those of the Allows of the
// one side that the other has not, and of the Denies of the other that the one has
// not. everything is true if it can lie outside any glob.
func (d *direction) want() (everything, some bool) {
	for i := range d.actions.globs {
		d.actions.globs[i].wanted = false
	}
	allows := false
	for n := range d.rules {
		r := &d.rules[n]
		allows = allows || r.side == d.from && !r.deny
		if r.side != d.from && r.side != d.to || (r.side == d.from) == r.deny {
			continue
		}
		if r.notAction {
			all := !d.coversRest(r)
			everything, some = everything || all, some || all
			continue
		}
		for _, g := range r.globs {
			if !d.actions.globs[g].wanted && !d.covers(r, g) {
				d.actions.globs[g].wanted, some = true, true
			}
		}
	}
	return everything, some && allows
}

// covers reports that for one glob of its actions a rule adds nothing to the rules of
// the opposite side with its effect: one of them has the actions, and at least the
// same resources and conditions.
func (d *direction) covers(r *rule, glob int) bool {
	g := &d.actions.globs[glob]
	for w, not := range d.actions.notAction {
		if d.anyRule(w, g.in[w]&^not, func(o *rule) bool { return d.opposite(r, o) && r.body == o.body }) {
			return true
		}
	}
	if !d.actions.cover(g, d.budget) {
		return false
	}
	for w, not := range d.actions.notAction {
		if d.anyRule(w, g.covered[w]&^not|not&^g.met[w], func(o *rule) bool { return d.opposite(r, o) && d.bodyWithin(r.body, o.body) }) {
			return true
		}
	}
	return false
}

// anyRule reports whether some rule of one word of a set is so.
func (d *direction) anyRule(w int, word uint64, is func(*rule) bool) bool {
	for ; word != 0; word &= word - 1 {
		if is(&d.rules[w*64+mathbits.TrailingZeros64(word)]) {
			return true
		}
	}
	return false
}

// coversRest is covers for a rule with NotAction.
func (d *direction) coversRest(r *rule) bool {
	for n := range d.rules {
		o := &d.rules[n]
		if d.opposite(r, o) && d.budget.Spend(len(o.actions)) && (slices.Contains(o.actions, "*") && !o.notAction || o.notAction && allWithin(o.actions, r.actions)) && d.bodyWithin(r.body, o.body) {
			return true
		}
	}
	return false
}

// opposite reports whether two rules have one effect and are on the two sides that are
// compared.
func (d *direction) opposite(r, o *rule) bool {
	return r.deny == o.deny && (r.side == d.from && o.side == d.to || r.side == d.to && o.side == d.from)
}

// allWithin reports whether each of the small globs is within one of the big.
func allWithin(small, big []string) bool {
	for _, s := range small {
		if !slices.ContainsFunc(big, func(b string) bool { return actionWithin(s, b) }) {
			return false
		}
	}
	return true
}

// bodyWithin reports that whatever satisfies the terms of x satisfies those of y.
func (d *direction) bodyWithin(x, y int32) bool {
	if x == y || len(d.bodies[y]) == 0 {
		return true
	}
	if len(d.bodies[x]) == 0 {
		return false
	}
	key := [2]int32{x, y}
	result, ok := d.within[key]
	if !ok {
		result = true
		for _, t := range d.bodies[y] {
			if !slices.Contains(d.bodies[x], t) && !d.implies(d.bodies[x], t) {
				result = false
				break
			}
		}
		d.within[key] = result
	}
	return result
}

// implies reports that the terms leave no way for t to be false.
func (d *direction) implies(list terms, t term) bool {
	f := d.atoms[t.atom()].facet
	facts := terms{t.flip()}
	for _, x := range list {
		if d.atoms[x.atom()].facet == f {
			facts = append(facts, x)
		}
	}
	slices.Sort(facts)
	return d.consistent(f, facts) == lang.Empty
}
