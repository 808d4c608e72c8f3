package iam

import (
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/iam"
)

// https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html

func (tx *Tx) putInline(kind Kind, name, policy, document *string) error {
	if err := checkName("policyName", policy, maxPolicyName); err != nil {
		return err
	}
	if err := checkDocument(document); err != nil {
		return err
	}
	return tx.modify(kind, name, func(e *Entity) error {
		total := size(*document)
		for other, d := range e.Inline {
			if other != *policy {
				total += size(d)
			}
		}
		if limit := maxInlineSize[kind]; total > limit {
			return limitExceeded("Maximum policy size of %d bytes exceeded for %s %s", limit, kind, e.Name)
		}
		if e.Inline == nil {
			e.Inline = map[string]string{}
		}
		e.Inline[*policy] = *document
		return nil
	})
}

func (tx *Tx) deleteInline(kind Kind, name, policy *string) error {
	if err := checkName("policyName", policy, maxPolicyName); err != nil {
		return err
	}
	return tx.modify(kind, name, func(e *Entity) error {
		if _, ok := e.Inline[*policy]; !ok {
			return noSuchEntity("The %s policy with name %s cannot be found.", kind, *policy)
		}
		delete(e.Inline, *policy)
		return nil
	})
}

// inline returns the entity's name and the encoded document.
func (tx *Tx) inline(kind Kind, name, policy *string) (entity, document *string, err error) {
	if err := checkName(string(kind)+"Name", name, maxGroupName); err != nil {
		return nil, nil, err
	}
	if err := checkName("policyName", policy, maxPolicyName); err != nil {
		return nil, nil, err
	}
	e := tx.Entity(kind, *name)
	if e == nil {
		return nil, nil, notFound(kind, *name)
	}
	d, ok := e.Inline[*policy]
	if !ok {
		return nil, nil, noSuchEntity("The %s policy with name %s cannot be found.", kind, *policy)
	}
	return &e.Name, encode(d), nil
}

func (tx *Tx) inlineNames(kind Kind, name, marker *string, maxItems *int32) (page[string], error) {
	if err := checkName(string(kind)+"Name", name, maxGroupName); err != nil {
		return page[string]{}, err
	}
	e := tx.Entity(kind, *name)
	if e == nil {
		return page[string]{}, notFound(kind, *name)
	}
	p, err := newPager(marker, maxItems)
	if err != nil {
		return page[string]{}, err
	}
	self := func(s string) string { return s }
	return take(p, named(p, slices.Sorted(maps.Keys(e.Inline)), self), func(s string) (string, bool) { return s, true }), nil
}

func (tx *Tx) putUserPolicy(in *iam.PutUserPolicyInput) (*iam.PutUserPolicyOutput, error) {
	return &iam.PutUserPolicyOutput{}, tx.putInline(KindUser, in.UserName, in.PolicyName, in.PolicyDocument)
}

func (tx *Tx) putRolePolicy(in *iam.PutRolePolicyInput) (*iam.PutRolePolicyOutput, error) {
	return &iam.PutRolePolicyOutput{}, tx.putInline(KindRole, in.RoleName, in.PolicyName, in.PolicyDocument)
}

func (tx *Tx) putGroupPolicy(in *iam.PutGroupPolicyInput) (*iam.PutGroupPolicyOutput, error) {
	return &iam.PutGroupPolicyOutput{}, tx.putInline(KindGroup, in.GroupName, in.PolicyName, in.PolicyDocument)
}

func (tx *Tx) deleteUserPolicy(in *iam.DeleteUserPolicyInput) (*iam.DeleteUserPolicyOutput, error) {
	return &iam.DeleteUserPolicyOutput{}, tx.deleteInline(KindUser, in.UserName, in.PolicyName)
}

func (tx *Tx) deleteRolePolicy(in *iam.DeleteRolePolicyInput) (*iam.DeleteRolePolicyOutput, error) {
	return &iam.DeleteRolePolicyOutput{}, tx.deleteInline(KindRole, in.RoleName, in.PolicyName)
}

func (tx *Tx) deleteGroupPolicy(in *iam.DeleteGroupPolicyInput) (*iam.DeleteGroupPolicyOutput, error) {
	return &iam.DeleteGroupPolicyOutput{}, tx.deleteInline(KindGroup, in.GroupName, in.PolicyName)
}

func (tx *Tx) getUserPolicy(in *iam.GetUserPolicyInput) (*iam.GetUserPolicyOutput, error) {
	name, document, err := tx.inline(KindUser, in.UserName, in.PolicyName)
	return &iam.GetUserPolicyOutput{UserName: name, PolicyName: in.PolicyName, PolicyDocument: document}, err
}

func (tx *Tx) getRolePolicy(in *iam.GetRolePolicyInput) (*iam.GetRolePolicyOutput, error) {
	name, document, err := tx.inline(KindRole, in.RoleName, in.PolicyName)
	return &iam.GetRolePolicyOutput{RoleName: name, PolicyName: in.PolicyName, PolicyDocument: document}, err
}

func (tx *Tx) getGroupPolicy(in *iam.GetGroupPolicyInput) (*iam.GetGroupPolicyOutput, error) {
	name, document, err := tx.inline(KindGroup, in.GroupName, in.PolicyName)
	return &iam.GetGroupPolicyOutput{GroupName: name, PolicyName: in.PolicyName, PolicyDocument: document}, err
}

func (tx *Tx) listUserPolicies(in *iam.ListUserPoliciesInput) (*iam.ListUserPoliciesOutput, error) {
	p, err := tx.inlineNames(KindUser, in.UserName, in.Marker, in.MaxItems)
	return &iam.ListUserPoliciesOutput{PolicyNames: p.items, IsTruncated: p.truncated, Marker: p.marker}, err
}

func (tx *Tx) listRolePolicies(in *iam.ListRolePoliciesInput) (*iam.ListRolePoliciesOutput, error) {
	p, err := tx.inlineNames(KindRole, in.RoleName, in.Marker, in.MaxItems)
	return &iam.ListRolePoliciesOutput{PolicyNames: p.items, IsTruncated: p.truncated, Marker: p.marker}, err
}

func (tx *Tx) listGroupPolicies(in *iam.ListGroupPoliciesInput) (*iam.ListGroupPoliciesOutput, error) {
	p, err := tx.inlineNames(KindGroup, in.GroupName, in.Marker, in.MaxItems)
	return &iam.ListGroupPoliciesOutput{PolicyNames: p.items, IsTruncated: p.truncated, Marker: p.marker}, err
}
