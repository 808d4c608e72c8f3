package tamper

import (
	"strings"

	"github.com/ringfence/ringfence/internal/principal"
	"github.com/ringfence/ringfence/internal/trail"
)

// Change is a change of Ringfence's own parts.
type Change struct {
	// Resources are the ARNs of those parts, as the call named them.
	Resources []string `json:"resources"`
	// Principal is set if the part is a role. Its path may be unknown.
	Principal *principal.Ref `json:"principal,omitempty"`
	// Unsure is set if the record does not say what the call was on: Resources are then all the
	// parts that it may have been on.
	Unsure bool `json:"unsure,omitempty"`
	// Found is set if no call was recorded: a comparison with the template found the change.
	Found bool `json:"found,omitempty"`
	// Effect says what the call can do to Ringfence, and Remedy how to repair that.
	Effect string `json:"effect"`
	Remedy string `json:"remedy"`
}

// Affected returns the change that a successful call, or drift of the stack, made to a part of
// Ringfence. ok is false if there is none.
func (o Parts) Affected(c trail.Change) (Change, bool) {
	name := c.Call().Name
	e, known := effects[c.Source][name]
	if !known {
		e = unknownCall
	}
	if _, ok := harmless[c.Source][name]; ok || c.Failed() {
		return Change{}, false
	}
	t := Change{Effect: e.does, Remedy: e.remedy}
	switch s := c.Subject.(type) {
	case trail.Control:
		if IsCanary(name, s) {
			return Change{}, false
		}
		for _, arn := range s.Resources {
			if _, ok := o.match(arn); ok {
				t.Resources = append(t.Resources, arn)
			}
		}
		if s.Unnamed && (known || s.Withheld) {
			t.Resources, t.Unsure = o.ofService(c.Source), true
		}
	case trail.Principal:
		if entry, ok := o.match(s.Ref.ARN()); ok {
			// The call gives no path, and the name in the caller's spelling. An entry for one
			// role has both.
			if own, err := principal.Parse(entry); err == nil && strings.EqualFold(own.Name, s.Ref.Name) {
				s.Ref = own
			}
			t.Resources, t.Principal = []string{s.Ref.ARN()}, &s.Ref
		}
	case trail.ManagedPolicy:
		if _, ok := o.match(s.ARN); ok {
			t.Resources = []string{s.ARN}
		}
	case trail.StackDrift:
		if _, ok := o.match(s.Stack); ok {
			t = stackDrift(s)
		}
	}
	return t, t.Resources != nil
}
