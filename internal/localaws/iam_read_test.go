package localaws_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/ringfence/ringfence/internal/authdetails"
	"github.com/ringfence/ringfence/internal/localaws"
	"github.com/ringfence/ringfence/internal/localaws/events"
	localiam "github.com/ringfence/ringfence/internal/localaws/iam"
	"github.com/ringfence/ringfence/internal/localaws/wire"
)

// populate fills an account: 30 users (every third with the boundary, in group g), 25 roles in
// /dev/ (every fifth with the boundary), 5 groups with the boundary attached.
func populate(server *localaws.Server) {
	_ = server.IAM(account).Edit(func(tx *localiam.Tx) error {
		tx.EnsurePolicy(boundary, document)
		for i := range 5 {
			name := fmt.Sprintf("g%d", i)
			tx.EnsureGroup("/team/", name)
			_ = tx.EditEntity(localiam.KindGroup, name, func(e *localiam.Entity) error {
				e.Attached = append(e.Attached, boundary)
				return nil
			})
		}
		for i := range 30 {
			name := fmt.Sprintf("u%02d", i)
			tx.EnsureUser("", name)
			if i%3 == 0 {
				tx.Join(name, "g0")
				_ = tx.EditUser(name, func(u *localiam.User) error {
					u.Boundary = boundary
					return nil
				})
			}
		}
		for i := range 25 {
			name := fmt.Sprintf("r%02d", i)
			tx.EnsureRole("/dev/", name)
			_ = tx.EditRole(name, func(r *localiam.Role) error {
				r.Trust, r.Inline = trust, map[string]string{"p": document}
				r.Tags = []localiam.Tag{{Key: "n", Value: name}}
				if i%5 == 0 {
					r.Boundary = boundary
				}
				return nil
			})
		}
		return nil
	})
}

func TestAuthorizationDetails(t *testing.T) {
	server, c := inProcess()
	populate(server)
	for _, size := range []int32{1, 7, 100, 1000} {
		var users, roles, groups, policies []string
		bounded := 0
		pages := iam.NewGetAccountAuthorizationDetailsPaginator(c, &iam.GetAccountAuthorizationDetailsInput{MaxItems: aws.Int32(size)})
		for pages.HasMorePages() {
			p := must(pages.NextPage(t.Context()))(t)
			if n := len(p.UserDetailList) + len(p.RoleDetailList) + len(p.GroupDetailList) + len(p.Policies); n > int(size) || n == 0 {
				t.Fatalf("a page of %d, asked for %d", n, size)
			}
			for _, u := range p.UserDetailList {
				users = append(users, *u.UserName)
				if u.PermissionsBoundary != nil {
					bounded++
					if len(u.GroupList) != 1 || u.GroupList[0] != "g0" {
						t.Errorf("%+v", u)
					}
				}
			}
			for _, r := range p.RoleDetailList {
				roles = append(roles, *r.RoleName)
				if r.PermissionsBoundary != nil {
					bounded++
				}
				if plain, err := url.PathUnescape(*r.AssumeRolePolicyDocument); err != nil || plain != trust || len(r.RolePolicyList) != 1 || *r.Tags[0].Value != *r.RoleName {
					t.Errorf("%+v", r)
				}
			}
			for _, g := range p.GroupDetailList {
				groups = append(groups, *g.GroupName)
			}
			for _, x := range p.Policies {
				policies = append(policies, fmt.Sprint(*x.Arn, " ", *x.AttachmentCount, " ", *x.PermissionsBoundaryUsageCount, " ", len(x.PolicyVersionList)))
			}
		}
		if len(users) != 30 || len(roles) != 25 || len(groups) != 5 || bounded != 15 || !slices.Equal(policies, []string{boundary + " 5 15 1"}) {
			t.Errorf("by %d: %d users, %d roles, %d groups, %d bounded, %q", size, len(users), len(roles), len(groups), bounded, policies)
		}
		slices.Sort(users)
		if len(slices.Compact(users)) != 30 {
			t.Errorf("by %d: users twice", size)
		}
	}
	only := must(c.GetAccountAuthorizationDetails(t.Context(), &iam.GetAccountAuthorizationDetailsInput{
		Filter: []types.EntityType{types.EntityTypeRole, types.EntityTypeAWSManagedPolicy},
	}))(t)
	if len(only.RoleDetailList) != 25 || len(only.UserDetailList)+len(only.GroupDetailList)+len(only.Policies) != 0 {
		t.Errorf("filtered: %d roles", len(only.RoleDetailList))
	}
	check(t, []rule{
		{"filter", "ValidationError 400", on(c.GetAccountAuthorizationDetails, &iam.GetAccountAuthorizationDetailsInput{Filter: []types.EntityType{"Robot"}})},
		{"marker", "ValidationError 400", on(c.GetAccountAuthorizationDetails, &iam.GetAccountAuthorizationDetailsInput{Marker: s("?")})},
		{"page", "ValidationError 400", on(c.GetAccountAuthorizationDetails, &iam.GetAccountAuthorizationDetailsInput{MaxItems: aws.Int32(1001)})},
	})
}

