package control

import (
	"github.com/ringfence/ringfence/internal/principal"
	"github.com/ringfence/ringfence/internal/trail"
)

// Touch is a call on Ringfence's own parts.
type Touch struct {
	// Resources are the ARNs of those parts, as the call named them.
	Resources []string `json:"resources"`
	// Principal is set where the part is a role, whose path may not be known.
	Principal *principal.Ref `json:"principal,omitempty"`
	// Effect says for people what the call can do to the control, and Remedy how that is
	// made good.
	Effect string `json:"effect"`
	Remedy string `json:"remedy"`
}

// Touched tells whether a call that succeeded was one that can switch the control off,
// on a part of its own.
func (o Own) Touched(c trail.Change) (Touch, bool) {
	effect, ok := effects[c.Source][c.Call().Name]
	if !ok || c.Failed() {
		return Touch{}, false
	}
	t := Touch{Effect: effect.does, Remedy: effect.remedy}
	switch s := c.Subject.(type) {
	case trail.Control:
		for _, arn := range s.Resources {
			if _, ok := o.entry(arn); ok {
				t.Resources = append(t.Resources, arn)
			}
		}
	case trail.Principal:
		if entry, ok := o.entry(s.Ref.ARN()); ok {
			// The call gives no path, and an entry for one role does.
			if own, err := principal.Parse(entry); err == nil && own.Name == s.Ref.Name {
				s.Ref = own
			}
			t.Resources, t.Principal = []string{s.Ref.ARN()}, &s.Ref
		}
	case trail.ManagedPolicy:
		if _, ok := o.entry(s.ARN); ok {
			t.Resources = []string{s.ARN}
		}
	}
	return t, t.Resources != nil
}
