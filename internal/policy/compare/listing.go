package compare

import (
	"encoding/binary"
	"slices"

	"github.com/ringfence/ringfence/internal/policy/constraint"
	"github.com/ringfence/ringfence/internal/policy/lang"
)

// others stands for the services of which no document names an action.
const others = "*"

// The budgets of a listing: of one service, and of all together. A service that is hard must not hide the
// rest.
const (
	stepsOfService = 2 * steps
	stepsOfListing = 10 * steps
)

// listing is a difference search that goes on behind every witness, until it has one for every part or has
// searched all of it.
type listing struct {
	*difference
	left      int // steps of the budget
	attribute func(service string, w *Witness) Difference

	service string // that is being searched
	// settled are the parts for which there is a witness, and open those that were left open, and why.
	settled map[part]bool
	open    map[part]string
	// nothing are the cells without a request, in one semantics.
	nothing map[string]bool
	rows    map[string]Difference // by statements
}

func newListing(attribute func(service string, w *Witness) Difference) *listing {
	return &listing{
		left: stepsOfListing, attribute: attribute,
		settled: map[part]bool{}, open: map[part]string{}, rows: map[string]Difference{},
	}
}

// search lists the answers to a question.
func (l *listing) search(s *session, q question) {
	l.difference, l.service = newDifference(s, q), ""
	l.bounded(func() { l.scope = l.reach(q) })
	if l.scope.empty {
		return
	}
	l.space.EachSemantics(func() bool {
		l.nothing = map[string]bool{}
		for _, service := range append(slices.Clone(l.actions.names), others) {
			if l.wants(service) {
				l.service = service
				l.bounded(l.services)
			}
		}
		return true
	})
}

// bounded does a part of the work with a budget of its own.
func (l *listing) bounded(do func()) {
	n := min(l.left, stepsOfService)
	l.space.Budget = lang.NewBudget(n)
	do()
	l.left -= n - l.space.Budget.Left()
	if l.space.Budget.Spent() && l.service != "" {
		l.leave(outOfBudget, part{service: l.service, layer: l.to, allow: noRule, deny: noRule})
	}
}

// wants reports whether a service can have a part of the answer.
func (l *listing) wants(service string) bool {
	wanted := func(i int) bool { return l.scope.wanted[i] }
	return l.scope.everything || slices.ContainsFunc(l.actions.wide, wanted) || slices.ContainsFunc(l.actions.services[service], wanted)
}

// services searches a service, actions that people know first.
func (l *listing) services() {
	l.suggestIn(l.scope, l.service, l.visit)
	w := &walker{actions: l.actions, scope: l.scope, budget: l.space.Budget, visit: l.visit, class: make(bits, l.actions.words)}
	if l.service == others {
		w.others()
	} else {
		w.service(l.service)
	}
}

// visit searches the cells of one class. It reports whether the search of the service is over.
func (l *listing) visit(rules bits, action []byte) bool {
	l.class = class{rules: slices.Clone(rules), action: string(action)}
	l.each(func(cell constraint.Cell) bool {
		if !l.space.Budget.Spend(8 + len(l.rules) + len(cell.Not)) {
			return false
		}
		parts := l.parts(cell)
		l.key = appendIDs(appendIDs(l.key[:0], cell.Must), cell.Not)
		if !slices.ContainsFunc(parts, func(p part) bool { return !l.settled[p] }) || l.nothing[string(l.key)] {
			return true
		}
		key := string(l.key)
		switch one := l.look(cell); one.outcome {
		case lang.Found:
			for _, p := range parts {
				l.settled[p] = true
			}
			l.add(l.service, one.witness)
		case lang.Unknown:
			l.leave(one.reason, parts...)
		default:
			l.nothing[key] = true
		}
		return true
	})
	return l.space.Budget.Spent()
}

func appendIDs(key []byte, ids []constraint.ID) []byte {
	for _, id := range ids {
		key = binary.LittleEndian.AppendUint32(key, uint32(id))
	}
	return append(key, ';')
}

// look searches one cell.
func (l *listing) look(c constraint.Cell) answer {
	l.one, l.failed = answer{}, 0
	l.difference.search.Run(c)
	if l.space.Budget.Spent() {
		l.one.undecided(outOfBudget)
	}
	return l.one
}
