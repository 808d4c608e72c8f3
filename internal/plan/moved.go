package plan

import (
	"github.com/ringfence/ringfence/internal/config"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/principal"
)

// MovedOut is a rule that a principal was taken out of.
type MovedOut struct {
	Rule     string `json:"rule"`
	Required string `json:"required"`
	// Certain is unset where the principal only may have been in the rule's reach.
	Certain bool `json:"certain"`
	// Swapped is set where the boundary was swapped at about the same time, so that what the
	// principal carries says nothing of what it had to carry before.
	Swapped bool `json:"swapped,omitempty"`
	// Was, Path and Tags are what changed: see [principal.Move].
	Was  string   `json:"was,omitempty"`
	Path bool     `json:"path,omitempty"`
	Tags []string `json:"tags,omitempty"`
	// Now is the ground and the rule of what applies now.
	Now         Basis  `json:"now,omitempty"`
	NowRule     string `json:"nowRule,omitempty"`
	NowRequired string `json:"nowRequired,omitempty"`
}

// Moved adds to the decision on a principal, as it is now, that a call took it out of the
// reach of a rule. Where it has drifted as well, that decision stands and only mentions
// the move. Nothing is repaired: only people can tell whether the move was meant.
func Moved(d Decision, left config.MovedOut, m principal.Move) Decision {
	l := &MovedOut{
		Rule: left.Rule, Required: left.Boundary.ARN, Certain: left.Certain,
		Swapped: left.Swapped, Was: m.Was, Path: m.Path, Tags: m.Tags,
	}
	if d.Drifted() {
		return d.leaving(l)
	}
	l.Now, l.NowRule, l.NowRequired = d.Basis, d.Rule, d.Required
	return Decision{
		Drift: finding.Moved, Basis: LeftRule,
		Rule: left.Rule, Mode: left.Mode, Accept: left.Accept, Required: left.Boundary.ARN,
		Attached: d.Attached, Exemption: d.Exemption, OutOfScope: d.OutOfScope, MovedOut: l,
		Actions: []Action{{Kind: finding.Alert}},
	}
}
