package compare

import (
	"maps"
	"slices"
	"strings"

	"github.com/ringfence/ringfence/internal/policy/lang"
)

// excess is a difference search that does not stop at the first witness.
type excess struct {
	*difference
	preferred bool
	services  map[string]bool   // in which there is a witness
	open      map[string]string // services that were left open, and why
}

// result puts together what was found.
func (x *excess) result() Excess {
	out := Excess{
		Witness: x.answer.witness, Preferred: x.preferred, Complete: true,
		Services: slices.Sorted(maps.Keys(x.services)),
	}
	for _, service := range slices.Sorted(maps.Keys(x.open)) {
		if out.Complete && !x.services[service] {
			out.Complete, out.Reason = false, x.open[service]
		}
	}
	if x.space.Budget.Spent() {
		out.Complete, out.Reason = false, outOfBudget
	}
	return out
}

// run searches all services in one semantics.
func (x *excess) run(preferred []string) {
	if x.scope = x.reach(x.question); x.scope.empty {
		return
	}
	for _, action := range preferred {
		if x.preferred = x.preferred || x.visit(x.actions.classOf(strings.ToLower(action)), []byte(action)); x.preferred {
			break
		}
	}
	if x.answer.witness == nil {
		x.suggest(x.scope, x.visit)
	}
	w := &walker{actions: x.actions, scope: x.scope, budget: x.space.Budget, visit: x.service}
	w.skip = func(service string) bool { return x.services[service] }
	w.walk(func() bool {
		// A service that is settled leaves the others to be searched.
		w.stop = x.space.Budget.Spent()
		return w.stop
	})
}

// service takes one class after the other. It reports whether enough is known of its service.
func (x *excess) service(class bits, action []byte) bool {
	service, _, _ := strings.Cut(string(action), ":")
	if x.actions.services[service] == nil {
		service = "*"
	}
	if x.services[service] {
		return true
	}
	x.plain = x.answer.witness != nil // one that reads well is enough
	one := x.decide(class, action)
	x.answer.add(one)
	switch one.outcome {
	case lang.Found:
		x.services[service] = true
	case lang.Unknown:
		x.open[service] = one.reason
	}
	return x.services[service] || x.space.Budget.Spent()
}
