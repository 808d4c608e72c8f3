package compare

import (
	"slices"
	"strings"

	"github.com/ringfence/ringfence/internal/policy/lang"
)

// direction looks for a request that one side of a session allows and the other does
// not: some Allow of the one matches, none of its Denies does, and either no Allow of
// the other matches or some Deny of the other does. A third side may have to allow the
// request as well.
type direction struct {
	*session
	from, to int
	through  int // the third side, nobody if there is none
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

// nobody is the number of no side.
const nobody = -1

func newDirection(s *session, from, to, through int) *direction {
	d := &direction{session: s, from: from, to: to, through: through}
	d.search = newSearch(s, d.leaf)
	return d
}

// missing searches for what side from allows and side to does not.
func (s *session) missing(from, to int) answer { return newDirection(s, from, to, nobody).first() }

// first searches until there is a witness.
func (d *direction) first() answer {
	d.eachReading(func() bool {
		d.run()
		return d.answer.outcome == lang.Empty
	})
	if d.budget.Spent() {
		// Wherever it ended, not all was searched.
		d.answer.undecided(outOfBudget)
	}
	return d.answer
}

// eachReading runs the search in the first reading, and in the others if they could
// tell something else and run says that it matters.
func (d *direction) eachReading(run func() bool) {
	d.touched = false
	for d.reading = beyond; d.reading < readings; d.reading++ {
		if d.reading != beyond && !d.differs[d.reading] {
			continue
		}
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
	if !some || d.suggest(everything) {
		return
	}
	w := &walker{actions: d.actions, budget: d.budget, everything: everything, visit: d.visit}
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
	if a.outcome == lang.Empty {
		a.outcome, a.reason = lang.Unknown, reason
	}
}

// add takes in the answer for a part of the requests.
func (a *answer) add(part answer) {
	if part.outcome == lang.Found && a.outcome != lang.Found || part.outcome == lang.Unknown && a.outcome == lang.Empty {
		*a = part
	}
}

// suggest tries actions that people know, and those that the documents name, before all
// others are gone through. It reports whether the search is over.
func (d *direction) suggest(everything bool) bool {
	for _, k := range known {
		if !everything && !d.wantsAny(d.actions.services[k.service], "") && !d.wantsAny(d.actions.wide, "") {
			continue
		}
		for _, name := range k.names {
			action := k.service + ":" + name
			lower := strings.ToLower(action)
			if !everything && !d.wantsAny(d.actions.services[k.service], lower) && !d.wantsAny(d.actions.wide, lower) {
				continue
			}
			if d.visit(d.actions.classOf(lower), []byte(action)) {
				return true
			}
		}
	}
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

// wantsAny reports whether one of the globs is wanted and has the action, or is just
// wanted if there is none.
func (d *direction) wantsAny(globs []int, action string) bool {
	return slices.ContainsFunc(globs, func(i int) bool {
		g := &d.actions.globs[i]
		return g.wanted && (action == "" || matchAction(g.text, action))
	})
}

// visit searches one class of actions. It reports whether the search is over.
func (d *direction) visit(class bits, action []byte) bool {
	d.answer.add(d.decide(class, action))
	return d.answer.outcome == lang.Found || d.budget.Spent()
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
	also := []terms{nil}
	if d.through != nobody {
		var alsoDeny []int32
		if also, alsoDeny = d.alsoAllowed(class); len(also) == 0 || d.always(alsoDeny) {
			return
		}
		deny = append(slices.Clip(deny), alsoDeny...)
	}
	if !d.always(otherAllow) {
		not := append(slices.Clone(deny), otherAllow...)
		for _, x := range allow {
			if !d.anyWithin(x, otherAllow) && d.any(also, d.bodies[x], not) {
				return
			}
		}
	}
	for _, y := range otherDeny {
		if d.anyWithin(y, deny) {
			continue
		}
		for _, x := range allow {
			if d.any(also, append(slices.Clip(d.bodies[x]), d.bodies[y]...), deny) {
				return
			}
		}
	}
}

// alsoAllowed gives what the Allows of the side that must allow as well ask for, and the
// bodies of its Denies.
func (d *direction) alsoAllowed(class bits) (also []terms, deny []int32) {
	allow, deny := d.matching(class, d.through)
	for _, z := range allow {
		also = append(also, d.bodies[z])
	}
	return also, deny
}

// any searches for a request that satisfies the terms and one list of the others, and
// none of the bodies. It reports whether the search is over.
func (d *direction) any(also []terms, list terms, not []int32) bool {
	for _, more := range also {
		if d.search.require(append(slices.Clip(list), more...), func() bool { return d.search.refute(not) }) {
			return true
		}
	}
	return false
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
	if d.budget.Spent() {
		d.one.undecided(outOfBudget)
		return true
	}
	w, why := (*Witness)(nil), readingsSplit
	if d.reading == beyond && !d.split() {
		w, why = d.witness()
	}
	if w != nil {
		d.one = answer{outcome: lang.Found, witness: w}
		return true
	}
	if d.impossible() {
		return false
	}
	d.one.undecided(why)
	d.failed++
	return d.failed >= tries
}

// split reports whether no resource satisfies the choice in some other reading: then
// none that does in this one is likely to be confirmed.
func (d *direction) split() bool {
	list := d.search.assumed[resourceFacet]
	defer func() { d.reading = beyond }()
	for d.reading = within; d.reading < readings; d.reading++ {
		if d.differs[d.reading] && len(list) > 0 && d.consistent(resourceFacet, list) == lang.Empty {
			return true
		}
	}
	return false
}
