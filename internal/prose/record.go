package prose

import (
	"fmt"

	"github.com/ringfence/ringfence/internal/exposure"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/ledger"
	"github.com/ringfence/ringfence/internal/policy/compare"
	"github.com/ringfence/ringfence/internal/target"
)

// Record says why there is a finding, and what became of it.
func Record(r ledger.Record) string {
	reason := Decision(r.Decision) + gave(r)
	switch r.Trigger.Kind {
	case target.SecondLook:
		reason += "; found at a second look"
		if r.Trigger.Finding != "" {
			reason += ", after finding " + r.Trigger.Finding
		}
	case target.Walked:
		reason += "; found on a walk over the account"
	case target.Required:
		reason += "; found when a principal that requires it was looked at"
	case target.Swept:
		reason += swept(r)
	}
	switch r.Ended {
	case finding.WasBack:
		reason += "; it was so for a time, and was not any more when Ringfence looked"
	case finding.FoundInside:
		reason += foundInside(r)
	case finding.Gone:
		reason += "; it does not exist any more"
	case finding.MaybeRepaired:
		reason += "; Ringfence had begun the repair, and was stopped before it knew the answer: the repair, or somebody else, put it right"
	}
	if n := len(r.Attempts); n > 0 && r.Status == finding.Open && r.Attempts[n-1].Error != "" {
		reason += "; the repair failed: " + r.Attempts[n-1].Error
	}
	if r.Outcome == finding.Deferred {
		reason += "; somebody keeps undoing the repair, so that it is made at most every five minutes now"
	}
	if r.Notes != nil {
		for _, note := range r.Notes.Unknown {
			reason += "; " + note
		}
	}
	return reason
}

// gave says what an earlier repair may have let through, of which the decision says nothing:
// something else was in force by then.
func gave(r ledger.Record) string {
	if r.Decision.RepairGrants() != (exposure.Meaning{}) {
		return ""
	}
	switch m := r.Granted(); {
	case m.NarrowerWitness != nil:
		return fmt.Sprintf("; an earlier repair took the place of what allowed less, and may have given that back (such as %s on %s)", m.NarrowerWitness.Action, m.NarrowerWitness.Resource)
	case m.Relation == compare.Unproven:
		return "; that an earlier repair gave nothing up is not proven"
	case m.ExtraDenial != nil:
		return fmt.Sprintf("; an earlier repair took the place of what denied explicitly what the approved one only does not allow (such as %s on %s)", m.ExtraDenial.Action, m.ExtraDenial.Resource)
	case m.MayHaveExtraDenial:
		return "; that no explicit denial fell away with an earlier repair is not proven"
	}
	return ""
}

// foundInside says how a target came to be inside without a repair of Ringfence's.
func foundInside(r ledger.Record) string {
	switch {
	case r.Decision.Held != nil:
		return "; a later sweep stayed within the limit, or was let through"
	case r.Outcome == finding.Done:
		return "; the required policy means what was approved again"
	}
	return "; it was put right by somebody else"
}
