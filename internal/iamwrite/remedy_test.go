package iamwrite

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"

	"github.com/ringfence/ringfence/internal/errclass"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/plan"
	"github.com/ringfence/ringfence/internal/principal"
)

// fake records each call as text, and answers with the error that the test set for the API.
// Policies have the document of the fake, if it has one.
type fake struct {
	calls    []string
	errs     map[string]error
	document string
	created  string // the ARN that CreatePolicy answers with
	namesake string // the ARN of the policy with the name of the boundary
	silent   bool   // answers are nil
}

func (f *fake) call(name string, args ...*string) error {
	said := name
	for _, a := range args {
		said += " " + aws.ToString(a)
	}
	f.calls = append(f.calls, said)
	return f.errs[name]
}

func (f *fake) GetAccountAuthorizationDetails(_ context.Context, _ *iam.GetAccountAuthorizationDetailsInput, _ ...func(*iam.Options)) (*iam.GetAccountAuthorizationDetailsOutput, error) {
	out := &iam.GetAccountAuthorizationDetailsOutput{}
	if f.namesake != "" {
		out.Policies = []types.ManagedPolicyDetail{{PolicyName: aws.String("other"), Arn: aws.String("x")}, {PolicyName: aws.String("Team-Boundary"), Arn: &f.namesake}}
	}
	return out, f.call("GetAccountAuthorizationDetails")
}

func (f *fake) PutRolePermissionsBoundary(_ context.Context, in *iam.PutRolePermissionsBoundaryInput, _ ...func(*iam.Options)) (*iam.PutRolePermissionsBoundaryOutput, error) {
	return nil, f.call("PutRolePermissionsBoundary", in.RoleName, in.PermissionsBoundary)
}

func (f *fake) PutUserPermissionsBoundary(_ context.Context, in *iam.PutUserPermissionsBoundaryInput, _ ...func(*iam.Options)) (*iam.PutUserPermissionsBoundaryOutput, error) {
	return nil, f.call("PutUserPermissionsBoundary", in.UserName, in.PermissionsBoundary)
}

func (f *fake) SetDefaultPolicyVersion(_ context.Context, in *iam.SetDefaultPolicyVersionInput, _ ...func(*iam.Options)) (*iam.SetDefaultPolicyVersionOutput, error) {
	return nil, f.call("SetDefaultPolicyVersion", in.PolicyArn, in.VersionId)
}

func (f *fake) DeletePolicyVersion(_ context.Context, in *iam.DeletePolicyVersionInput, _ ...func(*iam.Options)) (*iam.DeletePolicyVersionOutput, error) {
	return nil, f.call("DeletePolicyVersion", in.PolicyArn, in.VersionId)
}

func (f *fake) CreatePolicyVersion(_ context.Context, in *iam.CreatePolicyVersionInput, _ ...func(*iam.Options)) (*iam.CreatePolicyVersionOutput, error) {
	if !in.SetAsDefault {
		return nil, errors.New("not set as default")
	}
	return nil, f.call("CreatePolicyVersion", in.PolicyArn, in.PolicyDocument)
}

func (f *fake) CreatePolicy(_ context.Context, in *iam.CreatePolicyInput, _ ...func(*iam.Options)) (*iam.CreatePolicyOutput, error) {
	err := f.call("CreatePolicy", in.Path, in.PolicyName, in.PolicyDocument)
	if err != nil || f.silent {
		return nil, err
	}
	return &iam.CreatePolicyOutput{Policy: &types.Policy{Arn: aws.String(f.created)}}, nil
}

func (f *fake) GetPolicy(_ context.Context, in *iam.GetPolicyInput, _ ...func(*iam.Options)) (*iam.GetPolicyOutput, error) {
	err := f.call("GetPolicy", in.PolicyArn)
	if err != nil || f.silent {
		return nil, err
	}
	return &iam.GetPolicyOutput{Policy: &types.Policy{Arn: in.PolicyArn, DefaultVersionId: aws.String("v7")}}, nil
}

