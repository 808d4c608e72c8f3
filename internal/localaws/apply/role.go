package apply

import (
	"cmp"

	"github.com/ringfence/ringfence/internal/localaws/iam"
)

// createRole also creates roles that only AWS services may create: service-linked roles, whose
// name is only in the answer, and those of Identity Center.
func (c *change) createRole(request fields) {
	answer := c.response.object("role")
	name := cmp.Or(answer.text("roleName"), request.text("roleName"))
	if name == "" {
		c.skip("neither requestParameters nor responseElements has the role's name")
		return
	}
	r := c.NewRole(c.path(answer), name)
	if !c.created(&r.Entity, answer) {
		return
	}
	r.Trust = cmp.Or(request.document("assumeRolePolicyDocument"), answer.document("assumeRolePolicyDocument"), r.Trust)
	r.Description = c.request.text("description")
	if seconds, ok := c.request.number("maxSessionDuration"); ok {
		r.MaxSessionDuration = seconds
	}
	r.Boundary, r.Tags = c.boundary(answer, r.Boundary), c.tags(answer, r.Tags)
	c.PutRole(r)
}

// acquireRole creates the role in role manager's answer, unless it exists. No record shows what
// else the template sets on it.
func (c *change) acquireRole() {
	if name := c.response.object("role").text("roleName"); name != "" && c.Role(name) == nil {
		c.assume("role %s (the policies of its template unknown)", name)
	}
	c.createRole(nil)
}

func (c *change) updateRole() {
	c.editRole(func(r *iam.Role) {
		if _, given := c.request["description"]; given {
			r.Description = c.request.text("description")
		}
		if seconds, ok := c.request.number("maxSessionDuration"); ok {
			r.MaxSessionDuration = seconds
		}
	})
}

func (c *change) updateTrust() {
	c.editRole(func(r *iam.Role) { r.Trust = c.request.document("policyDocument") })
}

func (c *change) editRole(f func(*iam.Role)) {
	name, ok := c.name("roleName")
	if !ok {
		return
	}
	if !c.ensure(iam.KindRole, name) {
		return
	}
	_ = c.EditRole(name, func(r *iam.Role) error { // it exists now
		f(r)
		return nil
	})
}
