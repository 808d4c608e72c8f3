package expr

import (
	"slices"
	"strings"
)

// list parses operands up to the closing parenthesis.
func (p *parser) list() []operand {
	list := []operand{p.operand()}
	for p.symbol(",") {
		list = append(list, p.operand())
	}
	p.expect(")")
	return list
}

// operand parses one operand, which may be in parentheses.
func (p *parser) operand() operand {
	n := p.enclosed()
	return p.proper(n.operand)
}

func (p *parser) enclosed() node {
	if !p.symbol("(") {
		return node{operand: p.atom()}
	}
	n := p.enclosed()
	p.expect(")")
	if n.enclosed {
		p.note(redundantParentheses, "The expression has redundant parentheses;")
	}
	n.enclosed = true
	return n
}

// proper notes a function that cannot be an operand.
func (p *parser) proper(o operand) operand {
	if c, ok := o.(call); ok {
		p.misused(c.function)
	}
	return o
}

func (p *parser) misused(function string) {
	p.note(misusedFunction, "The function is not allowed to be used this way in an expression; function: %s", function)
}

// atom parses a value, a function or a path.
func (p *parser) atom() operand {
	t := p.peek()
	switch {
	case t.kind == bound:
		p.take()
		add(&p.refs.values, t.text)
		return given(t.text)
	case t.kind == word && isKeyword(t.text):
		p.syntax()
		return path{{}}
	case t.kind == word && p.opens():
		return p.function()
	}
	return p.path()
}

func isKeyword(w string) bool {
	return slices.Contains([]string{"AND", "OR", "NOT", "IN", "BETWEEN"}, strings.ToUpper(w))
}

// opens reports whether a parenthesis follows the next token.
func (p *parser) opens() bool {
	after := p.tokens[p.at+1] // the next token is not the end
	return after.kind == symbol && after.text == "("
}

func (p *parser) function() operand {
	name := p.take().text
	p.expect("(")
	args := p.list()
	if name == "size" {
		return size{args}
	}
	if _, known := functions[name]; !known {
		p.note(unknownFunction, "Invalid function name; function: %s", name)
	}
	return call{name, args}
}
