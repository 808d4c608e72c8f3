package localaws_test

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/smithy-go/transport/http"

	"github.com/ringfence/ringfence/internal/localaws"
	localiam "github.com/ringfence/ringfence/internal/localaws/iam"
)

// inProcess returns a server and an IAM client without a socket.
func inProcess() (*localaws.Server, *iam.Client) {
	server := localaws.New(localaws.Options{Now: localaws.NewClock(start).Now, Seed: 1})
	config := server.Config("us-east-1", account)
	config.RetryMaxAttempts = 1
	return server, iam.NewFromConfig(config)
}

// rule is a call and AWS's answer: "NoSuchEntity 404", or "" for success.
type rule struct {
	name string
	want string
	call func(context.Context) error
}

// on returns the call of a client's method.
func on[I, O any](method func(context.Context, *I, ...func(*iam.Options)) (*O, error), in *I) func(context.Context) error {
	return func(ctx context.Context) error {
		_, err := method(ctx, in)
		return err
	}
}

func check(t *testing.T, rules []rule) {
	t.Helper()
	for _, r := range rules {
		err := r.call(t.Context())
		got := code(err)
		var answer *http.ResponseError
		if errors.As(err, &answer) {
			got += fmt.Sprint(" ", answer.HTTPStatusCode())
		}
		if got != r.want {
			t.Errorf("%s: %q, want %q (%v)", r.name, got, r.want, err)
		}
	}
}

func s(v string) *string { return &v }

func TestNamesAndPaths(t *testing.T) {
	_, c := inProcess()
	user := func(name, path string) func(context.Context) error {
		return on(c.CreateUser, &iam.CreateUserInput{UserName: &name, Path: &path})
	}
	role := func(name, path, trust string) func(context.Context) error {
		return on(c.CreateRole, &iam.CreateRoleInput{RoleName: &name, Path: &path, AssumeRolePolicyDocument: &trust})
	}
	check(t, []rule{
		{"user", "", user("Jane.Doe+x=y,z@example-com_1", "/")},
		{"same name, other case and path", "EntityAlreadyExists 409", user("jane.doe+X=y,z@example-com_1", "/x/")},
		{"space", "ValidationError 400", user("a b", "/")},
		{"not ASCII", "ValidationError 400", user("caf\u00e9", "/")},
		{"too long", "ValidationError 400", user(strings.Repeat("x", 65), "/")},
		{"64", "", user(strings.Repeat("x", 64), "/")},
		{"path without end", "ValidationError 400", user("u", "/dev")},
		{"path without start", "ValidationError 400", user("u", "dev/")},
		{"path with space", "ValidationError 400", user("u", "/a b/")},
		{"path too long", "ValidationError 400", user("u", "/"+strings.Repeat("x", 511)+"/")},
		{"path", "", user("u", "/a/b!~/")},

		{"role", "", role("r", "/service-role/", trust)},
		{"role, again", "EntityAlreadyExists 409", role("R", "/", trust)},
		{"service's path", "InvalidInput 400", role("x", "/aws-service-role/x.amazonaws.com/", trust)},
		{"Identity Center's path", "InvalidInput 400", role("x", "/aws-reserved/sso.amazonaws.com/", trust)},
		{"trust is no JSON", "MalformedPolicyDocument 400", role("x", "/", "{")},
		{"trust without statement", "MalformedPolicyDocument 400", role("x", "/", `{"Version":"2012-10-17"}`)},
		{"trust too long", "LimitExceeded 409", role("x", "/", strings.Replace(trust, "sts:AssumeRole", strings.Repeat("x", 2048), 1))},
		{"session too short", "ValidationError 400", on(c.CreateRole, &iam.CreateRoleInput{RoleName: s("x"), AssumeRolePolicyDocument: s(trust), MaxSessionDuration: aws.Int32(60)})},

		{"unknown user", "NoSuchEntity 404", on(c.GetUser, &iam.GetUserInput{UserName: s("none")})},
		{"unknown role", "NoSuchEntity 404", on(c.GetRole, &iam.GetRoleInput{RoleName: s("none")})},
		{"unknown group", "NoSuchEntity 404", on(c.GetGroup, &iam.GetGroupInput{GroupName: s("none")})},
		{"unknown policy", "NoSuchEntity 404", on(c.GetPolicy, &iam.GetPolicyInput{PolicyArn: s("arn:aws:iam::123456789012:policy/none")})},
		{"unknown AWS policy", "NoSuchEntity 404", on(c.GetPolicy, &iam.GetPolicyInput{PolicyArn: s("arn:aws:iam::aws:policy/NoSuchPolicy")})},
		{"no ARN", "InvalidInput 400", on(c.GetPolicy, &iam.GetPolicyInput{PolicyArn: s("AdministratorAccess-of-AWS")})},
		{"root's own", "", on(c.GetUser, &iam.GetUserInput{})},
	})
}

