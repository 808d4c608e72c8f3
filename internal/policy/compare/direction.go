package compare

import (
	mathbits "math/bits"
	"slices"
	"strings"
)

// direction looks for a request that one side of a session allows and the other does
// not: some Allow of the one matches, none of its Denies does, and either no Allow of
// the other matches or some Deny of the other does.
type direction struct {
	*session
	from, to int
	search   *search

	decided map[string]answer // by class
	within  map[[2]int32]bool // by two bodies
	answer  answer            // of all classes so far

	class  bits
	action string
	one    answer // of the class that is being searched
	failed int
	// plain: a witness need not read well.
	plain bool
}

// tries is how many candidates may fail to be confirmed before the search gives up.
const tries = 24

func newDirection(s *session, from, to int) *direction {
	d := &direction{session: s, from: from, to: to}
	d.search = newSearch(s, d.leaf)
	return d
}

// missing searches for what side from allows and side to does not.
func (s *session) missing(from, to int) answer {
	d := newDirection(s, from, to)
	d.eachReading(func() bool {
		d.run()
		return d.answer.outcome == none
	})
	if d.budget.left < 0 {
		// Wherever it ended, not all was searched.
		d.answer.undecided(outOfBudget)
	}
	return d.answer
}

// eachReading runs the search in the first reading, and in the others if they could
// tell something else and run says that it matters.
func (d *direction) eachReading(run func() bool) {
	for d.reading = beyond; d.reading < readings; d.reading++ {
		d.touched = false
		d.decided, d.within = map[string]answer{}, map[[2]int32]bool{}
		if !run() || !d.touched {
			break
		}
	}
	d.reading = beyond
}

// run searches in one reading.
func (d *direction) run() {
	everything, some := d.want()
	if !some || d.suggest() {
		return
	}
	w := &walker{actions: d.actions, budget: &d.budget, everything: everything, visit: d.visit}
	w.walk(w.stopped)
	if w.exhausted {
		d.answer.undecided(outOfBudget)
	}
}

// The reasons for an unproven answer.
const (
	outOfBudget   = "the documents are too complex to search all requests"
	readingsSplit = "it depends on whether a wildcard in an ARN goes beyond a colon, of which AWS documents both"
	unconfirmed   = "no request was found that shows it, and none could be ruled out"
	unreadable    = "it hangs on a condition that cannot be read: "
)

// undecided notes why there is no answer, unless there is one already.
func (a *answer) undecided(reason string) {
	if a.outcome == none {
		a.outcome, a.reason = unknown, reason
	}
}

// add takes in the answer for a part of the requests.
func (a *answer) add(part answer) {
	if part.outcome == found && a.outcome != found || part.outcome == unknown && a.outcome == none {
		*a = part
	}
}

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
		if (r.side == d.from) == r.deny {
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
	if !d.actions.cover(g, &d.budget) {
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
		if d.opposite(r, o) && d.budget.spend(len(o.actions)) && (slices.Contains(o.actions, "*") && !o.notAction || o.notAction && allWithin(o.actions, r.actions)) && d.bodyWithin(r.body, o.body) {
			return true
		}
	}
	return false
}

// opposite reports whether two rules have one effect and are on two sides.
func (d *direction) opposite(r, o *rule) bool { return r.side != o.side && r.deny == o.deny }

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
	return d.consistent(f, facts) == none
}

// suggest tries actions that people know before all others are gone through. It
// reports whether the search is over.
func (d *direction) suggest() bool {
	n := 0
	for i := range d.actions.globs {
		g := &d.actions.globs[i]
		if !g.wanted || strings.ContainsAny(g.text, "*?") || !strings.Contains(g.text, ":") {
			continue
		}
		if n++; n > 32 {
			break
		}
		if d.visit(d.actions.classOf(g.text), []byte(g.text)) {
			return true
		}
	}
	return false
}

// visit searches one class of actions. It reports whether the search is over.
func (d *direction) visit(class bits, action []byte) bool {
	d.answer.add(d.decide(class, action))
	return d.answer.outcome == found || d.budget.left < 0
}

// decide searches one class, once.
func (d *direction) decide(class bits, action []byte) answer {
	d.key = class.appendTo(d.key[:0])
	if old, ok := d.decided[string(d.key)]; ok {
		return old
	}
	key := string(d.key)
	d.class, d.action, d.one = slices.Clone(class), string(action), answer{}
	d.differ()
	d.decided[key] = d.one
	return d.one
}

// differ looks for a request of the class that only one side allows.
func (d *direction) differ() {
	class := d.class
	allow, deny := d.matching(class, d.from)
	otherAllow, otherDeny := d.matching(class, d.to)
	if len(allow) == 0 || d.always(deny) {
		return
	}
	if !d.always(otherAllow) {
		not := append(slices.Clone(deny), otherAllow...)
		for _, x := range allow {
			if !d.anyWithin(x, otherAllow) && d.search.require(d.bodies[x], func() bool { return d.search.refute(not) }) {
				return
			}
		}
	}
	for _, y := range otherDeny {
		if d.anyWithin(y, deny) {
			continue
		}
		for _, x := range allow {
			both := append(slices.Clip(d.bodies[x]), d.bodies[y]...)
			if d.search.require(both, func() bool { return d.search.refute(deny) }) {
				return
			}
		}
	}
}

// matching gives the bodies of the rules of a side that are in a class. Where one asks
// for nothing the others of its effect do not matter.
func (d *direction) matching(class bits, side int) (allow, deny []int32) {
	for n := range d.rules {
		r := &d.rules[n]
		if r.side != side || !class.has(n) {
			continue
		}
		list := &allow
		if r.deny {
			list = &deny
		}
		switch {
		case d.always(*list) || slices.Contains(*list, r.body):
		case len(d.bodies[r.body]) == 0:
			*list = []int32{r.body}
		default:
			*list = append(*list, r.body)
		}
	}
	return allow, deny
}

// always reports whether the bodies are one that asks for nothing.
func (d *direction) always(bodies []int32) bool {
	return len(bodies) == 1 && len(d.bodies[bodies[0]]) == 0
}

func (d *direction) anyWithin(x int32, list []int32) bool {
	return slices.ContainsFunc(list, func(y int32) bool { return d.bodyWithin(x, y) })
}

// leaf is told of a choice in which all rules fall as they must. It reports whether the
// search is over.
func (d *direction) leaf() bool {
	if d.budget.left < 0 {
		d.one.undecided(outOfBudget)
		return true
	}
	if d.reading != beyond {
		d.one.undecided(readingsSplit)
		return true
	}
	w, why := d.witness()
	if w != nil {
		d.one = answer{outcome: found, witness: w}
		return true
	}
	d.one.undecided(why)
	d.failed++
	return d.failed >= tries
}
