package iamwrite

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/ringfence/ringfence/internal/awserr"
	"github.com/ringfence/ringfence/internal/errclass"
	"github.com/ringfence/ringfence/internal/plan"
	"github.com/ringfence/ringfence/internal/principal"
)

// attach sets the boundary of a principal, in one call, whatever it was before.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePermissionsBoundary.html
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutUserPermissionsBoundary.html
func (r *Remedy) attach(ctx context.Context, to principal.Ref, boundary string) error {
	if _, err := principal.ParsePolicy(boundary); err != nil {
		return errclass.New(errclass.BadInput, "putting a boundary on %s: %w", to, err)
	}
	if to.Name == "" {
		return errclass.New(errclass.BadInput, "putting a boundary on a %s without a name", to.Kind)
	}
	var err error
	switch to.Kind {
	case principal.Role:
		_, err = r.api.PutRolePermissionsBoundary(ctx, &iam.PutRolePermissionsBoundaryInput{RoleName: &to.Name, PermissionsBoundary: &boundary})
	case principal.User:
		_, err = r.api.PutUserPermissionsBoundary(ctx, &iam.PutUserPermissionsBoundaryInput{UserName: &to.Name, PermissionsBoundary: &boundary})
	default:
		return errclass.New(errclass.BadInput, "putting a boundary on %s, which is neither a user nor a role", to)
	}
	err = awserr.Wrap(err, "putting boundary %s on %s", boundary, to)
	switch errclass.CodeOf(err) {
	case "NoSuchEntity", "NoSuchEntityException", "InvalidInput", "InvalidInputException":
		return r.whatIsMissing(ctx, boundary, err)
	}
	return err
}

// whatIsMissing finds out what does not exist after a refused attachment. IAM uses the same
// code for a missing principal and a missing boundary, and the consequences differ: the first
// needs nothing, the second leaves all principals without a boundary. So it asks for the
// policy. Without a clear answer the error is neither.
func (r *Remedy) whatIsMissing(ctx context.Context, boundary string, refusal error) error {
	_, err := r.api.GetPolicy(ctx, &iam.GetPolicyInput{PolicyArn: &boundary})
	switch {
	case err == nil:
		return refusal
	case errclass.ClassOf(awserr.Wrap(err, "")) == errclass.Gone:
		return &errclass.Error{Class: errclass.Refused, Code: errclass.CodeOf(refusal), Err: fmt.Errorf("%w: %w", plan.ErrNoBoundary, refusal)}
	}
	return lookAgain(refusal, "cannot tell whether the principal or boundary %s is missing (%v)", boundary, err)
}