func TestBoundaries(t *testing.T) {
	_, c := inProcess()
	makeBoundary(t, c)
	role := func(arn string) func(context.Context) error {
		return on(c.PutRolePermissionsBoundary, &iam.PutRolePermissionsBoundaryInput{RoleName: s("r"), PermissionsBoundary: &arn})
	}
	user := func(arn string) func(context.Context) error {
		return on(c.PutUserPermissionsBoundary, &iam.PutUserPermissionsBoundaryInput{UserName: s("u"), PermissionsBoundary: &arn})
	}
	check(t, []rule{
		{"role with a boundary that is not", "NoSuchEntity 404", on(c.CreateRole, &iam.CreateRoleInput{RoleName: s("r"), AssumeRolePolicyDocument: s(trust), PermissionsBoundary: s("arn:aws:iam::123456789012:policy/boundary")})},
		{"user with a boundary that is not", "NoSuchEntity 404", on(c.CreateUser, &iam.CreateUserInput{UserName: s("u"), PermissionsBoundary: s("arn:aws:iam::123456789012:policy/none")})},
		{"neither was made", "NoSuchEntity 404", on(c.GetRole, &iam.GetRoleInput{RoleName: s("r")})},
		{"role", "", on(c.CreateRole, &iam.CreateRoleInput{RoleName: s("r"), AssumeRolePolicyDocument: s(trust), PermissionsBoundary: s(boundary)})},
		{"user", "", on(c.CreateUser, &iam.CreateUserInput{UserName: s("u"), PermissionsBoundary: s(boundary)})},
		{"other partition", "NoSuchEntity 404", role("arn:aws-cn:iam::aws:policy/AWSDenyAll")},
		{"other account", "NoSuchEntity 404", role("arn:aws:iam::210987654321:policy/team/boundary")},
		{"no ARN", "InvalidInput 400", role("AWSDenyAll-and-some-more")},
		{"a role's ARN", "InvalidInput 400", user("arn:aws:iam::123456789012:role/r")},
		{"AWS's policy", "", role(denyAll)},
		{"user's", "", user(denyAll)},
		{"policy no longer in use", "", on(c.DeletePolicy, &iam.DeletePolicyInput{PolicyArn: s(boundary)})},
		{"no such role", "NoSuchEntity 404", on(c.PutRolePermissionsBoundary, &iam.PutRolePermissionsBoundaryInput{RoleName: s("x"), PermissionsBoundary: s(denyAll)})},
		{"no such user", "NoSuchEntity 404", on(c.DeleteUserPermissionsBoundary, &iam.DeleteUserPermissionsBoundaryInput{UserName: s("x")})},
		{"removed", "", on(c.DeleteUserPermissionsBoundary, &iam.DeleteUserPermissionsBoundaryInput{UserName: s("u")})},
	})
	if u := must(c.GetUser(t.Context(), &iam.GetUserInput{UserName: s("u")}))(t).User; u.PermissionsBoundary != nil {
		t.Errorf("%+v", u.PermissionsBoundary)
	}
	p := must(c.GetPolicy(t.Context(), &iam.GetPolicyInput{PolicyArn: s(denyAll)}))(t).Policy
	if *p.AttachmentCount != 0 || *p.PermissionsBoundaryUsageCount != 1 {
		t.Errorf("counts %d and %d", *p.AttachmentCount, *p.PermissionsBoundaryUsageCount)
	}
}

