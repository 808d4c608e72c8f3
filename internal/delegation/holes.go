package delegation

import "slices"

// hole is a way to a principal outside the boundary.
type hole struct {
	id, what, fix string
	actions       []string
	// asks returns what is dangerous of an action.
	asks func(*check, string) dangers
}

// holes are all of them. No IAM action that changes something is missing, but for those on the reviewed list of the
// tests.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html#access_policies_boundaries-delegate
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_role-manager_enable-use.html
var holes = []hole{
	{
		id: "create", what: "create a user or role without the boundary",
		fix:     "allow it only with StringEquals iam:PermissionsBoundary",
		actions: []string{"iam:CreateRole", "iam:CreateUser"}, asks: (*check).created,
	},
	{
		id: "template", what: "create a role from a template without the boundary (AcquireRole), or enable this",
		fix:     "deny iam:CreateRole where iam:RoleTemplateARN is there, and iam:PutAccountProperties",
		actions: []string{"iam:CreateRole", "iam:PutAccountProperties"}, asks: (*check).acquired,
	},
	{
		id: "put", what: "put another boundary on a user or role",
		fix:     "allow it only with StringEquals iam:PermissionsBoundary",
		actions: []string{"iam:PutRolePermissionsBoundary", "iam:PutUserPermissionsBoundary"}, asks: (*check).swapped,
	},
	{
		id: "delete", what: "remove a boundary",
		fix:     "deny it",
		actions: []string{"iam:DeleteRolePermissionsBoundary", "iam:DeleteUserPermissionsBoundary"}, asks: (*check).removed,
	},
	{
		id: "boundary", what: "edit or delete the boundary policy or its versions",
		fix:     "deny it on the boundary policy",
		actions: []string{"iam:CreatePolicy", "iam:CreatePolicyVersion", "iam:DeletePolicy", "iam:DeletePolicyVersion", "iam:SetDefaultPolicyVersion"},
		asks:    (*check).edited,
	},
	{
		id: "change", what: "change the policies of a user or role outside the boundary",
		fix: "allow it only with StringEquals iam:PermissionsBoundary",
		actions: []string{
			"iam:AttachRolePolicy", "iam:AttachUserPolicy", "iam:PutRolePolicy", "iam:PutUserPolicy",
			"iam:DetachRolePolicy", "iam:DetachUserPolicy", "iam:DeleteRolePolicy", "iam:DeleteUserPolicy",
		},
		asks: (*check).outside,
	},
	{
		id: "policies", what: "edit its own policies, or those of principals outside the boundary",
		fix:     "allow it only on a path of policies for bounded principals",
		actions: slices.Concat([]string{"iam:CreatePolicyVersion", "iam:SetDefaultPolicyVersion"}, ofHolders),
		asks:    (*check).ruling,
	},
	{
		id: "groups", what: "change the policies or members of a group with users outside the boundary",
		fix: "do not allow it: no condition key tells which users are in a group",
		actions: []string{
			"iam:AttachGroupPolicy", "iam:PutGroupPolicy", "iam:DetachGroupPolicy", "iam:DeleteGroupPolicy",
			"iam:AddUserToGroup", "iam:RemoveUserFromGroup",
		},
		asks: (*check).grouped,
	},
	{
		id: "credentials", what: "sign in as a user outside the boundary",
		fix: "allow it only on a path of bounded users",
		actions: []string{
			"iam:CreateAccessKey", "iam:CreateLoginProfile", "iam:UpdateLoginProfile", "iam:UpdateAccessKey",
			"iam:CreateServiceSpecificCredential", "iam:ResetServiceSpecificCredential", "iam:UpdateServiceSpecificCredential",
			"iam:UploadSigningCertificate", "iam:UpdateSigningCertificate", "iam:UploadSSHPublicKey", "iam:UpdateSSHPublicKey",
		},
		asks: (*check).signedIn,
	},
	{
		id: "trust", what: "change who can assume a role outside the boundary",
		fix:     "allow it only on a path of bounded roles",
		actions: []string{"iam:UpdateAssumeRolePolicy"}, asks: (*check).outside,
	},
	{
		id: "assume", what: "assume a role outside the boundary, or the root user",
		fix:     "allow it only on a path of bounded roles",
		actions: []string{"sts:AssumeRole", "sts:AssumeRoot"}, asks: (*check).assumed,
	},
	{
		id: "pass", what: "pass a role outside the boundary to a service",
		fix:     "allow it only on a path of bounded roles",
		actions: []string{"iam:PassRole"}, asks: (*check).passed,
	},
	{
		id: "move", what: "rename or move a user or group, and so into or out of what is inside",
		fix:     "deny it",
		actions: []string{"iam:UpdateUser", "iam:UpdateGroup"}, asks: (*check).anywhere,
	},
	{
		id: "federation", what: "change an identity provider that roles trust",
		fix: "deny it",
		actions: []string{
			"iam:CreateSAMLProvider", "iam:UpdateSAMLProvider", "iam:CreateOpenIDConnectProvider",
			"iam:AddClientIDToOpenIDConnectProvider", "iam:UpdateOpenIDConnectProviderThumbprint",
		},
		asks: (*check).anywhere,
	},
	{
		id: "permission-sets", what: "give a permission set of IAM Identity Center another boundary, policies or users",
		fix: "do not allow it",
		actions: []string{
			"sso:CreateAccountAssignment", "sso:DeletePermissionsBoundaryFromPermissionSet", "sso:PutPermissionsBoundaryToPermissionSet",
			"sso:AttachManagedPolicyToPermissionSet", "sso:AttachCustomerManagedPolicyReferenceToPermissionSet",
			"sso:PutInlinePolicyToPermissionSet", "sso:ProvisionPermissionSet",
		},
		asks: (*check).anywhere,
	},
	{
		id: "organization", what: "leave the organization, and with it the service control policies",
		fix:     "deny it",
		actions: []string{"organizations:LeaveOrganization"}, asks: (*check).left,
	},
}

// ofHolders are the actions that change what a principal who is known to hold the policies may do.
var ofHolders = []string{
	"iam:AttachRolePolicy", "iam:AttachUserPolicy", "iam:AttachGroupPolicy", "iam:PutRolePolicy", "iam:PutUserPolicy", "iam:PutGroupPolicy",
	"iam:DetachRolePolicy", "iam:DetachUserPolicy", "iam:DetachGroupPolicy", "iam:DeleteRolePolicy", "iam:DeleteUserPolicy", "iam:DeleteGroupPolicy",
	"iam:AddUserToGroup", "iam:RemoveUserFromGroup",
}
