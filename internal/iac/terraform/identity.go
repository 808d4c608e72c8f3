package terraform

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/ringfence/ringfence/internal/iac"
	"github.com/ringfence/ringfence/internal/principal"
)

// identity fills in the identity policies of a principal: its own blocks, and the resources that name
// it.
func (r *reader) identity(out *iac.Principal, p *resource) {
	open := func(why string) {
		if out.IdentityUnknown == "" {
			out.IdentityUnknown = why
		}
	}
	if out.Kind == principal.Role {
		r.ownPolicies(out, p, open)
	}
	given := r.givenTo(string(out.Kind))
	if name, known := out.Name.Value(); known {
		for _, other := range given.named[strings.ToLower(name)] {
			give(out, open, other)
		}
	} else if given.first != nil {
		open(given.first.Address + " may be for it")
	}
	for _, other := range []*resource{given.referring[withoutKeys(p.Address)], given.open} {
		if other != nil {
			open(fmt.Sprintf("%s is for a %s that is known only after apply", other.Address, out.Kind))
		}
	}
	if given.unlisted != "" {
		open(given.unlisted)
	}
	if given.inGroups && out.Kind == principal.User {
		open("it may be in a group of users, whose policies are not read from a plan")
	}
}

// give adds the policy of a resource to a principal.
func give(out *iac.Principal, open func(string), other *resource) {
	if other.Type == "aws_iam_"+string(out.Kind)+"_policy" {
		inline(out, open, other.text("name"), other.text("policy"), other.Address)
		return
	}
	attach(out, open, other.text("policy_arn"), other.Address)
}

// given are the resources that give policies to principals of one kind.
type given struct {
	// named are those that name a principal, by its name in lower case, and first is any of them.
	named map[string][]*resource
	first *resource
	// referring are those that refer to a principal whose name is known only after apply, by its address
	// without keys. open is one that may be for any principal.
	referring map[string]*resource
	open      *resource
	// unlisted says why not all attachments are known.
	unlisted string
	inGroups bool
}

// givenTo returns the resources that give policies to principals of a kind. A plan can have thousands of
// both, so each is read once.
func (r *reader) givenTo(kind string) *given {
	if r.given[kind] != nil {
		return r.given[kind]
	}
	g := &given{named: map[string][]*resource{}, referring: map[string]*resource{}}
	r.given[kind] = g
	for _, other := range r.planned {
		if other.change == iac.Delete {
			continue
		}
		switch other.Type {
		case "aws_iam_" + kind + "_policy", "aws_iam_" + kind + "_policy_attachment":
			if name, known := other.text(kind).Value(); known {
				g.name(name, other)
			} else {
				r.refer(g, kind, other)
			}
		case "aws_iam_policy_attachment":
			list, why := other.texts(kind + "s")
			if why != "" && g.unlisted == "" {
				g.unlisted = other.Address + " attaches a policy, and " + why
			}
			for _, name := range list {
				g.name(name, other)
			}
		case "aws_iam_user_group_membership", "aws_iam_group_membership":
			g.inGroups = true
		}
	}
	return g
}

func (g *given) name(name string, of *resource) {
	if name == "" {
		return
	}
	if g.first == nil {
		g.first = of
	}
	name = strings.ToLower(name)
	g.named[name] = append(g.named[name], of)
}

// refer records a resource whose principal is known only after apply. The configuration tells which
// resource it refers to. One that refers to no principal may be for any.
func (r *reader) refer(g *given, kind string, of *resource) {
	known := false
	if of.config != nil {
		for _, ref := range of.config.references(kind) {
			target := withoutKeys(join(of.config.module, ref))
			for target != "" {
				known = known || r.config[target] != nil && strings.Contains("."+target, ".aws_iam_"+kind+".")
				if g.referring[target] == nil {
					g.referring[target] = of
				}
				target = target[:max(strings.LastIndexByte(target, '.'), 0)]
			}
		}
	}
	if !known && g.open == nil {
		g.open = of
	}
}

// ownPolicies adds the policies in the blocks of a role. Where the configuration has none, they are
// computed, and known only after apply.
func (r *reader) ownPolicies(out *iac.Principal, p *resource, open func(string)) {
	if !isUnknown(p.unknown["inline_policy"]) {
		var blocks []struct{ Name, Policy string }
		if raw := p.Change.After["inline_policy"]; len(raw) > 0 && json.Unmarshal(raw, &blocks) != nil {
			open("the plan has inline policies in a form that is not known")
		}
		for _, b := range blocks {
			if b.Policy != "" {
				document := iac.Known(b.Policy)
				document.Sensitive = p.sensitive.on("inline_policy")
				inline(out, open, iac.Known(b.Name), document, p.Address)
			}
		}
	} else if p.config.sets("inline_policy") {
		open(p.afterApply("inline_policy"))
	}
	arns, why := p.texts("managed_policy_arns")
	if why != "" && p.config.sets("managed_policy_arns") {
		open(why)
	}
	for _, arn := range arns {
		attach(out, open, iac.Known(arn), p.Address)
	}
}

func inline(out *iac.Principal, open func(string), name, document iac.Value, address string) {
	text, ok := document.Value()
	if !ok || text == "" {
		open(fmt.Sprintf("the policy of %s is known only after apply", address))
		return
	}
	out.IdentitySensitive = out.IdentitySensitive || document.Sensitive
	called, _ := name.Value()
	out.Identity = append(out.Identity, principal.IdentityPolicy{Source: principal.Inline, Name: called, Document: []byte(text)})
}

func attach(out *iac.Principal, open func(string), arn iac.Value, address string) {
	text, ok := arn.Value()
	if !ok || text == "" {
		open(fmt.Sprintf("the policy that %s attaches is known only after apply", address))
		return
	}
	if !slices.ContainsFunc(out.Identity, func(i principal.IdentityPolicy) bool { return i.ARN == text }) {
		out.Identity = append(out.Identity, principal.IdentityPolicy{Source: principal.Attached, Name: text[strings.LastIndexByte(text, '/')+1:], ARN: text})
	}
}
