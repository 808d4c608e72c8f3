package exposure

import (
	"slices"
	"strings"

	"github.com/ringfence/ringfence/internal/finding"
)

// raising lists the IAM actions by which a principal can raise its own privileges, or
// make itself another identity, with where each technique is documented.
//
// The sources: [R] the catalogue of Rhino Security Labs,
// https://github.com/RhinoSecurityLabs/AWS-IAM-Privilege-Escalation; [B] AWS on
// boundaries, https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html;
// [F] AWS on federation, https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers.html;
// [M] AWS on role manager, https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_role-manager_enable-use.html.
var raising = []struct{ action, source string }{
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

// Raises reports whether a request is one by which a principal can raise its privileges.
func Raises(w *finding.Witness) bool {
	return w != nil && slices.ContainsFunc(raising, func(r struct{ action, source string }) bool { return strings.EqualFold(r.action, w.Action) })
}

// raisingActions are the actions alone.
func raisingActions() []string {
	actions := make([]string, len(raising))
	for i, r := range raising {
		actions[i] = r.action
	}
	return actions
}
