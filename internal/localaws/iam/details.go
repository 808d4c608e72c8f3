package iam

import (
	"iter"
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/ringfence/ringfence/internal/principal"
)

// getAccountAuthorizationDetails pages through groups, roles, users and policies as one list, so
// that a page can hold the end of one kind and the start of the next. It returns only those AWS
// managed policies that are in use.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html
func (tx *Tx) getAccountAuthorizationDetails(in *iam.GetAccountAuthorizationDetailsInput) (*iam.GetAccountAuthorizationDetailsOutput, error) {
	wanted, err := detailFilter(in.Filter)
	if err != nil {
		return nil, err
	}
	p, err := newPager(in.Marker, in.MaxItems)
	if err != nil {
		return nil, err
	}
	out := &iam.GetAccountAuthorizationDetailsOutput{
		UserDetailList: []types.UserDetail{}, GroupDetailList: []types.GroupDetail{},
		RoleDetailList: []types.RoleDetail{}, Policies: []types.ManagedPolicyDetail{},
	}
	u := tx.usage()
	found := take(p, p.details(tx, u, wanted, out), func(add func()) (func(), bool) { return add, true })
	for _, add := range found.items {
		add()
	}
	out.IsTruncated, out.Marker = found.truncated, found.marker
	return out, nil
}

func detailFilter(filter []types.EntityType) (func(types.EntityType) bool, error) {
	for _, f := range filter {
		if _, err := entityFilter(f); err != nil {
			return nil, err
		}
	}
	return func(t types.EntityType) bool { return len(filter) == 0 || slices.Contains(filter, t) }, nil
}

// details iterates over everything after the pager's key. Each element is a function that adds
// itself to the output.
func (p *pager) details(tx *Tx, u usage, wanted func(types.EntityType) bool, out *iam.GetAccountAuthorizationDetailsOutput) iter.Seq2[string, func()] {
	return func(yield func(string, func()) bool) {
		for e := range tx.entities() {
			k := string(e.Kind) + "/" + key(e.Name)
			if k <= p.after || !wanted(types.EntityType(title(e.Kind))) {
				continue
			}
			add := func() { tx.addDetail(out, e) }
			if !yield(k, add) {
				return
			}
		}
		for pk, policy := range tx.policies.all(tx.seq) {
			kind := types.EntityTypeLocalManagedPolicy
			if policy.AWSManaged {
				kind = types.EntityTypeAWSManagedPolicy
				if u.attached[policy.ARN]+u.boundary[policy.ARN] == 0 {
					continue
				}
			}
			// "z" sorts policies behind the entities, whose keys begin with their kind.
			if k := "z/" + pk; k > p.after && wanted(kind) {
				if !yield(k, func() { out.Policies = append(out.Policies, policy.detail(u)) }) {
					return
				}
			}
		}
	}
}

func (tx *Tx) addDetail(out *iam.GetAccountAuthorizationDetailsOutput, e *Entity) {
	switch e.Kind {
	case KindGroup:
		out.GroupDetailList = append(out.GroupDetailList, types.GroupDetail{
			GroupName: aws.String(e.Name), GroupId: aws.String(e.ID), Arn: aws.String(e.ARN), Path: aws.String(e.Path),
			CreateDate: aws.Time(e.Created), AttachedManagedPolicies: e.attachedDetail(), GroupPolicyList: e.inlineDetail(),
		})
	case KindRole:
		r := tx.Role(e.Name)
		detail := types.RoleDetail{
			RoleName: aws.String(e.Name), RoleId: aws.String(e.ID), Arn: aws.String(e.ARN), Path: aws.String(e.Path),
			CreateDate: aws.Time(e.Created), AttachedManagedPolicies: e.attachedDetail(), RolePolicyList: e.inlineDetail(),
			AssumeRolePolicyDocument: encode(r.Trust), PermissionsBoundary: boundaryOutput(e.Boundary),
			Tags: tagsOutput(e.Tags), InstanceProfileList: []types.InstanceProfile{}, RoleLastUsed: &types.RoleLastUsed{},
		}
		out.RoleDetailList = append(out.RoleDetailList, detail)
	case KindUser:
		detail := types.UserDetail{
			UserName: aws.String(e.Name), UserId: aws.String(e.ID), Arn: aws.String(e.ARN), Path: aws.String(e.Path),
			CreateDate: aws.Time(e.Created), AttachedManagedPolicies: e.attachedDetail(), UserPolicyList: e.inlineDetail(),
			GroupList: []string{}, PermissionsBoundary: boundaryOutput(e.Boundary), Tags: tagsOutput(e.Tags),
		}
		for _, g := range tx.User(e.Name).Groups {
			if group := tx.Group(g); group != nil {
				detail.GroupList = append(detail.GroupList, group.Name)
			}
		}
		out.UserDetailList = append(out.UserDetailList, detail)
	}
}

func (e *Entity) attachedDetail() []types.AttachedPolicy {
	out := []types.AttachedPolicy{}
	for _, arn := range e.Attached {
		if ref, err := principal.ParsePolicy(arn); err == nil {
			out = append(out, types.AttachedPolicy{PolicyArn: aws.String(arn), PolicyName: aws.String(ref.Name)})
		}
	}
	return out
}

func (e *Entity) inlineDetail() []types.PolicyDetail {
	out := []types.PolicyDetail{}
	for _, name := range slices.Sorted(maps.Keys(e.Inline)) {
		out = append(out, types.PolicyDetail{PolicyName: aws.String(name), PolicyDocument: encode(e.Inline[name])})
	}
	return out
}

func (p *Policy) detail(u usage) types.ManagedPolicyDetail {
	out := types.ManagedPolicyDetail{
		PolicyName: aws.String(p.Name), PolicyId: aws.String(p.ID), Arn: aws.String(p.ARN), Path: aws.String(p.Path),
		DefaultVersionId: aws.String(p.Default), IsAttachable: true,
		AttachmentCount:               aws.Int32(u.attached[p.ARN]),
		PermissionsBoundaryUsageCount: aws.Int32(u.boundary[p.ARN]),
		CreateDate:                    aws.Time(p.Created), UpdateDate: aws.Time(p.Updated),
	}
	for i := len(p.Versions) - 1; i >= 0; i-- {
		out.PolicyVersionList = append(out.PolicyVersionList, *p.versionOutput(&p.Versions[i], true))
	}
	return out
}
