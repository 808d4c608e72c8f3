package iam

import (
	"cmp"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/ringfence/ringfence/internal/principal"
)

// maxAttached is the default quota of managed policies on one entity.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
const maxAttached = 10

// modify is EditEntity for callers other than AWS services.
func (tx *Tx) modify(kind Kind, name *string, f func(*Entity) error) error {
	if kind == KindRole {
		return tx.modifyRole(name, func(r *Role) error { return f(&r.Entity) })
	}
	if err := checkName(string(kind)+"Name", name, maxGroupName); err != nil {
		return err
	}
	return tx.EditEntity(kind, *name, f)
}

// attach attaches a managed policy. It is idempotent, as in AWS.
func (tx *Tx) attach(kind Kind, name, policyARN *string) error {
	arn, err := checkPolicyARN(policyARN)
	if err != nil {
		return err
	}
	return tx.modify(kind, name, func(e *Entity) error {
		if tx.Policy(arn) == nil {
			return notAttachable(arn)
		}
		if slices.Contains(e.Attached, arn) {
			return nil
		}
		if len(e.Attached) >= maxAttached {
			return limitExceeded("Cannot exceed quota for PoliciesPer%s: %d", title(kind), maxAttached)
		}
		e.Attached = append(e.Attached, arn)
		return nil
	})
}

func (tx *Tx) detach(kind Kind, name, policyARN *string) error {
	arn, err := checkPolicyARN(policyARN)
	if err != nil {
		return err
	}
	return tx.modify(kind, name, func(e *Entity) error {
		i := index(e.Attached, arn)
		if i < 0 {
			return policyNotFound(arn)
		}
		e.Attached = slices.Delete(e.Attached, i, i+1)
		return nil
	})
}

// attached returns a page of an entity's managed policies.
func (tx *Tx) attached(kind Kind, name, pathPrefix, marker *string, maxItems *int32) (page[types.AttachedPolicy], error) {
	var none page[types.AttachedPolicy]
	if err := checkName(string(kind)+"Name", name, maxGroupName); err != nil {
		return none, err
	}
	e := tx.Entity(kind, *name)
	if e == nil {
		return none, notFound(kind, *name)
	}
	p, err := newPager(marker, maxItems)
	if err != nil {
		return none, err
	}
	refs := make([]principal.Policy, 0, len(e.Attached))
	for _, arn := range e.Attached {
		if ref, err := principal.ParsePolicy(arn); err == nil {
			refs = append(refs, ref)
		}
	}
	slices.SortFunc(refs, func(a, b principal.Policy) int { return cmp.Compare(a.Name, b.Name) })
	return take(p, named(p, refs, func(r principal.Policy) string { return r.Name }), func(r principal.Policy) (types.AttachedPolicy, bool) {
		return types.AttachedPolicy{PolicyArn: aws.String(r.ARN()), PolicyName: aws.String(r.Name)},
			strings.HasPrefix(r.Path, aws.ToString(pathPrefix))
	}), nil
}

func (tx *Tx) attachUserPolicy(in *iam.AttachUserPolicyInput) (*iam.AttachUserPolicyOutput, error) {
	return &iam.AttachUserPolicyOutput{}, tx.attach(KindUser, in.UserName, in.PolicyArn)
}

func (tx *Tx) attachRolePolicy(in *iam.AttachRolePolicyInput) (*iam.AttachRolePolicyOutput, error) {
	return &iam.AttachRolePolicyOutput{}, tx.attach(KindRole, in.RoleName, in.PolicyArn)
}

func (tx *Tx) attachGroupPolicy(in *iam.AttachGroupPolicyInput) (*iam.AttachGroupPolicyOutput, error) {
	return &iam.AttachGroupPolicyOutput{}, tx.attach(KindGroup, in.GroupName, in.PolicyArn)
}

func (tx *Tx) detachUserPolicy(in *iam.DetachUserPolicyInput) (*iam.DetachUserPolicyOutput, error) {
	return &iam.DetachUserPolicyOutput{}, tx.detach(KindUser, in.UserName, in.PolicyArn)
}

func (tx *Tx) detachRolePolicy(in *iam.DetachRolePolicyInput) (*iam.DetachRolePolicyOutput, error) {
	return &iam.DetachRolePolicyOutput{}, tx.detach(KindRole, in.RoleName, in.PolicyArn)
}

func (tx *Tx) detachGroupPolicy(in *iam.DetachGroupPolicyInput) (*iam.DetachGroupPolicyOutput, error) {
	return &iam.DetachGroupPolicyOutput{}, tx.detach(KindGroup, in.GroupName, in.PolicyArn)
}

func (tx *Tx) listAttachedUserPolicies(in *iam.ListAttachedUserPoliciesInput) (*iam.ListAttachedUserPoliciesOutput, error) {
	p, err := tx.attached(KindUser, in.UserName, in.PathPrefix, in.Marker, in.MaxItems)
	return &iam.ListAttachedUserPoliciesOutput{AttachedPolicies: p.items, IsTruncated: p.truncated, Marker: p.marker}, err
}

func (tx *Tx) listAttachedRolePolicies(in *iam.ListAttachedRolePoliciesInput) (*iam.ListAttachedRolePoliciesOutput, error) {
	p, err := tx.attached(KindRole, in.RoleName, in.PathPrefix, in.Marker, in.MaxItems)
	return &iam.ListAttachedRolePoliciesOutput{AttachedPolicies: p.items, IsTruncated: p.truncated, Marker: p.marker}, err
}

func (tx *Tx) listAttachedGroupPolicies(in *iam.ListAttachedGroupPoliciesInput) (*iam.ListAttachedGroupPoliciesOutput, error) {
	p, err := tx.attached(KindGroup, in.GroupName, in.PathPrefix, in.Marker, in.MaxItems)
	return &iam.ListAttachedGroupPoliciesOutput{AttachedPolicies: p.items, IsTruncated: p.truncated, Marker: p.marker}, err
}

func index(list []string, s string) int { return slices.Index(list, s) }

func title(kind Kind) string { return strings.ToUpper(string(kind[:1])) + string(kind[1:]) }
