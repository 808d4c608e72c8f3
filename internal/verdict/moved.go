package verdict

import (
	"fmt"
	"strings"

	"github.com/ringfence/ringfence/internal/fence"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/principal"
)

// Moved adds to the verdict on a principal, as it is now, that a call took it out of the
// reach of a rule. Where it has drifted as well, that verdict stands and only mentions
// the move. Nothing is repaired: only people can tell whether the move was meant.
func Moved(v Verdict, now fence.Requirement, left fence.Left, m principal.Move) Verdict {
	reason := move(left, m)
	if v.Drift != finding.None {
		v.Reason += "; " + reason
		return v
	}
	switch {
	case now.Rule == "":
		reason += "; no rule applies to it now"
	case now.Exempt != nil:
		reason += "; " + v.Reason
	default:
		reason += fmt.Sprintf("; rule %s applies to it now, which requires %s", now.Rule, now.Boundary.ARN)
	}
	return Verdict{
		Drift:    finding.Moved,
		Actions:  []Action{{Kind: finding.Alert}},
		Possible: !left.Certain,
		Reason:   reason + "; if the move was not meant, take it back",
	}
}

// move says what changed, and which rule that took the principal out of.
func move(left fence.Left, m principal.Move) string {
	var changed []string
	if m.Was != "" {
		changed = append(changed, fmt.Sprintf("its name (it was %s)", m.Was))
	}
	if m.Path {
		changed = append(changed, "its path")
	}
	if len(m.Tags) > 0 {
		changed = append(changed, fmt.Sprintf("its tags (%s)", strings.Join(m.Tags, ", ")))
	}
	verb := "took"
	if !left.Certain {
		verb = "may have taken"
	}
	return fmt.Sprintf("a change of %s %s it out of the reach of rule %s, which requires %s",
		strings.Join(changed, " and "), verb, left.Rule, left.Boundary.ARN)
}
