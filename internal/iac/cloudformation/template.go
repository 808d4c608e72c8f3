// Package cloudformation reads CloudFormation and SAM templates, with their intrinsic functions.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html
package cloudformation

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/ringfence/ringfence/internal/iac"
)

// Options are what a template does not say about its deployment. Empty values are not known.
type Options struct {
	Account, Partition, Region, StackName string
	// Parameters are the values of parameters. A parameter that is missing here has its default.
	Parameters map[string]iac.Value
	// Tags are the tags of the stack, which CloudFormation adds to users and roles. nil means that they
	// are not known.
	Tags map[string]string
	// Assets are the paths of the templates of nested stacks by the hash that is in their TemplateURL.
	Assets map[string]string
	// Open reads a file by its path relative to the folder of the template, for nested stacks. nil
	// means that there are no files.
	Open func(path string) ([]byte, error)
	// Empty is set if a template may have no resources. Other texts without Resources are no templates.
	Empty bool
	// nested is how deep in nested stacks a template is, and opened how many were read so far.
	nested int
	opened *int
}

// template is a template that is being evaluated.
type template struct {
	file       string
	options    Options
	parameters map[string]any
	mappings   *yaml.Node
	conditions map[string]*yaml.Node
	globals    *yaml.Node
	resources  map[string]*resource
	order      []*resource
	transforms []string
	visiting   map[string]bool
	steps      int
	partials   int
	depth      int
	// standIn says what is not known if a stand-in for it was used in an evaluation.
	standIn string
	out     *iac.Plan
	// prefix begins the addresses in nested stacks.
	prefix string
}

// resource is a resource of a template.
type resource struct {
	id, kind   string
	line       int
	properties *yaml.Node
	metadata   *yaml.Node
	// connected is set if SAM makes connectors for it.
	connected bool
	// whether says which condition it depends on, if that is not known.
	whether string
}

// parse reads a text of one YAML document. JSON is YAML.
func parse(text []byte) (*yaml.Node, error) {
	dec := yaml.NewDecoder(bytes.NewReader(text))
	var n yaml.Node
	if err := dec.Decode(&n); err != nil {
		if errors.Is(err, io.EOF) {
			return nil, errors.New("it is empty")
		}
		return nil, err
	}
	if len(n.Content) != 1 || n.Content[0].Kind != yaml.MappingNode {
		return nil, errors.New("it is not a mapping")
	}
	if dec.Decode(new(yaml.Node)) == nil {
		return nil, errors.New("it has more than one YAML document")
	}
	if cyclic(n.Content[0], map[*yaml.Node]bool{}) {
		return nil, errors.New("an alias refers to a value that contains it")
	}
	return n.Content[0], nil
}

// cyclic reports whether a node contains itself. seen has the nodes that were begun, and whether they
// are still open.
func cyclic(n *yaml.Node, seen map[*yaml.Node]bool) bool {
	n = deref(n)
	if isOpen, begun := seen[n]; begun {
		return isOpen
	}
	seen[n] = true
	for _, c := range n.Content {
		if cyclic(c, seen) {
			return true
		}
	}
	seen[n] = false
	return false
}

// Parameters returns the names of the parameters that a template declares.
func Parameters(text []byte) (names []string) {
	root, err := parse(text)
	if err != nil {
		return nil
	}
	for _, f := range fieldsOf(get(root, "Parameters")) {
		names = append(names, f.name)
	}
	return names
}

// Read reads a template. file is its path, for the places.
func Read(file string, text []byte, options Options) (*iac.Plan, error) {
	options.nested, options.opened = 0, new(int)
	return readNested(file, text, options, "")
}

// readNested reads a template whose addresses begin with a prefix.
func readNested(file string, text []byte, options Options, prefix string) (*iac.Plan, error) {
	root, err := parse(text)
	if err != nil {
		return nil, fmt.Errorf("it cannot be read as a template: %w", err)
	}
	t := &template{
		file: file, prefix: prefix, options: options, parameters: map[string]any{}, conditions: map[string]*yaml.Node{},
		resources: map[string]*resource{}, visiting: map[string]bool{},
		out: &iac.Plan{File: file, Format: "CloudFormation template", OneAccount: true},
	}
	if err := t.load(root); err != nil {
		return nil, err
	}
	t.read()
	return t.out, nil
}

