package prose

import (
	"fmt"
	"strings"

	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/plan"
)

func moved(d plan.Decision) string {
	reason := left(d.MovedOut)
	switch {
	case d.MovedOut.NowRule == "":
		reason += "; no rule applies to it now"
	case d.MovedOut.Now == plan.Exempt && d.Exemption != nil:
		reason += "; " + exempt(d)
	case d.MovedOut.Now == plan.RuleOutOfScope && d.OutOfScope != nil:
		reason += fmt.Sprintf("; it is out of scope now by rule %s (%s: %s)", d.MovedOut.NowRule, d.OutOfScope.Owner, d.OutOfScope.Reason)
	default:
		reason += fmt.Sprintf("; rule %s applies to it now, which requires %s", d.MovedOut.NowRule, d.MovedOut.NowRequired)
	}
	return reason + "; if the move was not meant, take it back"
}

// kept says why a boundary was left on.
func kept(d plan.Decision) string {
	more := "may let it do more"
	for _, w := range []*finding.Witness{d.Meaning.NarrowerWitness, d.Meaning.ExtraDenial} {
		if w != nil {
			more = fmt.Sprintf("would let it do more, such as %s on %s", w.Action, w.Resource)
			break
		}
	}
	why := "; it may have been exempt before, or under no rule that puts a boundary on"
	if d.Kept.Rule != "" {
		why = fmt.Sprintf("; rule %s accepts the boundary that it carries", d.Kept.Rule)
	}
	why += "; its tags, name or path may have been changed so that Ringfence puts on the required one, which " + more
	if d.Kept.Waiting() {
		return why + "; Ringfence waits for the record of such a change, and puts the required one on if none comes"
	}
	return why + "; Ringfence leaves that to you: put the required one on if the move was meant, or take the move back"
}

// left says what changed, and which rule that took the principal out of.
func left(l *plan.MovedOut) string {
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
	said := fmt.Sprintf("it %s the reach of rule %s, which requires %s, by a change of %s", verb, l.Rule, l.Required, strings.Join(changed, " and "))
	if l.Swapped {
		said += ", and its boundary was swapped at about the same time"
	}
	return said
}
