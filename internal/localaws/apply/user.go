package apply

import (
	"cmp"

	"github.com/ringfence/ringfence/internal/localaws/iam"
)

func (c *change) createUser() {
	answer := c.response.object("user")
	name := cmp.Or(answer.text("userName"), c.request.text("userName"))
	if name == "" {
		c.skip("neither requestParameters nor responseElements has the user's name")
		return
	}
	u := c.NewUser(c.path(answer), name)
	assumed := c.User(name)
	if !c.assumed[entityKey(iam.KindUser, name)] {
		assumed = nil
	}
	if !c.created(&u.Entity, answer) {
		return
	}
	if assumed != nil {
		u.Groups, u.AccessKeys = assumed.Groups, assumed.AccessKeys
	}
	u.Boundary, u.Tags = c.boundary(answer, u.Boundary), c.tags(answer, u.Tags)
	c.PutUser(u)
}

// updateUser renames or moves a user. userName is the old name.
func (c *change) updateUser() {
	name, ok := c.name("userName")
	if !ok {
		return
	}
	if !c.ensure(iam.KindUser, name) {
		return
	}
	newName := cmp.Or(c.request.text("newUserName"), name)
	if newName != name && iam.Key(newName) != iam.Key(name) && c.User(newName) != nil {
		c.assume("user %s had been deleted before", newName)
	}
	c.move(entityKey(iam.KindUser, name), entityKey(iam.KindUser, newName))
	c.MoveUser(name, cmp.Or(c.request.text("newPath"), c.User(name).Path), newName)
}
