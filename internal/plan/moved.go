package plan

import (
	"github.com/ringfence/ringfence/internal/config"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/principal"
)

// MovedOut is a rule that no longer applies to a principal.
type MovedOut struct {
	Rule     string `json:"rule"`
	Required string `json:"required"`
	// Certain is unset if it is only possible that the rule applied before.
	Certain bool `json:"certain"`
	// Swapped is set if the boundary was replaced at about the same time, so that the attached
	// one does not show what was required before.
	Swapped bool `json:"swapped,omitempty"`
	// Was, Path and Tags are what changed: see [principal.Move].
	Was  string   `json:"was,omitempty"`
	Path bool     `json:"path,omitempty"`
	Tags []string `json:"tags,omitempty"`
	// Now, NowRule and NowRequired are the reason, rule and boundary that apply now.
	Now         Basis  `json:"now,omitempty"`
	NowRule     string `json:"nowRule,omitempty"`
	NowRequired string `json:"nowRequired,omitempty"`
}

// Moved adds to the decision on a principal that a call took it out of the scope of a rule. If
// the principal has drifted as well, that decision stays and mentions the move. Nothing is
// repaired: only people can tell whether the move was intended.
func Moved(d Decision, left config.MovedOut, m principal.Move) Decision {
	l := &MovedOut{
		Rule: left.Rule, Required: left.Boundary.ARN, Certain: left.Certain,
		Swapped: left.Swapped, Was: m.Was, Path: m.Path, Tags: m.Tags,
	}
	if d.Drifted() {
		return d.withMovedOut(l)
	}
	l.Now, l.NowRule, l.NowRequired = d.Basis, d.Rule, d.Required
	return Decision{
		Drift: finding.Moved, Basis: LeftRule,
		Rule: left.Rule, Mode: left.Mode, Accept: left.Accept, Required: left.Boundary.ARN,
		Attached: d.Attached, Exemption: d.Exemption, OutOfScope: d.OutOfScope, MovedOut: l,
		Actions: []Action{{Kind: finding.Alert}},
	}
}
