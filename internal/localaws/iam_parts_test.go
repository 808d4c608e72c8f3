package localaws_test

import (
	"fmt"
	"net/url"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
)

const s3Only = "arn:aws:iam::aws:policy/AmazonS3FullAccess"

// parts are the operations on what users, roles and groups have in common.
type parts struct {
	attach, detach, putInline, deleteInline rule
	attached                                func(*testing.T) []types.AttachedPolicy
	inlineNames                             func(*testing.T, *string) ([]string, *string)
	inline                                  func(*testing.T) string
}

func TestPoliciesOfAllKindsOfEntities(t *testing.T) {
	_, c := inProcess()
	check(t, []rule{
		{"", "", on(c.CreateUser, &iam.CreateUserInput{UserName: s("n")})},
		{"", "", on(c.CreateGroup, &iam.CreateGroupInput{GroupName: s("n")})},
		{"", "", on(c.CreateRole, &iam.CreateRoleInput{RoleName: s("n"), AssumeRolePolicyDocument: s(trust)})},
	})
	ctx, n, arn, p, d := t.Context(), s("n"), s(s3Only), s("p"), s(document)
	for kind, x := range map[string]parts{
		"user": {
			rule{"attach", "", on(c.AttachUserPolicy, &iam.AttachUserPolicyInput{UserName: n, PolicyArn: arn})},
			rule{"detach", "", on(c.DetachUserPolicy, &iam.DetachUserPolicyInput{UserName: n, PolicyArn: arn})},
			rule{"put", "", on(c.PutUserPolicy, &iam.PutUserPolicyInput{UserName: n, PolicyName: p, PolicyDocument: d})},
			rule{"delete", "", on(c.DeleteUserPolicy, &iam.DeleteUserPolicyInput{UserName: n, PolicyName: p})},
			func(t *testing.T) []types.AttachedPolicy {
				return must(c.ListAttachedUserPolicies(ctx, &iam.ListAttachedUserPoliciesInput{UserName: n}))(t).AttachedPolicies
			},
			func(t *testing.T, m *string) ([]string, *string) {
				out := must(c.ListUserPolicies(ctx, &iam.ListUserPoliciesInput{UserName: n, Marker: m, MaxItems: aws.Int32(1)}))(t)
				return out.PolicyNames, out.Marker
			},
			func(t *testing.T) string {
				return *must(c.GetUserPolicy(ctx, &iam.GetUserPolicyInput{UserName: n, PolicyName: p}))(t).PolicyDocument
			},
		},
		"role": {
			rule{"attach", "", on(c.AttachRolePolicy, &iam.AttachRolePolicyInput{RoleName: n, PolicyArn: arn})},
			rule{"detach", "", on(c.DetachRolePolicy, &iam.DetachRolePolicyInput{RoleName: n, PolicyArn: arn})},
			rule{"put", "", on(c.PutRolePolicy, &iam.PutRolePolicyInput{RoleName: n, PolicyName: p, PolicyDocument: d})},
			rule{"delete", "", on(c.DeleteRolePolicy, &iam.DeleteRolePolicyInput{RoleName: n, PolicyName: p})},
			func(t *testing.T) []types.AttachedPolicy {
				return must(c.ListAttachedRolePolicies(ctx, &iam.ListAttachedRolePoliciesInput{RoleName: n}))(t).AttachedPolicies
			},
			func(t *testing.T, m *string) ([]string, *string) {
				out := must(c.ListRolePolicies(ctx, &iam.ListRolePoliciesInput{RoleName: n, Marker: m, MaxItems: aws.Int32(1)}))(t)
				return out.PolicyNames, out.Marker
			},
			func(t *testing.T) string {
				return *must(c.GetRolePolicy(ctx, &iam.GetRolePolicyInput{RoleName: n, PolicyName: p}))(t).PolicyDocument
			},
		},
		"group": {
			rule{"attach", "", on(c.AttachGroupPolicy, &iam.AttachGroupPolicyInput{GroupName: n, PolicyArn: arn})},
			rule{"detach", "", on(c.DetachGroupPolicy, &iam.DetachGroupPolicyInput{GroupName: n, PolicyArn: arn})},
			rule{"put", "", on(c.PutGroupPolicy, &iam.PutGroupPolicyInput{GroupName: n, PolicyName: p, PolicyDocument: d})},
			rule{"delete", "", on(c.DeleteGroupPolicy, &iam.DeleteGroupPolicyInput{GroupName: n, PolicyName: p})},
			func(t *testing.T) []types.AttachedPolicy {
				return must(c.ListAttachedGroupPolicies(ctx, &iam.ListAttachedGroupPoliciesInput{GroupName: n}))(t).AttachedPolicies
			},
			func(t *testing.T, m *string) ([]string, *string) {
				out := must(c.ListGroupPolicies(ctx, &iam.ListGroupPoliciesInput{GroupName: n, Marker: m, MaxItems: aws.Int32(1)}))(t)
				return out.PolicyNames, out.Marker
			},
			func(t *testing.T) string {
				return *must(c.GetGroupPolicy(ctx, &iam.GetGroupPolicyInput{GroupName: n, PolicyName: p}))(t).PolicyDocument
			},
		},
	} {
		t.Run(kind, func(t *testing.T) {
			check(t, []rule{x.attach, x.putInline})
			if got := x.attached(t); len(got) != 1 || *got[0].PolicyArn != s3Only || *got[0].PolicyName != "AmazonS3FullAccess" {
				t.Errorf("%+v", got)
			}
			if plain, err := url.PathUnescape(x.inline(t)); err != nil || plain != document {
				t.Errorf("%s, %v", plain, err)
			}
			if names, marker := x.inlineNames(t, nil); !slices.Equal(names, []string{"p"}) || marker != nil {
				t.Errorf("%v", names)
			}
			again := x.deleteInline
			again.want = "NoSuchEntity 404"
			check(t, []rule{x.detach, x.deleteInline, again})
			if got := x.attached(t); got == nil || len(got) != 0 {
				t.Errorf("%+v", got)
			}
		})
	}
	check(t, []rule{
		{"no such policy", "NoSuchEntity 404", on(c.AttachUserPolicy, &iam.AttachUserPolicyInput{UserName: n, PolicyArn: s(boundary)})},
		{"no such user", "NoSuchEntity 404", on(c.ListUserPolicies, &iam.ListUserPoliciesInput{UserName: s("x")})},
		{"no such group", "NoSuchEntity 404", on(c.ListAttachedGroupPolicies, &iam.ListAttachedGroupPoliciesInput{GroupName: s("x")})},
		{"no document", "MalformedPolicyDocument 400", on(c.PutRolePolicy, &iam.PutRolePolicyInput{RoleName: n, PolicyName: p, PolicyDocument: s(`{"Statement":"x"}`)})},
	})
}