func TestDeletionConflicts(t *testing.T) {
	_, c := inProcess()
	makeBoundary(t, c)
	trustDocument := s(trust)
	check(t, []rule{
		{"", "", on(c.CreateRole, &iam.CreateRoleInput{RoleName: s("r"), AssumeRolePolicyDocument: trustDocument, PermissionsBoundary: s(boundary)})},
		{"policy that is a boundary", "DeleteConflict 409", on(c.DeletePolicy, &iam.DeletePolicyInput{PolicyArn: s(boundary)})},
		{"", "", on(c.AttachRolePolicy, &iam.AttachRolePolicyInput{RoleName: s("r"), PolicyArn: s(boundary)})},
		{"", "", on(c.AttachRolePolicy, &iam.AttachRolePolicyInput{RoleName: s("r"), PolicyArn: s(boundary)})},
		{"", "", on(c.DeleteRolePermissionsBoundary, &iam.DeleteRolePermissionsBoundaryInput{RoleName: s("r")})},
		{"policy that is attached", "DeleteConflict 409", on(c.DeletePolicy, &iam.DeletePolicyInput{PolicyArn: s(boundary)})},
		{"role with a policy", "DeleteConflict 409", on(c.DeleteRole, &iam.DeleteRoleInput{RoleName: s("r")})},
		{"", "", on(c.DetachRolePolicy, &iam.DetachRolePolicyInput{RoleName: s("r"), PolicyArn: s(boundary)})},
		{"what is not attached", "NoSuchEntity 404", on(c.DetachRolePolicy, &iam.DetachRolePolicyInput{RoleName: s("r"), PolicyArn: s(boundary)})},
		{"", "", on(c.PutRolePolicy, &iam.PutRolePolicyInput{RoleName: s("r"), PolicyName: s("p"), PolicyDocument: s(document)})},
		{"role with an inline policy", "DeleteConflict 409", on(c.DeleteRole, &iam.DeleteRoleInput{RoleName: s("r")})},
		{"", "", on(c.DeleteRolePolicy, &iam.DeleteRolePolicyInput{RoleName: s("r"), PolicyName: s("p")})},
		{"inline policy that is not", "NoSuchEntity 404", on(c.DeleteRolePolicy, &iam.DeleteRolePolicyInput{RoleName: s("r"), PolicyName: s("p")})},
		{"role", "", on(c.DeleteRole, &iam.DeleteRoleInput{RoleName: s("r")})},

		{"", "", on(c.CreateUser, &iam.CreateUserInput{UserName: s("u")})},
		{"", "", on(c.CreateGroup, &iam.CreateGroupInput{GroupName: s("g")})},
		{"", "", on(c.AddUserToGroup, &iam.AddUserToGroupInput{GroupName: s("g"), UserName: s("u")})},
		{"user in a group", "DeleteConflict 409", on(c.DeleteUser, &iam.DeleteUserInput{UserName: s("u")})},
		{"group with a user", "DeleteConflict 409", on(c.DeleteGroup, &iam.DeleteGroupInput{GroupName: s("g")})},
		{"", "", on(c.RemoveUserFromGroup, &iam.RemoveUserFromGroupInput{GroupName: s("g"), UserName: s("u")})},
		{"who is not in it", "NoSuchEntity 404", on(c.RemoveUserFromGroup, &iam.RemoveUserFromGroupInput{GroupName: s("g"), UserName: s("u")})},
		{"", "", on(c.DeleteGroup, &iam.DeleteGroupInput{GroupName: s("g")})},
		{"AWS's policy", "AccessDenied 403", on(c.DeletePolicy, &iam.DeletePolicyInput{PolicyArn: s(denyAll)})},
		{"user", "", on(c.DeleteUser, &iam.DeleteUserInput{UserName: s("u")})},
	})
}

