package iam

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
)

// boundaryOutput returns a boundary as in IAM's answers. The type is "Policy" in answers and
// events, unlike in the SDK's enumeration.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachedPermissionsBoundary.html
func boundaryOutput(arn string) *types.AttachedPermissionsBoundary {
	if arn == "" {
		return nil
	}
	return &types.AttachedPermissionsBoundary{
		PermissionsBoundaryArn:  aws.String(arn),
		PermissionsBoundaryType: "Policy",
	}
}

func tagsOutput(tags []Tag) []types.Tag {
	if len(tags) == 0 {
		return nil
	}
	out := make([]types.Tag, len(tags))
	for i, tag := range tags {
		out[i] = types.Tag{Key: aws.String(tag.Key), Value: aws.String(tag.Value)}
	}
	return out
}

// listed returns a user as in ListUsers: without boundary and tags.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListUsers.html
func (u *User) listed() types.User {
	return types.User{
		UserName: aws.String(u.Name), Path: aws.String(u.Path), UserId: aws.String(u.ID),
		Arn: aws.String(u.ARN), CreateDate: aws.Time(u.Created),
	}
}

func (u *User) output() *types.User {
	out := u.listed()
	out.PermissionsBoundary = boundaryOutput(u.Boundary)
	out.Tags = tagsOutput(u.Tags)
	return &out
}

// created returns a role as in CreateRole's answer, without the fields that GetRole adds.
func (r *Role) created() *types.Role {
	return &types.Role{
		RoleName: aws.String(r.Name), Path: aws.String(r.Path), RoleId: aws.String(r.ID),
		Arn: aws.String(r.ARN), CreateDate: aws.Time(r.Created),
		AssumeRolePolicyDocument: encode(r.Trust),
		PermissionsBoundary:      boundaryOutput(r.Boundary),
		Tags:                     tagsOutput(r.Tags),
	}
}

// listed returns a role as in ListRoles: without boundary and tags.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListRoles.html
func (r *Role) listed() types.Role {
	out := r.created()
	out.PermissionsBoundary, out.Tags = nil, nil
	out.MaxSessionDuration = aws.Int32(r.MaxSessionDuration)
	if r.Description != "" {
		out.Description = aws.String(r.Description)
	}
	return *out
}

func (r *Role) output() *types.Role {
	out := r.listed()
	out.PermissionsBoundary = boundaryOutput(r.Boundary)
	out.Tags = tagsOutput(r.Tags)
	out.RoleLastUsed = &types.RoleLastUsed{}
	return &out
}

func (g *Group) output() types.Group {
	return types.Group{
		GroupName: aws.String(g.Name), Path: aws.String(g.Path), GroupId: aws.String(g.ID),
		Arn: aws.String(g.ARN), CreateDate: aws.Time(g.Created),
	}
}

// listed returns a policy as in ListPolicies: without description and tags.
func (p *Policy) listed(u usage) types.Policy {
	return types.Policy{
		PolicyName: aws.String(p.Name), Path: aws.String(p.Path), PolicyId: aws.String(p.ID), Arn: aws.String(p.ARN),
		DefaultVersionId: aws.String(p.Default), IsAttachable: true,
		AttachmentCount:               aws.Int32(u.attached[p.ARN]),
		PermissionsBoundaryUsageCount: aws.Int32(u.boundary[p.ARN]),
		CreateDate:                    aws.Time(p.Created), UpdateDate: aws.Time(p.Updated),
	}
}

func (p *Policy) output(u usage) *types.Policy {
	out := p.listed(u)
	out.Tags = tagsOutput(p.Tags)
	if p.Description != "" {
		out.Description = aws.String(p.Description)
	}
	return &out
}

// versionOutput returns a version, with its document if document is set.
func (p *Policy) versionOutput(v *Version, document bool) *types.PolicyVersion {
	out := &types.PolicyVersion{
		VersionId: aws.String(v.ID), IsDefaultVersion: v.ID == p.Default, CreateDate: aws.Time(v.Created),
	}
	if document && v.Document != "" {
		out.Document = encode(v.Document)
	}
	return out
}

func ptr[T any](v T) *T { return &v }
