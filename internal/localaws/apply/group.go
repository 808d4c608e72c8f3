package apply

import (
	"cmp"

	"github.com/ringfence/ringfence/internal/localaws/iam"
)

func (c *change) createGroup() {
	answer := c.response.object("group")
	name := cmp.Or(answer.text("groupName"), c.request.text("groupName"))
	if name == "" {
		c.skip("neither requestParameters nor responseElements has the group's name")
		return
	}
	g := c.NewGroup(c.path(answer), name)
	if c.created(&g.Entity, answer) {
		c.PutGroup(g)
	}
}

func (c *change) updateGroup() {
	name, ok := c.name("groupName")
	if !ok {
		return
	}
	if !c.ensure(iam.KindGroup, name) {
		return
	}
	newName := cmp.Or(c.request.text("newGroupName"), name)
	if iam.Key(newName) != iam.Key(name) && c.Group(newName) != nil {
		c.assume("group %s had been deleted before", newName)
		c.RemoveGroup(newName)
	}
	c.MoveGroup(name, cmp.Or(c.request.text("newPath"), c.Group(name).Path), newName)
}

// membership returns the user and the group in a record, and creates them if needed.
func (c *change) membership() (user, group string, ok bool) {
	if user, ok = c.name("userName"); !ok {
		return "", "", false
	}
	if group, ok = c.name("groupName"); !ok {
		return "", "", false
	}
	return user, group, c.ensure(iam.KindUser, user) && c.ensure(iam.KindGroup, group)
}

func (c *change) addUserToGroup() {
	if user, group, ok := c.membership(); ok {
		c.Join(user, group)
	}
}

func (c *change) removeUserFromGroup() {
	if user, group, ok := c.membership(); ok {
		c.Leave(user, group)
	}
}
