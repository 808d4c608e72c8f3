package accounts

import (
	"context"

	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/iamread"
	"github.com/ringfence/ringfence/internal/iamwrite"
	"github.com/ringfence/ringfence/internal/plan"
	"github.com/ringfence/ringfence/internal/principal"
)

// Source reads from the account that each question is about.
type Source struct {
	// Of returns the directory of an account: see [Accounts.For].
	Of func(account string) *iamread.Directory
}

// Principal reads a user or role.
func (s Source) Principal(ctx context.Context, ref principal.Ref) (principal.Snapshot, error) {
	return s.Of(ref.Account).Principal(ctx, ref)
}

// IdentityPolicies reads the identity policies of a user or role.
func (s Source) IdentityPolicies(ctx context.Context, ref principal.Ref) ([]principal.IdentityPolicy, error) {
	return s.Of(ref.Account).IdentityPolicies(ctx, ref)
}

// Policy reads a managed policy with its default version.
func (s Source) Policy(ctx context.Context, arn string) (principal.PolicyState, error) {
	return s.owner(arn).Policy(ctx, arn)
}

// Versions reads a managed policy with all versions.
func (s Source) Versions(ctx context.Context, arn string) (principal.PolicyState, error) {
	return s.owner(arn).Versions(ctx, arn)
}

// AttachedTo lists what a managed policy is attached to, in its account.
func (s Source) AttachedTo(ctx context.Context, arn string) ([]string, error) {
	return s.owner(arn).AttachedTo(ctx, arn)
}

// Page reads some of the users and roles of an account.
func (s Source) Page(ctx context.Context, account, marker string) ([]principal.Snapshot, string, error) {
	return s.Of(account).Page(ctx, account, marker)
}

// Carriers reads some of the principals of an account that carry a policy as their boundary.
func (s Source) Carriers(ctx context.Context, account, policyARN, marker string) ([]principal.Ref, string, error) {
	return s.Of(account).Carriers(ctx, account, policyARN, marker)
}

// BoundedBy lists all of them.
func (s Source) BoundedBy(ctx context.Context, account, policyARN string) ([]principal.Ref, error) {
	return s.Of(account).BoundedBy(ctx, account, policyARN)
}

// Members reads some of the users of an account's group.
func (s Source) Members(ctx context.Context, account, group, marker string) ([]principal.Ref, string, error) {
	return s.Of(account).Members(ctx, account, group, marker)
}

// owner returns the directory of the account that a policy is in. An ARN that is none is refused there.
func (s Source) owner(arn string) *iamread.Directory { return s.Of(accountOf(arn)) }

// accountOf returns the account of a policy, empty if it is AWS's or the ARN is none.
func accountOf(arn string) string {
	p, err := principal.ParsePolicy(arn)
	if err != nil || p.Account == principal.AWSManaged {
		return ""
	}
	return p.Account
}

// Remedy writes to the account of each target.
type Remedy struct {
	// Of returns the remedy of an account: see [Accounts.For].
	Of func(account string) *iamwrite.Remedy
}

// Do carries out one action.
func (r Remedy) Do(ctx context.Context, a plan.Action) (finding.Outcome, error) {
	account := a.Principal.Account
	if a.Policy != "" {
		account = accountOf(a.Policy)
	}
	return r.Of(account).Do(ctx, a)
}
