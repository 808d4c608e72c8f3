package prose

import (
	"fmt"
	"strings"

	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/plan"
)

func moved(d plan.Decision) string {
	reason := movedOut(d.MovedOut)
	switch {
	case d.MovedOut.NowRule == "":
		reason += "; no rule applies to it now"
	case d.MovedOut.Now == plan.Exempt && d.Exemption != nil:
		reason += "; " + exempt(d)
	case d.MovedOut.Now == plan.RuleOutOfScope && d.OutOfScope != nil:
		reason += fmt.Sprintf("; it is out of scope now under rule %s (%s: %s)", d.MovedOut.NowRule, d.OutOfScope.Owner, d.OutOfScope.Reason)
	default:
		reason += fmt.Sprintf("; rule %s applies to it now, which requires %s", d.MovedOut.NowRule, d.MovedOut.NowRequired)
	}
	return reason + "; if the change was not intended, revert it"
}

// kept says why a boundary was kept.
func kept(d plan.Decision) string {
	more := "may allow it more"
	for _, w := range []*finding.Witness{d.Meaning.NarrowerWitness, d.Meaning.ExtraDenial} {
		if w != nil {
			more = fmt.Sprintf("would allow it more, such as %s on %s", w.Action, w.Resource)
			break
		}
	}
	why := "; it may have been exempt before, or under no rule that attaches a boundary"
	if d.Kept.Rule != "" {
		why = fmt.Sprintf("; rule %s accepts the boundary that it carries", d.Kept.Rule)
	}
	why += "; its tags, name or path may have been changed so that Ringfence attaches the required one, which " + more
	if d.Kept.Waiting() {
		return why + "; Ringfence is waiting for the record of such a change, and attaches the required one if none arrives"
	}
	return why + "; Ringfence leaves the decision to you: attach the required one if the change was intended, or revert the change"
}

// movedOut says what changed, and which rule no longer applies to the principal because of
// that.
func movedOut(l *plan.MovedOut) string {
	var changed []string
	if l.Was != "" {
		changed = append(changed, fmt.Sprintf("its name (it was %s)", l.Was))
	}
	if l.Path {
		changed = append(changed, "its path")
	}
	if len(l.Tags) > 0 {
		changed = append(changed, fmt.Sprintf("its tags (%s)", listed(l.Tags)))
	}
	verb := "left"
	if !l.Certain {
		verb = "may have left"
	}
	said := fmt.Sprintf("it %s the scope of rule %s, which requires %s, because of a change of %s", verb, l.Rule, l.Required, strings.Join(changed, " and "))
	if l.Swapped {
		said += ", and its boundary was replaced at about the same time"
	}
	return said
}