func TestPolicyVersionRules(t *testing.T) {
	_, c := inProcess()
	makeBoundary(t, c)
	create := func(isDefault bool) func(context.Context) error {
		return on(c.CreatePolicyVersion, &iam.CreatePolicyVersionInput{PolicyArn: s(boundary), PolicyDocument: s(document), SetAsDefault: isDefault})
	}
	remove := func(id string) func(context.Context) error {
		return on(c.DeletePolicyVersion, &iam.DeletePolicyVersionInput{PolicyArn: s(boundary), VersionId: &id})
	}
	long := strings.Replace(document, "s3:*", strings.Repeat("x", 6144), 1)
	exact := strings.Replace(document, "s3:*", strings.Repeat("x", 6144-len(document)+4), 1)
	spaced := strings.Replace(exact, "{", "{"+strings.Repeat(" ", 500), 1)
	check(t, []rule{
		{"v2", "", create(true)},
		{"v3", "", create(false)},
		{"v4", "", create(false)},
		{"v5", "", create(false)},
		{"a sixth", "LimitExceeded 409", create(true)},
		{"the default", "DeleteConflict 409", remove("v2")},
		{"v1", "", remove("v1")},
		{"v1 again", "NoSuchEntity 404", remove("v1")},
		{"the policy with versions", "DeleteConflict 409", on(c.DeletePolicy, &iam.DeletePolicyInput{PolicyArn: s(boundary)})},
		{"v6", "", create(false)},
		{"default v3", "", on(c.SetDefaultPolicyVersion, &iam.SetDefaultPolicyVersionInput{PolicyArn: s(boundary), VersionId: s("v3")})},
		{"default v1", "NoSuchEntity 404", on(c.SetDefaultPolicyVersion, &iam.SetDefaultPolicyVersionInput{PolicyArn: s(boundary), VersionId: s("v1")})},
		{"v2", "", remove("v2")},
		{"no JSON", "MalformedPolicyDocument 400", on(c.CreatePolicyVersion, &iam.CreatePolicyVersionInput{PolicyArn: s(boundary), PolicyDocument: s("x")})},
		{"too long", "LimitExceeded 409", on(c.CreatePolicyVersion, &iam.CreatePolicyVersionInput{PolicyArn: s(boundary), PolicyDocument: &long})},
		{"6,144 and white space", "", on(c.CreatePolicyVersion, &iam.CreatePolicyVersionInput{PolicyArn: s(boundary), PolicyDocument: &spaced})},
		{"AWS's", "AccessDenied 403", on(c.CreatePolicyVersion, &iam.CreatePolicyVersionInput{PolicyArn: s(denyAll), PolicyDocument: s(document)})},
		{"same name in another path", "EntityAlreadyExists 409", on(c.CreatePolicy, &iam.CreatePolicyInput{PolicyName: s("Boundary"), PolicyDocument: s(document)})},
	})
	var ids []string
	for _, v := range must(c.ListPolicyVersions(t.Context(), &iam.ListPolicyVersionsInput{PolicyArn: s(boundary)}))(t).Versions {
		ids = append(ids, fmt.Sprint(*v.VersionId, v.IsDefaultVersion))
	}
	if want := []string{"v7false", "v6false", "v5false", "v4false", "v3true"}; !slices.Equal(ids, want) {
		t.Errorf("%v", ids)
	}
	got := *must(c.GetPolicyVersion(t.Context(), &iam.GetPolicyVersionInput{PolicyArn: s(boundary), VersionId: s("v3")}))(t).PolicyVersion.Document
	if plain, err := url.PathUnescape(got); err != nil || plain != document || strings.ContainsAny(got, `{"+ `) {
		t.Errorf("%s", got)
	}
}

