package delegation

import (
	"slices"
	"strings"

	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/policy/catalog"
	"github.com/ringfence/ringfence/internal/principal"
)

// dangers are the dangerous requests of an action: those that may ever be, and those on what exists, if that is known.
type dangers struct {
	all []danger
	// today are the requests of these on what exists. Without listed, nothing tells which they are.
	today  []danger
	listed bool
}

// reserved are the roles that cannot be changed, and that only a service can use.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/using-service-linked-roles.html
// https://docs.aws.amazon.com/singlesignon/latest/userguide/troubleshooting.html
var reserved = []string{"role/aws-service-role/*", "role/aws-reserved/*"}

// resources returns the kind of resource that an action takes, such as role/, and a pattern for all of them in the
// account: * where the action takes none, or none of IAM.
func (c *check) resources(action string) (kind string, all []string) {
	a, _ := catalog.Lookup(action)
	for _, pattern := range a.Resources() {
		if rest, ok := strings.CutPrefix(pattern, "arn:*:iam::*:"); ok {
			kind, all = strings.TrimSuffix(rest, "*"), append(all, c.arn(rest))
		}
	}
	if all == nil {
		all = []string{"*"}
	}
	return kind, all
}

// spared are the resources of a kind that no action of the check is dangerous on.
func (c *check) spared(kind string) (list []string) {
	for _, r := range reserved {
		if strings.HasPrefix(r, kind) {
			list = append(list, c.arn(r))
		}
	}
	return list
}

// other are the conditions of a request for a boundary that is none of those that make a principal inside, or is
// missing. spoken are further policies that count as such.
func (c *check) other() []policy.Condition {
	return []policy.Condition{
		is("StringNotEquals", boundaryKey, slices.Concat(c.inside(), c.same)...),
		is("StringLikeIfExists", boundaryKey, c.policies()...),
		is("StringNotLike", boundaryKey, "*${*}", "*${?}"), // which no name ends in
	}
}

// policies are the policies that can be a boundary in the account.
func (c *check) policies() []string {
	return []string{c.arn("policy/*"), "arn:" + c.Partition + ":iam::" + principal.AWSManaged + ":policy/*"}
}

// anywhere: all requests are dangerous.
func (c *check) anywhere(action string) dangers {
	_, all := c.resources(action)
	return dangers{all: []danger{{action: action, on: all}}}
}

// created: without a template, and with no boundary or another one.
func (c *check) created(action string) dangers {
	kind, all := c.resources(action)
	d := danger{action, all, c.spared(kind), c.other()}
	if kind == "role/" {
		d.when = append(d.when, is("Null", templateKey, "true"))
	}
	return dangers{all: []danger{d}}
}

// acquired: the same with a template. What it requires is what creating a role requires.
func (c *check) acquired(action string) dangers {
	if action != "iam:CreateRole" {
		return c.anywhere(action)
	}
	kind, all := c.resources(action)
	return dangers{all: []danger{{action, all, c.spared(kind), append(c.other(), is("StringLike", templateKey, "arn:"+c.Partition+":iam::*:role-template/*"))}}}
}

// swapped: another boundary. The request always has one.
func (c *check) swapped(action string) dangers {
	kind, all := c.resources(action)
	d := danger{action, all, c.spared(kind), append(c.other(), is("Null", boundaryKey, "false"))}
	out := dangers{all: []danger{d}}
	if c.account != nil {
		d.on, d.not = arns(c.account.principals(kind, anyone)), nil
		out.today, out.listed = []danger{d}, true
	}
	return out
}

// removed: from a principal that has one.
func (c *check) removed(action string) dangers {
	kind, all := c.resources(action)
	d := danger{action, all, c.spared(kind), []policy.Condition{is("StringLike", boundaryKey, c.policies()...)}}
	out := dangers{all: []danger{d}}
	if c.account != nil {
		out.today, out.listed = c.carrying(d, c.account.principals(kind, func(p *one) bool { return p.boundary != "" })), true
	}
	return out
}

// edited: a boundary that is a policy of the account. It can be created only where it does not exist.
func (c *check) edited(action string) dangers {
	on := c.customer()
	if action == "iam:CreatePolicy" {
		on = slices.DeleteFunc(on, func(arn string) bool { return c.account == nil || !c.account.lacks(arn) })
	}
	return dangers{all: []danger{{action: action, on: on}}}
}

