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
	kind := string(out.Kind)
	open := func(why string) {
		if out.IdentityUnknown == "" {
			out.IdentityUnknown = why
		}
	}
	if out.Kind == principal.Role {
		r.ownPolicies(out, p, open)
	}
	for _, other := range r.planned {
		if other.change == iac.Delete {
			continue
		}
		switch other.Type {
		case "aws_iam_" + kind + "_policy":
			if r.names(other, kind, out, p, open) {
				inline(out, open, other.text("name"), other.text("policy"), other.Address)
			}
		case "aws_iam_" + kind + "_policy_attachment":
			if r.names(other, kind, out, p, open) {
				attach(out, open, other.text("policy_arn"), other.Address)
			}
		case "aws_iam_policy_attachment":
			list, why := other.texts(kind + "s")
			name, _ := out.Name.Value()
			switch {
			case why != "":
				open(other.Address + " attaches a policy, and " + why)
			case slices.Contains(list, name):
				attach(out, open, other.text("policy_arn"), other.Address)
			}
		case "aws_iam_user_group_membership", "aws_iam_group_membership":
			if out.Kind == principal.User {
				open("it may be in a group of users, whose policies are not read from a plan")
			}
		}
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

// names reports whether a resource such as aws_iam_role_policy is about a principal. If the plan does
// not tell the name, the configuration tells which resource it refers to.
func (r *reader) names(other *resource, kind string, out *iac.Principal, p *resource, open func(string)) bool {
	named := other.text(kind)
	if s, ok := named.Value(); ok {
		name, known := out.Name.Value()
		if !known && s != "" {
			open(fmt.Sprintf("%s may be for it", other.Address))
		}
		return known && strings.EqualFold(s, name)
	}
	if r.refersElsewhere(other, kind, withoutKeys(p.Address)) {
		return false
	}
	open(fmt.Sprintf("%s is for a %s that is known only after apply", other.Address, kind))
	return false
}

// refersElsewhere reports whether an attribute refers to other resources of the kind, and not to the one
// with this address.
func (r *reader) refersElsewhere(from *resource, kind, own string) (elsewhere bool) {
	if from.config == nil {
		return false
	}
	for _, ref := range from.config.references(kind) {
		target := withoutKeys(join(from.config.module, ref))
		if target == own || strings.HasPrefix(target, own+".") {
			return false
		}
		for address := range r.config {
			if strings.HasPrefix(target, address+".") && strings.Contains("."+address, ".aws_iam_"+kind+".") {
				elsewhere = true
			}
		}
	}
	return elsewhere
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
