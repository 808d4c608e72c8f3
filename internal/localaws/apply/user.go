package apply

import (
	"cmp"
	"slices"

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
		u.Groups, u.AccessKeys, u.Login = assumed.Groups, assumed.AccessKeys, assumed.Login
	}
	u.Boundary, u.Tags = c.boundary(answer, u.Boundary), c.tags(answer, u.Tags)
	c.PutUser(u)
}

// updateUser renames or moves: userName is the old name.
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

// editUser changes the user that a record is about: one that a credential's owner
// changes is named in the answer alone, or nowhere.
func (c *change) editUser(answer fields, f func(*iam.User)) {
	name := cmp.Or(c.request.text("userName"), answer.text("userName"))
	if name == "" {
		c.skip("the record does not name the user")
		return
	}
	if name == "Root" || name == "root" {
		c.Applied = false // the credential is the account's own
		return
	}
	if !c.ensure(iam.KindUser, name) {
		return
	}
	_ = c.EditUser(name, func(u *iam.User) error { // it exists now
		f(u)
		return nil
	})
}

func (c *change) createAccessKey() {
	answer := c.response.object("accessKey")
	c.editUser(answer, func(u *iam.User) {
		key := iam.AccessKey{ID: answer.text("accessKeyId"), Active: answer.text("status") != "Inactive", Created: c.Time}
		if key.ID != "" {
			u.AccessKeys = append(withoutKey(u.AccessKeys, key.ID), key)
		}
	})
}

func (c *change) updateAccessKey() {
	c.editUser(nil, func(u *iam.User) {
		for i := range u.AccessKeys {
			if u.AccessKeys[i].ID == c.request.text("accessKeyId") {
				u.AccessKeys[i].Active = c.request.text("status") == "Active"
			}
		}
	})
}

func (c *change) deleteAccessKey() {
	c.editUser(nil, func(u *iam.User) { u.AccessKeys = withoutKey(u.AccessKeys, c.request.text("accessKeyId")) })
}

func withoutKey(keys []iam.AccessKey, id string) []iam.AccessKey {
	return slices.DeleteFunc(keys, func(k iam.AccessKey) bool { return k.ID == id })
}

func (c *change) login(exists bool) {
	c.editUser(c.response.object("loginProfile"), func(u *iam.User) {
		switch {
		case !exists:
			u.Login = nil
		case u.Login == nil:
			u.Login = &iam.Login{Created: c.Time, ResetRequired: c.request.flag("passwordResetRequired")}
		default:
			u.Login.ResetRequired = c.request.flag("passwordResetRequired")
		}
	})
}
