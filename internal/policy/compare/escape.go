package compare

import (
	"slices"
	"strings"

	"github.com/ringfence/ringfence/internal/policy/lang"
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

// Exchange is about a principal whose boundary is to make room for another one. It is for
// one goroutine.
type Exchange struct {
	session *session
	fault   string
	also    int
}

// The sides of the session of an exchange.
const (
	ofPolicies = iota
	ofRequired
	ofAttached
)

// NewExchange takes a principal's identity policies, the boundary that is attached to it,
// nil if there is none, and the one that is required.
func NewExchange(identity []*Compiled, attached, required *Compiled) *Exchange {
	x := &Exchange{also: nobody}
	sides := []side{identity, {required}}
	if attached != nil {
		x.also, sides = ofAttached, append(sides, side{attached})
	}
	for n, documents := range sides {
		for _, c := range documents {
			if c.fault != "" {
				x.fault = [...]string{"an identity policy ", "the boundary ", "the boundary that is attached "}[n] + c.fault
				return x
			}
		}
	}
	x.session = newSession(sides...)
	return x
}

// Escapes looks for what the principal can do beyond the required boundary: requests that its
// identity policies allow together (one allows, none denies), as does the attached boundary, and the
// required one does not. Witnesses for the preferred actions, such as those with which a principal
// raises its own privileges, are looked for first, in their order.
//
// Like [Compare] it is bounded, it proves what it says of none, and every witness has
// been confirmed by package eval.
func (x *Exchange) Escapes(preferred []string) Excess {
	if x.fault != "" {
		return Excess{Reason: x.fault}
	}
	e := &excess{
		difference: newDifference(x.session, question{ofPolicies, ofRequired, x.also}),
		services:   map[string]bool{},
		open:       map[string]string{},
	}
	e.eachSemantics(func() bool {
		e.run(preferred)
		return true
	})
	return e.result()
}

// Regains is a request that the exchange lets the principal make: its policies and the
// required boundary allow it, and the attached one does not. It is nil if there is none,
// or none was found.
func (x *Exchange) Regains() *Witness {
	if x.fault != "" || x.also == nobody {
		return nil
	}
	x.session.space.Budget = lang.NewBudget(steps)
	return newDifference(x.session, question{ofPolicies, ofAttached, ofRequired}).first().witness
}

// excess is a difference search that does not stop at the first witness.
type excess struct {
	*difference
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
	case lang.Found:
		x.services[service] = true
	case lang.Unknown:
		x.open[service] = one.reason
	}
	return x.services[service] || x.space.Budget.Spent()
}