func TestProtectedRoles(t *testing.T) {
	server, c := inProcess()
	check(t, []rule{
		{"", "", on(c.CreateServiceLinkedRole, &iam.CreateServiceLinkedRoleInput{AWSServiceName: s("autoscaling.amazonaws.com")})},
		{"again", "InvalidInput 400", on(c.CreateServiceLinkedRole, &iam.CreateServiceLinkedRoleInput{AWSServiceName: s("autoscaling.amazonaws.com")})},
		{"with suffix", "", on(c.CreateServiceLinkedRole, &iam.CreateServiceLinkedRoleInput{AWSServiceName: s("autoscaling.amazonaws.com"), CustomSuffix: s("x")})},
		{"no service", "InvalidInput 400", on(c.CreateServiceLinkedRole, &iam.CreateServiceLinkedRoleInput{AWSServiceName: s("autoscaling")})},
	})
	const sso = "AWSReservedSSO_Admin_0123456789abcdef"
	_ = server.IAM(account).Edit(func(tx *localiam.Tx) error {
		tx.EnsureRole("/aws-reserved/sso.amazonaws.com/", sso)
		return nil
	})
	for _, name := range []string{"AWSServiceRoleForAutoScaling", sso} {
		check(t, []rule{
			{"put boundary", "UnmodifiableEntity 400", on(c.PutRolePermissionsBoundary, &iam.PutRolePermissionsBoundaryInput{RoleName: &name, PermissionsBoundary: s(denyAll)})},
			{"delete boundary", "UnmodifiableEntity 400", on(c.DeleteRolePermissionsBoundary, &iam.DeleteRolePermissionsBoundaryInput{RoleName: &name})},
			{"attach", "UnmodifiableEntity 400", on(c.AttachRolePolicy, &iam.AttachRolePolicyInput{RoleName: &name, PolicyArn: s(denyAll)})},
			{"inline", "UnmodifiableEntity 400", on(c.PutRolePolicy, &iam.PutRolePolicyInput{RoleName: &name, PolicyName: s("p"), PolicyDocument: s(document)})},
			{"trust", "UnmodifiableEntity 400", on(c.UpdateAssumeRolePolicy, &iam.UpdateAssumeRolePolicyInput{RoleName: &name, PolicyDocument: s(trust)})},
			{"update", "UnmodifiableEntity 400", on(c.UpdateRole, &iam.UpdateRoleInput{RoleName: &name, Description: s("x")})},
			{"delete", "UnmodifiableEntity 400", on(c.DeleteRole, &iam.DeleteRoleInput{RoleName: &name})},
			{"read", "", on(c.GetRole, &iam.GetRoleInput{RoleName: &name})},
		})
	}
	check(t, []rule{
		{"tag a service's role", "", on(c.TagRole, &iam.TagRoleInput{RoleName: s("AWSServiceRoleForAutoScaling"), Tags: tags("a", "b")})},
		{"tag Identity Center's", "UnmodifiableEntity 400", on(c.TagRole, &iam.TagRoleInput{RoleName: s(sso), Tags: tags("a", "b")})},
		{"its service deletes it", "", on(c.DeleteServiceLinkedRole, &iam.DeleteServiceLinkedRoleInput{RoleName: s("AWSServiceRoleForAutoScaling_x")})},
		{"only that", "NoSuchEntity 404", on(c.DeleteServiceLinkedRole, &iam.DeleteServiceLinkedRoleInput{RoleName: s(sso)})},
	})
}

func tags(pairs ...string) (list []types.Tag) {
	for i := 0; i < len(pairs); i += 2 {
		list = append(list, types.Tag{Key: &pairs[i], Value: &pairs[i+1]})
	}
	return list
}

func TestTags(t *testing.T) {
	_, c := inProcess()
	makeBoundary(t, c)
	var fifty []types.Tag
	for i := range 50 {
		fifty = append(fifty, tags(fmt.Sprintf("key-%02d", i), "v")...)
	}
	tag := func(list []types.Tag) func(context.Context) error {
		return on(c.TagUser, &iam.TagUserInput{UserName: s("u"), Tags: list})
	}
	check(t, []rule{
		{"", "", on(c.CreateUser, &iam.CreateUserInput{UserName: s("u"), Tags: tags("Team", "a")})},
		{"same key", "", tag(tags("team", "b"))},
		{"twice", "InvalidInput 400", tag(tags("x", "1", "X", "2"))},
		{"aws:", "InvalidInput 400", tag(tags("AWS:x", "1"))},
		{"empty key", "ValidationError 400", tag(tags("", "1"))},
		{"long key", "ValidationError 400", tag(tags(strings.Repeat("x", 129), "1"))},
		{"long value", "ValidationError 400", tag(tags("x", strings.Repeat("x", 257)))},
		{"51", "LimitExceeded 409", tag(fifty)},
		{"policy", "", on(c.TagPolicy, &iam.TagPolicyInput{PolicyArn: s(boundary), Tags: fifty})},
		{"AWS's policy", "AccessDenied 403", on(c.TagPolicy, &iam.TagPolicyInput{PolicyArn: s(denyAll), Tags: tags("a", "b")})},
		{"untag", "", on(c.UntagPolicy, &iam.UntagPolicyInput{PolicyArn: s(boundary), TagKeys: []string{"KEY-00", "none"}})},
	})
	u := must(c.ListUserTags(t.Context(), &iam.ListUserTagsInput{UserName: s("u")}))(t)
	if len(u.Tags) != 1 || *u.Tags[0].Key != "team" || *u.Tags[0].Value != "b" {
		t.Errorf("%+v", u.Tags)
	}
	page := must(c.ListPolicyTags(t.Context(), &iam.ListPolicyTagsInput{PolicyArn: s(boundary), MaxItems: aws.Int32(30)}))(t)
	rest := must(c.ListPolicyTags(t.Context(), &iam.ListPolicyTagsInput{PolicyArn: s(boundary), Marker: page.Marker}))(t)
	if len(page.Tags) != 30 || !page.IsTruncated || len(rest.Tags) != 19 || rest.IsTruncated || *rest.Tags[0].Key != "key-31" {
		t.Errorf("%d and %d", len(page.Tags), len(rest.Tags))
	}
}

