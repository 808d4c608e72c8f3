package iamread

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/ringfence/ringfence/internal/principal"
)

// IAM has the same three calls for roles, users and groups, under other names.

type roleHolder struct {
	api identityAPI
	principal.Ref
}

func (h roleHolder) group() string { return "" }

func (h roleHolder) attached(ctx context.Context) ([]types.AttachedPolicy, error) {
	return collect(ctx, iam.NewListAttachedRolePoliciesPaginator(h.api, &iam.ListAttachedRolePoliciesInput{RoleName: &h.Name}),
		func(page *iam.ListAttachedRolePoliciesOutput) []types.AttachedPolicy { return page.AttachedPolicies })
}

func (h roleHolder) inline(ctx context.Context) ([]string, error) {
	return collect(ctx, iam.NewListRolePoliciesPaginator(h.api, &iam.ListRolePoliciesInput{RoleName: &h.Name}),
		func(page *iam.ListRolePoliciesOutput) []string { return page.PolicyNames })
}

func (h roleHolder) document(ctx context.Context, name string) (*string, error) {
	out, err := h.api.GetRolePolicy(ctx, &iam.GetRolePolicyInput{RoleName: &h.Name, PolicyName: &name})
	if err != nil || out == nil {
		return nil, err
	}
	return out.PolicyDocument, nil
}

type userHolder struct {
	api identityAPI
	principal.Ref
}

func (h userHolder) group() string { return "" }

func (h userHolder) attached(ctx context.Context) ([]types.AttachedPolicy, error) {
	return collect(ctx, iam.NewListAttachedUserPoliciesPaginator(h.api, &iam.ListAttachedUserPoliciesInput{UserName: &h.Name}),
		func(page *iam.ListAttachedUserPoliciesOutput) []types.AttachedPolicy { return page.AttachedPolicies })
}

func (h userHolder) inline(ctx context.Context) ([]string, error) {
	return collect(ctx, iam.NewListUserPoliciesPaginator(h.api, &iam.ListUserPoliciesInput{UserName: &h.Name}),
		func(page *iam.ListUserPoliciesOutput) []string { return page.PolicyNames })
}

func (h userHolder) document(ctx context.Context, name string) (*string, error) {
	out, err := h.api.GetUserPolicy(ctx, &iam.GetUserPolicyInput{UserName: &h.Name, PolicyName: &name})
	if err != nil || out == nil {
		return nil, err
	}
	return out.PolicyDocument, nil
}

type groupHolder struct {
	api  identityAPI
	name string
}

func (h groupHolder) String() string { return "group " + h.name }
func (h groupHolder) group() string  { return h.name }

func (h groupHolder) attached(ctx context.Context) ([]types.AttachedPolicy, error) {
	return collect(ctx, iam.NewListAttachedGroupPoliciesPaginator(h.api, &iam.ListAttachedGroupPoliciesInput{GroupName: &h.name}),
		func(page *iam.ListAttachedGroupPoliciesOutput) []types.AttachedPolicy { return page.AttachedPolicies })
}

func (h groupHolder) inline(ctx context.Context) ([]string, error) {
	return collect(ctx, iam.NewListGroupPoliciesPaginator(h.api, &iam.ListGroupPoliciesInput{GroupName: &h.name}),
		func(page *iam.ListGroupPoliciesOutput) []string { return page.PolicyNames })
}

func (h groupHolder) document(ctx context.Context, name string) (*string, error) {
	out, err := h.api.GetGroupPolicy(ctx, &iam.GetGroupPolicyInput{GroupName: &h.name, PolicyName: &name})
	if err != nil || out == nil {
		return nil, err
	}
	return out.PolicyDocument, nil
}
