package verdict

import (
	"github.com/ringfence/ringfence/internal/fence"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/policy/compare"
	"github.com/ringfence/ringfence/internal/principal"
)

// maxVersions is how many versions IAM keeps of a managed policy.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
const maxVersions = 5

// DecidePolicy compares the document of a boundary policy that is in force in an account
// with the approved one, which the boundary must have. The caller completes a [finding.Restore] with [Restore], for
// which it must read all versions.
//
// A policy that allows more, or other things, is restored: by a version that means what
// was approved where there is one, else by a new one. One that allows less is only told
// about, since nobody escapes by it, though somebody may be cut off.
func DecidePolicy(b fence.Boundary, m Meaning) Verdict {
	v := Verdict{Meaning: m}
	switch m.Relation {
	case compare.Equal:
		v = fine("its default version means what was approved")
		v.Meaning = m
		return v
	case compare.Narrower:
		v.Drift, v.Reason = finding.Altered, "its default version allows less than was approved"
		v.Actions = []Action{{Kind: finding.Alert}}
		return v
	case compare.Wider:
		v.Drift, v.Reason = finding.Widened, "its default version allows more than was approved"
	case compare.Incomparable:
		v.Drift, v.Reason = finding.Altered, "its default version allows some things more and others less than was approved"
	default:
		v.Drift, v.Reason = finding.Altered, "that its default version allows no more than was approved is not proven: "+m.Why
	}
	if p, err := principal.ParsePolicy(b.ARN); err == nil && p.Account == principal.AWSManaged {
		v.Actions = []Action{{Kind: finding.Alert}}
		v.Reason += "; only AWS can change it: approve what it says now, or require another boundary"
		return v
	}
	v.Actions = []Action{{Kind: finding.Restore, Policy: b.ARN}}
	v.Reason += m.GivesUp()
	return v
}

// AllowsNoMore reports whether a boundary policy can be put on without letting anything
// through that was not approved. One that does not exist lets nothing through.
func (v Verdict) AllowsNoMore() bool {
	return v.Drift == finding.None || v.Drift == finding.AbsentPolicy || v.Meaning.Relation == compare.Narrower
}

// Restore is the action that makes the approved meaning the one in force again. The state
// must hold all versions. One that allows the same but does not deny explicitly what was
// approved to be denied is not the same: see [Lifted].
func (d *Documents) Restore(b fence.Boundary, state principal.PolicyState) Action {
	a := Action{Kind: finding.Restore, Policy: state.ARN}
	for i := len(state.Versions) - 1; i >= 0; i-- {
		v := state.Versions[i]
		if v.ID == state.DefaultVersion {
			continue
		}
		m, old := d.CompareText(v.Document, b.Policy, Home{})
		if m.Relation == compare.Equal && Lifted(b.Policy, old, Home{}) == nil {
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
