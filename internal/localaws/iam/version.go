package iam

import (
	"net/http"
	"slices"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/ringfence/ringfence/internal/localaws/wire"
)

// MaxVersions is the quota of versions per managed policy.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-versioning.html
const MaxVersions = 5

func (tx *Tx) createPolicyVersion(in *iam.CreatePolicyVersionInput) (*iam.CreatePolicyVersionOutput, error) {
	if err := checkManaged(in.PolicyDocument); err != nil {
		return nil, err
	}
	out := &iam.CreatePolicyVersionOutput{}
	return out, tx.modifyPolicy(in.PolicyArn, func(p *Policy) error {
		if len(p.Versions) >= MaxVersions {
			return limitExceeded("A managed policy can have up to %d versions. "+
				"Before you create a new version, you must delete an existing version.", MaxVersions)
		}
		v := p.Add("", *in.PolicyDocument, in.SetAsDefault, tx.Time)
		out.PolicyVersion = p.versionOutput(v, false)
		return nil
	})
}

func missingVersion(p *Policy, version *string) error {
	return noSuchEntity("Policy %s version %s does not exist or is not attachable.", p.ARN, aws.ToString(version))
}

func (tx *Tx) getPolicyVersion(in *iam.GetPolicyVersionInput) (*iam.GetPolicyVersionOutput, error) {
	p, err := tx.policy(in.PolicyArn)
	if err != nil {
		return nil, err
	}
	v := p.Version(aws.ToString(in.VersionId))
	if v == nil {
		return nil, missingVersion(p, in.VersionId)
	}
	if v.Document == "" {
		return nil, wire.Errorf(http.StatusForbidden, "AccessDenied",
			"The document of %s is not known: the policy was only assumed to exist.", p.ARN)
	}
	return &iam.GetPolicyVersionOutput{PolicyVersion: p.versionOutput(v, true)}, nil
}

// listPolicyVersions lists the newest first.
func (tx *Tx) listPolicyVersions(in *iam.ListPolicyVersionsInput) (*iam.ListPolicyVersionsOutput, error) {
	policy, err := tx.policy(in.PolicyArn)
	if err != nil {
		return nil, err
	}
	p, err := newPager(in.Marker, in.MaxItems)
	if err != nil {
		return nil, err
	}
	versions := slices.Clone(policy.Versions)
	slices.Reverse(versions)
	place := func(v Version) string { return strconv.Itoa(slices.Index(versions, v)) } // at most five
	found := take(p, named(p, versions, place), func(v Version) (types.PolicyVersion, bool) {
		return *policy.versionOutput(&v, false), true
	})
	return &iam.ListPolicyVersionsOutput{Versions: found.items, IsTruncated: found.truncated, Marker: found.marker}, nil
}

func (tx *Tx) setDefaultPolicyVersion(in *iam.SetDefaultPolicyVersionInput) (*iam.SetDefaultPolicyVersionOutput, error) {
	return &iam.SetDefaultPolicyVersionOutput{}, tx.modifyPolicy(in.PolicyArn, func(p *Policy) error {
		if p.Version(aws.ToString(in.VersionId)) == nil {
			return missingVersion(p, in.VersionId)
		}
		p.Default, p.Updated = *in.VersionId, tx.Time
		return nil
	})
}

func (tx *Tx) deletePolicyVersion(in *iam.DeletePolicyVersionInput) (*iam.DeletePolicyVersionOutput, error) {
	return &iam.DeletePolicyVersionOutput{}, tx.modifyPolicy(in.PolicyArn, func(p *Policy) error {
		id := aws.ToString(in.VersionId)
		switch {
		case p.Version(id) == nil:
			return missingVersion(p, in.VersionId)
		case id == p.Default:
			return deleteConflict("Cannot delete the default version of a policy.")
		}
		p.Versions = slices.DeleteFunc(p.Versions, func(v Version) bool { return v.ID == id })
		return nil
	})
}
