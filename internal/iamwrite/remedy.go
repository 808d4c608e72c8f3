// Package iamwrite carries out the actions of a decision as writes to IAM.
//
// Every write can be repeated: a write that is made twice, or was interrupted, ends in the same
// state. This package does not remove boundaries, delete policies or decide anything. It
// refuses incomplete actions.
//
// The errors have classes (see package errclass). Their meaning here:
//   - [errclass.Gone]: the principal no longer exists; there is nothing to repair.
//   - [plan.ErrNoBoundary]: the principal exists, and the boundary policy does not.
//   - [errclass.Retryable]: also if the state has changed since the decision, such as a deleted
//     version to restore: read and decide again.
//   - [errclass.Refused]: IAM will not do it; people must act.
package iamwrite

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/ringfence/ringfence/internal/errclass"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/plan"
)

// Remedy writes to the IAM of one account. It is safe for concurrent use.
type Remedy struct{ api iamAPI }

// iamAPI is the part of the IAM client that repairing needs. The reads find out the cause of a
// refusal.
type iamAPI interface {
	PutRolePermissionsBoundary(context.Context, *iam.PutRolePermissionsBoundaryInput, ...func(*iam.Options)) (*iam.PutRolePermissionsBoundaryOutput, error)
	PutUserPermissionsBoundary(context.Context, *iam.PutUserPermissionsBoundaryInput, ...func(*iam.Options)) (*iam.PutUserPermissionsBoundaryOutput, error)
	SetDefaultPolicyVersion(context.Context, *iam.SetDefaultPolicyVersionInput, ...func(*iam.Options)) (*iam.SetDefaultPolicyVersionOutput, error)
	DeletePolicyVersion(context.Context, *iam.DeletePolicyVersionInput, ...func(*iam.Options)) (*iam.DeletePolicyVersionOutput, error)
	CreatePolicyVersion(context.Context, *iam.CreatePolicyVersionInput, ...func(*iam.Options)) (*iam.CreatePolicyVersionOutput, error)
	CreatePolicy(context.Context, *iam.CreatePolicyInput, ...func(*iam.Options)) (*iam.CreatePolicyOutput, error)
	GetPolicy(context.Context, *iam.GetPolicyInput, ...func(*iam.Options)) (*iam.GetPolicyOutput, error)
	GetAccountAuthorizationDetails(context.Context, *iam.GetAccountAuthorizationDetailsInput, ...func(*iam.Options)) (*iam.GetAccountAuthorizationDetailsOutput, error)
	GetPolicyVersion(context.Context, *iam.GetPolicyVersionInput, ...func(*iam.Options)) (*iam.GetPolicyVersionOutput, error)
}

// New returns a remedy that uses an [iam.Client] with credentials for the account.
func New(api iamAPI) *Remedy { return &Remedy{api} }

// Do carries out one action. The outcome is [finding.Failed] with an error, otherwise
// [finding.Done], or [finding.NoOutcome] for an action that writes nothing.
func (r *Remedy) Do(ctx context.Context, a plan.Action) (finding.Outcome, error) {
	if !a.Writes() {
		if a.Kind == finding.NoAction || a.Kind == finding.Alert {
			return finding.NoOutcome, nil
		}
		return finding.Failed, errclass.New(errclass.BadInput, "unknown action %q", a.Kind)
	}
	if err := r.write(ctx, a); err != nil {
		return finding.Failed, err
	}
	return finding.Done, nil
}

func (r *Remedy) write(ctx context.Context, a plan.Action) error {
	switch a.Kind {
	case finding.Reattach, finding.Quarantine:
		return r.attach(ctx, a.Principal, a.Boundary)
	case finding.Restore:
		return r.restore(ctx, a)
	case finding.CreatePolicy:
		return r.createPolicy(ctx, a)
	}
	return errclass.New(errclass.BadInput, "unsupported action %q", a.Kind)
}

// lookAgain makes an error temporary: the state has changed since the decision, so the message
// must be handled again.
func lookAgain(err error, format string, args ...any) error {
	return &errclass.Error{
		Class: errclass.Retryable,
		Code:  errclass.CodeOf(err),
		Err:   fmt.Errorf("%s: %w", fmt.Sprintf(format, args...), err),
	}
}
