package localaws_test

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/ringfence/ringfence/internal/localaws/events"
)

// keysOf lists the members of a JSON object, including those of nested objects: role.arn.
func keysOf(raw json.RawMessage) string {
	var object map[string]any
	if err := json.Unmarshal(raw, &object); err != nil || object == nil {
		return string(raw)
	}
	var all []string
	var walk func(string, map[string]any)
	walk = func(prefix string, object map[string]any) {
		for _, key := range slices.Sorted(maps.Keys(object)) {
			if inner, ok := object[key].(map[string]any); ok {
				walk(prefix+key+".", inner)
				continue
			}
			all = append(all, prefix+key)
		}
	}
	walk("", object)
	return strings.Join(all, " ")
}

// TestRecordedShapes compares the records of writes with CloudTrail's: names, case, and null for
// no answer.
func TestRecordedShapes(t *testing.T) {
	server, c := inProcess()
	var last struct {
		EventName                           string
		RequestParameters, ResponseElements json.RawMessage
	}
	server.Subscribe(func(e events.Event) {
		if err := json.Unmarshal(e.Detail, &last); err != nil {
			t.Error(err)
		}
	})
	makeBoundary(t, c)
	arn := s(boundary)
	for _, x := range []struct {
		event    string
		call     func(context.Context) error
		request  string
		response string
	}{
		{
			"CreateRole",
			on(c.CreateRole, &iam.CreateRoleInput{RoleName: s("r"), Path: s("/p/"), AssumeRolePolicyDocument: s(trust), PermissionsBoundary: arn, Tags: tags("a", "b")}),
			"assumeRolePolicyDocument path permissionsBoundary roleName tags",
			"role.arn role.assumeRolePolicyDocument role.createDate role.path role.permissionsBoundary.permissionsBoundaryArn role.permissionsBoundary.permissionsBoundaryType role.roleId role.roleName role.tags",
		},
		{
			"CreateUser", on(c.CreateUser, &iam.CreateUserInput{UserName: s("u")}),
			"userName", "user.arn user.createDate user.path user.userId user.userName",
		},
		{"PutRolePermissionsBoundary", on(c.PutRolePermissionsBoundary, &iam.PutRolePermissionsBoundaryInput{RoleName: s("r"), PermissionsBoundary: arn}), "permissionsBoundary roleName", "null"},
		{"PutUserPermissionsBoundary", on(c.PutUserPermissionsBoundary, &iam.PutUserPermissionsBoundaryInput{UserName: s("u"), PermissionsBoundary: arn}), "permissionsBoundary userName", "null"},
		{"DeleteRolePermissionsBoundary", on(c.DeleteRolePermissionsBoundary, &iam.DeleteRolePermissionsBoundaryInput{RoleName: s("r")}), "roleName", "null"},
		{"DeleteUserPermissionsBoundary", on(c.DeleteUserPermissionsBoundary, &iam.DeleteUserPermissionsBoundaryInput{UserName: s("u")}), "userName", "null"},
		{"UpdateUser", on(c.UpdateUser, &iam.UpdateUserInput{UserName: s("u"), NewUserName: s("v"), NewPath: s("/p/")}), "newPath newUserName userName", "null"},
		{
			"CreatePolicyVersion", on(c.CreatePolicyVersion, &iam.CreatePolicyVersionInput{PolicyArn: arn, PolicyDocument: s(document), SetAsDefault: true}),
			"policyArn policyDocument setAsDefault", "policyVersion.createDate policyVersion.isDefaultVersion policyVersion.versionId",
		},
		{"SetDefaultPolicyVersion", on(c.SetDefaultPolicyVersion, &iam.SetDefaultPolicyVersionInput{PolicyArn: arn, VersionId: s("v1")}), "policyArn versionId", "null"},
		{"DeletePolicyVersion", on(c.DeletePolicyVersion, &iam.DeletePolicyVersionInput{PolicyArn: arn, VersionId: s("v2")}), "policyArn versionId", "null"},
		{"AttachRolePolicy", on(c.AttachRolePolicy, &iam.AttachRolePolicyInput{RoleName: s("r"), PolicyArn: arn}), "policyArn roleName", "null"},
		{"DetachRolePolicy", on(c.DetachRolePolicy, &iam.DetachRolePolicyInput{RoleName: s("r"), PolicyArn: arn}), "policyArn roleName", "null"},
		{"PutUserPolicy", on(c.PutUserPolicy, &iam.PutUserPolicyInput{UserName: s("v"), PolicyName: s("p"), PolicyDocument: s(document)}), "policyDocument policyName userName", "null"},
		{"DeleteUserPolicy", on(c.DeleteUserPolicy, &iam.DeleteUserPolicyInput{UserName: s("v"), PolicyName: s("p")}), "policyName userName", "null"},
		{"CreateGroup", on(c.CreateGroup, &iam.CreateGroupInput{GroupName: s("g")}), "groupName", "group.arn group.createDate group.groupId group.groupName group.path"},
		{"AddUserToGroup", on(c.AddUserToGroup, &iam.AddUserToGroupInput{GroupName: s("g"), UserName: s("v")}), "groupName userName", "null"},
		{"RemoveUserFromGroup", on(c.RemoveUserFromGroup, &iam.RemoveUserFromGroupInput{GroupName: s("g"), UserName: s("v")}), "groupName userName", "null"},
		{"UpdateAssumeRolePolicy", on(c.UpdateAssumeRolePolicy, &iam.UpdateAssumeRolePolicyInput{RoleName: s("r"), PolicyDocument: s(trust)}), "policyDocument roleName", "null"},
		{"TagRole", on(c.TagRole, &iam.TagRoleInput{RoleName: s("r"), Tags: tags("a", "b")}), "roleName tags", "null"},
		{"UntagPolicy", on(c.UntagPolicy, &iam.UntagPolicyInput{PolicyArn: arn, TagKeys: []string{"a"}}), "policyArn tagKeys", "null"},
		{
			"CreateServiceLinkedRole", on(c.CreateServiceLinkedRole, &iam.CreateServiceLinkedRoleInput{AWSServiceName: s("ecs.amazonaws.com")}),
			"aWSServiceName", "role.arn role.assumeRolePolicyDocument role.createDate role.path role.roleId role.roleName",
		},
		{
			"CreateAccessKey", on(c.CreateAccessKey, &iam.CreateAccessKeyInput{UserName: s("v")}),
			"userName", "accessKey.accessKeyId accessKey.createDate accessKey.status accessKey.userName",
		},
		{"DeletePolicy", on(c.DeletePolicy, &iam.DeletePolicyInput{PolicyArn: arn}), "policyArn", "null"},
		{"DeleteRole", on(c.DeleteRole, &iam.DeleteRoleInput{RoleName: s("r")}), "roleName", "null"},
	} {
		if err := x.call(t.Context()); err != nil {
			t.Errorf("%s: %v", x.event, err)
			continue
		}
		if last.EventName != x.event || keysOf(last.RequestParameters) != x.request || keysOf(last.ResponseElements) != x.response {
			t.Errorf("%s: request %s, response %s", last.EventName, keysOf(last.RequestParameters), keysOf(last.ResponseElements))
		}
		if strings.Contains(string(last.RequestParameters)+string(last.ResponseElements), "PermissionsBoundaryPolicy") {
			t.Errorf("%s: the boundary's type is the SDK's word", x.event)
		}
	}
}