func TestRenamedUserStaysItself(t *testing.T) {
	_, c := inProcess()
	check(t, []rule{
		{"", "", on(c.CreateGroup, &iam.CreateGroupInput{GroupName: s("g")})},
		{"", "", on(c.CreateUser, &iam.CreateUserInput{UserName: s("jane"), Path: s("/dev/"), PermissionsBoundary: s(denyAll)})},
		{"", "", on(c.CreateUser, &iam.CreateUserInput{UserName: s("joe")})},
		{"", "", on(c.AddUserToGroup, &iam.AddUserToGroupInput{GroupName: s("g"), UserName: s("jane")})},
		{"taken", "EntityAlreadyExists 409", on(c.UpdateUser, &iam.UpdateUserInput{UserName: s("jane"), NewUserName: s("JOE")})},
		{"other case", "", on(c.UpdateUser, &iam.UpdateUserInput{UserName: s("jane"), NewUserName: s("Jane")})},
		{"bad path", "ValidationError 400", on(c.UpdateUser, &iam.UpdateUserInput{UserName: s("jane"), NewPath: s("x")})},
	})
	before := must(c.GetUser(t.Context(), &iam.GetUserInput{UserName: s("jane")}))(t).User
	must(c.UpdateUser(t.Context(), &iam.UpdateUserInput{UserName: s("jane"), NewUserName: s("mary"), NewPath: s("/")}))(t)
	after := must(c.GetUser(t.Context(), &iam.GetUserInput{UserName: s("mary")}))(t).User
	if *after.UserId != *before.UserId || *after.Arn != "arn:aws:iam::123456789012:user/mary" || after.PermissionsBoundary == nil {
		t.Errorf("%+v", after)
	}
	check(t, []rule{
		{"the old name", "NoSuchEntity 404", on(c.GetUser, &iam.GetUserInput{UserName: s("jane")})},
		{"group", "", on(c.UpdateGroup, &iam.UpdateGroupInput{GroupName: s("g"), NewGroupName: s("h")})},
	})
	group := must(c.GetGroup(t.Context(), &iam.GetGroupInput{GroupName: s("h")}))(t)
	if len(group.Users) != 1 || *group.Users[0].UserName != "mary" {
		t.Errorf("%+v", group.Users)
	}
	groups := must(c.ListGroupsForUser(t.Context(), &iam.ListGroupsForUserInput{UserName: s("mary")}))(t).Groups
	if len(groups) != 1 || *groups[0].GroupName != "h" {
		t.Errorf("%+v", groups)
	}
}

