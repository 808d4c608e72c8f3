package plan

import (
	"github.com/ringfence/ringfence/internal/config"
	"github.com/ringfence/ringfence/internal/exposure"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/policy/compare"
	"github.com/ringfence/ringfence/internal/principal"
)

// maxVersions is how many versions IAM keeps of a managed policy.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
const maxVersions = 5

// Policy compares the default version of a boundary policy with the approved document. The
// caller completes a [finding.Restore] with [Restore] and [Decision.WithAction], which need all
// versions.
//
// A policy that allows more, or something else, or lacks an approved explicit denial, is
// restored: by a version with the approved meaning if there is one, else by a new version. A
// policy that only allows less is reported: it lets no principal escape, but may block
// legitimate access.
func Policy(b config.Boundary, m exposure.Meaning) Decision {
	d := forPolicy(b).withMeaning(m)
	switch {
	case m.Within() && m.Relation == compare.Equal:
		return d.inside(PolicyApproved)
	case m.Within():
		return d.withDrift(finding.Altered, PolicyDiffers).alertOnly()
	case m.Relation == compare.Wider:
		d = d.withDrift(finding.Widened, PolicyDiffers)
	default:
		d = d.withDrift(finding.Altered, PolicyDiffers)
	}
	if isAWSManaged(b.ARN) {
		return d.alertOnly()
	}
	return d.WithAction(Action{Kind: finding.Restore, Policy: b.ARN})
}

// AWSManaged reports whether the decision is about a policy that only AWS can change.
func (d Decision) AWSManaged() bool { return isAWSManaged(d.Required) }

func isAWSManaged(arn string) bool {
	p, err := principal.ParsePolicy(arn)
	return err == nil && p.Account == principal.AWSManaged
}

// AbsentPolicy returns the decision on a boundary policy that does not exist.
func AbsentPolicy(b config.Boundary) Decision {
	d := forPolicy(b).withDrift(finding.AbsentPolicy, PolicyAbsent)
	if b.Document == nil {
		return d.alertOnly()
	}
	return d.WithAction(Action{Kind: finding.CreatePolicy, Policy: b.ARN, Document: b.Document})
}

// AllowsNoMore reports whether attaching a boundary policy allows nothing that was not
// approved. A policy that does not exist allows nothing.
func (d Decision) AllowsNoMore() bool {
	return d.Drift == finding.None || d.Drift == finding.AbsentPolicy || d.Meaning.Within()
}

// Restore returns the action that puts the approved meaning in force again. The state must hold
// all versions. A version that allows the same but lacks an approved explicit denial does not
// have the approved meaning.
func Restore(documents *exposure.Documents, b config.Boundary, state principal.PolicyState) Action {
	a := Action{Kind: finding.Restore, Policy: state.ARN}
	for i := len(state.Versions) - 1; i >= 0; i-- {
		v := state.Versions[i]
		if v.ID == state.DefaultVersion {
			continue
		}
		m, _ := documents.CompareText(v.Document, b.Policy, exposure.AccountScope{})
		if m.Within() && m.Relation == compare.Equal {
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
