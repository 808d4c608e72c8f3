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

// Policy compares the document of a boundary policy that is in force in an account with
// the approved one. The caller completes a [finding.Restore] with [Restore] and
// [Decision.Does], for which it must read all versions.
//
// A policy that allows more, or other things, or does not deny explicitly all that was
// approved to be denied, is restored: by a version that means what was approved where there
// is one, else by a new one. One that only allows less is told about, since nobody escapes
// by it, though somebody may be cut off.
func Policy(b config.Boundary, m exposure.Meaning) Decision {
	d := askedOfPolicy(b).means(m)
	switch {
	case m.Within() && m.Relation == compare.Equal:
		return d.inside(PolicyApproved)
	case m.Within():
		return d.drifted(finding.Altered, PolicyDiffers).alerts()
	case m.Relation == compare.Wider:
		d = d.drifted(finding.Widened, PolicyDiffers)
	default:
		d = d.drifted(finding.Altered, PolicyDiffers)
	}
	if isAWSManaged(b.ARN) {
		return d.alerts()
	}
	return d.Does(Action{Kind: finding.Restore, Policy: b.ARN})
}

// AWSManaged reports whether only AWS can change the policy that the decision is on.
func (d Decision) AWSManaged() bool { return isAWSManaged(d.Required) }

func isAWSManaged(arn string) bool {
	p, err := principal.ParsePolicy(arn)
	return err == nil && p.Account == principal.AWSManaged
}

// AbsentPolicy is the decision on a boundary policy that does not exist in its account.
func AbsentPolicy(b config.Boundary) Decision {
	d := askedOfPolicy(b).drifted(finding.AbsentPolicy, PolicyAbsent)
	if b.Document == nil {
		return d.alerts()
	}
	return d.Does(Action{Kind: finding.CreatePolicy, Policy: b.ARN, Document: b.Document})
}

// AllowsNoMore reports whether a boundary policy can be put on without letting anything
// through that was not approved. One that does not exist lets nothing through.
func (d Decision) AllowsNoMore() bool {
	return d.Drift == finding.None || d.Drift == finding.AbsentPolicy || d.Meaning.Within()
}

// Restore is the action that makes the approved meaning the one in force again. The state
// must hold all versions. One that allows the same but does not deny explicitly what was
// approved to be denied is not the same.
func Restore(documents *exposure.Documents, b config.Boundary, state principal.PolicyState) Action {
	a := Action{Kind: finding.Restore, Policy: state.ARN}
	for i := len(state.Versions) - 1; i >= 0; i-- {
		v := state.Versions[i]
		if v.ID == state.DefaultVersion {
			continue
		}
		m, _ := documents.CompareText(v.Document, b.Policy, exposure.Home{})
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
