package sim

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsiam "github.com/aws/aws-sdk-go-v2/service/iam"
)

// The IAM operations that the edges call.

type iamOptions = func(*awsiam.Options)

// GetRole makes the call through the scheduler.
func (c iamClient) GetRole(ctx context.Context, in *awsiam.GetRoleInput, _ ...iamOptions) (*awsiam.GetRoleOutput, error) {
	return askIAM[awsiam.GetRoleOutput](ctx, c.w, "GetRole", in)
}

// GetUser makes the call through the scheduler.
func (c iamClient) GetUser(ctx context.Context, in *awsiam.GetUserInput, _ ...iamOptions) (*awsiam.GetUserOutput, error) {
	return askIAM[awsiam.GetUserOutput](ctx, c.w, "GetUser", in)
}

// GetPolicy makes the call through the scheduler.
func (c iamClient) GetPolicy(ctx context.Context, in *awsiam.GetPolicyInput, _ ...iamOptions) (*awsiam.GetPolicyOutput, error) {
	return askIAM[awsiam.GetPolicyOutput](ctx, c.w, "GetPolicy", in)
}

// GetPolicyVersion makes the call through the scheduler.
func (c iamClient) GetPolicyVersion(ctx context.Context, in *awsiam.GetPolicyVersionInput, _ ...iamOptions) (*awsiam.GetPolicyVersionOutput, error) {
	return askIAM[awsiam.GetPolicyVersionOutput](ctx, c.w, "GetPolicyVersion", in)
}

// ListPolicyVersions makes the call through the scheduler.
func (c iamClient) ListPolicyVersions(ctx context.Context, in *awsiam.ListPolicyVersionsInput, _ ...iamOptions) (*awsiam.ListPolicyVersionsOutput, error) {
	return askIAM[awsiam.ListPolicyVersionsOutput](ctx, c.w, "ListPolicyVersions", in)
}

// GetGroup makes the call through the scheduler.
func (c iamClient) GetGroup(ctx context.Context, in *awsiam.GetGroupInput, _ ...iamOptions) (*awsiam.GetGroupOutput, error) {
	return askIAM[awsiam.GetGroupOutput](ctx, c.w, "GetGroup", in)
}

// ListEntitiesForPolicy makes the call through the scheduler.
func (c iamClient) ListEntitiesForPolicy(ctx context.Context, in *awsiam.ListEntitiesForPolicyInput, _ ...iamOptions) (*awsiam.ListEntitiesForPolicyOutput, error) {
	return askIAM[awsiam.ListEntitiesForPolicyOutput](ctx, c.w, "ListEntitiesForPolicy", in)
}

// ListAttachedRolePolicies makes the call through the scheduler.
func (c iamClient) ListAttachedRolePolicies(ctx context.Context, in *awsiam.ListAttachedRolePoliciesInput, _ ...iamOptions) (*awsiam.ListAttachedRolePoliciesOutput, error) {
	return askIAM[awsiam.ListAttachedRolePoliciesOutput](ctx, c.w, "ListAttachedRolePolicies", in)
}

// ListRolePolicies makes the call through the scheduler.
func (c iamClient) ListRolePolicies(ctx context.Context, in *awsiam.ListRolePoliciesInput, _ ...iamOptions) (*awsiam.ListRolePoliciesOutput, error) {
	return askIAM[awsiam.ListRolePoliciesOutput](ctx, c.w, "ListRolePolicies", in)
}

// GetRolePolicy makes the call through the scheduler.
func (c iamClient) GetRolePolicy(ctx context.Context, in *awsiam.GetRolePolicyInput, _ ...iamOptions) (*awsiam.GetRolePolicyOutput, error) {
	return askIAM[awsiam.GetRolePolicyOutput](ctx, c.w, "GetRolePolicy", in)
}

// ListAttachedUserPolicies makes the call through the scheduler.
func (c iamClient) ListAttachedUserPolicies(ctx context.Context, in *awsiam.ListAttachedUserPoliciesInput, _ ...iamOptions) (*awsiam.ListAttachedUserPoliciesOutput, error) {
	return askIAM[awsiam.ListAttachedUserPoliciesOutput](ctx, c.w, "ListAttachedUserPolicies", in)
}

// ListUserPolicies makes the call through the scheduler.
func (c iamClient) ListUserPolicies(ctx context.Context, in *awsiam.ListUserPoliciesInput, _ ...iamOptions) (*awsiam.ListUserPoliciesOutput, error) {
	return askIAM[awsiam.ListUserPoliciesOutput](ctx, c.w, "ListUserPolicies", in)
}

// GetUserPolicy makes the call through the scheduler.
func (c iamClient) GetUserPolicy(ctx context.Context, in *awsiam.GetUserPolicyInput, _ ...iamOptions) (*awsiam.GetUserPolicyOutput, error) {
	return askIAM[awsiam.GetUserPolicyOutput](ctx, c.w, "GetUserPolicy", in)
}

