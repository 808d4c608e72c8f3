package iamread

import (
	"context"
	"fmt"
	"net/url"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"

	"github.com/ringfence/ringfence/internal/errclass"
	"github.com/ringfence/ringfence/internal/principal"
)

const (
	account = "123456789012"
	team    = "arn:aws:iam::123456789012:policy/team-boundary"
	denyAll = "arn:aws:iam::aws:policy/AWSDenyAll"
)

var (
	ctx      = context.Background()
	app      = principal.Ref{Partition: "aws", Account: account, Kind: principal.Role, Name: "app"}
	alice    = principal.Ref{Partition: "aws", Account: account, Kind: principal.User, Name: "alice"}
	gone     = &types.NoSuchEntityException{Message: aws.String("cannot be found")}
	throttle = &smithy.GenericAPIError{Code: "Throttling", Message: "Rate exceeded"}
	created  = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
)

func wantClass(t *testing.T, err error, class errclass.Class) {
	t.Helper()
	if err == nil || errclass.ClassOf(err) != class {
		t.Errorf("error %v of class %v, want class %v", err, errclass.ClassOf(err), class)
	}
}

func TestPrincipal(t *testing.T) {
	role := func(change func(*types.Role)) func(*iam.GetRoleInput) (*iam.GetRoleOutput, error) {
		return func(in *iam.GetRoleInput) (*iam.GetRoleOutput, error) {
			r := types.Role{
				Arn: aws.String("arn:aws:iam::123456789012:role/dev/" + *in.RoleName), Path: aws.String("/dev/"),
				RoleId: aws.String("AROA1"), RoleName: in.RoleName, CreateDate: &created,
				Tags: []types.Tag{{Key: aws.String("team"), Value: aws.String("blue")}, {Key: aws.String("empty")}},
				PermissionsBoundary: &types.AttachedPermissionsBoundary{
					PermissionsBoundaryArn: aws.String(team), PermissionsBoundaryType: types.PermissionsBoundaryAttachmentTypePolicy,
				},
			}
			change(&r)
			return &iam.GetRoleOutput{Role: &r}, nil
		}
	}
	whole := principal.Snapshot{
		Ref:     principal.Ref{Partition: "aws", Account: account, Kind: principal.Role, Path: "/dev/", Name: "app"},
		ID:      "AROA1",
		Created: created, Boundary: team, Tags: map[string]string{"team": "blue", "empty": ""},
	}
	bare := whole
	bare.Boundary, bare.Tags = "", nil

	for _, test := range []struct {
		name    string
		getRole func(*iam.GetRoleInput) (*iam.GetRoleOutput, error)
		want    principal.Snapshot
		class   errclass.Class
		fails   bool
	}{
		{name: "whole", getRole: role(func(*types.Role) {}), want: whole},
		{name: "bare", getRole: role(func(r *types.Role) { r.PermissionsBoundary, r.Tags = nil, nil }), want: bare},
		{
			name: "gone", getRole: func(*iam.GetRoleInput) (*iam.GetRoleOutput, error) { return nil, gone },
			class: errclass.Gone, fails: true,
		},
		{
			name: "throttled", getRole: func(*iam.GetRoleInput) (*iam.GetRoleOutput, error) { return nil, throttle },
			class: errclass.Retryable, fails: true,
		},
		{
			name: "an empty answer", getRole: func(*iam.GetRoleInput) (*iam.GetRoleOutput, error) { return &iam.GetRoleOutput{}, nil },
			class: errclass.Unknown, fails: true,
		},
		{
			name: "no answer", getRole: func(*iam.GetRoleInput) (*iam.GetRoleOutput, error) { return nil, nil },
			class: errclass.Unknown, fails: true,
		},
		{name: "no ARN", getRole: role(func(r *types.Role) { r.Arn = nil }), class: errclass.Unknown, fails: true},
		{
			name: "a boundary without ARN is not no boundary", getRole: role(func(r *types.Role) { r.PermissionsBoundary.PermissionsBoundaryArn = nil }),
			class: errclass.Unknown, fails: true,
		},
		{
			name: "credentials for another account", getRole: role(func(r *types.Role) { r.Arn = aws.String("arn:aws:iam::999999999999:role/app") }),
			class: errclass.Refused, fails: true,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := &fake{getRole: test.getRole}
			got, err := New(f).Principal(ctx, app)
			if test.fails {
				wantClass(t, err, test.class)
			} else if err != nil {
				t.Error(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if f.total() != 1 {
				t.Errorf("%d calls, want 1: %v", f.total(), f.calls)
			}
		})
	}
}

func TestPrincipalReadsUsers(t *testing.T) {
	f := &fake{getUser: func(in *iam.GetUserInput) (*iam.GetUserOutput, error) {
		return &iam.GetUserOutput{User: &types.User{Arn: aws.String("arn:aws-cn:iam::123456789012:user/x/" + *in.UserName), UserId: aws.String("AIDA1")}}, nil
	}}
	got, err := New(f).Principal(ctx, alice)
	if err != nil {
		t.Fatal(err)
	}
	if got.ARN() != "arn:aws-cn:iam::123456789012:user/x/alice" || got.ID != "AIDA1" || got.Boundary != "" {
		t.Errorf("got %+v", got)
	}
	f.getUser = func(*iam.GetUserInput) (*iam.GetUserOutput, error) { return &iam.GetUserOutput{}, nil }
	_, err = New(f).Principal(ctx, alice)
	wantClass(t, err, errclass.Unknown)
	f.getUser = func(*iam.GetUserInput) (*iam.GetUserOutput, error) { return nil, gone }
	_, err = New(f).Principal(ctx, alice)
	wantClass(t, err, errclass.Gone)
}

func TestInvalidRefsAreRefusedWithoutACall(t *testing.T) {
	f := &fake{}
	for _, ref := range []principal.Ref{{Kind: principal.User, Account: account}, {Kind: principal.Role}, {Kind: "group", Name: "g"}, {Name: "x"}} {
		_, err := New(f).Principal(ctx, ref)
		wantClass(t, err, errclass.BadInput)
		_, err = New(f).IdentityPolicies(ctx, ref)
		wantClass(t, err, errclass.BadInput)
	}
	if f.total() != 0 {
		t.Errorf("calls %v", f.calls)
	}
}

// policies is a fake with one managed policy that a test can change.
type policies struct {
	fake
	id, version string
	documents   map[string]string // version → JSON
}

func newPolicies() *policies {
	p := &policies{id: "ANPA1", version: "v1", documents: map[string]string{"v1": `{"first":"50% + 1"}`}}
	p.getPolicy = func(in *iam.GetPolicyInput) (*iam.GetPolicyOutput, error) {
		p.mu.Lock()
		defer p.mu.Unlock()
		if p.version == "" {
			return nil, gone
		}
		return &iam.GetPolicyOutput{Policy: &types.Policy{Arn: in.PolicyArn, PolicyId: aws.String(p.id), DefaultVersionId: aws.String(p.version)}}, nil
	}
	p.getPolicyVersion = func(in *iam.GetPolicyVersionInput) (*iam.GetPolicyVersionOutput, error) {
		p.mu.Lock()
		defer p.mu.Unlock()
		document, ok := p.documents[*in.VersionId]
		if !ok {
			return nil, gone
		}
		return &iam.GetPolicyVersionOutput{PolicyVersion: &types.PolicyVersion{VersionId: in.VersionId, Document: aws.String(url.PathEscape(document))}}, nil
	}
	return p
}

func TestPolicyAsksForTheVersionAndCachesTheDocument(t *testing.T) {
	p := newPolicies()
	d := New(p)
	read := func(want string, calls int) {
		t.Helper()
		before := p.total()
		state, err := d.Policy(ctx, team)
		if err != nil {
			t.Fatal(err)
		}
		v, ok := state.Default()
		if !ok || string(v.Document) != want || state.ARN != team || state.DefaultVersion != p.version {
			t.Errorf("got %+v with document %s, want %s", state, v.Document, want)
		}
		if n := p.total() - before; n != calls {
			t.Errorf("%d calls, want %d", n, calls)
		}
	}
	read(`{"first":"50% + 1"}`, 2)
	read(`{"first":"50% + 1"}`, 1)
	p.version, p.documents["v2"] = "v2", `{"second":1}`
	read(`{"second":1}`, 2)
	p.version = "v1"
	read(`{"first":"50% + 1"}`, 1)

	// The policy is deleted and created again: v1 is another document now.
	p.id, p.documents["v1"] = "ANPA2", `{"remade":1}`
	read(`{"remade":1}`, 2)
	read(`{"remade":1}`, 1)

	p.version = ""
	_, err := d.Policy(ctx, team)
	wantClass(t, err, errclass.Gone)
}

func TestAWSManagedPolicyIsCachedForAnHour(t *testing.T) {
	p := newPolicies()
	d := New(p)
	now := created
	d.now = func() time.Time { return now }
	for _, step := range []struct {
		after time.Duration
		calls int
	}{{0, 2}, {time.Minute, 2}, {awsManagedFor - time.Minute, 3}, {0, 3}} {
		now = now.Add(step.after)
		if _, err := d.Document(ctx, denyAll); err != nil {
			t.Fatal(err)
		}
		if p.total() != step.calls {
			t.Errorf("%d calls in all at %v, want %d", p.total(), now, step.calls)
		}
	}
}

func TestPolicyFaults(t *testing.T) {
	p := newPolicies()
	d := New(p)
	p.documents = nil // gone between the two calls
	_, err := d.Policy(ctx, team)
	wantClass(t, err, errclass.Retryable)

	p.getPolicyVersion = func(*iam.GetPolicyVersionInput) (*iam.GetPolicyVersionOutput, error) { return nil, throttle }
	_, err = d.Document(ctx, team)
	wantClass(t, err, errclass.Retryable)
	for _, out := range []*iam.GetPolicyVersionOutput{
		nil,
		{},
		{PolicyVersion: &types.PolicyVersion{}},
		{PolicyVersion: &types.PolicyVersion{Document: aws.String("%zz")}},
	} {
		p.getPolicyVersion = func(*iam.GetPolicyVersionInput) (*iam.GetPolicyVersionOutput, error) { return out, nil }
		_, err = d.Policy(ctx, team)
		wantClass(t, err, errclass.Unknown)
	}
	for _, out := range []*iam.GetPolicyOutput{nil, {}, {Policy: &types.Policy{}}} {
		p.getPolicy = func(*iam.GetPolicyInput) (*iam.GetPolicyOutput, error) { return out, nil }
		_, err = d.Policy(ctx, team)
		wantClass(t, err, errclass.Unknown)
	}
}

func TestPolicyConcurrently(t *testing.T) {
	p := newPolicies()
	d := New(p)
	var group sync.WaitGroup
	for i := range 50 {
		group.Go(func() {
			if _, err := d.Document(ctx, fmt.Sprintf("arn:aws:iam::123456789012:policy/p%d", i%10)); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
}

func TestVersions(t *testing.T) {
	p := newPolicies()
	list := []string{"v12", "v2", "v9"}
	p.listPolicyVersions = func(in *iam.ListPolicyVersionsInput) (*iam.ListPolicyVersionsOutput, error) {
		items, next := page(list, in.Marker)
		out := &iam.ListPolicyVersionsOutput{Marker: next}
		for _, id := range items {
			out.Versions = append(out.Versions, types.PolicyVersion{VersionId: aws.String(id), IsDefaultVersion: id == p.version, CreateDate: &created})
		}
		return out, nil
	}
	p.version = "v9"
	p.documents = map[string]string{"v2": "2", "v9": "9", "v12": "12"}
	got, err := New(p).Versions(ctx, team)
	if err != nil {
		t.Fatal(err)
	}
	want := principal.PolicyState{ARN: team, DefaultVersion: "v9", Versions: []principal.PolicyVersion{
		{ID: "v2", Created: created, Document: []byte("2")},
		{ID: "v9", Created: created, Document: []byte("9"), Default: true},
		{ID: "v12", Created: created, Document: []byte("12")},
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if spare, ok := got.OldestSpare(); !ok || spare.ID != "v2" {
		t.Errorf("oldest spare version %+v", spare)
	}

	delete(p.documents, "v2")
	_, err = New(p).Versions(ctx, team)
	wantClass(t, err, errclass.Retryable)
	p.version = "v1"
	_, err = New(p).Versions(ctx, team)
	wantClass(t, err, errclass.Unknown)
	p.listPolicyVersions = func(*iam.ListPolicyVersionsInput) (*iam.ListPolicyVersionsOutput, error) { return nil, gone }
	_, err = New(p).Versions(ctx, team)
	wantClass(t, err, errclass.Gone)
}

func TestMembers(t *testing.T) {
	arns := []string{"arn:aws:iam::123456789012:user/alice", "arn:aws:iam::123456789012:user/x/bob"}
	f := &fake{getGroup: func(in *iam.GetGroupInput) (*iam.GetGroupOutput, error) {
		items, next := page(arns, in.Marker)
		return &iam.GetGroupOutput{Users: []types.User{{Arn: &items[0]}}, Marker: next}, nil
	}}
	var got []principal.Ref
	for marker, first := "", true; first || marker != ""; first = false {
		page, next, err := New(f).Members(ctx, "123456789012", "devs", marker)
		if err != nil {
			t.Fatal(err)
		}
		got, marker = append(got, page...), next
	}
	if len(got) != 2 || got[0].ARN() != arns[0] || got[1].ARN() != arns[1] {
		t.Errorf("got %v", got)
	}
	arns[0] = "arn:aws:iam::123456789012:group/devs"
	_, _, err := New(f).Members(ctx, "123456789012", "devs", "")
	wantClass(t, err, errclass.Unknown)
	f.getGroup = func(*iam.GetGroupInput) (*iam.GetGroupOutput, error) { return nil, gone }
	_, _, err = New(f).Members(ctx, "123456789012", "devs", "")
	wantClass(t, err, errclass.Gone)
}

func TestBoundedBy(t *testing.T) {
	names := []string{"one", "two", "three"}
	f := &fake{listEntities: func(in *iam.ListEntitiesForPolicyInput) (*iam.ListEntitiesForPolicyOutput, error) {
		if in.PolicyUsageFilter != types.PolicyUsageTypePermissionsBoundary {
			t.Errorf("asked for %q", in.PolicyUsageFilter)
		}
		items, next := page(names, in.Marker)
		return &iam.ListEntitiesForPolicyOutput{
			Marker:      next,
			PolicyRoles: []types.PolicyRole{{RoleName: &items[0]}},
			PolicyUsers: []types.PolicyUser{{UserName: aws.String("u-" + items[0])}},
		}, nil
	}}
	got, err := New(f).BoundedBy(ctx, account, "arn:aws-us-gov:iam::aws:policy/AWSDenyAll")
	if err != nil || len(got) != 6 {
		t.Fatalf("got %v, %v", got, err)
	}
	want := principal.Ref{Partition: "aws-us-gov", Account: account, Kind: principal.User, Name: "u-three"}
	if got[5] != want || got[5].PathKnown() || got[0].Kind != principal.Role {
		t.Errorf("got %+v", got)
	}
	_, err = New(f).BoundedBy(ctx, account, "arn:aws:iam::123456789012:role/x")
	wantClass(t, err, errclass.BadInput)
	f.listEntities = func(*iam.ListEntitiesForPolicyInput) (*iam.ListEntitiesForPolicyOutput, error) { return nil, throttle }
	_, err = New(f).BoundedBy(ctx, account, team)
	wantClass(t, err, errclass.Retryable)
}

func TestCarriers(t *testing.T) {
	f := &fake{listEntities: func(in *iam.ListEntitiesForPolicyInput) (*iam.ListEntitiesForPolicyOutput, error) {
		if in.PolicyUsageFilter != types.PolicyUsageTypePermissionsBoundary || aws.ToString(in.Marker) != "m1" || aws.ToInt32(in.MaxItems) != pageSize {
			t.Errorf("asked for %+v", in)
		}
		return &iam.ListEntitiesForPolicyOutput{
			Marker:      aws.String("m2"),
			PolicyRoles: []types.PolicyRole{{RoleName: aws.String("app")}},
			PolicyUsers: []types.PolicyUser{{UserName: aws.String("jane")}},
		}, nil
	}}
	got, next, err := New(f).Carriers(ctx, account, team, "m1")
	want := []principal.Ref{
		{Partition: "aws", Account: account, Kind: principal.Role, Name: "app"},
		{Partition: "aws", Account: account, Kind: principal.User, Name: "jane"},
	}
	if diff := cmp.Diff(want, got); diff != "" || next != "m2" || err != nil {
		t.Errorf("%s next %q, %v", diff, next, err)
	}
	_, _, err = New(f).Carriers(ctx, account, "arn:aws:iam::123456789012:role/x", "")
	wantClass(t, err, errclass.BadInput)
	f.listEntities = func(*iam.ListEntitiesForPolicyInput) (*iam.ListEntitiesForPolicyOutput, error) { return nil, throttle }
	_, _, err = New(f).Carriers(ctx, account, team, "")
	wantClass(t, err, errclass.Retryable)
}

func TestAttachedTo(t *testing.T) {
	f := &fake{listEntities: func(in *iam.ListEntitiesForPolicyInput) (*iam.ListEntitiesForPolicyOutput, error) {
		if in.PolicyUsageFilter != types.PolicyUsageTypePermissionsPolicy {
			t.Errorf("asked for %q", in.PolicyUsageFilter)
		}
		return &iam.ListEntitiesForPolicyOutput{
			PolicyRoles:  []types.PolicyRole{{RoleName: aws.String("app")}},
			PolicyUsers:  []types.PolicyUser{{UserName: aws.String("alice")}},
			PolicyGroups: []types.PolicyGroup{{GroupName: aws.String("devs")}},
		}, nil
	}}
	got, err := New(f).AttachedTo(ctx, team)
	if diff := cmp.Diff([]string{"role app", "user alice", "group devs"}, got); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
	f.listEntities = func(*iam.ListEntitiesForPolicyInput) (*iam.ListEntitiesForPolicyOutput, error) { return nil, gone }
	_, err = New(f).AttachedTo(ctx, team)
	wantClass(t, err, errclass.Gone)
}

func TestPage(t *testing.T) {
	f := &fake{getAll: func(in *iam.GetAccountAuthorizationDetailsInput) (*iam.GetAccountAuthorizationDetailsOutput, error) {
		at, _ := strconv.Atoi(aws.ToString(in.Marker))
		out := &iam.GetAccountAuthorizationDetailsOutput{
			UserDetailList: []types.UserDetail{{Arn: aws.String(fmt.Sprintf("arn:aws:iam::123456789012:user/u%d", at))}},
			RoleDetailList: []types.RoleDetail{{
				Arn:                 aws.String(fmt.Sprintf("arn:aws:iam::123456789012:role/dev/r%d", at)),
				PermissionsBoundary: &types.AttachedPermissionsBoundary{PermissionsBoundaryArn: aws.String(team)},
				Tags:                []types.Tag{{Key: aws.String("team"), Value: aws.String("blue")}},
			}},
		}
		if at == 1 {
			out.UserDetailList[0].Arn = aws.String("no ARN")
		}
		if at < 2 {
			out.Marker = aws.String(strconv.Itoa(at + 1))
		}
		return out, nil
	}}
	var got []string
	for marker, first := "", true; first || marker != ""; first = false {
		page, next, err := New(f).Page(ctx, account, marker)
		if at := marker == "1"; at != (err != nil) {
			t.Errorf("page %q: %v", marker, err)
		}
		for _, s := range page {
			got = append(got, s.Name+" "+s.Boundary+s.Tags["team"])
		}
		marker = next
	}
	if diff := cmp.Diff([]string{"u0 ", "r0 " + team + "blue", "r1 " + team + "blue", "u2 ", "r2 " + team + "blue"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	page, _, err := New(f).Page(ctx, "999999999999", "")
	wantClass(t, err, errclass.Refused)
	if len(page) != 0 {
		t.Errorf("principals of another account: %v", page)
	}
	f.getAll = func(*iam.GetAccountAuthorizationDetailsInput) (*iam.GetAccountAuthorizationDetailsOutput, error) {
		return nil, throttle
	}
	_, _, err = New(f).Page(ctx, account, "")
	wantClass(t, err, errclass.Retryable)
}