func (f *fake) GetPolicyVersion(_ context.Context, in *iam.GetPolicyVersionInput, _ ...func(*iam.Options)) (*iam.GetPolicyVersionOutput, error) {
	err := f.call("GetPolicyVersion", in.PolicyArn, in.VersionId)
	if err != nil || f.silent {
		return nil, err
	}
	return &iam.GetPolicyVersionOutput{PolicyVersion: &types.PolicyVersion{Document: aws.String(url.PathEscape(f.document))}}, nil
}

const (
	team     = "arn:aws:iam::123456789012:policy/sec/team-boundary"
	approved = `{"Version": "2012-10-17", "Statement": []}`
)

var (
	role = principal.Ref{Partition: "aws", Account: "123456789012", Kind: principal.Role, Path: "/dev/", Name: "app"}
	user = principal.Ref{Partition: "aws", Account: "123456789012", Kind: principal.User, Path: "/", Name: "alice"}
)

func code(c string) error { return &smithy.GenericAPIError{Code: c, Message: "said so"} }

func TestDo(t *testing.T) {
	const (
		putRole   = "PutRolePermissionsBoundary app " + team
		getPolicy = "GetPolicy " + team
		getV7     = "GetPolicyVersion " + team + " v7"
		create    = "CreatePolicyVersion " + team + " " + approved
		prune     = "DeletePolicyVersion " + team + " v1"
		setV3     = "SetDefaultPolicyVersion " + team + " v3"
		newPolicy = "CreatePolicy /sec/ team-boundary " + approved
	)
	var (
		reattach = plan.Action{Kind: finding.Reattach, Principal: role, Boundary: team}
		older    = plan.Action{Kind: finding.Restore, Policy: team, SetDefault: "v3"}
		newer    = plan.Action{Kind: finding.Restore, Policy: team, Document: []byte(approved)}
		pruning  = plan.Action{Kind: finding.Restore, Policy: team, Document: []byte(approved), Prune: "v1"}
		remake   = plan.Action{Kind: finding.CreatePolicy, Policy: team, Document: []byte(approved)}
		gone     = code("NoSuchEntity")
	)
	for _, test := range []struct {
		name    string
		action  plan.Action
		fake    fake
		outcome finding.Outcome
		class   errclass.Class // of the error, where the outcome is failed
		unblock string
		calls   []string
	}{
		{name: "nothing", action: plan.Action{Kind: finding.NoAction}, outcome: finding.NoOutcome},
		{name: "an alert", action: plan.Action{Kind: finding.Alert}, outcome: finding.NoOutcome},

		{name: "reattach to a role", action: reattach, outcome: finding.Done, calls: []string{putRole}},
		{
			name:    "reattach to a user",
			action:  plan.Action{Kind: finding.Reattach, Principal: user, Boundary: team},
			outcome: finding.Done, calls: []string{"PutUserPermissionsBoundary alice " + team},
		},
		{
			name:    "quarantine",
			action:  plan.Action{Kind: finding.Quarantine, Principal: role, Boundary: "arn:aws:iam::aws:policy/AWSDenyAll"},
			outcome: finding.Done, calls: []string{"PutRolePermissionsBoundary app arn:aws:iam::aws:policy/AWSDenyAll"},
		},
		{
			name: "the principal is gone", action: reattach,
			fake:    fake{errs: map[string]error{"PutRolePermissionsBoundary": gone}},
			outcome: finding.Failed, class: errclass.Gone, calls: []string{putRole, getPolicy},
		},
		{
			name: "the boundary is gone", action: reattach,
			fake:    fake{errs: map[string]error{"PutRolePermissionsBoundary": gone, "GetPolicy": gone}},
			outcome: finding.Failed, class: errclass.Refused, calls: []string{putRole, getPolicy},
		},
		{
			name: "the boundary is gone, in other words", action: reattach,
			fake:    fake{errs: map[string]error{"PutRolePermissionsBoundary": code("InvalidInput"), "GetPolicy": gone}},
			outcome: finding.Failed, class: errclass.Refused, calls: []string{putRole, getPolicy},
		},
		{
			name: "one of the two is gone, and nobody says which", action: reattach,
			fake:    fake{errs: map[string]error{"PutRolePermissionsBoundary": gone, "GetPolicy": code("AccessDenied")}},
			outcome: finding.Failed, class: errclass.Retryable, calls: []string{putRole, getPolicy},
		},
		{
			name: "a protected role", action: reattach,
			fake:    fake{errs: map[string]error{"PutRolePermissionsBoundary": code("UnmodifiableEntity")}},
			outcome: finding.Failed, class: errclass.Refused, calls: []string{putRole},
		},
		{
			name: "throttled", action: reattach,
			fake:    fake{errs: map[string]error{"PutRolePermissionsBoundary": code("Throttling")}},
			outcome: finding.Failed, class: errclass.Retryable, calls: []string{putRole},
		},

		{name: "an older version", action: older, outcome: finding.Done, calls: []string{setV3}},
		{
			name: "an older version that went away", action: older,
			fake:    fake{errs: map[string]error{"SetDefaultPolicyVersion": gone}},
			outcome: finding.Failed, class: errclass.Retryable, calls: []string{setV3},
		},
		{name: "a new version", action: newer, outcome: finding.Done, calls: []string{create}},
		{name: "a new version after pruning", action: pruning, outcome: finding.Done, calls: []string{prune, create}},
		{
			name: "pruned already", action: pruning,
			fake:    fake{errs: map[string]error{"DeletePolicyVersion": gone}},
			outcome: finding.Done, calls: []string{prune, create},
		},
		{
			name: "what was to be pruned became the default", action: pruning,
			fake:    fake{errs: map[string]error{"DeletePolicyVersion": code("DeleteConflict")}},
			outcome: finding.Failed, class: errclass.Retryable, calls: []string{prune},
		},
		{
			name: "pruning is denied", action: pruning,
			fake:    fake{errs: map[string]error{"DeletePolicyVersion": code("AccessDenied")}},
			outcome: finding.Failed, class: errclass.Refused, calls: []string{prune},
		},
		{
			name: "the policy went away", action: newer,
			fake:    fake{errs: map[string]error{"CreatePolicyVersion": gone}},
			outcome: finding.Failed, class: errclass.Retryable, calls: []string{create},
		},
		{
			name: "no room, since the first attempt worked", action: newer,
			fake:    fake{errs: map[string]error{"CreatePolicyVersion": code("LimitExceeded")}, document: `{"Version":"2012-10-17","Statement":[]}`},
			outcome: finding.Failed, class: errclass.Retryable, calls: []string{create, getPolicy, getV7},
		},
		{
			name: "no room", action: newer,
			fake:    fake{errs: map[string]error{"CreatePolicyVersion": code("LimitExceeded")}, document: `{"Version":"2012-10-17","Statement":[{}]}`},
			outcome: finding.Failed, class: errclass.Refused, calls: []string{create, getPolicy, getV7},
		},
		{
			name: "no room, and nothing can be read", action: newer,
			fake:    fake{errs: map[string]error{"CreatePolicyVersion": code("LimitExceeded")}, silent: true},
			outcome: finding.Failed, class: errclass.Refused, calls: []string{create, getPolicy},
		},

		{name: "a new policy", action: remake, fake: fake{created: team}, outcome: finding.Done, calls: []string{newPolicy}},
		{name: "a new policy, of which IAM says nothing", action: remake, fake: fake{silent: true}, outcome: finding.Done, calls: []string{newPolicy}},
		{
			name: "a new policy in a wrong account", action: remake,
			fake:    fake{created: "arn:aws:iam::999999999999:policy/sec/team-boundary"},
			outcome: finding.Failed, class: errclass.Refused, calls: []string{newPolicy},
		},
		{
			name: "a policy that exists and says the same", action: remake,
			fake:    fake{errs: map[string]error{"CreatePolicy": code("EntityAlreadyExists")}, document: approved},
			outcome: finding.Done, calls: []string{newPolicy, getPolicy, getV7},
		},
		{
			name: "a policy that exists and says something else", action: remake,
			fake:    fake{errs: map[string]error{"CreatePolicy": code("EntityAlreadyExists")}, document: `{}`},
			outcome: finding.Failed, class: errclass.Retryable, calls: []string{newPolicy, getPolicy, getV7},
		},
		{
			name: "a policy that exists under another path", action: remake,
			fake:    fake{errs: map[string]error{"CreatePolicy": code("EntityAlreadyExists"), "GetPolicy": gone}, namesake: "arn:aws:iam::123456789012:policy/$(id)/Team-Boundary"},
			outcome: finding.Failed, class: errclass.Refused, calls: []string{newPolicy, getPolicy, "GetAccountAuthorizationDetails"},
			unblock: "aws iam delete-policy --policy-arn 'arn:aws:iam::123456789012:policy/$(id)/Team-Boundary'",
		},
		{
			name: "a policy that existed under another path, and is gone", action: remake,
			fake:    fake{errs: map[string]error{"CreatePolicy": code("EntityAlreadyExists"), "GetPolicy": gone}},
			outcome: finding.Failed, class: errclass.Retryable, calls: []string{newPolicy, getPolicy, "GetAccountAuthorizationDetails"},
		},
		{
			name: "a policy that exists somewhere", action: remake,
			fake:    fake{errs: map[string]error{"CreatePolicy": code("EntityAlreadyExists"), "GetPolicy": gone, "GetAccountAuthorizationDetails": code("AccessDenied")}},
			outcome: finding.Failed, class: errclass.Refused, calls: []string{newPolicy, getPolicy, "GetAccountAuthorizationDetails"},
		},
		{
			name: "a policy that exists and goes away", action: remake,
			fake:    fake{errs: map[string]error{"CreatePolicy": code("EntityAlreadyExists"), "GetPolicyVersion": gone}},
			outcome: finding.Failed, class: errclass.Retryable, calls: []string{newPolicy, getPolicy, getV7},
		},
		{
			name: "a document that IAM does not take", action: remake,
			fake:    fake{errs: map[string]error{"CreatePolicy": code("MalformedPolicyDocument")}},
			outcome: finding.Failed, class: errclass.Refused, calls: []string{newPolicy},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			outcome, err := New(&test.fake).Do(context.Background(), test.action)
			if outcome != test.outcome || (err != nil) != (outcome == finding.Failed) {
				t.Errorf("outcome %s with error %v, want %s", outcome, err, test.outcome)
			}
			if err != nil && errclass.ClassOf(err) != test.class {
				t.Errorf("error %v is of class %v, want %v", err, errclass.ClassOf(err), test.class)
			}
			if got := errclass.UnblockOf(err); got != test.unblock || got != "" && !strings.Contains(err.Error(), " then "+got+": ") {
				t.Errorf("error %v is undone by %q, want %q", err, got, test.unblock)
			}
			if got, want := errors.Is(err, plan.ErrNoBoundary), strings.HasPrefix(test.name, "the boundary is gone"); got != want {
				t.Errorf("errors.Is(%v, ErrNoBoundary) is %v", err, got)
			}
			if diff := cmp.Diff(test.calls, test.fake.calls); diff != "" {
				t.Errorf("calls (-want +got):\n%s", diff)
			}
		})
	}
}

