package iamread

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/ringfence/ringfence/internal/awserr"
	"github.com/ringfence/ringfence/internal/errclass"
	"github.com/ringfence/ringfence/internal/principal"
)

type memberAPI interface {
	GetGroup(context.Context, *iam.GetGroupInput, ...func(*iam.Options)) (*iam.GetGroupOutput, error)
	ListEntitiesForPolicy(context.Context, *iam.ListEntitiesForPolicyInput, ...func(*iam.Options)) (*iam.ListEntitiesForPolicyOutput, error)
}

// Members reads some of the users of a group of the account, with their paths, and the marker of the next
// page, empty after the last one. The error is [errclass.Gone] if the group does not exist.
//
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetGroup.html
func (d *Directory) Members(ctx context.Context, _, group, marker string) (page []principal.Ref, next string, err error) {
	out, err := d.api.GetGroup(ctx, &iam.GetGroupInput{GroupName: &group, MaxItems: aws.Int32(pageSize), Marker: optional(marker)})
	if err != nil {
		return nil, "", awserr.Wrap(err, "listing the members of group %s", group)
	}
	for _, user := range out.Users {
		ref, err := principal.Parse(aws.ToString(user.Arn))
		if err != nil {
			return nil, "", errclass.New(errclass.Unknown, "listing the members of group %s: %w", group, err)
		}
		page = append(page, ref)
	}
	return page, aws.ToString(out.Marker), nil
}

// Carriers reads some of the principals of an account that carry a managed policy as their
// permissions boundary, like [Directory.BoundedBy], and the marker of the next page, empty
// after the last one.
func (d *Directory) Carriers(ctx context.Context, account, policyARN, marker string) (page []principal.Ref, next string, err error) {
	policy, err := principal.ParsePolicy(policyARN)
	if err != nil {
		return nil, "", errclass.New(errclass.BadInput, "listing the principals of a boundary: %w", err)
	}
	out, err := d.api.ListEntitiesForPolicy(ctx, &iam.ListEntitiesForPolicyInput{
		PolicyArn: &policyARN, PolicyUsageFilter: types.PolicyUsageTypePermissionsBoundary, MaxItems: aws.Int32(pageSize), Marker: optional(marker),
	})
	if err != nil {
		return nil, "", awserr.Wrap(err, "listing the principals of boundary %s", policyARN)
	}
	return refs(policy.Partition, account, used(out)), aws.ToString(out.Marker), nil
}

// BoundedBy lists the principals of an account that carry a managed policy as their permissions
// boundary. IAM returns only their names, so their paths are unknown (see
// [principal.Ref.PathKnown]). The account must be given because an AWS managed policy can be a
// boundary in every account.
//
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListEntitiesForPolicy.html
func (d *Directory) BoundedBy(ctx context.Context, account, policyARN string) ([]principal.Ref, error) {
	policy, err := principal.ParsePolicy(policyARN)
	if err != nil {
		return nil, errclass.New(errclass.BadInput, "listing the principals of a boundary: %w", err)
	}
	entities, err := d.entities(ctx, policyARN, types.PolicyUsageTypePermissionsBoundary)
	return refs(policy.Partition, account, entities), awserr.Wrap(err, "listing the principals of boundary %s", policyARN)
}

// AttachedTo returns what a managed policy is attached to as a permissions policy, such as
// "role app", "user alice" and "group devs".
//
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListEntitiesForPolicy.html
func (d *Directory) AttachedTo(ctx context.Context, policyARN string) ([]string, error) {
	entities, err := d.entities(ctx, policyARN, types.PolicyUsageTypePermissionsPolicy)
	names := make([]string, len(entities))
	for i, e := range entities {
		names[i] = e.kind + " " + e.name
	}
	return names, awserr.Wrap(err, "listing what policy %s is attached to", policyARN)
}

// entity is a user, role or group that uses a policy.
type entity struct{ kind, name string }

// refs returns the entities that are users and roles, with unknown paths.
func refs(partition, account string, entities []entity) []principal.Ref {
	list := make([]principal.Ref, len(entities))
	for i, e := range entities {
		list[i] = principal.Ref{Partition: partition, Account: account, Kind: principal.Kind(e.kind), Name: e.name}
	}
	return list
}

// entities lists the entities that use a managed policy in one way.
func (d *Directory) entities(ctx context.Context, policyARN string, usage types.PolicyUsageType) ([]entity, error) {
	input := &iam.ListEntitiesForPolicyInput{PolicyArn: &policyARN, PolicyUsageFilter: usage}
	return collect(ctx, iam.NewListEntitiesForPolicyPaginator(d.api, input), used)
}

// used returns the entities of a page.
func used(page *iam.ListEntitiesForPolicyOutput) []entity {
	var found []entity
	for _, role := range page.PolicyRoles {
		found = append(found, entity{string(principal.Role), aws.ToString(role.RoleName)})
	}
	for _, user := range page.PolicyUsers {
		found = append(found, entity{string(principal.User), aws.ToString(user.UserName)})
	}
	for _, group := range page.PolicyGroups {
		found = append(found, entity{"group", aws.ToString(group.GroupName)})
	}
	return found
}
