package compare

import (
	"fmt"
	"maps"

	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/policy/constraint"
	"github.com/ringfence/ringfence/internal/policy/lang"
)

// witness makes a request of a candidate, for one of the examples, and has it confirmed. why says what is
// in the way if there is none.
func (s *session) witness(q question, in class, c *constraint.Candidate, examples []example) (w *Witness, why string) {
	why = unconfirmed
	switch key, undocumented := c.Open(); {
	case undocumented:
		why = fmt.Sprintf(withoutSet, key)
	case key != "":
		why = unreadable + key
	default:
		if empty := c.EmptyValue(); empty != "" {
			why = fmt.Sprintf(oneEmptyValue, empty)
		}
	}
	c.EachBinding(func(b *lang.Bindings) bool {
		context, ok := c.Context(b)
		if !ok {
			return false
		}
		for _, e := range examples {
			if !s.space.Budget.Spend(len(s.rules)*8 + len(s.actions.globs)) {
				return true
			}
			resource, ok := c.Resource(e.types, e.loose, b)
			if !ok {
				continue
			}
			settled, resource, ok := c.Settle(maps.Clone(context), resource, b)
			if !ok {
				why = contradictory
				continue
			}
			w = &Witness{Action: e.action, Resource: resource, Context: settled}
			if in.caller != nil && !s.asCaller(w, in.caller) {
				w, why = nil, contradictory
				continue
			}
			if s.rules[0].of.kind == policy.TrustPolicy {
				w.Resource = "" // it is the role
			}
			reason := s.confirm(q, in, w)
			if reason == "" {
				w.compareReach(s.layers[q.to])
				return true
			}
			w, why = nil, reason
		}
		return false
	})
	return w, why
}
