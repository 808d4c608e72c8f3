package apply

import (
	"cmp"
	"slices"

	"github.com/ringfence/ringfence/internal/localaws/iam"
)

func (c *change) createPolicy() {
	answer := c.response.object("policy")
	name := cmp.Or(answer.text("policyName"), c.request.text("policyName"))
	if name == "" {
		c.skip("neither requestParameters nor responseElements has the policy's name")
		return
	}
	p := c.NewPolicy(c.path(answer), name, c.request.document("policyDocument"))
	p.ID = cmp.Or(answer.text("policyId"), p.ID)
	p.ARN = cmp.Or(answer.text("arn"), p.ARN)
	p.Description, p.Tags = c.request.text("description"), c.tags(answer, nil)
	if old := c.Policy(p.ARN); old != nil {
		if old.ID == p.ID {
			return // a duplicate record
		}
		if !c.assumed[policyKey(p.ARN)] {
			c.assume("policy %s had been deleted before", p.ARN)
			c.replaced[policyKey(p.ARN)] = true
		}
	}
	delete(c.gone, policyKey(p.ARN))
	delete(c.assumed, policyKey(p.ARN))
	c.PutPolicy(p)
}

// deletePolicy detaches a policy from every entity that still has it: AWS would not have deleted
// it otherwise.
func (c *change) deletePolicy() {
	arn, ok := c.name("policyArn")
	if !ok {
		return
	}
	k := policyKey(arn)
	if c.replaced[k] {
		delete(c.replaced, k)
		return
	}
	if c.Policy(arn) == nil && !c.gone[k] {
		c.assume("policy %s existed", arn)
	}
	c.gone[k] = true
	for _, e := range c.UsedBy(arn) {
		c.assume("policy %s had been detached from %s %s", arn, e.Kind, e.Name)
		_ = c.EditEntity(e.Kind, e.Name, func(e *iam.Entity) error { // it exists
			e.Attached = slices.DeleteFunc(e.Attached, func(a string) bool { return a == arn })
			if e.Boundary == arn {
				e.Boundary = ""
			}
			return nil
		})
	}
	c.RemovePolicy(arn)
}

// editPolicy changes a managed policy. It creates the policy first if it is missing.
func (c *change) editPolicy(f func(*iam.Policy)) {
	arn, ok := c.name("policyArn")
	if !ok {
		return
	}
	if !c.ensurePolicy(arn) {
		return
	}
	if c.Policy(arn) == nil {
		c.skip("policyArn %q is not the ARN of a managed policy", arn)
		return
	}
	_ = c.EditPolicy(arn, func(p *iam.Policy) error { // it exists now
		f(p)
		return nil
	})
}

// createVersion drops the oldest non-default version if there are too many: AWS would not have
// created a sixth.
func (c *change) createVersion() {
	answer := c.response.object("policyVersion")
	id, document := answer.text("versionId"), c.request.document("policyDocument")
	isDefault := c.request.flag("setAsDefault") || answer.flag("isDefaultVersion")
	c.editPolicy(func(p *iam.Policy) {
		if v := p.Version(id); v != nil { // a duplicate record, or the version was assumed
			v.Document = cmp.Or(document, v.Document)
		} else {
			for len(p.Versions) >= iam.MaxVersions {
				i := slices.IndexFunc(p.Versions, func(v iam.Version) bool { return v.ID != p.Default })
				c.assume("version %s of %s had been deleted before", p.Versions[i].ID, p.ARN)
				p.Versions = slices.Delete(p.Versions, i, i+1)
			}
			id = p.Add(id, document, false, c.Time).ID
		}
		if isDefault {
			p.Default, p.Updated = id, c.Time
		}
	})
}

func (c *change) setDefault() {
	id, ok := c.name("versionId")
	if !ok {
		return
	}
	c.editPolicy(func(p *iam.Policy) {
		if p.Version(id) == nil {
			c.assume("version %s of %s (document unknown)", id, p.ARN)
			p.Add(id, "", false, c.Time)
		}
		p.Default, p.Updated = id, c.Time
	})
}

// deleteVersion of the default version means that another one was the default: it is unknown
// which.
func (c *change) deleteVersion() {
	id, ok := c.name("versionId")
	if !ok {
		return
	}
	c.editPolicy(func(p *iam.Policy) {
		p.Versions = slices.DeleteFunc(p.Versions, func(v iam.Version) bool { return v.ID == id })
		if p.Default != id {
			return
		}
		c.assume("another version of %s than %s was default (document unknown)", p.ARN, id)
		p.Add("", "", true, c.Time)
	})
}

func (c *change) tagPolicy() {
	c.editPolicy(func(p *iam.Policy) {
		p.Tags = setTags(removeTags(p.Tags, c.request.tagKeys()), c.request.tags())
	})
}
