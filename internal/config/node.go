package config

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"go.yaml.in/yaml/v3"
)

// reader collects the problems of one file while its values are read.
type reader struct {
	file     string
	problems Problems
}

// value is one value of the file, with its position and the reader that collects its problems. The methods
// that read it report why it cannot be used and return ok = false.
type value struct {
	r    *reader
	node *yaml.Node
	path string
}

func (v value) problem(format string, args ...any) {
	v.r.problems = append(v.r.problems, &Problem{
		File: v.r.file, Line: max(v.node.Line, 1), Path: v.path, Message: fmt.Sprintf(format, args...),
	})
}

// plain refuses YAML features that can mislead readers: aliases, which repeat other parts, and tags, which
// change the type of a value.
func (r *reader) plain(n *yaml.Node) {
	at := value{r: r, node: n}
	switch {
	case n.Kind == yaml.AliasNode:
		at.problem("aliases (*%s) are not allowed; write the value out", n.Value)
	case n.Anchor != "":
		at.problem("anchors (&%s) are not allowed; write the value out where it is used", n.Anchor)
	}
	if n.Kind != yaml.AliasNode && n.Style&yaml.TaggedStyle != 0 {
		at.problem("tags (%s) are not allowed", n.Tag)
	}
	for _, c := range n.Content {
		r.plain(c)
	}
}

// The types of values, in messages.
const (
	aMapping = "a mapping (key: value)"
	aList    = "a list"
	someText = "text"
)

// wrong reports a value of the wrong type.
func (v value) wrong(want string) {
	switch {
	case v.node.Kind == yaml.AliasNode:
		// reported by plain
	case v.isNull():
		v.problem("has no value; it must be %s", want)
	case v.node.Kind == yaml.MappingNode:
		v.problem("must be %s, not %s", want, aMapping)
	case v.node.Kind == yaml.SequenceNode:
		v.problem("must be %s, not %s", want, aList)
	default:
		v.problem("must be %s, not %s", want, v.node.Value)
	}
}

func (v value) isNull() bool { return v.node.Kind == yaml.ScalarNode && v.node.ShortTag() == "!!null" }

// fields are the members of a mapping, in file order.
type fields struct {
	value
	keys   []string
	values map[string]value
}

// mapping reads a mapping. Every key must be in known. If known is empty, any key is allowed.
func (v value) mapping(known ...string) (fields, bool) {
	if v.node.Kind != yaml.MappingNode {
		v.wrong(aMapping)
		return fields{}, false
	}
	f := fields{value: v, values: map[string]value{}}
	for i := 0; i+1 < len(v.node.Content); i += 2 {
		k, child := v.node.Content[i], v.node.Content[i+1]
		key := value{r: v.r, node: k, path: v.path}
		if k.Kind != yaml.ScalarNode || k.ShortTag() != "!!str" && k.ShortTag() != "!!merge" {
			key.wrong("text as a key")
			continue
		}
		member := value{r: v.r, node: child, path: join(v.path, k.Value)}
		key.path = member.path
		if len(known) > 0 && !slices.Contains(known, k.Value) {
			key.problem("unknown key (known here: %s)", strings.Join(known, ", "))
			continue
		}
		if first, dup := f.values[k.Value]; dup {
			key.problem("is given twice, first in line %d", first.node.Line)
			continue
		}
		f.keys = append(f.keys, k.Value)
		f.values[k.Value] = member
	}
	return f, true
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

// get returns a member, and whether it exists.
func (f fields) get(key string) (value, bool) {
	v, ok := f.values[key]
	return v, ok
}

// need returns a member that must exist.
func (f fields) need(key string) (value, bool) {
	v, ok := f.values[key]
	if !ok {
		f.problem("%s is missing", key)
	}
	return v, ok
}

// items reads a list of at least one value. The path of each value has its index.
func (v value) items() []value {
	if v.node.Kind != yaml.SequenceNode {
		v.wrong(aList)
		return nil
	}
	if len(v.node.Content) == 0 {
		v.problem("is empty")
		return nil
	}
	out := make([]value, len(v.node.Content))
	for i, n := range v.node.Content {
		out[i] = value{r: v.r, node: n, path: fmt.Sprintf("%s[%d]", v.path, i)}
	}
	return out
}

// text reads non-empty text.
func (v value) text() (string, bool) {
	s, ok := v.anyText()
	if ok && strings.TrimSpace(s) == "" {
		v.problem("is empty")
		return "", false
	}
	return s, ok
}

// anyText reads text, which may be empty.
func (v value) anyText() (string, bool) {
	if v.node.Kind != yaml.ScalarNode || v.isNull() {
		v.wrong(someText)
		return "", false
	}
	if v.node.ShortTag() != "!!str" {
		v.problem("must be text; put it in quotes: %q", v.node.Value)
		return "", false
	}
	return v.node.Value, true
}

// oneOf reads text that must be in known.
func oneOf[T ~string](v value, what string, known []T) (T, bool) {
	s, ok := v.text()
	if !ok {
		return "", false
	}
	if !slices.Contains(known, T(s)) {
		v.problem("%q is not %s (%s)", s, what, strings.Join(texts(known), ", "))
		return "", false
	}
	return T(s), true
}

// setting reads an optional member that must be in known.
func setting[T ~string](f fields, key, what string, known []T, otherwise T) T {
	v, ok := f.get(key)
	if !ok {
		return otherwise
	}
	if s, ok := oneOf(v, what, known); ok {
		return s
	}
	return otherwise
}

// isList reports whether the value is a list.
func (v value) isList() bool { return v.node.Kind == yaml.SequenceNode }

// words reads a list of scalars. Problems have the path of the list, without an index: they quote the
// value.
func (v value) words() []value {
	items := v.items()
	for i := range items {
		items[i].path = v.path
	}
	return items
}

// maxLine is the maximum size of a line of text for people, in bytes.
const maxLine = 1000

// line reads a member that must exist: one line of text for people.
func (f fields) line(key string) string {
	if _, ok := f.need(key); !ok {
		return ""
	}
	return f.someLine(key)
}

// someLine reads an optional line. It returns "" if there is none.
func (f fields) someLine(key string) string {
	v, ok := f.get(key)
	if !ok {
		return ""
	}
	s, ok := v.text()
	if ok && (len(s) > maxLine || strings.ContainsFunc(s, unicode.IsControl)) {
		v.problem("must be one line of at most %d bytes", maxLine)
	}
	return s
}