func TestEntitiesForPolicy(t *testing.T) {
	server, c := inProcess()
	populate(server)
	list := func(in iam.ListEntitiesForPolicyInput) (groups, roles, users int) {
		in.PolicyArn, in.MaxItems = s(boundary), aws.Int32(4)
		pages := iam.NewListEntitiesForPolicyPaginator(c, &in)
		for pages.HasMorePages() {
			p := must(pages.NextPage(t.Context()))(t)
			groups, roles, users = groups+len(p.PolicyGroups), roles+len(p.PolicyRoles), users+len(p.PolicyUsers)
		}
		return groups, roles, users
	}
	for _, c := range []struct {
		in                   iam.ListEntitiesForPolicyInput
		groups, roles, users int
	}{
		{iam.ListEntitiesForPolicyInput{}, 5, 5, 10},
		{iam.ListEntitiesForPolicyInput{PolicyUsageFilter: types.PolicyUsageTypePermissionsBoundary}, 0, 5, 10},
		{iam.ListEntitiesForPolicyInput{PolicyUsageFilter: types.PolicyUsageTypePermissionsPolicy}, 5, 0, 0},
		{iam.ListEntitiesForPolicyInput{EntityFilter: types.EntityTypeRole}, 0, 5, 0},
		{iam.ListEntitiesForPolicyInput{PathPrefix: s("/dev/")}, 0, 5, 0},
		{iam.ListEntitiesForPolicyInput{PathPrefix: s("/dev/"), EntityFilter: types.EntityTypeUser}, 0, 0, 0},
	} {
		if g, r, u := list(c.in); g != c.groups || r != c.roles || u != c.users {
			t.Errorf("%+v: %d groups, %d roles, %d users", c.in, g, r, u)
		}
	}
	check(t, []rule{{"unknown", "NoSuchEntity 404", on(c.ListEntitiesForPolicy, &iam.ListEntitiesForPolicyInput{PolicyArn: s(boundary + "x")})}})
}

func TestLists(t *testing.T) {
	server, c := inProcess()
	populate(server)
	attached := must(c.ListAttachedGroupPolicies(t.Context(), &iam.ListAttachedGroupPoliciesInput{GroupName: s("g1")}))(t).AttachedPolicies
	if len(attached) != 1 || *attached[0].PolicyArn != boundary || *attached[0].PolicyName != "boundary" {
		t.Errorf("%+v", attached)
	}
	local := must(c.ListPolicies(t.Context(), &iam.ListPoliciesInput{Scope: types.PolicyScopeTypeLocal}))(t).Policies
	if len(local) != 1 || *local[0].PermissionsBoundaryUsageCount != 15 {
		t.Errorf("%+v", local)
	}
	own := must(c.ListPolicies(t.Context(), &iam.ListPoliciesInput{Scope: types.PolicyScopeTypeAws}))(t).Policies
	var names []string
	for _, p := range own {
		names = append(names, *p.PolicyName)
	}
	for _, want := range []string{"AWSDenyAll", "AdministratorAccess", "PowerUserAccess", "ReadOnlyAccess", "IAMFullAccess", "AmazonS3FullAccess"} {
		if !slices.Contains(names, want) {
			t.Errorf("%s is not among %v", want, names)
		}
	}
	if used := must(c.ListPolicies(t.Context(), &iam.ListPoliciesInput{OnlyAttached: true}))(t).Policies; len(used) != 1 {
		t.Errorf("%+v", used)
	}
	roles := must(c.ListRoles(t.Context(), &iam.ListRolesInput{PathPrefix: s("/dev/"), MaxItems: aws.Int32(10)}))(t)
	if len(roles.Roles) != 10 || !roles.IsTruncated || roles.Marker == nil {
		t.Errorf("%+v", roles)
	}
	inline := must(c.GetRolePolicy(t.Context(), &iam.GetRolePolicyInput{RoleName: s("r00"), PolicyName: s("p")}))(t)
	if plain, err := url.PathUnescape(*inline.PolicyDocument); err != nil || plain != document {
		t.Errorf("%s", *inline.PolicyDocument)
	}
}

