package cloudformation

import (
	"slices"
	"strings"

	"github.com/ringfence/ringfence/internal/iac"
	"github.com/ringfence/ringfence/internal/principal"
)

// read lists the users, roles and managed policies of a template.
func (t *template) read() {
	attached := t.attachments()
	for _, r := range t.order {
		switch r.kind {
		case "AWS::IAM::Role":
			t.add(t.principal(r, principal.Role, "RoleName"), r, attached)
		case "AWS::IAM::User":
			t.add(t.principal(r, principal.User, "UserName"), r, attached)
		case "AWS::IAM::ManagedPolicy":
			t.out.Policies = append(t.out.Policies, t.policy(r))
		case "AWS::CloudFormation::Stack", "AWS::Serverless::Application":
			t.nested(r)
		case "AWS::CloudFormation::StackSet":
			t.partial(t.address(r) + " deploys a template to other accounts, which is not read: check that template by itself")
		default:
			switch {
			case strings.HasSuffix(r.kind, "::MODULE"):
				t.partial(t.address(r) + " is a module (" + r.kind + "), which is not read: " + processed)
			case strings.HasPrefix(r.kind, "AWS::Serverless::"):
				t.serverless(r)
			}
		}
	}
}

func (t *template) add(p iac.Principal, r *resource, attached []attachment) {
	t.attach(&p, r, attached)
	t.out.Principals = append(t.out.Principals, p)
}

// address returns the address of a resource: the path of its construct, or its logical id.
// https://docs.aws.amazon.com/cdk/v2/guide/identifiers.html#identifiers-paths
func (t *template) address(r *resource) string {
	if path, ok := scalar(get(r.metadata, "aws:cdk:path")); ok && path != "" {
		return strings.TrimSuffix(path, "/Resource") // the construct below the one that people wrote
	}
	return t.prefix + r.id
}

func (t *template) place(r *resource) iac.Place {
	return iac.Place{File: t.file, Line: r.line, Address: t.address(r)}
}

func (t *template) home() (h iac.Home) {
	if t.options.Account != "" {
		h.Account = iac.Known(t.options.Account)
	}
	if t.options.Partition != "" || t.options.Region != "" {
		h.Partition = iac.Known(t.partition())
	}
	return h
}

// property evaluates a property of a resource. If a macro adds properties, one that is not there is
// not known.
func (t *template) property(r *resource, name string) any {
	n := get(r.properties, name)
	if n == nil {
		if called, arg, ok := intrinsic(r.properties); ok {
			return t.call(called, arg)
		}
		if get(r.properties, "Fn::Transform") != nil {
			return unknownf("a macro adds properties; %s", processed)
		}
		if slices.ContainsFunc(fieldsOf(r.properties), isForEach) {
			return unknownf("Fn::ForEach adds properties that are not known")
		}
	}
	return t.eval(n)
}

// principal returns an AWS::IAM::Role or AWS::IAM::User.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-role.html
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-user.html
func (t *template) principal(r *resource, kind principal.Kind, name string) iac.Principal {
	p := iac.Principal{
		Place: t.place(r), Change: iac.Declare, Home: t.home(), Kind: kind, Name: t.name(r, name), Path: t.path(r),
		Boundary: t.boundary(t.property(r, "PermissionsBoundary")), Attribute: "PermissionsBoundary",
	}
	p.Tags, p.TagsUnknown = t.tags(t.property(r, "Tags"))
	if r.whether != "" {
		p.Notes = append(p.Notes, r.whether)
	}
	t.own(&p, r)
	return p
}

func (t *template) path(r *resource) iac.Value {
	return asText(t.property(r, "Path")).Or(iac.Known("/"))
}

// boundary returns the boundary that a property sets. An ARN that CloudFormation completes is not known.
func (t *template) boundary(v any) iac.Value {
	b := asText(v)
	if s, ok := b.Value(); ok && s == "" {
		return iac.Value{}
	}
	return b
}

