package verdict

import (
	"fmt"
	"strings"

	"github.com/ringfence/ringfence/internal/control"
	"github.com/ringfence/ringfence/internal/finding"
)

// Tampered is the verdict on a call that can switch Ringfence off. A deployment makes the
// same calls, and no name in the record tells it from an attack: that somebody meant to
// deploy just then does.
func Tampered(call string, t control.Touch) Verdict {
	return Verdict{
		Drift:   finding.ControlTampered,
		Actions: []Action{{Kind: finding.Alert}},
		Reason: fmt.Sprintf("%s on %s: %s; a deployment does this too, so unless one was meant just then "+
			"(aws cloudformation describe-stack-events), deploy the stack again and look into the actor",
			call, strings.Join(t.Resources, ", "), t.Effect),
	}
}