func TestDoRefusesInvalidActions(t *testing.T) {
	group := role
	group.Kind = "group"
	nameless := user
	nameless.Name = ""
	const ofAWS = "arn:aws:iam::aws:policy/AWSDenyAll"
	for _, a := range []plan.Action{
		{},
		{Kind: "delete"},
		{Kind: finding.Reattach, Principal: role},
		{Kind: finding.Reattach, Principal: role, Boundary: "team-boundary"},
		{Kind: finding.Reattach, Principal: group, Boundary: team},
		{Kind: finding.Quarantine, Principal: nameless, Boundary: ofAWS},
		{Kind: finding.Restore, Policy: team},
		{Kind: finding.Restore, Policy: "x", SetDefault: "v1"},
		{Kind: finding.Restore, Policy: ofAWS, SetDefault: "v1"},
		{Kind: finding.Restore, Policy: team, SetDefault: "v1", Document: []byte("{}")},
		{Kind: finding.CreatePolicy, Policy: team},
		{Kind: finding.CreatePolicy, Policy: ofAWS, Document: []byte("{}")},
		{Kind: finding.CreatePolicy, Policy: "x", Document: []byte("{}")},
	} {
		f := &fake{}
		outcome, err := New(f).Do(context.Background(), a)
		if outcome != finding.Failed || errclass.ClassOf(err) != errclass.BadInput {
			t.Errorf("%+v: outcome %s, error %v", a, outcome, err)
		}
		if len(f.calls) > 0 {
			t.Errorf("%+v: calls %v", a, f.calls)
		}
	}
}