// The number of characters in names that CloudFormation generates, beside the names of the stack and
// the resource, and at most.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/cloudformation-resource-name-type.html
const (
	randomPart = 16
	maxName    = 64
)

// name returns the name of a resource. CloudFormation makes one from the names of the stack and the
// resource, if the property is absent, and shortens it where it is too long.
func (t *template) name(r *resource, property string) iac.Value {
	name := asText(t.property(r, property))
	if s, ok := name.Value(); !ok || s != "" {
		return name
	}
	chooses := "CloudFormation chooses the name of " + r.id + ": "
	stack := t.options.StackName
	switch {
	case stack == "" && t.prefix == "":
		return iac.Unknown(chooses + "give --stack-name, or set " + property)
	case stack == "" || len(stack)+len(r.id)+randomPart > maxName:
		return iac.Unknown(chooses + "set " + property)
	}
	return iac.Known(stack + "-" + r.id + "-").Then(iac.Unknown(chooses + "set " + property))
}

// arn returns the ARN of a resource.
func (t *template) arn(r *resource, kind, property string) iac.Value {
	account := t.text(refTo("AWS::AccountId"))
	partition := t.text(refTo("AWS::Partition"))
	return iac.Known("arn:").Then(partition).Then(iac.Known(":iam::")).Then(account).Then(iac.Known(":" + kind)).Then(t.path(r)).Then(t.name(r, property))
}

// tags returns the tags of a resource, and why there may be more.
func (t *template) tags(v any) (tags map[string]iac.Value, unknown string) {
	tags = map[string]iac.Value{}
	if t.options.Tags == nil {
		unknown = "the tags of the stack are not known: give --stack-tag"
	}
	for key, value := range t.options.Tags {
		tags[key] = iac.Known(value)
	}
	switch v := v.(type) {
	case absent:
	case list:
		for _, one := range v {
			tag, ok := one.(object)
			name := asText(tag["Key"])
			key, known := name.Value()
			if name.Sensitive {
				t.out.Sensitive = append(t.out.Sensitive, key)
			}
			if !ok || !known || key == "" {
				unknown = "a tag is not known"
				continue
			}
			tags[key] = asText(tag["Value"])
		}
	case object: // the tags of SAM are a mapping
		for key, value := range v {
			tags[key] = asText(value)
		}
	default:
		unknown = "the tags are not known: " + asText(v).Why
	}
	return tags, unknown
}

// policy returns an AWS::IAM::ManagedPolicy.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-managedpolicy.html
func (t *template) policy(r *resource) iac.Policy {
	p := iac.Policy{Place: t.place(r), Change: iac.Declare, Home: t.home(), Name: t.name(r, "ManagedPolicyName"), Path: t.path(r)}
	document := t.property(r, "PolicyDocument")
	text, why := toJSON(document)
	if p.Document = iac.Known(string(text)); why != "" {
		p.Document = iac.Unknown(why)
	}
	p.Document.Sensitive = isSensitive(document)
	return p
}

// attachment is a policy that another resource gives to users or roles.
type attachment struct {
	policy principal.IdentityPolicy
	// unknown says why the policy is not known, or which principals have it.
	unknown string
	// sensitive is set if the document has a sensitive value.
	sensitive bool
	// to are the logical ids and the names of the principals.
	ids   []string
	names []iac.Value
}

