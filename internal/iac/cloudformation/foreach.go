package cloudformation

import (
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// expand returns the entries of a mapping, with those that Fn::ForEach makes.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-foreach.html
func (t *template) expand(n *yaml.Node) (out []field) {
	for _, f := range fieldsOf(n) {
		if !isForEach(f) {
			out = append(out, f)
			continue
		}
		items := itemsOf(f.value)
		var name string
		if len(items) == 3 {
			name, _ = scalar(items[0])
		}
		if name == "" {
			t.partial(fmt.Sprintf("line %d: %s does not have a name, a collection and a template", f.key.Line, f.name))
			continue
		}
		values, why := texts(t.eval(items[1]))
		if why != "" {
			t.partial(fmt.Sprintf("%s makes an unknown number of resources: %s", f.name, why))
			continue
		}
		for _, v := range values {
			value, ok := v.Value()
			if v.Sensitive {
				t.partial(f.name + " makes resources whose logical ids would show a parameter with NoEcho: they are not checked")
				continue
			}
			if !ok {
				t.partial(fmt.Sprintf("%s makes resources that are not known: %s", f.name, v.Why))
				continue
			}
			out = append(out, t.expand(t.replaced(items[2], name, value))...)
		}
	}
	return out
}

// expanded returns the properties of a resource, with those that Fn::ForEach makes. One that makes what is
// not known stays there.
func (t *template) expanded(properties *yaml.Node) *yaml.Node {
	fields := fieldsOf(properties)
	if !slices.ContainsFunc(fields, isForEach) {
		return properties
	}
	out := &yaml.Node{Kind: yaml.MappingNode, Line: lineOf(deref(properties))}
	for _, f := range fields {
		known := t.partials
		one := &yaml.Node{Kind: yaml.MappingNode, Content: []*yaml.Node{f.key, f.value}}
		made := []field{f}
		if isForEach(f) {
			if made = t.expand(one); t.partials > known {
				made = []field{f}
			}
		}
		for _, m := range made {
			out.Content = append(out.Content, &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: m.name, Line: lineOf(m.key)}, m.value)
		}
	}
	return out
}

func isForEach(f field) bool { return strings.HasPrefix(f.name, "Fn::ForEach::") }

// replaced returns a copy of a template of Fn::ForEach for one value of its name.
func (t *template) replaced(n *yaml.Node, name, value string) *yaml.Node {
	t.steps++
	if n == nil || t.steps > maxSteps || t.depth > maxDepth {
		t.partial(tooLarge)
		return &yaml.Node{Kind: yaml.MappingNode}
	}
	t.depth++
	defer func() { t.depth-- }()
	n = deref(n)
	if called, arg, ok := intrinsic(n); ok && called == "Ref" {
		if s, _ := scalar(arg); s == name {
			return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: value, Line: n.Line}
		}
	}
	copied := *n
	if n.Kind == yaml.ScalarNode {
		copied.Value = strings.NewReplacer("${"+name+"}", value, "&{"+name+"}", alphanumeric(value)).Replace(n.Value)
		return &copied
	}
	copied.Content = make([]*yaml.Node, len(n.Content))
	for i, c := range n.Content {
		copied.Content[i] = t.replaced(c, name, value)
	}
	return &copied
}

// alphanumeric returns the letters and digits of a text, which is what &{Name} stands for.
func alphanumeric(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' {
			return r
		}
		return -1
	}, s)
}