func TestDescribeAndLoad(t *testing.T) {
	server, _ := inProcess()
	populate(server)
	described := server.IAM(account).Describe()
	again := localaws.New(localaws.Options{})
	loaded, err := load(again, described)
	if err != nil || loaded.Account != account || loaded.Partition != "aws" || len(loaded.Assumed) != 0 {
		t.Fatalf("%+v, %v", loaded, err)
	}
	if second := again.IAM(account).Describe(); !bytes.Equal(described, second) {
		t.Errorf("the loaded state differs from the described one:\n%s\n%s", described, second)
	}
	var details struct {
		Policies []struct {
			PolicyVersionList []struct{ Document struct{ Statement []any } }
		}
	}
	if err := json.Unmarshal(described, &details); err != nil || len(details.Policies[0].PolicyVersionList[0].Document.Statement) != 1 {
		t.Errorf("documents are not objects: %v", err)
	}
}

// load loads the first account of a file.
func load(server *localaws.Server, data []byte) (localaws.Loaded, error) {
	r := authdetails.Reader{Keep: true}
	if err := r.Read("", bytes.NewReader(data)); err != nil {
		return localaws.Loaded{}, err
	}
	part := r.Parts()[0]
	return server.Load(part), part.Cut
}

func TestLoadTakesWhatTheCommandPrints(t *testing.T) {
	server := localaws.New(localaws.Options{Seed: 1})
	loaded, err := load(server, []byte(`{
		"RoleDetailList": [{"RoleName": "App", "Arn": "arn:aws-cn:iam::210987654321:role/dev/App", "Path": "/dev/", "RoleId": "AROA1",
			"CreateDate": "2024-05-06T07:08:09+00:00",
			"AssumeRolePolicyDocument": "%7B%22Statement%22%3A%5B%5D%7D",
			"PermissionsBoundary": {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": "arn:aws-cn:iam::210987654321:policy/b"},
			"AttachedManagedPolicies": [{"PolicyName": "Rare", "PolicyArn": "arn:aws-cn:iam::aws:policy/Rare"}]}],
		"UserDetailList": [{"UserName": "jane", "Arn": "arn:aws-cn:iam::210987654321:user/jane", "Path": "/", "UserId": "AIDA1", "GroupList": ["g"]}],
		"Policies": []}`))
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"arn:aws-cn:iam::210987654321:policy/b", "arn:aws-cn:iam::aws:policy/Rare"}; !slices.Equal(loaded.Assumed, want) || loaded.Partition != "aws-cn" {
		t.Errorf("%+v", loaded)
	}
	c := iam.NewFromConfig(server.Config("cn-north-1", "210987654321"))
	r := must(c.GetRole(t.Context(), &iam.GetRoleInput{RoleName: s("app")}))(t).Role
	if *r.RoleId != "AROA1" || *r.Arn != "arn:aws-cn:iam::210987654321:role/dev/App" || r.CreateDate.Format("2006-01-02") != "2024-05-06" {
		t.Errorf("%+v", r)
	}
	check(t, []rule{
		{"a policy with an unknown document", "AccessDenied 403", on(c.GetPolicyVersion, &iam.GetPolicyVersionInput{PolicyArn: s("arn:aws-cn:iam::210987654321:policy/b"), VersionId: s("v1")})},
		{"though it exists", "", on(c.GetPolicy, &iam.GetPolicyInput{PolicyArn: s("arn:aws-cn:iam::210987654321:policy/b")})},
	})
	for input, want := range map[string]string{
		`{`:                                "unexpected EOF",
		`{}`:                               "has none of",
		`{"UserDetailList":[{"Arn":"x"}]}`: "not an ARN",
	} {
		if _, err := load(localaws.New(localaws.Options{}), []byte(input)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", input, err)
		}
	}
}

func TestAccountsAndPartitions(t *testing.T) {
	server := localaws.New(localaws.Options{Seed: 1, Account: "111111111111", Partition: "aws-us-gov"})
	server.SetPartition("222222222222", "aws-cn")
	regions := map[string]string{}
	server.Subscribe(func(e events.Event) { regions[e.Account] = e.Region })
	for key, want := range map[string]string{
		"AKIAIOSFODNN7EXAMPLE": "arn:aws-us-gov:iam::111111111111:user/u",
		"222222222222":         "arn:aws-cn:iam::222222222222:user/u",
		"333333333333":         "arn:aws-us-gov:iam::333333333333:user/u",
	} {
		c := iam.NewFromConfig(server.Config("eu-west-1", key))
		got := must(c.CreateUser(t.Context(), &iam.CreateUserInput{UserName: s("u"), PermissionsBoundary: s(strings.Split(want, "iam")[0] + "iam::aws:policy/AWSDenyAll")}))(t).User
		if *got.Arn != want {
			t.Errorf("%s: %s, want %s", key, *got.Arn, want)
		}
	}
	if regions["111111111111"] != "us-gov-west-1" || regions["222222222222"] != "cn-north-1" {
		t.Errorf("%v", regions)
	}
}

