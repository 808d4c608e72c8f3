package compare

import "github.com/ringfence/ringfence/internal/policy/lang"

// Excess is what a principal's identity policies allow and a permissions boundary does not.
type Excess struct {
	// Witness is one such request, nil if none was found. One for a preferred action comes first.
	Witness *Witness
	// Preferred is true if the witness is for a preferred action.
	Preferred bool
	// Services are the prefixes of the services in which there are such requests, sorted. * stands for
	// all services of which neither the policies nor the boundary name an action.
	Services []string
	// Complete is true if nothing was left open: without a witness there is no such request, and there
	// are none outside the services. If not, Reason says why.
	Complete bool
	Reason   string
}

// Exchange is about a principal whose boundary is to be replaced. It is for one goroutine.
type Exchange struct {
	session *session
	problem string
}

// The layers of the session of an exchange.
const (
	ofPolicies = iota
	ofRequired
	ofAttached
)

// NewExchange takes a principal's identity policies, the boundary that is attached to it, nil if there is
// none, and the one that is required.
func NewExchange(identity []*Compiled, attached, required *Compiled) *Exchange {
	x := &Exchange{}
	layers := []Layer{identity, {required}}
	if attached != nil {
		layers = append(layers, Layer{attached})
	}
	for n, documents := range layers {
		for _, c := range documents {
			if c.problem != "" {
				x.problem = [...]string{"an identity policy ", "the boundary ", "the boundary that is attached "}[n] + c.problem
				return x
			}
		}
	}
	x.session = newSession(layers...)
	return x
}

// Escapes looks for what the principal can do beyond the required boundary: requests that its
// identity policies allow together (one allows, none denies), as does the attached boundary, and the
// required one does not. Witnesses for the preferred actions, such as those with which a principal
// raises its own privileges, are looked for first, in their order.
//
// Like [Compare] it is bounded, that there is none is a proof, and every witness has been confirmed by
// package eval.
func (x *Exchange) Escapes(preferred []string) Excess {
	if x.problem != "" {
		return Excess{Reason: x.problem}
	}
	q := question{[]int{ofPolicies}, ofRequired}
	if x.attached() {
		q.from = append(q.from, ofAttached)
	}
	e := &excess{
		difference: newDifference(x.session, q),
		services:   map[string]bool{},
		open:       map[string]string{},
	}
	e.eachSemantics(func() bool {
		e.run(preferred)
		return true
	})
	return e.result()
}

// Regains is a request that the exchange lets the principal make: its policies and the required boundary
// allow it, and the attached one does not. It is nil if there is none, or none was found.
func (x *Exchange) Regains() *Witness {
	if x.problem != "" || !x.attached() {
		return nil
	}
	x.session.space.Budget = lang.NewBudget(steps)
	return newDifference(x.session, question{[]int{ofPolicies, ofRequired}, ofAttached}).first().witness
}

// attached reports whether there is a boundary that is to be replaced.
func (x *Exchange) attached() bool { return len(x.session.layers) > ofAttached }
