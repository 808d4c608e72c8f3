package iamread_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/google/go-cmp/cmp"

	"github.com/ringfence/ringfence/internal/errclass"
	"github.com/ringfence/ringfence/internal/iamread"
	"github.com/ringfence/ringfence/internal/localaws"
	"github.com/ringfence/ringfence/internal/localaws/localawstest"
	"github.com/ringfence/ringfence/internal/principal"
)

const (
	account  = "123456789012"
	trust    = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}`
	narrow   = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:Get*","Resource":"*","Condition":{"StringLike":{"aws:PrincipalTag/x":"100% + a/b"}}}]}`
	wide     = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`
	boundary = "arn:aws:iam::123456789012:policy/sec/team-boundary"
	denyAll  = "arn:aws:iam::aws:policy/AWSDenyAll"
)

// over returns an empty AWS, an HTTP client for it like that of the function, and a directory
// that uses it.
func over(t testing.TB) (*localaws.Server, *iam.Client, *iamread.Directory) {
	t.Helper()
	server, config := localawstest.Start(t, account)
	client := iam.NewFromConfig(config)
	return server, client, iamread.New(client)
}

func must[T any](t testing.TB) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func makeBoundary(t testing.TB, client *iam.Client) {
	t.Helper()
	must[*iam.CreatePolicyOutput](t)(client.CreatePolicy(context.Background(), &iam.CreatePolicyInput{
		PolicyName: aws.String("team-boundary"), Path: aws.String("/sec/"), PolicyDocument: aws.String(narrow),
	}))
}

func makeRole(t testing.TB, client *iam.Client) principal.Ref {
	t.Helper()
	must[*iam.CreateRoleOutput](t)(client.CreateRole(context.Background(), &iam.CreateRoleInput{
		RoleName: aws.String("app"), Path: aws.String("/dev/"), AssumeRolePolicyDocument: aws.String(trust),
		PermissionsBoundary: aws.String(boundary),
		Tags:                []types.Tag{{Key: aws.String("team"), Value: aws.String("a&b <c>")}},
	}))
	return principal.Ref{Partition: "aws", Account: account, Kind: principal.Role, Name: "app"}
}

func TestPrincipalOverHTTP(t *testing.T) {
	server, client, d := over(t)
	makeBoundary(t, client)
	ref := makeRole(t, client)
	server.ResetCalls()
	got := must[principal.Snapshot](t)(d.Principal(t.Context(), ref))
	if got.ARN() != "arn:aws:iam::123456789012:role/dev/app" || got.Boundary != boundary || got.Tags["team"] != "a&b <c>" ||
		got.ID == "" || got.Created.IsZero() {
		t.Errorf("got %+v", got)
	}
	if calls := server.Calls(); !maps.Equal(calls, map[string]int{"iam:GetRole": 1}) {
		t.Errorf("calls %v, want one GetRole", calls)
	}
	_, err := d.Principal(t.Context(), principal.Ref{Partition: "aws", Account: account, Kind: principal.User, Name: "nobody"})
	if errclass.ClassOf(err) != errclass.Gone {
		t.Errorf("a user that does not exist: %v", err)
	}
	ref.Account = "210987654321"
	if _, err := d.Principal(t.Context(), ref); errclass.ClassOf(err) != errclass.Refused {
		t.Errorf("credentials of another account: %v", err)
	}
}

func TestFaultsOverHTTP(t *testing.T) {
	for _, test := range []struct {
		name  string
		do    localaws.Effect
		times int
		class errclass.Class // Unknown: the read succeeds
		calls int
	}{
		{"throttled once", localaws.Throttle{}, 1, errclass.Unknown, 2},
		{"a 503 once", localaws.ServerError{Status: 503}, 1, errclass.Unknown, 2},
		{"hung up on once", localaws.Drop{}, 1, errclass.Unknown, 2},
		{"throttled for good", localaws.Throttle{}, 0, errclass.Retryable, 5},
		{"denied", localaws.Refuse{Status: 403, Code: "AccessDenied", Message: "no"}, 0, errclass.Refused, 1},
		{"an error nobody knows", localaws.Refuse{Status: 400, Code: "Surprise", Message: "?"}, 0, errclass.Unknown, 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			server, client, d := over(t)
			makeBoundary(t, client)
			ref := makeRole(t, client)
			server.ResetCalls()
			server.Inject(localaws.Fault{On: "iam:GetRole", Times: test.times, Do: test.do})
			s, err := d.Principal(t.Context(), ref)
			if errclass.ClassOf(err) != test.class || (err == nil) != (test.times > 0) {
				t.Errorf("error %v of class %v, want %v", err, errclass.ClassOf(err), test.class)
			}
			if (err == nil) != (s.Boundary == boundary) {
				t.Errorf("snapshot %+v beside error %v", s, err)
			}
			if n := server.Calls()["iam:GetRole"]; n != test.calls {
				t.Errorf("%d requests, want %d", n, test.calls)
			}
		})
	}
}

func TestPolicyOverHTTP(t *testing.T) {
	server, client, d := over(t)
	makeBoundary(t, client)
	ctx := t.Context()
	read := func(arn, want string, calls map[string]int) {
		t.Helper()
		server.ResetCalls()
		if got := string(must[[]byte](t)(d.Document(ctx, arn))); want != "" && got != want {
			t.Errorf("document %s, want %s", got, want)
		}
		if got := server.Calls(); !maps.Equal(got, calls) {
			t.Errorf("calls %v, want %v", got, calls)
		}
	}
	both := map[string]int{"iam:GetPolicy": 1, "iam:GetPolicyVersion": 1}
	one := map[string]int{"iam:GetPolicy": 1}
	read(boundary, narrow, both)
	read(boundary, narrow, one)
	must[*iam.CreatePolicyVersionOutput](t)(client.CreatePolicyVersion(ctx, &iam.CreatePolicyVersionInput{
		PolicyArn: aws.String(boundary), PolicyDocument: aws.String(wide), SetAsDefault: true,
	}))
	read(boundary, wide, both)

	state := must[principal.PolicyState](t)(d.Versions(ctx, boundary))
	if len(state.Versions) != 2 || state.DefaultVersion != "v2" || string(state.Versions[0].Document) != narrow ||
		!state.Versions[1].Default || string(state.Versions[1].Document) != wide {
		t.Errorf("versions %+v", state)
	}

	// Deleted and created again: there is a version v1, but another one.
	for _, err := range []error{
		second(client.SetDefaultPolicyVersion(ctx, &iam.SetDefaultPolicyVersionInput{PolicyArn: aws.String(boundary), VersionId: aws.String("v1")})),
		second(client.DeletePolicyVersion(ctx, &iam.DeletePolicyVersionInput{PolicyArn: aws.String(boundary), VersionId: aws.String("v2")})),
		second(client.DeletePolicy(ctx, &iam.DeletePolicyInput{PolicyArn: aws.String(boundary)})),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if _, err := d.Policy(ctx, boundary); errclass.ClassOf(err) != errclass.Gone {
		t.Errorf("a deleted policy: %v", err)
	}
	must[*iam.CreatePolicyOutput](t)(client.CreatePolicy(ctx, &iam.CreatePolicyInput{
		PolicyName: aws.String("team-boundary"), Path: aws.String("/sec/"), PolicyDocument: aws.String(wide),
	}))
	read(boundary, wide, both)

	read(denyAll, "", both)
	read(denyAll, "", map[string]int{})
}

func second[T any](_ T, err error) error { return err }

func TestMembersOverHTTP(t *testing.T) {
	_, client, d := over(t)
	makeBoundary(t, client)
	ctx := t.Context()
	must[*iam.CreateGroupOutput](t)(client.CreateGroup(ctx, &iam.CreateGroupInput{GroupName: aws.String("devs")}))
	var want []string
	for i := range 120 { // more than a page
		name := fmt.Sprintf("user-%03d", i)
		must[*iam.CreateUserOutput](t)(client.CreateUser(ctx, &iam.CreateUserInput{
			UserName: &name, Path: aws.String("/x/"), PermissionsBoundary: aws.String(boundary),
		}))
		must[*iam.AddUserToGroupOutput](t)(client.AddUserToGroup(ctx, &iam.AddUserToGroupInput{GroupName: aws.String("devs"), UserName: &name}))
		want = append(want, "arn:aws:iam::123456789012:user/x/"+name)
	}
	makeRole(t, client)

	var got []string
	for marker, first := "", true; first || marker != ""; first = false {
		page, next, err := d.Members(ctx, "123456789012", "devs", marker)
		if err != nil || len(page) > 100 {
			t.Fatalf("%d users, %v", len(page), err)
		}
		for _, ref := range page {
			got = append(got, ref.ARN())
		}
		marker = next
	}
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("members (-want +got):\n%s", diff)
	}
	kinds := map[principal.Kind]int{}
	for _, ref := range must[[]principal.Ref](t)(d.BoundedBy(ctx, account, boundary)) {
		kinds[ref.Kind]++
	}
	if !maps.Equal(kinds, map[principal.Kind]int{principal.User: 120, principal.Role: 1}) {
		t.Errorf("bounded: %v", kinds)
	}
	bounded := 0
	for marker, first := "", true; first || marker != ""; first = false {
		page, next, err := d.Page(ctx, account, marker)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range page {
			if s.Boundary == boundary && s.PathKnown() {
				bounded++
			}
		}
		marker = next
	}
	if bounded != 121 {
		t.Errorf("%d of all are bounded", bounded)
	}
}

func TestIdentityPoliciesOverHTTP(t *testing.T) {
	_, client, d := over(t)
	makeBoundary(t, client)
	ctx := t.Context()
	alice := aws.String("alice")
	for _, err := range []error{
		second(client.CreateUser(ctx, &iam.CreateUserInput{UserName: alice})),
		second(client.CreateGroup(ctx, &iam.CreateGroupInput{GroupName: aws.String("ops")})),
		second(client.AddUserToGroup(ctx, &iam.AddUserToGroupInput{GroupName: aws.String("ops"), UserName: alice})),
		second(client.AttachUserPolicy(ctx, &iam.AttachUserPolicyInput{UserName: alice, PolicyArn: aws.String(boundary)})),
		second(client.PutUserPolicy(ctx, &iam.PutUserPolicyInput{UserName: alice, PolicyName: aws.String("own"), PolicyDocument: aws.String(wide)})),
		second(client.AttachGroupPolicy(ctx, &iam.AttachGroupPolicyInput{GroupName: aws.String("ops"), PolicyArn: aws.String(denyAll)})),
		second(client.PutGroupPolicy(ctx, &iam.PutGroupPolicyInput{GroupName: aws.String("ops"), PolicyName: aws.String("pager"), PolicyDocument: aws.String(narrow)})),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	got := must[[]principal.IdentityPolicy](t)(d.IdentityPolicies(ctx, principal.Ref{Partition: "aws", Account: account, Kind: principal.User, Name: "alice"}))
	var names []string
	for _, p := range got {
		if len(p.Document) == 0 {
			t.Errorf("%s has no document", p)
		}
		names = append(names, p.String())
	}
	want := []string{boundary, "inline policy own", denyAll + " through group ops", "inline policy pager through group ops"}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if string(got[1].Document) != wide || string(got[3].Document) != narrow {
		t.Errorf("documents %s and %s", got[1].Document, got[3].Document)
	}
}

func BenchmarkPrincipal(b *testing.B) {
	_, client, d := over(b)
	makeBoundary(b, client)
	ref := makeRole(b, client)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := d.Principal(b.Context(), ref); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkIdentityPolicies reads a role with ten attached policies, whose documents are
// cached: two lists and ten versions.
func BenchmarkIdentityPolicies(b *testing.B) {
	_, client, d := over(b)
	makeBoundary(b, client)
	ref := makeRole(b, client)
	for i := range 10 {
		name := fmt.Sprintf("p%d", i)
		p := must[*iam.CreatePolicyOutput](b)(client.CreatePolicy(b.Context(), &iam.CreatePolicyInput{PolicyName: &name, PolicyDocument: aws.String(narrow)}))
		must[*iam.AttachRolePolicyOutput](b)(client.AttachRolePolicy(b.Context(), &iam.AttachRolePolicyInput{RoleName: &ref.Name, PolicyArn: p.Policy.Arn}))
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := d.IdentityPolicies(b.Context(), ref); err != nil {
			b.Fatal(err)
		}
	}
}
