package iam

import "github.com/ringfence/ringfence/internal/localaws/wire"

// Operations are the IAM operations served.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_Operations.html
var Operations = wire.Table(
	wire.Write((*Tx).createUser), wire.Read((*Tx).getUser), wire.Write((*Tx).updateUser),
	wire.Write((*Tx).deleteUser), wire.Read((*Tx).listUsers),

	wire.Write((*Tx).createRole), wire.Read((*Tx).getRole), wire.Write((*Tx).updateRole),
	wire.Write((*Tx).updateAssumeRolePolicy),
	wire.Write((*Tx).deleteRole), wire.Read((*Tx).listRoles),
	wire.Write((*Tx).createServiceLinkedRole), wire.Write((*Tx).deleteServiceLinkedRole),
	wire.Read((*Tx).getServiceLinkedRoleDeletionStatus),

	wire.Write((*Tx).createGroup), wire.Read((*Tx).getGroup), wire.Write((*Tx).updateGroup),
	wire.Write((*Tx).deleteGroup), wire.Read((*Tx).listGroups),
	wire.Write((*Tx).addUserToGroup), wire.Write((*Tx).removeUserFromGroup), wire.Read((*Tx).listGroupsForUser),

	wire.Write((*Tx).putRolePermissionsBoundary), wire.Write((*Tx).deleteRolePermissionsBoundary),
	wire.Write((*Tx).putUserPermissionsBoundary), wire.Write((*Tx).deleteUserPermissionsBoundary),

	wire.Write((*Tx).attachUserPolicy), wire.Write((*Tx).attachRolePolicy), wire.Write((*Tx).attachGroupPolicy),
	wire.Write((*Tx).detachUserPolicy), wire.Write((*Tx).detachRolePolicy), wire.Write((*Tx).detachGroupPolicy),
	wire.Read((*Tx).listAttachedUserPolicies), wire.Read((*Tx).listAttachedRolePolicies),
	wire.Read((*Tx).listAttachedGroupPolicies), wire.Read((*Tx).listEntitiesForPolicy),

	wire.Write((*Tx).putUserPolicy), wire.Write((*Tx).putRolePolicy), wire.Write((*Tx).putGroupPolicy),
	wire.Write((*Tx).deleteUserPolicy), wire.Write((*Tx).deleteRolePolicy), wire.Write((*Tx).deleteGroupPolicy),
	wire.Read((*Tx).getUserPolicy), wire.Read((*Tx).getRolePolicy), wire.Read((*Tx).getGroupPolicy),
	wire.Read((*Tx).listUserPolicies), wire.Read((*Tx).listRolePolicies), wire.Read((*Tx).listGroupPolicies),

	wire.Write((*Tx).createPolicy), wire.Read((*Tx).getPolicy), wire.Write((*Tx).deletePolicy), wire.Read((*Tx).listPolicies),
	wire.Write((*Tx).createPolicyVersion), wire.Read((*Tx).getPolicyVersion), wire.Read((*Tx).listPolicyVersions),
	wire.Write((*Tx).setDefaultPolicyVersion), wire.Write((*Tx).deletePolicyVersion),

	wire.Write((*Tx).tagUser), wire.Write((*Tx).tagRole), wire.Write((*Tx).tagPolicy),
	wire.Write((*Tx).untagUser), wire.Write((*Tx).untagRole), wire.Write((*Tx).untagPolicy),
	wire.Read((*Tx).listUserTags), wire.Read((*Tx).listRoleTags), wire.Read((*Tx).listPolicyTags),

	wire.Write((*Tx).createAccessKey),

	wire.Read((*Tx).getAccountAuthorizationDetails),
)