// ListGroupsForUser makes the call through the scheduler.
func (c iamClient) ListGroupsForUser(ctx context.Context, in *awsiam.ListGroupsForUserInput, _ ...iamOptions) (*awsiam.ListGroupsForUserOutput, error) {
	return askIAM[awsiam.ListGroupsForUserOutput](ctx, c.w, "ListGroupsForUser", in)
}

// ListAttachedGroupPolicies makes the call through the scheduler.
func (c iamClient) ListAttachedGroupPolicies(ctx context.Context, in *awsiam.ListAttachedGroupPoliciesInput, _ ...iamOptions) (*awsiam.ListAttachedGroupPoliciesOutput, error) {
	return askIAM[awsiam.ListAttachedGroupPoliciesOutput](ctx, c.w, "ListAttachedGroupPolicies", in)
}

// ListGroupPolicies makes the call through the scheduler.
func (c iamClient) ListGroupPolicies(ctx context.Context, in *awsiam.ListGroupPoliciesInput, _ ...iamOptions) (*awsiam.ListGroupPoliciesOutput, error) {
	return askIAM[awsiam.ListGroupPoliciesOutput](ctx, c.w, "ListGroupPolicies", in)
}

// GetGroupPolicy makes the call through the scheduler.
func (c iamClient) GetGroupPolicy(ctx context.Context, in *awsiam.GetGroupPolicyInput, _ ...iamOptions) (*awsiam.GetGroupPolicyOutput, error) {
	return askIAM[awsiam.GetGroupPolicyOutput](ctx, c.w, "GetGroupPolicy", in)
}

// PutRolePermissionsBoundary makes the call through the scheduler.
func (c iamClient) PutRolePermissionsBoundary(ctx context.Context, in *awsiam.PutRolePermissionsBoundaryInput, _ ...iamOptions) (*awsiam.PutRolePermissionsBoundaryOutput, error) {
	return askIAM[awsiam.PutRolePermissionsBoundaryOutput](ctx, c.w, "PutRolePermissionsBoundary", in)
}

// PutUserPermissionsBoundary makes the call through the scheduler.
func (c iamClient) PutUserPermissionsBoundary(ctx context.Context, in *awsiam.PutUserPermissionsBoundaryInput, _ ...iamOptions) (*awsiam.PutUserPermissionsBoundaryOutput, error) {
	return askIAM[awsiam.PutUserPermissionsBoundaryOutput](ctx, c.w, "PutUserPermissionsBoundary", in)
}

// SetDefaultPolicyVersion makes the call through the scheduler.
func (c iamClient) SetDefaultPolicyVersion(ctx context.Context, in *awsiam.SetDefaultPolicyVersionInput, _ ...iamOptions) (*awsiam.SetDefaultPolicyVersionOutput, error) {
	return askIAM[awsiam.SetDefaultPolicyVersionOutput](ctx, c.w, "SetDefaultPolicyVersion", in)
}

// DeletePolicyVersion makes the call through the scheduler.
func (c iamClient) DeletePolicyVersion(ctx context.Context, in *awsiam.DeletePolicyVersionInput, _ ...iamOptions) (*awsiam.DeletePolicyVersionOutput, error) {
	return askIAM[awsiam.DeletePolicyVersionOutput](ctx, c.w, "DeletePolicyVersion", in)
}

// CreatePolicyVersion makes the call through the scheduler.
func (c iamClient) CreatePolicyVersion(ctx context.Context, in *awsiam.CreatePolicyVersionInput, _ ...iamOptions) (*awsiam.CreatePolicyVersionOutput, error) {
	return askIAM[awsiam.CreatePolicyVersionOutput](ctx, c.w, "CreatePolicyVersion", in)
}

// CreatePolicy makes the call through the scheduler.
func (c iamClient) CreatePolicy(ctx context.Context, in *awsiam.CreatePolicyInput, _ ...iamOptions) (*awsiam.CreatePolicyOutput, error) {
	return askIAM[awsiam.CreatePolicyOutput](ctx, c.w, "CreatePolicy", in)
}

// pageSize is smaller than IAM's, so that an account has several pages.
const pageSize = 5

// GetAccountAuthorizationDetails makes the call through the scheduler.
func (c iamClient) GetAccountAuthorizationDetails(ctx context.Context, in *awsiam.GetAccountAuthorizationDetailsInput, _ ...iamOptions) (*awsiam.GetAccountAuthorizationDetailsOutput, error) {
	small := *in
	small.MaxItems = aws.Int32(pageSize)
	return askIAM[awsiam.GetAccountAuthorizationDetailsOutput](ctx, c.w, "GetAccountAuthorizationDetails", &small)
}
