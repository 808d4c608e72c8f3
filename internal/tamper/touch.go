package tamper

import (
	"strings"

	"github.com/ringfence/ringfence/internal/principal"
	"github.com/ringfence/ringfence/internal/trail"
)

// Touch is a call on Ringfence's own parts.
type Touch struct {
	// Resources are the ARNs of those parts, as the call named them.
	Resources []string `json:"resources"`
	// Principal is set where the part is a role, whose path may not be known.
	Principal *principal.Ref `json:"principal,omitempty"`
	// Unsure is set where the record does not tell what the call was on: these are all the
	// parts that it may have been on.
	Unsure bool `json:"unsure,omitempty"`
	// Found is set where no call was recorded: a comparison with the template found it.
	Found bool `json:"found,omitempty"`
	// Effect says for people what the call can do to the control, and Remedy how that is
	// made good.
	Effect string `json:"effect"`
	Remedy string `json:"remedy"`
}

// Touched tells whether a call that succeeded changed a part of the control, or may have, or
// whether a comparison found that one was changed.
func (o Own) Touched(c trail.Change) (Touch, bool) {
	name := c.Call().Name
	e, known := effects[c.Source][name]
	if !known {
		e = other
	}
	if _, ok := harmless[c.Source][name]; ok || c.Failed() {
		return Touch{}, false
	}
	t := Touch{Effect: e.does, Remedy: e.remedy}
	switch s := c.Subject.(type) {
	case trail.Control:
		if IsCanary(name, s) {
			return Touch{}, false
		}
		for _, arn := range s.Resources {
			if _, ok := o.entry(arn); ok {
				t.Resources = append(t.Resources, arn)
			}
		}
		if s.Unnamed && (known || s.Withheld) {
			t.Resources, t.Unsure = o.of(c.Source), true
		}
	case trail.Principal:
		if entry, ok := o.entry(s.Ref.ARN()); ok {
			// The call gives no path, and the name in the spelling of the caller. An entry for
			// one role has both as they are.
			if own, err := principal.Parse(entry); err == nil && strings.EqualFold(own.Name, s.Ref.Name) {
				s.Ref = own
			}
			t.Resources, t.Principal = []string{s.Ref.ARN()}, &s.Ref
		}
	case trail.ManagedPolicy:
		if _, ok := o.entry(s.ARN); ok {
			t.Resources = []string{s.ARN}
		}
	case trail.StackDrift:
		if _, ok := o.entry(s.Stack); ok {
			t = drifted(s)
		}
	}
	return t, t.Resources != nil
}
