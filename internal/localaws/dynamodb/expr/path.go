package expr

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/ringfence/ringfence/internal/localaws/dynamodb/value"
)

// part is a step of a path: a name, plain or as #name, or, without a name, an element of a list.
type part struct {
	name  string
	index int
}

// path is the path to an attribute or a part of it: a.#b[0].
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.Attributes.html
type path []part

// path parses a path.
func (p *parser) path() path {
	found := path{p.name()}
	add(&p.refs.heads, found[0].name)
	for {
		switch {
		case p.symbol("."):
			found = append(found, p.name())
		case p.symbol("["):
			found = append(found, p.element())
			p.expect("]")
		default:
			return found
		}
	}
}

func (p *parser) name() part {
	t := p.peek()
	switch t.kind {
	case word:
		if isReserved(t.text) {
			p.note(reservedWord, "Attribute name is a reserved keyword; reserved keyword: %s", t.text)
		}
	case name:
		add(&p.refs.names, t.text)
	default:
		p.syntax()
	}
	p.take()
	return part{name: t.text}
}

func (p *parser) element() part {
	i, err := strconv.Atoi(p.peek().text)
	if err != nil || p.peek().kind != number {
		p.syntax()
	}
	p.take()
	return part{index: i}
}

func (p path) check(r *Request) error {
	for _, step := range p {
		if _, ok := r.names[step.name]; !ok && strings.HasPrefix(step.name, "#") {
			return invalid("An expression attribute name used in the document path is not defined; attribute name: %s", step.name)
		}
	}
	return nil
}

func (path) kind(*Request) string { return "" }

// value returns the value at the path in an item, or nil.
func (p path) value(r *Request, item value.Item) types.AttributeValue {
	v := item[r.name(p[0])]
	for _, step := range p[1:] {
		v = r.inside(v, step)
	}
	return v
}

// inside returns the value one step into a value, or nil.
func (r *Request) inside(v types.AttributeValue, step part) types.AttributeValue {
	switch v := v.(type) {
	case *types.AttributeValueMemberM:
		if step.name != "" {
			return v.Value[r.name(step)]
		}
	case *types.AttributeValueMemberL:
		if step.name == "" && step.index < len(v.Value) {
			return v.Value[step.index]
		}
	}
	return nil
}

// name returns the attribute name of a step.
func (r *Request) name(step part) string {
	if strings.HasPrefix(step.name, "#") {
		return r.names[step.name]
	}
	return step.name
}

// compare orders paths, and list elements by their index. If two paths overlap, the shorter one
// comes first.
func (r *Request) compare(a, b path) int {
	for i := range min(len(a), len(b)) {
		if c := cmp.Or(strings.Compare(r.name(a[i]), r.name(b[i])), cmp.Compare(a[i].index, b[i].index)); c != 0 {
			return c
		}
	}
	return cmp.Compare(len(a), len(b))
}

// spell writes a path as in AWS's messages: [a, [0]].
func (r *Request) spell(p path) string {
	steps := make([]string, len(p))
	for i, step := range p {
		steps[i] = r.name(step)
		if step.name == "" {
			steps[i] = "[" + strconv.Itoa(step.index) + "]"
		}
	}
	return "[" + strings.Join(steps, ", ") + "]"
}
