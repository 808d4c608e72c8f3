package cloudformation

import (
	"encoding/json"
	"fmt"
	"regexp"

	"go.yaml.in/yaml/v3"

	"github.com/ringfence/ringfence/internal/iac"
)

// What a property can be. A text is an [iac.Value], which may be partly unknown.
type (
	// list is a sequence.
	list []any
	// object is a mapping, without the entries that are AWS::NoValue.
	object map[string]any
	// absent is no value: the property is not there, or is AWS::NoValue.
	absent struct{}
	// open is a value of which nothing is known, not even its type.
	open struct{ why string }
)

// maxSteps bounds the values that are evaluated: aliases can make a small text huge.
const maxSteps = 1_000_000

// maxDepth bounds the nesting of values.
const maxDepth = 200

const tooLarge = "the template is too large or too deeply nested to evaluate"

// eval evaluates a property.
func (t *template) eval(n *yaml.Node) any {
	t.steps++
	if t.steps > maxSteps || t.depth > maxDepth {
		t.partial(tooLarge)
		return open{tooLarge}
	}
	t.depth++
	defer func() { t.depth-- }()
	n = deref(n)
	if n == nil {
		return absent{}
	}
	if name, arg, ok := intrinsic(n); ok {
		return t.call(name, arg)
	}
	switch n.Kind {
	case yaml.ScalarNode:
		if n.ShortTag() == "!!null" {
			return absent{}
		}
		return dynamic(n.Value)
	case yaml.SequenceNode:
		out := list{}
		for _, item := range n.Content {
			if v := t.eval(item); !isAbsent(v) {
				out = append(out, v)
			}
		}
		return out
	case yaml.MappingNode:
		out := object{}
		known := t.partials
		fields := t.expand(n)
		if t.partials > known {
			return open{"Fn::ForEach adds to it what is not known"}
		}
		for _, f := range fields {
			if f.name == "Fn::Transform" {
				return open{"the macro or include of Fn::Transform adds to it; " + processed}
			}
			if v := t.eval(f.value); !isAbsent(v) {
				out[f.name] = v
			}
		}
		return out
	}
	return absent{}
}

func isAbsent(v any) bool {
	_, is := v.(absent)
	return is
}

// reference is a dynamic reference.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html
var reference = regexp.MustCompile(`\{\{resolve:[^}]*\}\}`)

// dynamic returns a text in which dynamic references are unknown.
func dynamic(s string) iac.Value {
	places := reference.FindAllStringIndex(s, -1)
	if places == nil {
		return iac.Known(s)
	}
	out, at := iac.Known(""), 0
	for _, p := range places {
		out = out.Then(iac.Known(s[at:p[0]])).Then(iac.Unknown("CloudFormation resolves " + s[p[0]:p[1]] + " during the deployment"))
		at = p[1]
	}
	return out.Then(iac.Known(s[at:]))
}

// text evaluates a property that is a text.
func (t *template) text(n *yaml.Node) iac.Value { return asText(t.eval(n)) }

func asText(v any) iac.Value {
	switch v := v.(type) {
	case iac.Value:
		return v
	case absent:
		return iac.Value{}
	case open:
		return iac.Unknown(v.why)
	}
	return iac.Unknown("it is not a text")
}

// texts returns a list of texts, and why it is not known.
func texts(v any) (all []iac.Value, unknown string) {
	switch v := v.(type) {
	case absent:
		return nil, ""
	case list:
		for _, one := range v {
			all = append(all, asText(one))
		}
		return all, ""
	case iac.Value:
		return []iac.Value{v}, "" // CloudFormation takes one value for a list of one
	case open:
		return nil, v.why
	}
	return nil, "it is not a list"
}

// toJSON returns a value as JSON, and why it is not known.
func toJSON(v any) (text []byte, unknown string) {
	plain, unknown := plainOf(v)
	if unknown != "" {
		return nil, unknown
	}
	text, err := json.Marshal(plain)
	if err != nil {
		return nil, err.Error()
	}
	return text, ""
}

func plainOf(v any) (plain any, unknown string) {
	switch v := v.(type) {
	case iac.Value:
		s, ok := v.Value()
		if !ok {
			return nil, v.Why
		}
		return s, ""
	case open:
		return nil, v.why
	case list:
		out := []any{}
		for _, one := range v {
			p, why := plainOf(one)
			if why != "" {
				return nil, why
			}
			out = append(out, p)
		}
		return out, ""
	case object:
		out := map[string]any{}
		for k, one := range v {
			p, why := plainOf(one)
			if why != "" {
				return nil, why
			}
			out[k] = p
		}
		return out, ""
	}
	return nil, ""
}

// same reports whether two values are known and equal.
func same(a, b any) bool {
	x, why := toJSON(a)
	y, why2 := toJSON(b)
	return why == "" && why2 == "" && string(x) == string(y) && isAbsent(a) == isAbsent(b)
}

// unknownf returns a value of which nothing is known.
func unknownf(format string, args ...any) open { return open{fmt.Sprintf(format, args...)} }
