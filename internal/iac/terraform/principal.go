package terraform

import (
	"strings"

	"github.com/ringfence/ringfence/internal/iac"
	"github.com/ringfence/ringfence/internal/principal"
)

// principal returns an aws_iam_role or aws_iam_user.
// https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/iam_role
// https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/iam_user
func (r *reader) principal(p *resource) iac.Principal {
	out := iac.Principal{
		Place: r.place(p), Change: p.change, Kind: principal.Role,
		Home: r.accounts.home(r.providerOf(p.Address), p.Change.Before["arn"]),
		Name: p.name(), Path: p.text("path").Or(iac.Known("/")), Boundary: p.text("permissions_boundary"), Attribute: "permissions_boundary",
		Before: before(p),
	}
	if p.Type == "aws_iam_user" {
		out.Kind = principal.User
	}
	out.Tags, out.TagsUnknown = p.tags()
	out.Notes = p.notes()
	if out.Before != nil {
		out.Before.Kind = out.Kind
		if p.change != iac.Replace {
			out.ID = out.Before.ID
		}
	}
	r.identity(&out, p)
	return out
}

// name returns the name of a resource. If only name_prefix is set, the provider completes it.
func (p *resource) name() iac.Value {
	name := p.text("name")
	if _, ok := name.Value(); ok && !name.IsAbsent() {
		return name
	}
	why := "the name is known only after apply; set name"
	if prefix, ok := p.text("name_prefix").Value(); ok && prefix != "" {
		return iac.Known(prefix).Then(iac.Unknown(why + " instead of name_prefix"))
	}
	if name.Why != "" {
		return iac.Unknown(name.Why)
	}
	return iac.Unknown(why)
}

// before returns a principal as it is before the change, nil if it does not exist.
func before(p *resource) *principal.Snapshot {
	old := resource{resourceChange: &resourceChange{}}
	if old.Change.After = p.Change.Before; old.Change.After == nil {
		return nil
	}
	text := func(name string) string { s, _ := old.text(name).Value(); return s }
	s := &principal.Snapshot{ID: text("unique_id"), Boundary: text("permissions_boundary")}
	s.Name, s.Path = text("name"), text("path")
	if s.Path == "" {
		s.Path = "/"
	}
	if ref, err := principal.Parse(text("arn")); err == nil {
		s.Partition, s.Account = ref.Partition, ref.Account
	}
	tags, _ := old.tags()
	s.Tags = map[string]string{}
	for key, value := range tags {
		s.Tags[key], _ = value.Value()
	}
	return s
}

// notes are what a reader of the report may ask about a change.
func (p *resource) notes() (notes []string) {
	if p.Change.Importing != nil {
		notes = append(notes, "it is imported")
	}
	if p.PreviousAddress != "" {
		notes = append(notes, "it moved from "+p.PreviousAddress)
	}
	return notes
}

// policy returns an aws_iam_policy.
// https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/iam_policy
func (r *reader) policy(p *resource) iac.Policy {
	out := iac.Policy{
		Place: r.place(p), Change: p.change, Home: r.accounts.home(r.providerOf(p.Address), p.Change.Before["arn"]),
		Name: p.name(), Path: p.text("path").Or(iac.Known("/")), Document: p.text("policy"),
	}
	if p.change == iac.Delete {
		old := resource{resourceChange: &resourceChange{}, sensitive: p.sensitive}
		old.Change.After = p.Change.Before
		out.Name, out.Path = old.text("name"), old.text("path").Or(iac.Known("/"))
	}
	return out
}

// cloudControl returns an awscc_iam_role or awscc_iam_user, which have the properties of
// CloudFormation.
// https://registry.terraform.io/providers/hashicorp/awscc/latest/docs/resources/iam_role
func (r *reader) cloudControl(p *resource) iac.Principal {
	kind := strings.TrimPrefix(p.Type, "awscc_iam_")
	out := iac.Principal{
		Place: r.place(p), Change: p.change, Kind: principal.Kind(kind),
		Home: r.accounts.home(r.providerOf(p.Address), p.Change.Before["arn"]),
		Name: p.text(kind + "_name"), Path: p.text("path").Or(iac.Known("/")), Boundary: p.text("permissions_boundary"), Attribute: "permissions_boundary",
		TagsUnknown: "tags of awscc resources are not read", IdentityUnknown: "policies of awscc resources are not read",
		Notes: p.notes(),
	}
	if out.Name.IsAbsent() {
		out.Name = iac.Unknown("CloudFormation chooses the name; set " + kind + "_name")
	}
	return out
}

func (r *reader) cloudControlPolicy(p *resource) iac.Policy {
	values := p.Change.After
	if p.change == iac.Delete {
		values = p.Change.Before
	}
	old := resource{resourceChange: &resourceChange{}, unknown: p.unknown, all: p.all, sensitive: p.sensitive, config: p.config}
	old.Change.After = values
	out := iac.Policy{
		Place: r.place(p), Change: p.change, Home: r.accounts.home(r.providerOf(p.Address), p.Change.Before["policy_arn"]),
		Name: old.text("managed_policy_name"), Path: old.text("path").Or(iac.Known("/")), Document: old.text("policy_document"),
	}
	if out.Name.IsAbsent() {
		out.Name = iac.Unknown("CloudFormation chooses the name; set managed_policy_name")
	}
	return out
}
