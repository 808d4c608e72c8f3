package cloudformation

import (
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"
)

// field is an entry of a mapping, in the order of the text.
type field struct {
	name  string
	key   *yaml.Node
	value *yaml.Node
}

// fieldsOf returns the entries of a mapping, with those of its merge keys. Of entries with the same
// name, the last one counts.
func fieldsOf(n *yaml.Node) []field {
	n = deref(n)
	if n == nil || n.Kind != yaml.MappingNode {
		return nil
	}
	var out []field
	at := map[string]int{}
	add := func(f field, replace bool) {
		if i, ok := at[f.name]; ok {
			if replace {
				out[i] = f
			}
			return
		}
		at[f.name] = len(out)
		out = append(out, f)
	}
	var merged []*yaml.Node
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		if key.Tag == "!!merge" {
			merged = append(merged, value)
			continue
		}
		add(field{key.Value, key, value}, true)
	}
	for _, m := range merged {
		for _, f := range fieldsOf(m) {
			add(f, false)
		}
	}
	return out
}

// deref follows aliases. The parser refuses an alias within its own anchor.
func deref(n *yaml.Node) *yaml.Node {
	for n != nil && n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	return n
}

// get returns an entry of a mapping, nil if there is none.
func get(n *yaml.Node, name string) *yaml.Node {
	for _, f := range fieldsOf(n) {
		if f.name == name {
			return f.value
		}
	}
	return nil
}

// itemsOf returns the elements of a sequence.
func itemsOf(n *yaml.Node) []*yaml.Node {
	if n = deref(n); n != nil && n.Kind == yaml.SequenceNode {
		return n.Content
	}
	return nil
}

// scalar returns the text of a scalar. The short form of an intrinsic function is none.
func scalar(n *yaml.Node) (string, bool) {
	if n = deref(n); n == nil || n.Kind != yaml.ScalarNode || n.ShortTag() == "!!null" || isTagged(n) {
		return "", false
	}
	return n.Value, true
}

// isTagged reports whether a node has a tag such as !Ref.
func isTagged(n *yaml.Node) bool {
	return strings.HasPrefix(n.Tag, "!") && !strings.HasPrefix(n.Tag, "!!")
}

// intrinsic returns the name and the argument of an intrinsic function, in its long form or as a
// tag: Ref, Condition, or a name that begins with Fn::.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
func intrinsic(n *yaml.Node) (name string, arg *yaml.Node, ok bool) {
	n = deref(n)
	if n == nil {
		return "", nil, false
	}
	if isTagged(n) {
		bare := *n
		bare.Tag = ""
		if bare.Kind == yaml.ScalarNode {
			bare.Tag = "!!str"
		}
		name = strings.TrimPrefix(n.Tag, "!")
		if name != "Ref" && name != "Condition" {
			name = "Fn::" + name
		}
		return name, &bare, true
	}
	if n.Kind == yaml.MappingNode && len(n.Content) == 2 {
		if key := n.Content[0].Value; key == "Ref" || key == "Condition" || strings.HasPrefix(key, "Fn::") {
			return key, n.Content[1], true
		}
	}
	return "", nil, false
}

// lineOf returns the line of a node.
func lineOf(n *yaml.Node) int {
	if n == nil {
		return 0
	}
	return n.Line
}

// duplicates lists the entries that mappings have twice, with their lines.
func duplicates(root *yaml.Node) (all []string) {
	seen := map[*yaml.Node]bool{}
	var visit func(n *yaml.Node)
	visit = func(n *yaml.Node) {
		if n = deref(n); n == nil || seen[n] {
			return
		}
		seen[n] = true
		keys := map[string]bool{}
		for i, c := range n.Content {
			if n.Kind == yaml.MappingNode && i%2 == 0 && c.Tag != "!!merge" {
				if keys[c.Value] {
					all = append(all, fmt.Sprintf("line %d: %s", c.Line, c.Value))
				}
				keys[c.Value] = true
			}
			visit(c)
		}
	}
	visit(root)
	return all
}

// refTo returns a Ref.
func refTo(name string) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!Ref", Value: name}
}
