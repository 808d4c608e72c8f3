package assess

import (
	"github.com/ringfence/ringfence/internal/plan"
	"github.com/ringfence/ringfence/internal/principal"
)

// State is how a principal stands.
type State string

// The states.
const (
	// Inside is a principal that is as it must be.
	Inside State = "inside"
	// Outside is one that is not.
	Outside State = "outside"
	// Unknown is one that could not be judged. It is not inside.
	Unknown State = "unknown"
	// Uncovered is one that no rule asks anything of.
	Uncovered State = "uncovered"
	// Exempt is one that an exemption lets go without.
	Exempt State = "exempt"
	// OutOfScope is one whose rule asks for no boundary.
	OutOfScope State = "out-of-scope"
	// ServiceLinked is a role that only its AWS service can change.
	ServiceLinked State = "service-linked"
)

// State is how the principal of a verdict stands by it.
func (v Verdict) State() State {
	d := v.Decision
	switch {
	case v.Err == nil && v.Target.Ref.Protection() == principal.ServiceLinked:
		return ServiceLinked
	case v.Err != nil || d.Basis == "":
		return Unknown
	case d.Drifted() || d.PolicyOpen != "":
		return Outside
	}
	switch d.Basis {
	case plan.NoRule:
		return Uncovered
	case plan.Exempt:
		return Exempt
	case plan.RuleOutOfScope:
		return OutOfScope
	}
	return Inside
}
