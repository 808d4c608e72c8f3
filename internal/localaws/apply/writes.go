package apply

import "github.com/ringfence/ringfence/internal/localaws/iam"

// writes maps each IAM write, by event name, to its effect.
var writes = map[string]func(*change){
	"CreateRole":              func(c *change) { c.createRole(c.request) },
	"CreateServiceLinkedRole": func(c *change) { c.createRole(nil) },
	"AcquireRole":             (*change).acquireRole,
	"UpdateRole":              (*change).updateRole,
	"UpdateRoleDescription":   (*change).updateRole,
	"UpdateAssumeRolePolicy":  (*change).updateTrust,
	"DeleteRole":              func(c *change) { c.remove(iam.KindRole) },
	"DeleteServiceLinkedRole": func(c *change) { c.remove(iam.KindRole) },

	"CreateUser": (*change).createUser,
	"UpdateUser": (*change).updateUser,
	"DeleteUser": func(c *change) { c.remove(iam.KindUser) },

	"CreateGroup":         (*change).createGroup,
	"UpdateGroup":         (*change).updateGroup,
	"DeleteGroup":         func(c *change) { c.remove(iam.KindGroup) },
	"AddUserToGroup":      (*change).addUserToGroup,
	"RemoveUserFromGroup": (*change).removeUserFromGroup,

	"PutRolePermissionsBoundary":    func(c *change) { c.putBoundary(iam.KindRole) },
	"PutUserPermissionsBoundary":    func(c *change) { c.putBoundary(iam.KindUser) },
	"DeleteRolePermissionsBoundary": func(c *change) { c.deleteBoundary(iam.KindRole) },
	"DeleteUserPermissionsBoundary": func(c *change) { c.deleteBoundary(iam.KindUser) },

	"AttachRolePolicy":  func(c *change) { c.attach(iam.KindRole) },
	"AttachUserPolicy":  func(c *change) { c.attach(iam.KindUser) },
	"AttachGroupPolicy": func(c *change) { c.attach(iam.KindGroup) },
	"DetachRolePolicy":  func(c *change) { c.detach(iam.KindRole) },
	"DetachUserPolicy":  func(c *change) { c.detach(iam.KindUser) },
	"DetachGroupPolicy": func(c *change) { c.detach(iam.KindGroup) },
	"PutRolePolicy":     func(c *change) { c.putInline(iam.KindRole) },
	"PutUserPolicy":     func(c *change) { c.putInline(iam.KindUser) },
	"PutGroupPolicy":    func(c *change) { c.putInline(iam.KindGroup) },
	"DeleteRolePolicy":  func(c *change) { c.deleteInline(iam.KindRole) },
	"DeleteUserPolicy":  func(c *change) { c.deleteInline(iam.KindUser) },
	"DeleteGroupPolicy": func(c *change) { c.deleteInline(iam.KindGroup) },

	"CreatePolicy":            (*change).createPolicy,
	"DeletePolicy":            (*change).deletePolicy,
	"CreatePolicyVersion":     (*change).createVersion,
	"SetDefaultPolicyVersion": (*change).setDefault,
	"DeletePolicyVersion":     (*change).deleteVersion,

	"TagRole":     func(c *change) { c.tag(iam.KindRole) },
	"TagUser":     func(c *change) { c.tag(iam.KindUser) },
	"TagPolicy":   (*change).tagPolicy,
	"UntagRole":   func(c *change) { c.tag(iam.KindRole) },
	"UntagUser":   func(c *change) { c.tag(iam.KindUser) },
	"UntagPolicy": (*change).tagPolicy,
}
