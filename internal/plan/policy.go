package plan

import (
	"github.com/ringfence/ringfence/internal/exposure"
	"github.com/ringfence/ringfence/internal/fence"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/policy/compare"
	"github.com/ringfence/ringfence/internal/principal"
)

// maxVersions is how many versions IAM keeps of a managed policy.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
const maxVersions = 5

func askedOfPolicy(b fence.Boundary) Decision {
	return Decision{Drift: finding.None, Mode: b.Mode, Required: b.ARN}
}

// Policy compares the document of a boundary policy that is in force in an account with
// the approved one. The caller completes a [finding.Restore] with [Restore], for which it
// must read all versions.
//
// A policy that allows more, or other things, is restored: by a version that means what
// was approved where there is one, else by a new one. One that allows less is only told
// about, since nobody escapes by it, though somebody may be cut off.
func Policy(b fence.Boundary, m exposure.Meaning) Decision {
	d := askedOfPolicy(b)
	d.Meaning = m
	switch m.Relation {
	case compare.Equal:
		return d.inside(PolicyApproved)
	case compare.Narrower:
		d.Drift, d.Basis = finding.Altered, PolicyDiffers
		d.Actions = []Action{{Kind: finding.Alert}}
		return d
	case compare.Wider:
		d.Drift = finding.Widened
	default:
		d.Drift = finding.Altered
	}
	d.Basis = PolicyDiffers
	if isAWSManaged(b.ARN) {
		d.Actions = []Action{{Kind: finding.Alert}}
		return d
	}
	d.Actions = []Action{{Kind: finding.Restore, Policy: b.ARN}}
	return d
}

// AWSManaged reports whether only AWS can change the policy that the decision is on.
func (d Decision) AWSManaged() bool { return isAWSManaged(d.Required) }

func isAWSManaged(arn string) bool {
	p, err := principal.ParsePolicy(arn)
	return err == nil && p.Account == principal.AWSManaged
}

// AbsentPolicy is the decision on a boundary policy that does not exist in its account.
func AbsentPolicy(b fence.Boundary) Decision {
	d := askedOfPolicy(b)
	d.Drift, d.Basis = finding.AbsentPolicy, PolicyAbsent
	if b.Document == nil {
		d.Actions = []Action{{Kind: finding.Alert}}
		return d
	}
	d.Actions = []Action{{Kind: finding.CreatePolicy, Policy: b.ARN, Document: b.Document}}
	return d
}

// AllowsNoMore reports whether a boundary policy can be put on without letting anything
// through that was not approved. One that does not exist lets nothing through.
func (d Decision) AllowsNoMore() bool {
	return d.Drift == finding.None || d.Drift == finding.AbsentPolicy || d.Meaning.Relation == compare.Narrower
}

// WithPolicy adds what was found of the required policy itself to the decision on a
// principal. A policy that allows more than was approved leaves whoever carries it
// outside, whatever was done about the principal.
func (d Decision) WithPolicy(required Decision) Decision {
	if required.AllowsNoMore() {
		return d
	}
	d.PolicyOpen = string(required.Meaning.Relation)
	return d
}

// Restore is the action that makes the approved meaning the one in force again. The state
// must hold all versions. One that allows the same but does not deny explicitly what was
// approved to be denied is not the same: see [exposure.Lifted].
func Restore(documents *exposure.Documents, b fence.Boundary, state principal.PolicyState) Action {
	a := Action{Kind: finding.Restore, Policy: state.ARN}
	for i := len(state.Versions) - 1; i >= 0; i-- {
		v := state.Versions[i]
		if v.ID == state.DefaultVersion {
			continue
		}
		m, old := documents.CompareText(v.Document, b.Policy, exposure.Home{})
		if m.Relation == compare.Equal && exposure.Lifted(b.Policy, old, exposure.Home{}) == nil {
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
