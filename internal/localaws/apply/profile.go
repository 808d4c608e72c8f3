package apply

import (
	"cmp"

	"github.com/ringfence/ringfence/internal/localaws/iam"
)

func (c *change) createProfile() {
	answer := c.response.object("instanceProfile")
	name := cmp.Or(answer.text("instanceProfileName"), c.request.text("instanceProfileName"))
	if name == "" {
		c.skip("neither requestParameters nor responseElements has the instance profile's name")
		return
	}
	p := c.NewProfile(c.path(answer), name)
	p.ID = cmp.Or(answer.text("instanceProfileId"), p.ID)
	p.ARN = cmp.Or(answer.text("arn"), p.ARN)
	p.Tags = c.tags(answer, nil)
	if old := c.Profile(name); old != nil {
		if old.ID == p.ID {
			return // the record came twice
		}
		c.assume("instance profile %s had been deleted before", name)
	}
	c.PutProfile(p)
}

func (c *change) deleteProfile() {
	name, ok := c.name("instanceProfileName")
	if !ok {
		return
	}
	if c.Profile(name) == nil {
		c.assume("instance profile %s existed", name)
	}
	c.RemoveProfile(name)
}

func (c *change) editProfile(f func(*iam.Profile)) {
	name, ok := c.name("instanceProfileName")
	if !ok {
		return
	}
	if c.EnsureProfile("", name) {
		c.assume("instance profile %s", name)
	}
	_ = c.EditProfile(name, func(p *iam.Profile) error { // it exists now
		f(p)
		return nil
	})
}

func (c *change) profileRole(added bool) {
	role, ok := c.name("roleName")
	if !ok {
		return
	}
	if !c.ensure(iam.KindRole, role) {
		return
	}
	c.editProfile(func(p *iam.Profile) {
		p.Role = ""
		if added {
			p.Role = iam.Key(role)
		}
	})
}

func (c *change) tagProfile() {
	c.editProfile(func(p *iam.Profile) {
		p.Tags = setTags(removeTags(p.Tags, c.request.tagKeys()), c.request.tags())
	})
}
