package check

import (
	"context"
	"slices"
	"strings"

	"github.com/ringfence/ringfence/internal/authdetails"
	"github.com/ringfence/ringfence/internal/config"
	"github.com/ringfence/ringfence/internal/errclass"
	"github.com/ringfence/ringfence/internal/iac"
	"github.com/ringfence/ringfence/internal/principal"
)

// account is one account as it would be after the deployment: its state, if it is known, with what
// the files change.
type account struct {
	*authdetails.Directory
	config *config.Config
	home   home
	// state is nil if it is not known.
	state *authdetails.Details
	// policies are the managed policies in the files, by ARN in lower case: IAM does not distinguish
	// names by case.
	policies map[string]*iac.Policy
}

// Policy returns a managed policy as it would be. If neither a file nor the state has a required
// policy, it is assumed to be as approved.
func (a *account) Policy(ctx context.Context, arn string) (principal.PolicyState, error) {
	if p := a.policies[strings.ToLower(arn)]; p != nil {
		return planned(p, arn)
	}
	state, err := a.Directory.Policy(ctx, arn)
	switch {
	case err == nil || a.state != nil && a.state.Whole():
		return state, err
	case a.state != nil:
		return state, errclass.New(errclass.Unknown, "%w", err) // a partial state: it may be as approved
	}
	if b, ok := a.config.BoundaryFor(arn); ok && b.Document != nil && a.owns(arn) {
		return version(b.ARN, b.Document), nil
	}
	return state, errclass.New(errclass.Refused, "what %s allows is not known: neither the plan nor the template has it (give --state)", shown(arn))
}

// owns reports whether a policy is in the account, or managed by AWS, so that its principals can carry
// it.
func (a *account) owns(arn string) bool {
	p, err := principal.ParsePolicy(arn)
	return err == nil && (p.Account == a.home.account || p.Account == principal.AWSManaged)
}

// planned returns a policy of a file. The error of an unknown document has no class: it must not
// count as a document that was read.
func planned(p *iac.Policy, arn string) (principal.PolicyState, error) {
	if p.Change == iac.Delete {
		return principal.PolicyState{}, errclass.New(errclass.Gone, "%s deletes the policy %s", p.Address, shown(arn))
	}
	text, ok := p.Document.Value()
	if !ok {
		return principal.PolicyState{}, errclass.New(errclass.Unknown, "the document of the policy %s is not known: %s", shown(arn), p.Document.Why)
	}
	return version(arn, []byte(text)), nil
}

// version returns a policy that has one version.
func version(arn string, document []byte) principal.PolicyState {
	return principal.PolicyState{ARN: arn, DefaultVersion: "v1", Versions: []principal.PolicyVersion{{ID: "v1", Default: true, Document: document}}}
}

// Versions returns the same as Policy.
func (a *account) Versions(ctx context.Context, arn string) (principal.PolicyState, error) {
	return a.Policy(ctx, arn)
}

// view is an account as the assessment of one principal sees it.
type view struct {
	*account
	snapshot principal.Snapshot
	planned  *iac.Principal
}

func (v *view) is(ref principal.Ref) bool {
	return v.planned != nil && ref.Kind == v.snapshot.Kind && strings.EqualFold(ref.Name, v.snapshot.Name)
}

// Principal returns the principal as it would be.
func (v *view) Principal(ctx context.Context, ref principal.Ref) (principal.Snapshot, error) {
	if v.is(ref) {
		return v.snapshot, nil
	}
	return v.account.Principal(ctx, ref)
}

// IdentityPolicies returns all identity policies that the principal would have. A policy that is not
// known must not look like one that allows nothing.
func (v *view) IdentityPolicies(ctx context.Context, ref principal.Ref) ([]principal.IdentityPolicy, error) {
	if !v.is(ref) {
		return v.account.IdentityPolicies(ctx, ref)
	}
	if why := v.planned.IdentityUnknown; why != "" {
		return nil, errclass.New(errclass.Refused, "%s", why)
	}
	list := slices.Clone(v.planned.Identity)
	if v.planned.Change == iac.Update || v.planned.Change == iac.Keep {
		now, err := v.account.IdentityPolicies(ctx, ref)
		if err != nil {
			return nil, errclass.New(errclass.Refused, "not all policies of an existing principal are in the plan: give --state")
		}
		for _, p := range now {
			if !slices.ContainsFunc(list, func(q principal.IdentityPolicy) bool {
				return p.ARN == q.ARN && (p.ARN != "" || p.Source == q.Source && p.Name == q.Name)
			}) {
				list = append(list, p)
			}
		}
	}
	for i := range list {
		if list[i].ARN == "" || list[i].Document != nil {
			continue
		}
		state, err := v.Policy(ctx, list[i].ARN)
		if err != nil {
			return nil, errclass.New(errclass.Refused, "%w", err)
		}
		document, _ := state.Default()
		list[i].Document = document.Document
	}
	return list, nil
}