// load reads the sections of a template.
func (t *template) load(root *yaml.Node) error {
	resources := deref(get(root, "Resources"))
	if resources == nil && !t.options.Empty {
		return errors.New("it has no Resources, so it is not a CloudFormation template")
	}
	if resources != nil && resources.Kind != yaml.MappingNode {
		return fmt.Errorf("line %d: Resources is not a mapping", resources.Line)
	}
	for _, line := range duplicates(root) {
		t.partial(line + " occurs twice in the same mapping, and which one counts is not known: remove one")
	}
	for _, part := range []*yaml.Node{root, get(root, "Globals"), get(get(root, "Globals"), "Function"), get(get(root, "Globals"), "StateMachine")} {
		if get(part, "Fn::Transform") != nil {
			t.partial(fmt.Sprintf("line %d: Fn::Transform adds to the template: %s", part.Line, processed))
		}
	}
	t.transforms = transformsOf(get(root, "Transform"))
	t.mappings = get(root, "Mappings")
	t.globals = get(root, "Globals")
	for _, f := range fieldsOf(get(root, "Parameters")) {
		t.parameters[f.name] = t.parameter(f.name, f.value)
	}
	for _, f := range fieldsOf(get(root, "Conditions")) {
		t.conditions[f.name] = f.value
	}
	for _, name := range t.transforms {
		switch {
		case name == sam:
			t.out.Format = "SAM template"
		case !slices.Contains([]string{"AWS::LanguageExtensions"}, name):
			t.partial(fmt.Sprintf("the macro %s can change this template: %s", name, processed))
		}
	}
	for _, f := range t.expand(resources) {
		if f.name == "Fn::Transform" {
			t.partial("Fn::Transform adds resources to the template: " + processed)
			continue
		}
		t.declare(f)
	}
	return nil
}

// processed says how to check what macros make.
const processed = "check the processed template (aws cloudformation get-template --template-stage Processed)"

// sam is the transform of the Serverless Application Model.
const sam = "AWS::Serverless-2016-10-31"

// transformsOf returns the names of the macros of a template.
func transformsOf(n *yaml.Node) (names []string) {
	if s, ok := scalar(n); ok {
		return []string{s}
	}
	if s, ok := scalar(get(n, "Name")); ok {
		return []string{s}
	}
	for _, item := range itemsOf(n) {
		name, ok := scalar(item)
		if !ok {
			name, _ = scalar(get(item, "Name"))
		}
		names = append(names, name)
	}
	return names
}

// declare adds a resource.
func (t *template) declare(f field) {
	kind, _ := scalar(get(f.value, "Type"))
	r := &resource{
		id: f.name, kind: kind, line: lineOf(f.key), properties: t.expanded(get(f.value, "Properties")), metadata: get(f.value, "Metadata"),
		connected: get(f.value, "Connectors") != nil,
	}
	switch {
	case kind == "":
		t.partial(fmt.Sprintf("line %d: the type of the resource %s is not known: %s", r.line, f.name, processed))
	case get(f.value, "Fn::Transform") != nil:
		t.partial(fmt.Sprintf("line %d: Fn::Transform adds to the resource %s: %s", r.line, f.name, processed))
	}
	if n := get(f.value, "Condition"); n != nil {
		name, _ := scalar(n)
		switch is, why := t.condition(name); is {
		case no:
			return
		case maybe:
			r.whether = fmt.Sprintf("the condition %s decides whether it exists, and %s", name, why)
		}
	}
	t.resources[f.name] = r
	t.order = append(t.order, r)
}

// parameter returns the value of a parameter.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html
func (t *template) parameter(name string, n *yaml.Node) any {
	kind, _ := scalar(get(n, "Type"))
	value, given := t.options.Parameters[name]
	if !given {
		s, ok := scalar(get(n, "Default"))
		if !ok {
			return unknownf("the parameter %s has no value: give --parameter %s=VALUE", name, name)
		}
		value = dynamic(s)
	}
	if value = noEcho(name, n, value); value.Sensitive {
		t.out.Sensitive = append(t.out.Sensitive, value.Literals()...)
	}
	if strings.HasPrefix(kind, "AWS::SSM::Parameter::Value") {
		return unknownf("the parameter %s takes its value from Parameter Store (%s)", name, shown(value))
	}
	if kind == "CommaDelimitedList" || strings.HasPrefix(kind, "List<") {
		s, ok := value.Value()
		if !ok {
			return open{value.Why}
		}
		parts := strings.Split(s, ",")
		for i := range parts {
			parts[i] = strings.TrimSpace(parts[i])
		}
		return pieces(value, parts)
	}
	return value
}

// partial says once why the template may do more than is known here.
func (t *template) partial(why string) {
	t.partials++
	if !slices.Contains(t.out.Partial, why) {
		t.out.Partial = append(t.out.Partial, why)
	}
}
