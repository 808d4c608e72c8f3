package verdict

import (
	"fmt"
	"strings"

	"github.com/ringfence/ringfence/internal/control"
	"github.com/ringfence/ringfence/internal/finding"
)

// Tampered is the verdict on a call that can switch Ringfence off. A deployment makes the
// same calls, and no name in the record tells it from an attack: only whoever deploys can
// say that it was meant.
func Tampered(call string, t control.Touch) Verdict {
	return Verdict{
		Drift:   finding.ControlTampered,
		Actions: []Action{{Kind: finding.Alert}},
		Reason: fmt.Sprintf("%s on %s: %s; unless a deployment was meant just then (the stack's events tell), %s and look into the actor",
			call, strings.Join(t.Resources, ", "), t.Effect, t.Mend),
	}
}
