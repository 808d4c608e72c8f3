package directory

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/ringfence/ringfence/internal/awserr"
	"github.com/ringfence/ringfence/internal/fault"
	"github.com/ringfence/ringfence/internal/principal"
	"github.com/ringfence/ringfence/internal/trail"
)

type memberAPI interface {
	GetGroup(context.Context, *iam.GetGroupInput, ...func(*iam.Options)) (*iam.GetGroupOutput, error)
	ListEntitiesForPolicy(context.Context, *iam.ListEntitiesForPolicyInput, ...func(*iam.Options)) (*iam.ListEntitiesForPolicyOutput, error)
}

// GroupMembers lists the users of a group, with their paths. It returns a [fault.Gone]
// where there is no such group.
//
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetGroup.html
func (d *Directory) GroupMembers(ctx context.Context, group trail.Group) ([]principal.Ref, error) {
	users, err := collect(ctx, iam.NewGetGroupPaginator(d.api, &iam.GetGroupInput{GroupName: &group.Name}),
		func(page *iam.GetGroupOutput) []types.User { return page.Users })
	if err != nil {
		return nil, awserr.Wrap(err, "listing the members of group %s", group.Name)
	}
	refs := make([]principal.Ref, len(users))
	for i, user := range users {
		if refs[i], err = principal.Parse(aws.ToString(user.Arn)); err != nil {
			return nil, fault.New(fault.Unknown, "listing the members of group %s: %w", group.Name, err)
		}
	}
	return refs, nil
}

// BoundedBy lists the principals of an account that carry a managed policy as their
// permissions boundary. IAM gives only their names, so that their paths are unknown
// (see [principal.Ref.PathKnown]). The account is asked for because an AWS managed
// policy can be a boundary in every account.
//
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListEntitiesForPolicy.html
func (d *Directory) BoundedBy(ctx context.Context, account, policyARN string) ([]principal.Ref, error) {
	policy, err := principal.ParsePolicy(policyARN)
	if err != nil {
		return nil, fault.New(fault.BadInput, "listing whom a boundary caps: %w", err)
	}
	of := func(kind principal.Kind, name *string) principal.Ref {
		return principal.Ref{Partition: policy.Partition, Account: account, Kind: kind, Name: aws.ToString(name)}
	}
	input := &iam.ListEntitiesForPolicyInput{
		PolicyArn:         &policyARN,
		PolicyUsageFilter: types.PolicyUsageTypePermissionsBoundary,
	}
	refs, err := collect(ctx, iam.NewListEntitiesForPolicyPaginator(d.api, input),
		func(page *iam.ListEntitiesForPolicyOutput) []principal.Ref {
			var refs []principal.Ref
			for _, role := range page.PolicyRoles {
				refs = append(refs, of(principal.Role, role.RoleName))
			}
			for _, user := range page.PolicyUsers {
				refs = append(refs, of(principal.User, user.UserName))
			}
			return refs
		})
	if err != nil {
		return nil, awserr.Wrap(err, "listing whom boundary %s caps", policyARN)
	}
	return refs, nil
}
