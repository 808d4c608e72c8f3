package prose

import (
	"fmt"

	"github.com/ringfence/ringfence/internal/exposure"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/ledger"
	"github.com/ringfence/ringfence/internal/target"
)

// Record returns the reason for a finding, and its outcome.
func Record(r ledger.Record) string {
	reason := Decision(r.Decision) + granted(r)
	switch r.Trigger.Kind {
	case target.SecondLook:
		reason += "; found at a second look"
		if r.Trigger.Finding != "" {
			reason += ", after finding " + r.Trigger.Finding
		}
	case target.Walked:
		reason += "; found by a walk over the account"
	case target.Required:
		reason += "; found when a principal that requires it was checked"
	case target.Swept:
		reason += swept(r)
	}
	switch r.Ended {
	case finding.WasBack:
		reason += "; this was the case for a time, and no longer when Ringfence looked"
	case finding.FoundInside:
		reason += foundInside(r)
	case finding.Gone:
		reason += "; it no longer exists"
	case finding.AccountClosed:
		reason += "; its account is closed, suspended, or not in the organization any more"
	case finding.MaybeRepaired:
		reason += "; Ringfence had started the repair and was stopped before it got the answer: either that repair or another actor fixed it"
	}
	if n := len(r.Attempts); n > 0 && r.Status == finding.Open && r.Attempts[n-1].Error != "" {
		reason += "; the repair failed: " + r.Attempts[n-1].Error
	}
	if r.Outcome == finding.Deferred {
		reason += "; the repair keeps being undone, so Ringfence now repeats it at most every five minutes"
	}
	if r.Notes != nil {
		for _, note := range r.Notes.Unknown {
			reason += "; " + note
		}
	}
	return reason
}

// granted says what an earlier repair may have allowed, if the decision says nothing about
// that: something else was in force by then.
func granted(r ledger.Record) string {
	if r.Decision.RepairGrants() != (exposure.Meaning{}) {
		return ""
	}
	switch m := r.Granted(); {
	case m.NarrowerWitness != nil:
		return fmt.Sprintf("; an earlier repair replaced a document that allowed less, and may have granted access (such as %s on %s)", m.NarrowerWitness.Action, m.NarrowerWitness.Resource)
	case m.MayGrantUnknown():
		return "; could not prove that an earlier repair granted no additional access"
	case m.ExtraDenial != nil:
		return fmt.Sprintf("; an earlier repair replaced a document that explicitly denied something that the approved one merely does not allow (such as %s on %s)", m.ExtraDenial.Action, m.ExtraDenial.Resource)
	case m.MayHaveExtraDenial:
		return "; could not prove that an earlier repair removed no explicit denial"
	}
	return ""
}

// foundInside says how a target came to be inside without a repair by Ringfence.
func foundInside(r ledger.Record) string {
	switch {
	case r.Decision.Unreachable != "":
		return "; a later sweep entered the account"
	case r.Decision.Held != nil:
		return "; a later sweep stayed within the limit, or was allowed to exceed it"
	case r.Outcome == finding.Done:
		return "; the required policy matches the approved document again"
	}
	return "; another actor fixed it"
}
