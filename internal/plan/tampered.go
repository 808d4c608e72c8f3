package plan

import (
	"github.com/ringfence/ringfence/internal/config"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/tamper"
)

// PartChange is a call on parts of Ringfence itself.
type PartChange struct {
	Call      string   `json:"call"`
	Resources []string `json:"resources"`
	// Unsure is set if the record does not say which part the call affected, if any.
	Unsure bool `json:"unsure,omitempty"`
	// Found is set if no call is known: a comparison of the stack with its template found the
	// difference.
	Found bool `json:"found,omitempty"`
	// Effect says what the call can do to Ringfence, and Remedy how to repair that, from the
	// table in package tamper.
	Effect string `json:"effect"`
	Remedy string `json:"remedy"`
}

// Tampered returns the decision on a call that can switch Ringfence off. A deployment makes the
// same calls, and the record cannot distinguish it from an attack. So it is reported in every
// mode.
func Tampered(call string, t tamper.Change) Decision {
	return Decision{
		Drift: finding.ControlTampered, Basis: Tampering, Mode: config.Enforce,
		PartChange: &PartChange{Call: call, Resources: t.Resources, Unsure: t.Unsure, Found: t.Found, Effect: t.Effect, Remedy: t.Remedy},
		Actions:    []Action{{Kind: finding.Alert}},
	}
}