func TestQuotas(t *testing.T) {
	server, c := inProcess()
	_ = server.IAM(account).Edit(func(tx *localiam.Tx) error {
		tx.EnsureUser("", "u")
		for i := range 12 {
			tx.EnsurePolicy(fmt.Sprintf("arn:aws:iam::123456789012:policy/p%02d", i), document)
			tx.EnsureGroup("", fmt.Sprintf("g%02d", i))
		}
		return nil
	})
	for i := range 11 {
		want := ""
		if i == 10 {
			want = "LimitExceeded 409"
		}
		check(t, []rule{
			{"attached", want, on(c.AttachUserPolicy, &iam.AttachUserPolicyInput{UserName: s("u"), PolicyArn: s(fmt.Sprintf("arn:aws:iam::123456789012:policy/p%02d", i))})},
			{"groups", want, on(c.AddUserToGroup, &iam.AddUserToGroupInput{UserName: s("u"), GroupName: s(fmt.Sprintf("g%02d", i))})},
		})
	}
	third := strings.Replace(document, "s3:*", strings.Repeat("x", 900), 1)
	check(t, []rule{
		{"inline", "", on(c.PutUserPolicy, &iam.PutUserPolicyInput{UserName: s("u"), PolicyName: s("a"), PolicyDocument: &third})},
		{"inline", "", on(c.PutUserPolicy, &iam.PutUserPolicyInput{UserName: s("u"), PolicyName: s("b"), PolicyDocument: &third})},
		{"inline, in all over 2,048", "LimitExceeded 409", on(c.PutUserPolicy, &iam.PutUserPolicyInput{UserName: s("u"), PolicyName: s("c"), PolicyDocument: &third})},
		{"inline, in the place of one", "", on(c.PutUserPolicy, &iam.PutUserPolicyInput{UserName: s("u"), PolicyName: s("b"), PolicyDocument: &third})},
		{"key", "", on(c.CreateAccessKey, &iam.CreateAccessKeyInput{UserName: s("u")})},
		{"key", "", on(c.CreateAccessKey, &iam.CreateAccessKeyInput{UserName: s("u")})},
		{"a third key", "LimitExceeded 409", on(c.CreateAccessKey, &iam.CreateAccessKeyInput{UserName: s("u")})},
	})
}

// TestUsageStaysTrue compares the stored counts with those of an account that is loaded again.
func TestUsageStaysTrue(t *testing.T) {
	server, c := inProcess()
	populate(server)
	check := func(after string) {
		t.Helper()
		again := localaws.New(localaws.Options{})
		if _, err := load(again, server.IAM(account).Describe()); err != nil {
			t.Fatal(err)
		}
		fresh := iam.NewFromConfig(again.Config("us-east-1", account))
		for _, p := range must(c.ListPolicies(t.Context(), &iam.ListPoliciesInput{OnlyAttached: true}))(t).Policies {
			got := must(c.GetPolicy(t.Context(), &iam.GetPolicyInput{PolicyArn: p.Arn}))(t).Policy
			want := must(fresh.GetPolicy(t.Context(), &iam.GetPolicyInput{PolicyArn: p.Arn}))(t).Policy
			if *got.AttachmentCount != *want.AttachmentCount || *got.PermissionsBoundaryUsageCount != *want.PermissionsBoundaryUsageCount {
				t.Errorf("after %s: %s is attached %d times and a boundary %d times, want %d and %d", after, *p.Arn,
					*got.AttachmentCount, *got.PermissionsBoundaryUsageCount, *want.AttachmentCount, *want.PermissionsBoundaryUsageCount)
			}
		}
	}
	check("nothing")
	admin := s("arn:aws:iam::aws:policy/AdministratorAccess")
	for _, name := range []string{"usage-a", "usage-b"} {
		must(c.CreateRole(t.Context(), &iam.CreateRoleInput{RoleName: &name, AssumeRolePolicyDocument: s(trust), PermissionsBoundary: admin}))(t)
		must(c.AttachRolePolicy(t.Context(), &iam.AttachRolePolicyInput{RoleName: &name, PolicyArn: admin}))(t)
		check("a role was made")
	}
	must(c.DeleteRolePermissionsBoundary(t.Context(), &iam.DeleteRolePermissionsBoundaryInput{RoleName: s("usage-a")}))(t)
	check("a boundary was taken off")
	must(c.DetachRolePolicy(t.Context(), &iam.DetachRolePolicyInput{RoleName: s("usage-b"), PolicyArn: admin}))(t)
	must(c.DeleteRole(t.Context(), &iam.DeleteRoleInput{RoleName: s("usage-b")}))(t)
	check("a role was deleted")
}
