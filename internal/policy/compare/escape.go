package compare

import (
	"slices"
	"strings"
)

// Excess is what a principal's identity policies allow and a permissions boundary does
// not.
type Excess struct {
	// Witness is one such request, nil if none was found. One for a preferred action
	// comes first.
	Witness *Witness
	// Preferred is true if the witness is for a preferred action.
	Preferred bool
	// Services are the prefixes of the services in which there are such requests,
	// sorted. * stands for the many services that neither the policies nor the boundary
	// tell apart from each other, because no action of theirs is named.
	Services []string
	// Complete is true if nothing was left open: without a witness there is no such
	// request, and there are none outside the services. If not, Reason says why.
	Complete bool
	Reason   string
}

// Escapes looks for requests that the identity policies of a principal allow together
// (one allows, none denies) and the boundary does not allow. Witnesses for the
// preferred actions, such as those with which a principal raises its own privileges,
// are looked for first, in their order.
//
// Like [Compare] it is bounded, it proves what it says of none, and every witness has
// been confirmed by package eval.
func Escapes(identity []*Compiled, boundary *Compiled, preferred []string) Excess {
	return EscapesThrough(identity, nil, boundary, preferred)
}

// EscapesThrough is [Escapes] for a principal that carries another boundary than the one
// in question, which must let the requests through as well; nil is none.
func EscapesThrough(identity []*Compiled, attached, boundary *Compiled, preferred []string) Excess {
	for _, c := range identity {
		if c.fault != "" {
			return Excess{Reason: "an identity policy " + c.fault}
		}
	}
	var also side
	if attached != nil {
		also = side{attached}
	}
	for _, c := range append(side{boundary}, also...) {
		if c.fault != "" {
			return Excess{Reason: "the boundary " + c.fault}
		}
	}
	x := &excess{
		direction: newDirection(newSession(identity, side{boundary}, also), 0, 1),
		services:  map[string]bool{},
		open:      map[string]string{},
	}
	x.eachReading(func() bool {
		x.run(preferred)
		return true
	})
	return x.result()
}

// excess is a direction that does not stop at the first witness.
type excess struct {
	*direction
	preferred bool
	services  map[string]bool   // in which there is a witness
	open      map[string]string // services that were left open, and why
}

// result puts together what was found.
func (x *excess) result() Excess {
	out := Excess{Witness: x.answer.witness, Preferred: x.preferred, Complete: true}
	for service := range x.services {
		out.Services = append(out.Services, service)
	}
	slices.Sort(out.Services)
	for service, reason := range x.open {
		if !x.services[service] {
			out.Complete, out.Reason = false, reason
		}
	}
	if x.budget.left < 0 {
		out.Complete, out.Reason = false, outOfBudget
	}
	return out
}

// run searches all services in one reading.
func (x *excess) run(preferred []string) {
	everything, some := x.want()
	if !some {
		return
	}
	for _, action := range preferred {
		if x.preferred = x.preferred || x.visit(x.actions.classOf(strings.ToLower(action)), []byte(action)); x.preferred {
			break
		}
	}
	if x.answer.witness == nil {
		x.suggest(everything)
	}
	w := &walker{actions: x.actions, budget: &x.budget, everything: everything, visit: x.service}
	w.skip = func(service string) bool { return x.services[service] }
	w.walk(func() bool {
		// A service that is settled leaves the others to be searched.
		w.stop = x.budget.left < 0
		return w.stop
	})
}

// service is given the classes of one service after the other. It reports whether
// enough is known of the service.
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
	case found:
		x.services[service] = true
	case unknown:
		x.open[service] = one.reason
	}
	return x.services[service] || x.budget.left < 0
}
