package exposure

import (
	"slices"
	"strings"

	"github.com/ringfence/ringfence/internal/finding"
)

// escalations lists the IAM actions that allow privilege escalation or a change of identity,
// with the source that documents each technique.
//
// The sources: [R] the catalogue of Rhino Security Labs,
// https://github.com/RhinoSecurityLabs/AWS-IAM-Privilege-Escalation; [B] AWS on
// boundaries, https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html;
// [F] AWS on federation, https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers.html;
// [M] AWS on role manager, https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_role-manager_enable-use.html.
var escalations = []struct{ action, source string }{
	{"iam:DeleteRolePermissionsBoundary", "B"},
	{"iam:DeleteUserPermissionsBoundary", "B"},
	{"iam:PutRolePermissionsBoundary", "B"},
	{"iam:PutUserPermissionsBoundary", "B"},
	{"iam:CreatePolicyVersion", "R"},
	{"iam:SetDefaultPolicyVersion", "R"},
	{"iam:AttachRolePolicy", "R"},
	{"iam:AttachUserPolicy", "R"},
	{"iam:AttachGroupPolicy", "R"},
	{"iam:PutRolePolicy", "R"},
	{"iam:PutUserPolicy", "R"},
	{"iam:PutGroupPolicy", "R"},
	{"iam:AddUserToGroup", "R"},
	{"iam:UpdateAssumeRolePolicy", "R"},
	{"iam:CreateAccessKey", "R"},
	{"iam:CreateLoginProfile", "R"},
	{"iam:UpdateLoginProfile", "R"},
	{"iam:PassRole", "R"},
	{"iam:CreateUser", "B"},
	{"iam:CreateRole", "B"},
	{"iam:AcquireRole", "M"},
	{"iam:PutAccountProperties", "M"}, // enables role manager
	{"iam:DeleteRolePolicy", "B"},
	{"iam:DeleteUserPolicy", "B"},
	{"iam:DetachRolePolicy", "B"},
	{"iam:DetachUserPolicy", "B"},
	{"iam:CreateSAMLProvider", "F"},
	{"iam:UpdateSAMLProvider", "F"},
	{"iam:CreateOpenIDConnectProvider", "F"},
}

// IsPrivilegeEscalation reports whether a request allows privilege escalation.
func IsPrivilegeEscalation(w *finding.Witness) bool {
	return w != nil && slices.ContainsFunc(escalations, func(r struct{ action, source string }) bool { return strings.EqualFold(r.action, w.Action) })
}

// escalationActions returns the actions alone.
func escalationActions() []string {
	actions := make([]string, len(escalations))
	for i, r := range escalations {
		actions[i] = r.action
	}
	return actions
}