func TestInlineNamesPage(t *testing.T) {
	_, c := inProcess()
	must(c.CreateUser(t.Context(), &iam.CreateUserInput{UserName: s("n")}))(t)
	for i := range 5 {
		must(c.PutUserPolicy(t.Context(), &iam.PutUserPolicyInput{UserName: s("n"), PolicyName: s(fmt.Sprint("p", i)), PolicyDocument: s(document)}))(t)
	}
	var names []string
	pages := iam.NewListUserPoliciesPaginator(c, &iam.ListUserPoliciesInput{UserName: s("n"), MaxItems: aws.Int32(2)})
	for pages.HasMorePages() {
		names = append(names, must(pages.NextPage(t.Context()))(t).PolicyNames...)
	}
	if !slices.Equal(names, []string{"p0", "p1", "p2", "p3", "p4"}) {
		t.Errorf("%v", names)
	}
}

func TestSmallThings(t *testing.T) {
	server, c := inProcess()
	populate(server)
	ctx := t.Context()
	check(t, []rule{
		{"describe role", "", on(c.UpdateRole, &iam.UpdateRoleInput{RoleName: s("r00"), Description: s("d"), MaxSessionDuration: aws.Int32(7200)})},
		{"trust", "", on(c.UpdateAssumeRolePolicy, &iam.UpdateAssumeRolePolicyInput{RoleName: s("r00"), PolicyDocument: s(document)})},
		{"untag", "", on(c.UntagRole, &iam.UntagRoleInput{RoleName: s("r00"), TagKeys: []string{"N"}})},
		{"tag", "", on(c.TagRole, &iam.TagRoleInput{RoleName: s("r00"), Tags: tags("z", "1", "a", "2")})},
		{"untag user", "", on(c.UntagUser, &iam.UntagUserInput{UserName: s("u00"), TagKeys: []string{"none"}})},
		{"deletion", "", on(c.GetServiceLinkedRoleDeletionStatus, &iam.GetServiceLinkedRoleDeletionStatusInput{DeletionTaskId: s("task")})},
	})
	r := must(c.GetRole(ctx, &iam.GetRoleInput{RoleName: s("r00")}))(t).Role
	if plain, _ := url.PathUnescape(*r.AssumeRolePolicyDocument); *r.Description != "d" || *r.MaxSessionDuration != 7200 || plain != document {
		t.Errorf("%+v", r)
	}
	if got := must(c.ListRoleTags(ctx, &iam.ListRoleTagsInput{RoleName: s("r00")}))(t).Tags; len(got) != 2 || *got[0].Key != "a" {
		t.Errorf("%+v", got)
	}
	if g := must(c.ListGroups(ctx, &iam.ListGroupsInput{PathPrefix: s("/team/")}))(t).Groups; len(g) != 5 {
		t.Errorf("%+v", g)
	}
	users, found := iam.NewListUsersPaginator(c, &iam.ListUsersInput{MaxItems: aws.Int32(11)}), 0
	for users.HasMorePages() {
		for _, u := range must(users.NextPage(ctx))(t).Users {
			found++
			if u.PermissionsBoundary != nil {
				t.Errorf("ListUsers returns a boundary: %+v", u)
			}
		}
	}
	if found != 30 {
		t.Errorf("%d users", found)
	}
}