func TestUsersOwnKeys(t *testing.T) {
	server, c := inProcess()
	must(c.CreateUser(t.Context(), &iam.CreateUserInput{UserName: s("jane"), Path: s("/dev/")}))(t)
	key := must(c.CreateAccessKey(t.Context(), &iam.CreateAccessKeyInput{UserName: s("jane")}))(t).AccessKey
	jane := server.ConfigAs("us-east-1", aws.Credentials{AccessKeyID: *key.AccessKeyId, SecretAccessKey: *key.SecretAccessKey})
	who := must(sts.NewFromConfig(jane).GetCallerIdentity(t.Context(), &sts.GetCallerIdentityInput{}))(t)
	if *who.Arn != "arn:aws:iam::123456789012:user/dev/jane" || !strings.HasPrefix(*who.UserId, "AIDA") {
		t.Errorf("%+v", who)
	}
	if me := must(iam.NewFromConfig(jane).GetUser(t.Context(), &iam.GetUserInput{}))(t).User; *me.UserName != "jane" {
		t.Errorf("%+v", me)
	}
	var event events.Event
	server.Subscribe(func(e events.Event) { event = e })
	must(iam.NewFromConfig(jane).CreateAccessKey(t.Context(), &iam.CreateAccessKeyInput{}))(t)
	if d := string(event.Detail); strings.Contains(strings.ToLower(d), "secret") || !strings.Contains(d, `"userName":"jane"}`) || !strings.Contains(d, `"type":"IAMUser"`) {
		t.Errorf("%s", d)
	}
}

func TestSameSeedSameIDs(t *testing.T) {
	run := func(seed uint64, reads int) (all string) {
		server := localaws.New(localaws.Options{Now: localaws.NewClock(start).Now, Seed: seed})
		server.Subscribe(func(e events.Event) {
			var d struct{ EventID string }
			_ = json.Unmarshal(e.Detail, &d)
			all += e.ID + d.EventID
		})
		c := iam.NewFromConfig(server.Config("us-east-1", account))
		for range reads {
			_, _ = c.GetUser(t.Context(), &iam.GetUserInput{})
		}
		for _, name := range []string{"a", "b"} {
			all += *must(c.CreateUser(t.Context(), &iam.CreateUserInput{UserName: &name}))(t).User.UserId
		}
		return all
	}
	if run(7, 0) != run(7, 3) {
		t.Error("the same seed gives other ids")
	}
	if run(7, 0) == run(8, 0) {
		t.Error("other seeds give the same ids")
	}
	if first, second := run(0, 0), run(0, 0); first == second {
		t.Error("no seed gives the same ids")
	}
}

func TestFixedIDAndDate(t *testing.T) {
	server, c := inProcess()
	_ = server.IAM(account).Edit(func(tx *localiam.Tx) error {
		r := tx.NewRole("/dev/", "r")
		r.ID, r.Created, r.Trust = "AROAFIXED", start.AddDate(-1, 0, 0), trust
		tx.PutRole(r)
		return nil
	})
	r := must(c.GetRole(t.Context(), &iam.GetRoleInput{RoleName: s("r")}))(t).Role
	if *r.RoleId != "AROAFIXED" || r.CreateDate.Year() != 2025 {
		t.Errorf("%+v", r)
	}
}

func TestListenRefusesOthers(t *testing.T) {
	server := localaws.New(localaws.Options{})
	for _, address := range []string{":0", "0.0.0.0:0", "192.0.2.1:0", "localhost:0", "[::]:0", "x"} {
		if l, err := server.ListenTo(address, t.Output()); err == nil {
			_ = l.Close()
			t.Errorf("listens on %s", address)
		}
	}
	var notice bytes.Buffer
	l := must(server.ListenTo("127.0.0.1:0", &notice))(t)
	defer func() { _ = l.Close() }()
	if !strings.Contains(notice.String(), "test and demonstration tool") || !strings.Contains(notice.String(), l.URL) {
		t.Errorf("%s", notice.String())
	}
}

func TestOnCall(t *testing.T) {
	server, c := inProcess()
	var calls []string
	server.OnCall(func(call wire.Call) { calls = append(calls, call.Service+":"+call.Operation+" "+call.Account) })
	_, _ = c.GetRole(t.Context(), &iam.GetRoleInput{RoleName: s("r")})
	if !slices.Equal(calls, []string{"iam:GetRole 123456789012"}) {
		t.Errorf("%v", calls)
	}
	server.ResetCalls()
	if got := server.Calls(); len(got) != 0 {
		t.Errorf("%v", got)
	}
}
