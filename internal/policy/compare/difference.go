package compare

import (
	"bytes"
	"slices"

	"github.com/ringfence/ringfence/internal/policy/constraint"
	"github.com/ringfence/ringfence/internal/policy/lang"
)

// difference searches for the answer to a question: class by class, and in each cell by cell.
type difference struct {
	*session
	question
	scope   scope
	search  *constraint.Search
	decided map[string]answer // by class, and by action where it matters
	answer  answer            // of all classes so far
	failed  int               // candidates so far that were not confirmed
	// plain: a witness need not read well.
	plain bool

	class class  // that is being searched
	one   answer // of it
	key   []byte
}

// class is all actions that the same rules match, and one of them.
type class struct {
	rules  bits
	action string
	// caller is a class of principals, if documents name these.
	caller *caller
}

// tries is how many candidates may fail to be confirmed before the search gives up.
const tries = 24

func newDifference(s *session, q question) *difference {
	d := &difference{session: s, question: q}
	d.search = constraint.NewSearch(s.space, d.try)
	return d
}

// missing searches for what layer from allows and layer to does not.
func (s *session) missing(from, to int) answer {
	return newDifference(s, question{[]int{from}, to}).first()
}

// first searches until there is a witness.
func (d *difference) first() answer {
	d.eachSemantics(func() bool {
		d.run()
		return d.answer.outcome == lang.Empty
	})
	if d.space.Budget.Spent() {
		// Wherever it ended, not all was searched.
		d.answer.undecided(outOfBudget)
	}
	return d.answer
}

// eachSemantics runs the search once for each semantics of ARNs that matters.
func (d *difference) eachSemantics(run func() (goOn bool)) {
	d.space.EachSemantics(func() bool {
		d.decided = map[string]answer{}
		return run()
	})
}

// run searches in one semantics.
func (d *difference) run() {
	if d.scope = d.reach(d.question); d.scope.empty || d.suggest(d.scope, d.visit) {
		return
	}
	w := &walker{actions: d.actions, scope: d.scope, budget: d.space.Budget, visit: d.visit}
	w.walk(w.stopped)
	if w.exhausted {
		d.answer.undecided(outOfBudget)
	}
}

// visit searches one class of actions. It reports whether the search is over.
func (d *difference) visit(rules bits, action []byte) bool {
	d.answer.add(d.decide(rules, action))
	return d.answer.outcome == lang.Found || d.space.Budget.Spent()
}

// decide searches one class, once.
func (d *difference) decide(rules bits, action []byte) answer {
	if d.key = rules.appendTo(d.key[:0]); d.trusts() {
		d.key = append(d.key, bytes.ToLower(action)...) // not everybody can call it
	}
	if old, ok := d.decided[string(d.key)]; ok {
		return old
	}
	key := string(d.key)
	d.class, d.one = class{rules: slices.Clone(rules), action: string(action)}, answer{}
	d.each(func(c constraint.Cell) bool { return !d.search.Run(c) })
	d.decided[key] = d.one
	return d.one
}

// each gives the cells of the class that is searched, for one class of callers after the other.
func (d *difference) each(do func(constraint.Cell) (goOn bool)) {
	if d.callers == nil {
		for cell := range d.cells(d.question, d.class.rules) {
			if !do(cell) {
				return
			}
		}
		return
	}
	for i := range d.callers {
		d.class.caller = &d.callers[i]
		if !d.canCall(&d.class, &d.class.caller.who) {
			continue
		}
		if !d.space.Budget.Spend(8 + len(d.rules)) {
			return
		}
		for cell := range d.cells(d.question, d.towards(d.question, d.class.rules, d.class.caller)) {
			cell.Must = append(slices.Clip(cell.Must), d.class.caller.body)
			if !do(cell) {
				return
			}
		}
	}
}

// try is told of a candidate in a cell of the class. It reports whether the search of the class is over.
func (d *difference) try(c *constraint.Candidate) bool {
	if d.space.Budget.Spent() {
		d.one.undecided(outOfBudget)
		return true
	}
	w, why := (*Witness)(nil), semanticsSplit
	if d.space.InFirstSemantics() && !c.Split() {
		w, why = d.witness(d.question, d.class, c, d.examples(d.class, d.scope, d.plain))
	}
	if w != nil {
		d.one = answer{outcome: lang.Found, witness: w}
		return true
	}
	if c.Impossible() {
		return false
	}
	d.one.undecided(why)
	d.failed++
	return d.failed >= tries
}
