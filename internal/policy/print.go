package policy

import (
	"strings"
	"unicode/utf8"
)

// String is the document as JSON without white space: every element as it was
// written and where it was written. A document that was made and not parsed is
// printed in AWS's usual order.
func (d *Document) String() string {
	var w writer
	w.open('{')
	for o := d.order.or(elementVersion, elementID, elementStatement); o != 0; o >>= 4 {
		switch o & 15 {
		case elementVersion:
			if d.Version != "" {
				w.key("Version")
				w.str(string(d.Version))
			}
		case elementID:
			if d.ID != "" || d.order.has(elementID) {
				w.key("Id")
				w.str(d.ID)
			}
		case elementStatement:
			w.key("Statement")
			w.list(len(d.Statements), d.Single, func(i int) { w.statement(&d.Statements[i]) })
		}
	}
	w.close('}')
	return w.String()
}

// String is the statement as JSON without white space, as in [Document.String].
func (s *Statement) String() string {
	var w writer
	w.statement(s)
	return w.String()
}

// or is o, or the usual order for a document that was not parsed.
func (o order) or(elements ...int) order {
	if o == 0 {
		for _, element := range elements {
			o.add(element)
		}
	}
	return o
}

// writer writes JSON without white space.
type writer struct {
	strings.Builder
	comma bool
}

func (w *writer) next() {
	if w.comma {
		w.WriteByte(',')
	}
	w.comma = false
}

func (w *writer) open(c byte) {
	w.next()
	w.WriteByte(c)
}

func (w *writer) close(c byte) {
	w.WriteByte(c)
	w.comma = true
}

func (w *writer) key(s string) {
	w.str(s)
	w.WriteByte(':')
	w.comma = false
}

func (w *writer) str(s string) {
	w.next()
	w.WriteString(quote(s))
	w.comma = true
}

func (w *writer) bare(s string) {
	w.next()
	w.WriteString(s)
	w.comma = true
}

func (w *writer) list(n int, single bool, item func(i int)) {
	if single && n == 1 {
		item(0)
		return
	}
	w.open('[')
	for i := range n {
		item(i)
	}
	w.close(']')
}

func (w *writer) strings(values []string, single bool) {
	w.list(len(values), single, func(i int) { w.str(values[i]) })
}

func (w *writer) statement(s *Statement) {
	w.open('{')
	o := s.order.or(elementSid, elementEffect, elementPrincipal, elementAction, elementResource, elementCondition)
	for ; o != 0; o >>= 4 {
		switch o & 15 {
		case elementSid:
			if s.Sid != "" || s.order.has(elementSid) {
				w.key("Sid")
				w.str(s.Sid)
			}
		case elementEffect:
			w.key("Effect")
			w.str(string(s.Effect))
		case elementPrincipal:
			if s.Principal != nil {
				w.principals(s.Principal)
			}
		case elementAction:
			w.patterns("Action", s.Action)
		case elementResource:
			w.patterns("Resource", s.Resource)
		case elementCondition:
			if s.Conditions != nil {
				w.conditions(s.Conditions)
			}
		}
	}
	w.close('}')
}

// not is the name of an element or of its Not form.
func not(name string, not bool) string {
	if not {
		return "Not" + name
	}
	return name
}

func (w *writer) patterns(name string, list Patterns) {
	if list.Present() {
		w.key(not(name, list.Not))
		w.strings(list.Values, list.Single)
	}
}

func (w *writer) principals(list *Principals) {
	w.key(not("Principal", list.Not))
	if list.Star {
		w.str("*")
		return
	}
	w.open('{')
	for _, block := range list.Blocks {
		w.key(string(block.Type))
		w.strings(block.Values, block.Single)
	}
	w.close('}')
}

// conditions puts the neighbours with one operator back under it.
func (w *writer) conditions(list []Condition) {
	w.key("Condition")
	w.open('{')
	for i, c := range list {
		if i == 0 || list[i-1].Operator.Name != c.Operator.Name {
			w.key(c.Operator.Name)
			w.open('{')
		}
		w.key(c.Key)
		w.list(len(c.Values), c.Single, func(i int) {
			if c.Bare != nil && c.Bare[i] {
				w.bare(c.Values[i])
			} else {
				w.str(c.Values[i])
			}
		})
		if i+1 == len(list) || list[i+1].Operator.Name != c.Operator.Name {
			w.close('}')
		}
	}
	w.close('}')
}

// quote is s as a JSON string that escapes no more than it must.
func quote(s string) string {
	var b strings.Builder
	b.Grow(len(s) + 2)
	b.WriteByte('"')
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '"', c == '\\':
			b.WriteByte('\\')
			b.WriteByte(c)
		case c >= ' ' && c < utf8.RuneSelf && c != 0x7f:
			b.WriteByte(c)
		case c >= utf8.RuneSelf:
			r, n := utf8.DecodeRuneInString(s[i:])
			b.WriteRune(r)
			i += n - 1
		default:
			const hex = "0123456789abcdef"
			b.WriteString(`\u00`)
			b.WriteByte(hex[c>>4])
			b.WriteByte(hex[c&15])
		}
	}
	b.WriteByte('"')
	return b.String()
}
