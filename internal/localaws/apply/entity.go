package apply

import (
	"cmp"
	"slices"

	"github.com/ringfence/ringfence/internal/localaws/iam"
)

// parameter returns the name of the parameter that names an entity.
func parameter(kind iam.Kind) string { return string(kind) + "Name" }

// edit changes an entity. It creates the entity first if it is missing.
func (c *change) edit(kind iam.Kind, f func(*iam.Entity)) {
	name, ok := c.name(parameter(kind))
	if !ok {
		return
	}
	if !c.ensure(kind, name) {
		return
	}
	_ = c.EditEntity(kind, name, func(e *iam.Entity) error { // it exists now
		f(e)
		return nil
	})
}

// ensure creates an entity if it does not exist. It returns false if the entity was deleted in the
// same second: then the record no longer matters.
func (c *change) ensure(kind iam.Kind, name string) bool {
	k := entityKey(kind, name)
	if c.gone[k] {
		return false
	}
	if kind == iam.KindRole && c.EnsureRole(reservedPath(name), name) || kind != iam.KindRole && c.EnsureEntity(kind, name) {
		c.assume("%s %s", kind, name)
		c.assumed[k] = true
		c.presupposed[k] = unknown{boundary: true, place: true}
	}
	return true
}

// ensurePolicy does the same for a managed policy.
func (c *change) ensurePolicy(arn string) bool {
	if c.gone[policyKey(arn)] {
		return false
	}
	if c.EnsurePolicy(arn, "") {
		c.assume("policy %s (document unknown)", arn)
		c.assumed[policyKey(arn)] = true
	}
	return true
}

// created sets the fields of a new entity from the answer to a Create call; the request has fewer.
// It returns false if an entity with the same id exists: the record is a duplicate.
func (c *change) created(e *iam.Entity, answer fields) bool {
	if id := answer.text(string(e.Kind) + "Id"); id != "" {
		e.ID = id
	}
	if arn := answer.text("arn"); arn != "" {
		e.ARN = arn
	}
	k := entityKey(e.Kind, e.Name)
	delete(c.gone, k)
	delete(c.presupposed, k)
	old := c.Entity(e.Kind, e.Name)
	switch {
	case old == nil:
	case old.ID == e.ID:
		return false
	case c.assumed[k]: // the earlier records of this second happened after the creation
		e.Attached, e.Inline, e.Tags, e.Boundary = old.Attached, old.Inline, old.Tags, old.Boundary
		delete(c.assumed, k)
	default:
		c.assume("%s %s had been deleted before", e.Kind, e.Name)
		c.replaced[k] = true
		if e.Kind == iam.KindGroup {
			c.RemoveGroup(e.Name)
		}
	}
	return true
}

// path returns the path in the answer, or else in the request.
func (c *change) path(answer fields) string {
	return cmp.Or(answer.text("path"), c.request.text("path"), "/")
}

// boundary returns the boundary that a Create call set, and creates its policy if needed; or else
// old.
func (c *change) boundary(answer fields, old string) string {
	arn := cmp.Or(c.request.text("permissionsBoundary"), answer.object("permissionsBoundary").text("permissionsBoundaryArn"), old)
	if arn != "" {
		c.ensurePolicy(arn)
	}
	return arn
}

// tags returns old tags with those of the request, or else of the answer, set.
func (c *change) tags(answer fields, old []iam.Tag) []iam.Tag {
	tags := c.request.tags()
	if tags == nil {
		tags = answer.tags()
	}
	return setTags(tags, old)
}

func (c *change) remove(kind iam.Kind) {
	name, ok := c.name(parameter(kind))
	if !ok {
		return
	}
	k := entityKey(kind, name)
	if c.replaced[k] {
		delete(c.replaced, k)
		return
	}
	if c.Entity(kind, name) == nil && !c.gone[k] {
		c.assume("%s %s existed", kind, name)
	}
	c.gone[k] = true
	delete(c.presupposed, k)
	switch kind {
	case iam.KindUser:
		c.RemoveUser(name)
	case iam.KindRole:
		c.RemoveRole(name)
	case iam.KindGroup:
		c.RemoveGroup(name)
	}
}

func (c *change) putBoundary(kind iam.Kind) {
	arn, ok := c.name("permissionsBoundary")
	if !ok {
		return
	}
	c.edit(kind, func(e *iam.Entity) {
		if c.ensurePolicy(arn) {
			e.Boundary = arn
			c.bound(entityKey(kind, e.Name))
		}
	})
}

func (c *change) deleteBoundary(kind iam.Kind) {
	c.edit(kind, func(e *iam.Entity) {
		e.Boundary = ""
		c.bound(entityKey(kind, e.Name))
	})
}

func (c *change) attach(kind iam.Kind) {
	arn, ok := c.name("policyArn")
	if !ok {
		return
	}
	c.edit(kind, func(e *iam.Entity) {
		if c.ensurePolicy(arn) && !slices.Contains(e.Attached, arn) {
			e.Attached = append(e.Attached, arn)
		}
	})
}

func (c *change) detach(kind iam.Kind) {
	arn, ok := c.name("policyArn")
	if !ok {
		return
	}
	c.edit(kind, func(e *iam.Entity) {
		e.Attached = slices.DeleteFunc(e.Attached, func(a string) bool { return a == arn })
	})
}

func (c *change) putInline(kind iam.Kind) {
	policy, ok := c.name("policyName")
	if !ok {
		return
	}
	c.edit(kind, func(e *iam.Entity) {
		if e.Inline == nil {
			e.Inline = map[string]string{}
		}
		e.Inline[policy] = c.request.document("policyDocument")
	})
}

func (c *change) deleteInline(kind iam.Kind) {
	policy, ok := c.name("policyName")
	if !ok {
		return
	}
	c.edit(kind, func(e *iam.Entity) { delete(e.Inline, policy) })
}

// tag sets and removes tags. A record does one or the other.
func (c *change) tag(kind iam.Kind) {
	c.edit(kind, func(e *iam.Entity) {
		e.Tags = setTags(removeTags(e.Tags, c.request.tagKeys()), c.request.tags())
	})
}
