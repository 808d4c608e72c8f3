package plan

import (
	"github.com/ringfence/ringfence/internal/config"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/tamper"
)

// Touch is a call on parts of Ringfence itself.
type Touch struct {
	Call      string   `json:"call"`
	Resources []string `json:"resources"`
	// Unsure is set where the record does not tell which of them the call was on, if any.
	Unsure bool `json:"unsure,omitempty"`
	// Found is set where no call is known: a comparison of the stack with its template found it.
	Found bool `json:"found,omitempty"`
	// Effect says for people what the call can do to the control, and Remedy how that is
	// made good: the words of the reviewed table in package tamper.
	Effect string `json:"effect"`
	Remedy string `json:"remedy"`
}

// Tampered is the decision on a call that can switch Ringfence off. A deployment makes the
// same calls, and no name in the record tells it from an attack: only the person who deploys can
// say that it was meant. So it is told in every mode.
func Tampered(call string, t tamper.Touch) Decision {
	return Decision{
		Drift: finding.ControlTampered, Basis: Tampering, Mode: config.Enforce,
		Touch:   &Touch{Call: call, Resources: t.Resources, Unsure: t.Unsure, Found: t.Found, Effect: t.Effect, Remedy: t.Remedy},
		Actions: []Action{{Kind: finding.Alert}},
	}
}