// outside: on a principal that is, or may be, outside.
func (c *check) outside(action string) dangers {
	kind, all := c.resources(action)
	out := dangers{all: c.notWithin(action, kind, all)}
	if c.account != nil {
		d := danger{action: action}
		if a, _ := catalog.Lookup(action); a.HasKey(boundaryKey) {
			out.today = c.carrying(d, c.account.principals(kind, isOutside))
		} else {
			d.on = arns(c.account.principals(kind, isOutside))
			out.today = []danger{d}
		}
		out.listed = true
	}
	return out
}

// notWithin are the dangers on what is not taken to be inside. Where requests tell the boundary, it must be another.
func (c *check) notWithin(action, kind string, all []string) []danger {
	var when []policy.Condition
	if a, _ := catalog.Lookup(action); a.HasKey(boundaryKey) {
		when = c.other()
	}
	spared := c.spared(kind)
	return []danger{
		{action, all, slices.Concat(spared, of(c.Within, kind)), when},
		{action, of(c.Except, kind), spared, when},
	}
}

// carrying are the dangers on principals that exist, which have the boundaries that they have.
func (c *check) carrying(d danger, on []*one) (list []danger) {
	by := map[string][]*one{}
	var boundaries []string
	for _, p := range on {
		if by[p.boundary] == nil {
			boundaries = append(boundaries, p.boundary)
		}
		by[p.boundary] = append(by[p.boundary], p)
	}
	for _, b := range boundaries {
		when := is("Null", boundaryKey, "true")
		if b != "" {
			when = is("StringEquals", boundaryKey, b)
		}
		list = append(list, danger{d.action, arns(by[b]), nil, append(slices.Clone(d.when), when)})
	}
	return list
}

// ruling: policies that a holder or a principal outside may have, and what else changes what a known holder may do.
func (c *check) ruling(action string) dangers {
	kind, all := c.resources(action)
	out := dangers{}
	if kind == "policy/" {
		spared := c.customer()
		out.all = []danger{{action: action, on: all, not: slices.Concat(of(c.Within, kind), spared)}, {action: action, on: of(c.Except, kind), not: spared}}
		if c.account != nil {
			out.today, out.listed = []danger{{action: action, on: c.account.policies, not: spared}}, true
		}
	}
	if own := of(c.Own, kind); len(own) > 0 {
		d := danger{action: action, on: own}
		out.all, out.today = append(out.all, d), append(out.today, d)
	}
	return out
}

// grouped: a group that has, or may have, users outside. Any user may be added to a group, so that none is inside for
// that.
func (c *check) grouped(action string) dangers {
	kind, all := c.resources(action)
	if action == "iam:AddUserToGroup" {
		out := c.anywhere(action)
		if c.account != nil {
			out.listed = true
			if len(c.account.principals("user/", isOutside)) > 0 {
				out.today = out.all
			}
		}
		return out
	}
	out := dangers{all: []danger{{action: action, on: all, not: of(c.Within, kind)}, {action: action, on: of(c.Except, kind)}}}
	if c.account != nil {
		out.today, out.listed = []danger{{action: action, on: c.account.groups}}, true
	}
	return out
}

// signedIn: any user but oneself.
func (c *check) signedIn(action string) dangers {
	out := c.outside(action)
	self := []string{c.arn("user/${aws:username}"), c.arn("user/*/${aws:username}")}
	for _, list := range [][]danger{out.all, out.today} {
		for i := range list {
			list[i].not = slices.Concat(list[i].not, self)
		}
	}
	return out
}

// assumed: a role whose trust policy lets the holder in.
func (c *check) assumed(action string) dangers {
	out := c.outside(action)
	if c.account != nil && action == "sts:AssumeRole" {
		out.today = []danger{{action: action, on: arns(c.account.principals("role/", func(p *one) bool { return isOutside(p) && p.assumable }))}}
	}
	if action == "sts:AssumeRoot" {
		out.today, out.listed = nil, false
	}
	return out
}

// passed: a role that trusts a service.
func (c *check) passed(action string) dangers {
	out := c.outside(action)
	if c.account != nil {
		out.today = []danger{{action: action, on: arns(c.account.principals("role/", func(p *one) bool { return isOutside(p) && p.passable }))}}
	}
	return out
}

// left: it matters only where service control policies are relied on.
func (c *check) left(action string) dangers {
	if !c.organization {
		return dangers{}
	}
	return c.anywhere(action)
}
