package cloudformation

import (
	"slices"

	"go.yaml.in/yaml/v3"

	"github.com/ringfence/ringfence/internal/iac"
	"github.com/ringfence/ringfence/internal/principal"
)

// The roles that SAM makes for its resources.
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-generated-resources.html

// roleless are the types of SAM for which it makes no roles.
var roleless = []string{"AWS::Serverless::Api", "AWS::Serverless::HttpApi", "AWS::Serverless::SimpleTable", "AWS::Serverless::LayerVersion", "AWS::Serverless::Connector"}

// serverless lists the roles that SAM makes for a resource.
func (t *template) serverless(r *resource) {
	if !slices.Contains(t.transforms, sam) {
		t.partial(t.address(r) + " is of type " + r.kind + ", and the template lacks Transform: " + sam)
		return
	}
	switch r.kind {
	case "AWS::Serverless::Function":
		t.execution(r, "Function")
		t.deployment(r)
		t.events(r, map[string]string{"ScheduleV2": "RoleArn"}, iac.Value{})
	case "AWS::Serverless::StateMachine":
		t.execution(r, "StateMachine")
		t.events(r, map[string]string{
			"Schedule": "RoleArn", "ScheduleV2": "RoleArn", "CloudWatchEvent": "", "EventBridgeRule": "", "Api": "",
		}, t.boundary(t.property(r, "PermissionsBoundary")))
	default:
		if !slices.Contains(roleless, r.kind) {
			t.partial("SAM may make roles for " + t.address(r) + " (" + r.kind + "), which are not read: check the processed template (sam validate --lint does not show it; aws cloudformation get-template --template-stage Processed does)")
		}
	}
}

// global evaluates a property of a SAM resource, or its default in Globals.
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-template-anatomy-globals.html
func (t *template) global(r *resource, section, name string) any {
	if v := t.property(r, name); get(r.properties, name) != nil || !isAbsent(v) {
		return v
	}
	return t.eval(get(get(t.globals, section), name))
}

// execution lists the role that a function or state machine runs as, if the template does not give it
// one.
func (t *template) execution(r *resource, section string) {
	role := t.property(r, "Role")
	var notes []string
	switch v := role.(type) {
	case absent:
	case open:
		// With a role of Fn::If, SAM makes one if that is AWS::NoValue.
		if !t.mayBeAbsent(get(r.properties, "Role")) {
			return
		}
		notes = append(notes, "SAM makes it only if the property Role is AWS::NoValue: "+v.why)
	default:
		return
	}
	p := t.implicit(r, r.id+"Role", "the execution role of "+r.id)
	p.Notes = append(p.Notes, notes...)
	p.Path = asText(t.global(r, section, "RolePath")).Or(iac.Known("/"))
	p.Boundary = t.boundary(t.global(r, section, "PermissionsBoundary"))
	p.Attribute = "PermissionsBoundary of " + r.id
	if section == "Function" {
		p.Attribute += " or of Globals.Function"
	}
	t.samTags(&p, r, section)
	t.out.Principals = append(t.out.Principals, p)
}

// mayBeAbsent reports whether a property is Fn::If with a branch that is AWS::NoValue.
func (t *template) mayBeAbsent(n *yaml.Node) bool {
	name, arg, ok := intrinsic(n)
	if !ok || name != "Fn::If" {
		return false
	}
	return slices.ContainsFunc(itemsOf(arg), func(item *yaml.Node) bool { return isAbsent(t.eval(item)) || t.mayBeAbsent(item) })
}

// implicit returns a role that SAM makes, without a boundary.
func (t *template) implicit(r *resource, id, what string) iac.Principal {
	made := &resource{id: id, kind: "AWS::IAM::Role", line: r.line}
	p := iac.Principal{
		Place: iac.Place{File: t.file, Line: r.line, Address: t.prefix + id}, Change: iac.Declare, Home: t.home(), Kind: principal.Role,
		Name: t.name(made, "the role of "+r.id+" to one with a name"), Path: iac.Known("/"),
		IdentityUnknown: "the policies that SAM makes for the role are not read",
		Notes:           []string{"SAM makes it, as " + what},
	}
	p.Tags, p.TagsUnknown = t.tags(absent{})
	if r.whether != "" {
		p.Notes = append(p.Notes, r.whether)
	}
	return p
}

// samTags adds the tags of a SAM resource, which its execution role gets too.
func (t *template) samTags(p *iac.Principal, r *resource, section string) {
	for _, of := range []any{t.eval(get(get(t.globals, section), "Tags")), t.property(r, "Tags")} {
		tags, unknown := t.tags(of)
		for key, value := range tags {
			p.Tags[key] = value
		}
		if unknown != "" {
			p.TagsUnknown = unknown
		}
	}
	creator := "lambda:createdBy"
	if section == "StateMachine" {
		creator = "stateMachine:createdBy"
	}
	p.Tags[creator] = iac.Known("SAM")
}

// deployment lists the role with which CodeDeploy shifts traffic between versions of functions. A
// template has one for all functions, and it has no boundary.
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-deploymentpreference.html
func (t *template) deployment(r *resource) {
	n := get(r.properties, "DeploymentPreference")
	inherited := get(get(t.globals, "Function"), "DeploymentPreference")
	if n == nil && inherited == nil {
		return
	}
	setting := func(name string) any {
		if v := t.eval(get(n, name)); !isAbsent(v) {
			return v
		}
		return t.eval(get(inherited, name))
	}
	if enabled, ok := asText(setting("Enabled")).Value(); ok && enabled == "false" {
		return
	}
	const id = "CodeDeployServiceRole"
	if !isAbsent(setting("Role")) || slices.ContainsFunc(t.out.Principals, func(p iac.Principal) bool { return p.Address == t.prefix+id }) {
		return
	}
	p := t.implicit(r, id, "the role of CodeDeploy, for DeploymentPreference")
	p.Remedy = "set DeploymentPreference.Role to a role that carries the boundary"
	t.out.Principals = append(t.out.Principals, p)
}

// events lists the roles that SAM makes for events: those of the given types without a property that
// names a role. Schedules of EventBridge Scheduler have a boundary of their own.
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-schedulev2.html
func (t *template) events(r *resource, kinds map[string]string, boundary iac.Value) {
	for _, f := range t.expand(get(r.properties, "Events")) {
		kind, _ := scalar(get(f.value, "Type"))
		property, makes := kinds[kind]
		properties := get(f.value, "Properties")
		if !makes || property != "" && !isAbsent(t.eval(get(properties, property))) {
			continue
		}
		p := t.implicit(r, r.id+f.name+"Role", "the role of the event "+f.name+" of "+r.id)
		p.Line = lineOf(f.key)
		p.Boundary, p.Attribute = boundary, "PermissionsBoundary of "+r.id
		if kind == "ScheduleV2" {
			p.Boundary, p.Attribute = t.boundary(t.eval(get(properties, "PermissionsBoundary"))), "PermissionsBoundary of the event "+f.name
		}
		t.out.Principals = append(t.out.Principals, p)
	}
}
