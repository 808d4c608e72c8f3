package verdict

import (
	"fmt"

	"github.com/ringfence/ringfence/internal/fence"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/policy/compare"
	"github.com/ringfence/ringfence/internal/principal"
)

// maxVersions is how many versions IAM keeps of a managed policy.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
const maxVersions = 5

// DecidePolicy compares a boundary policy, as it is in an account, with its approved
// document. The state must hold all versions.
//
// A policy that allows more, or other things, is restored: by a version that means what
// was approved where there is one, else by a new one. One that allows less is only told
// about, since nobody escapes by it, though somebody may be cut off.
func DecidePolicy(b fence.Boundary, state principal.PolicyState) Verdict {
	if b.Policy == nil {
		return fine("no approved document is configured for it")
	}
	live, ok := state.Default()
	if !ok {
		return fine("its default version was not read")
	}
	m := CompareText(live.Document, b.Policy)
	v := Verdict{Meaning: m}
	switch m.Relation {
	case compare.Equal:
		v = fine("its default version %s means what was approved", live.ID)
		v.Meaning = m
		return v
	case compare.Narrower:
		v.Drift, v.Reason = finding.Altered, fmt.Sprintf("its default version %s allows less than was approved", live.ID)
		v.Actions = []Action{{Kind: finding.Alert}}
		return v
	case compare.Wider:
		v.Drift, v.Reason = finding.Widened, fmt.Sprintf("its default version %s allows more than was approved", live.ID)
	case compare.Incomparable:
		v.Drift, v.Reason = finding.Altered, fmt.Sprintf("its default version %s allows some things more and others less than was approved", live.ID)
	default:
		v.Drift, v.Reason = finding.Altered, fmt.Sprintf("that its default version %s allows no more than was approved is not proven: %s", live.ID, m.Why)
	}
	v.Actions = []Action{restore(b, state)}
	return v
}

// restore makes the approved meaning the one in force again.
func restore(b fence.Boundary, state principal.PolicyState) Action {
	a := Action{Kind: finding.Restore, Policy: state.ARN}
	for i := len(state.Versions) - 1; i >= 0; i-- {
		if v := state.Versions[i]; v.ID != state.DefaultVersion && CompareText(v.Document, b.Policy).Relation == compare.Equal {
			a.SetDefault = v.ID
			return a
		}
	}
	a.Document = b.Document
	if spare, ok := state.OldestSpare(); ok && len(state.Versions) >= maxVersions {
		a.Prune = spare.ID
	}
	return a
}

// AbsentPolicy is the verdict on a boundary policy that does not exist in its account.
func AbsentPolicy(b fence.Boundary) Verdict {
	v := Verdict{Drift: finding.AbsentPolicy, Reason: "the required boundary policy does not exist in the account"}
	if b.Document == nil {
		v.Reason += ", and no approved document is configured to create it from"
		v.Actions = []Action{{Kind: finding.Alert}}
		return v
	}
	v.Actions = []Action{{Kind: finding.CreatePolicy, Policy: b.ARN, Document: b.Document}}
	return v
}