// attachments lists the policies that resources give to principals of the template.
func (t *template) attachments() (all []attachment) {
	for _, r := range t.order {
		if r.connected || r.kind == "AWS::Serverless::Connector" {
			// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/reference-sam-connector.html
			all = append(all, attachment{policy: principal.IdentityPolicy{Name: "a policy of the connectors of " + r.id}, names: []iac.Value{iac.Unknown("")}})
		}
		var lists []string
		switch r.kind {
		case "AWS::IAM::Policy", "AWS::IAM::ManagedPolicy":
			lists = []string{"Roles", "Users"}
		case "AWS::IAM::RolePolicy":
			lists = []string{"RoleName"}
		case "AWS::IAM::UserPolicy":
			lists = []string{"UserName"}
		case "AWS::IAM::UserToGroupAddition":
			lists = []string{"Users"}
		default:
			continue
		}
		a := attachment{policy: principal.IdentityPolicy{Source: principal.Inline, Name: r.id}}
		if r.kind == "AWS::IAM::ManagedPolicy" {
			a.policy.Source = principal.Attached
		}
		value := t.property(r, "PolicyDocument")
		document, why := toJSON(value)
		a.sensitive = isSensitive(value)
		switch {
		case r.kind == "AWS::IAM::UserToGroupAddition":
			a.unknown = "it is in a group, whose policies are not read from a template"
		case why != "":
			a.unknown = "the document of " + r.id + " is not known: " + why
		}
		a.policy.Document = document
		for _, name := range lists {
			n := get(r.properties, name)
			nodes := itemsOf(n)
			if name == "RoleName" || name == "UserName" {
				nodes = append(nodes, n)
			}
			for _, node := range nodes {
				if called, arg, ok := intrinsic(node); ok && called == "Ref" {
					if id, _ := scalar(arg); t.resources[id] != nil {
						a.ids = append(a.ids, id)
						continue
					}
				}
				a.names = append(a.names, t.text(node))
			}
			if len(nodes) == 0 && n != nil {
				a.names = append(a.names, iac.Unknown("the principals of "+r.id+" are not known"))
			}
		}
		all = append(all, a)
	}
	return all
}

// attach adds the policies that other resources give to a principal.
func (t *template) attach(p *iac.Principal, r *resource, attached []attachment) {
	for _, a := range attached {
		for _, name := range a.names {
			s, known := name.Value()
			own, ownKnown := p.Name.Value()
			switch {
			case known && ownKnown && strings.EqualFold(s, own):
				a.ids = append(a.ids, r.id)
			case known && ownKnown:
			case !known || p.Name.MayBe(s):
				p.IdentityUnknown = a.policy.Name + " may be for it"
			}
		}
		if !slices.Contains(a.ids, r.id) {
			continue
		}
		if a.unknown != "" {
			p.IdentityUnknown = a.unknown
			continue
		}
		p.Identity = append(p.Identity, a.policy)
		p.IdentitySensitive = p.IdentitySensitive || a.sensitive
	}
}

// own adds the policies in the properties of a principal.
func (t *template) own(p *iac.Principal, r *resource) {
	if v := t.property(r, "Groups"); !isAbsent(v) {
		p.IdentityUnknown = "it is in groups, whose policies are not read from a template"
	}
	arns, why := texts(t.property(r, "ManagedPolicyArns"))
	for _, v := range arns {
		arn, ok := v.Value()
		if !ok || arn == "" {
			why = v.Why
			continue
		}
		p.Identity = append(p.Identity, principal.IdentityPolicy{Source: principal.Attached, Name: arn[strings.LastIndexByte(arn, '/')+1:], ARN: arn})
	}
	if why != "" {
		p.IdentityUnknown = "an attached policy is not known: " + why
	}
	switch policies := t.property(r, "Policies").(type) {
	case absent:
	case list:
		for _, one := range policies {
			o, _ := one.(object)
			p.IdentitySensitive = p.IdentitySensitive || isSensitive(one)
			name, _ := asText(o["PolicyName"]).Value()
			document, why := toJSON(o["PolicyDocument"])
			if o == nil || o["PolicyDocument"] == nil || why != "" {
				p.IdentityUnknown = "an inline policy is not known: " + why
				continue
			}
			p.Identity = append(p.Identity, principal.IdentityPolicy{Source: principal.Inline, Name: name, Document: document})
		}
	default:
		p.IdentityUnknown = "the inline policies are not known"
	}
}
