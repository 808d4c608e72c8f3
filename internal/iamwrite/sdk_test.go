package iamwrite_test

import (
	"context"
	"errors"
	"maps"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/ringfence/ringfence/internal/errclass"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/iamread"
	"github.com/ringfence/ringfence/internal/iamwrite"
	"github.com/ringfence/ringfence/internal/localaws"
	"github.com/ringfence/ringfence/internal/localaws/localawstest"
	"github.com/ringfence/ringfence/internal/plan"
	"github.com/ringfence/ringfence/internal/principal"
)

const (
	account  = "123456789012"
	trust    = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}`
	approved = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:Get*","Resource":"*"}]}`
	wide     = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`
	boundary = "arn:aws:iam::123456789012:policy/sec/team-boundary"
	denyAll  = "arn:aws:iam::aws:policy/AWSDenyAll"
)

var app = principal.Ref{Partition: "aws", Account: account, Kind: principal.Role, Path: "/", Name: "app"}

// rig is an AWS over HTTP with the boundary and a role without one.
type rig struct {
	server *localaws.Server
	client *iam.Client
	remedy *iamwrite.Remedy
	look   *iamread.Directory
}

func newRig(t testing.TB) *rig {
	t.Helper()
	server, config := localawstest.Start(t, account)
	client := iam.NewFromConfig(config)
	r := &rig{server, client, iamwrite.New(client), iamread.New(client)}
	_, err := client.CreateRole(context.Background(), &iam.CreateRoleInput{RoleName: &app.Name, AssumeRolePolicyDocument: aws.String(trust)})
	if err != nil {
		t.Fatal(err)
	}
	r.do(t, plan.Action{Kind: finding.CreatePolicy, Policy: boundary, Document: []byte(approved)})
	server.ResetCalls()
	return r
}

// do carries an action out, and must succeed.
func (r *rig) do(t testing.TB, a plan.Action) {
	t.Helper()
	if outcome, err := r.remedy.Do(context.Background(), a); err != nil || outcome != finding.Done {
		t.Fatalf("%s: %s, %v", a.Kind, outcome, err)
	}
}

func (r *rig) calls(t *testing.T, want map[string]int) {
	t.Helper()
	if got := r.server.Calls(); !maps.Equal(got, want) {
		t.Errorf("calls %v, want %v", got, want)
	}
	r.server.ResetCalls()
}

func (r *rig) boundaryOf(t *testing.T, ref principal.Ref) string {
	t.Helper()
	s, err := r.look.Principal(t.Context(), ref)
	if err != nil {
		t.Fatal(err)
	}
	return s.Boundary
}

func TestReattachOverHTTP(t *testing.T) {
	r := newRig(t)
	reattach := plan.Action{Kind: finding.Reattach, Principal: app, Boundary: boundary}
	r.do(t, reattach)
	r.calls(t, map[string]int{"iam:PutRolePermissionsBoundary": 1})
	if got := r.boundaryOf(t, app); got != boundary {
		t.Errorf("the role has boundary %q", got)
	}
	r.do(t, reattach) // a duplicate
	r.do(t, plan.Action{Kind: finding.Quarantine, Principal: app, Boundary: denyAll})
	if got := r.boundaryOf(t, app); got != denyAll {
		t.Errorf("the role has boundary %q", got)
	}

	nobody := app
	nobody.Name = "nobody"
	_, err := r.remedy.Do(t.Context(), plan.Action{Kind: finding.Reattach, Principal: nobody, Boundary: boundary})
	if errclass.ClassOf(err) != errclass.Gone {
		t.Errorf("a role that does not exist: %v", err)
	}
	_, err = r.remedy.Do(t.Context(), plan.Action{Kind: finding.Reattach, Principal: app, Boundary: boundary + "-not"})
	if !errors.Is(err, plan.ErrNoBoundary) || errclass.ClassOf(err) != errclass.Refused {
		t.Errorf("a boundary that does not exist: %v", err)
	}
	linked, err := r.client.CreateServiceLinkedRole(t.Context(), &iam.CreateServiceLinkedRoleInput{AWSServiceName: aws.String("autoscaling.amazonaws.com")})
	if err != nil {
		t.Fatal(err)
	}
	ref, err := principal.Parse(*linked.Role.Arn)
	if err != nil {
		t.Fatal(err)
	}
	_, err = r.remedy.Do(t.Context(), plan.Action{Kind: finding.Reattach, Principal: ref, Boundary: boundary})
	if errclass.ClassOf(err) != errclass.Refused || errclass.CodeOf(err) != "UnmodifiableEntity" {
		t.Errorf("a service-linked role: %v", err)
	}
}

func TestReattachOfAUserOverHTTP(t *testing.T) {
	r := newRig(t)
	alice := principal.Ref{Partition: "aws", Account: account, Kind: principal.User, Path: "/x/", Name: "alice"}
	if _, err := r.client.CreateUser(t.Context(), &iam.CreateUserInput{UserName: &alice.Name, Path: &alice.Path}); err != nil {
		t.Fatal(err)
	}
	r.do(t, plan.Action{Kind: finding.Reattach, Principal: alice, Boundary: boundary})
	if got := r.boundaryOf(t, alice); got != boundary {
		t.Errorf("the user has boundary %q", got)
	}
}

func TestFaultsOverHTTP(t *testing.T) {
	for _, test := range []struct {
		name  string
		do    localaws.Effect
		times int
		class errclass.Class
	}{
		{"throttled once", localaws.Throttle{}, 1, errclass.Unknown},
		{"a 500 once", localaws.ServerError{}, 1, errclass.Unknown},
		{"the answer was lost", localaws.Drop{Done: true}, 1, errclass.Unknown},
		{"another wrote at the same time", localaws.Refuse{Status: 409, Code: "ConcurrentModification", Message: "again"}, 1, errclass.Unknown},
		{"throttled for good", localaws.Throttle{}, 0, errclass.Retryable},
		{"denied", localaws.Refuse{Status: 403, Code: "AccessDenied", Message: "no"}, 0, errclass.Refused},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t)
			r.server.Inject(localaws.Fault{On: "iam:PutRolePermissionsBoundary", Times: test.times, Do: test.do})
			outcome, err := r.remedy.Do(t.Context(), plan.Action{Kind: finding.Reattach, Principal: app, Boundary: boundary})
			if errclass.ClassOf(err) != test.class || (err == nil) != (test.times > 0) || (err == nil) != (outcome == finding.Done) {
				t.Errorf("%s, error %v of class %v", outcome, err, errclass.ClassOf(err))
			}
			if got := r.boundaryOf(t, app); (got == boundary) != (err == nil) {
				t.Errorf("the role has boundary %q beside error %v", got, err)
			}
		})
	}
}

// widen makes a version that allows everything the default.
func (r *rig) widen(t *testing.T) {
	t.Helper()
	_, err := r.client.CreatePolicyVersion(t.Context(), &iam.CreatePolicyVersionInput{
		PolicyArn: aws.String(boundary), PolicyDocument: aws.String(wide), SetAsDefault: true,
	})
	if err != nil {
		t.Fatal(err)
	}
}

func (r *rig) state(t *testing.T) principal.PolicyState {
	t.Helper()
	state, err := r.look.Versions(t.Context(), boundary)
	if err != nil {
		t.Fatal(err)
	}
	r.server.ResetCalls()
	return state
}

func TestRestoreOverHTTP(t *testing.T) {
	r := newRig(t)
	r.widen(t)
	r.server.ResetCalls()
	older := plan.Action{Kind: finding.Restore, Policy: boundary, SetDefault: "v1"}
	r.do(t, older)
	r.calls(t, map[string]int{"iam:SetDefaultPolicyVersion": 1})
	if v, _ := r.state(t).Default(); string(v.Document) != approved {
		t.Errorf("in force: %s", v.Document)
	}
	r.do(t, older) // a duplicate

	// All versions are wide, and there is no room for another one.
	for range 4 {
		r.widen(t)
		if s := r.state(t); len(s.Versions) == 5 {
			break
		}
	}
	newer := plan.Action{Kind: finding.Restore, Policy: boundary, Document: []byte(approved)}
	if _, err := r.remedy.Do(t.Context(), newer); errclass.ClassOf(err) != errclass.Refused || errclass.CodeOf(err) != "LimitExceeded" {
		t.Errorf("without room: %v", err)
	}
	spare, _ := r.state(t).OldestSpare()
	newer.Prune = spare.ID
	r.do(t, newer)
	r.calls(t, map[string]int{"iam:DeletePolicyVersion": 1, "iam:CreatePolicyVersion": 1})
	if v, _ := r.state(t).Default(); string(v.Document) != approved {
		t.Errorf("in force: %s", v.Document)
	}
	// A duplicate: the version was pruned already, and there is no room.
	if _, err := r.remedy.Do(t.Context(), newer); errclass.ClassOf(err) != errclass.Retryable {
		t.Errorf("a duplicate: %v", err)
	}
	if v, _ := r.state(t).Default(); string(v.Document) != approved {
		t.Errorf("in force after a duplicate: %s", v.Document)
	}
	if _, err := r.remedy.Do(t.Context(), plan.Action{Kind: finding.Restore, Policy: boundary, SetDefault: "v99"}); errclass.ClassOf(err) != errclass.Retryable {
		t.Errorf("a version that is not there: %v", err)
	}
}

func TestRestoreWithALostResponse(t *testing.T) {
	r := newRig(t)
	for range 3 {
		r.widen(t) // four versions: room for one more, and not for the second attempt
	}
	r.server.Inject(localaws.Fault{On: "iam:CreatePolicyVersion", Times: 1, Do: localaws.Drop{Done: true}})
	_, err := r.remedy.Do(t.Context(), plan.Action{Kind: finding.Restore, Policy: boundary, Document: []byte(approved)})
	if errclass.ClassOf(err) != errclass.Retryable { // whether this process did it is not known
		t.Errorf("%v", err)
	}
	s := r.state(t)
	if v, _ := s.Default(); string(v.Document) != approved || len(s.Versions) != 5 {
		t.Errorf("in force: %s, of %d versions", v.Document, len(s.Versions))
	}
}

func TestCreatePolicyOverHTTP(t *testing.T) {
	r := newRig(t)
	create := plan.Action{Kind: finding.CreatePolicy, Policy: boundary, Document: []byte(approved)}
	r.do(t, create) // it exists already, and says the same
	r.widen(t)
	if _, err := r.remedy.Do(t.Context(), create); errclass.ClassOf(err) != errclass.Retryable {
		t.Errorf("a policy that says something else: %v", err)
	}
	create.Policy = "arn:aws:iam::123456789012:policy/team-boundary"
	if _, err := r.remedy.Do(t.Context(), create); errclass.ClassOf(err) != errclass.Refused || !strings.Contains(err.Error(), "delete-policy --policy-arn "+boundary) {
		t.Errorf("a policy of the same name under another path: %v", err)
	}
	create.Policy = "arn:aws:iam::210987654321:policy/other"
	if _, err := r.remedy.Do(t.Context(), create); errclass.ClassOf(err) != errclass.Refused {
		t.Errorf("a policy of another account: %v", err)
	}
}

// BenchmarkReattach measures a whole repair in IAM: read, then write.
func BenchmarkReattach(b *testing.B) {
	r := newRig(b)
	b.ReportAllocs()
	for b.Loop() {
		s, err := r.look.Principal(b.Context(), app)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := r.remedy.Do(b.Context(), plan.Action{Kind: finding.Reattach, Principal: s.Ref, Boundary: boundary}); err != nil {
			b.Fatal(err)
		}
	}
}
