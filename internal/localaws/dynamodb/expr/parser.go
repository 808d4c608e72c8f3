package expr

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ringfence/ringfence/internal/localaws/dynamodb/value"
)

// maxText is the maximum length of an expression in bytes.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html#limits-expression-parameters
const maxText = 4096

// flaw is a kind of error after which parsing can continue. AWS reports only one, the first kind
// in this order.
type flaw int

const (
	redundantParentheses flaw = iota
	unknownFunction
	misusedFunction
	reservedWord
	repeatedSection
	flaws
)

// refs holds the references of an expression.
type refs struct {
	names, values []string // #name, :value
	heads         []string // the first part of each path
}

// parser parses one expression. After a syntax error it sees only the end.
type parser struct {
	tokens []token
	at     int
	broken error
	found  [flaws]string
	refs   refs
}

// parse parses a text by a grammar, to its end.
func parse[T any](text string, grammar func(*parser) T) (tree T, r refs, err error) {
	if text == "" {
		return tree, r, value.Invalid("The expression can not be empty;")
	}
	if len(text) > maxText {
		return tree, r, invalid("Expression size has exceeded the maximum allowed size; expression size: %d", len(text))
	}
	p := &parser{tokens: lex(text)}
	tree = grammar(p)
	if p.peek().kind != end {
		p.syntax()
	}
	if p.broken != nil {
		return tree, r, value.Invalid(nearly(text, p))
	}
	for _, f := range p.found {
		if f != "" {
			return tree, r, value.Invalid(f)
		}
	}
	return tree, p.refs, nil
}

func invalid(format string, args ...any) error { return value.Invalid(fmt.Sprintf(format, args...)) }

// nearly returns the place of a syntax error.
func nearly(text string, p *parser) string {
	t := p.tokens[p.at]
	before, after := p.tokens[max(p.at-1, 0)], p.tokens[min(p.at+1, len(p.tokens)-1)]
	return `Syntax error; token: "` + t.text + `", near: "` + text[before.from:after.to] + `"`
}

// peek returns the next token without taking it.
func (p *parser) peek() token {
	if p.broken != nil {
		return token{kind: end}
	}
	return p.tokens[p.at]
}

// take takes the next token of any kind.
func (p *parser) take() token {
	t := p.peek()
	if t.kind != end {
		p.at++
	}
	return t
}

// symbol takes the next token if it is the symbol.
func (p *parser) symbol(s string) bool {
	t := p.peek()
	ok := t.kind == symbol && t.text == s
	if ok {
		p.at++
	}
	return ok
}

// keyword takes the next token if it is the keyword, in any case.
func (p *parser) keyword(w string) bool {
	t := p.peek()
	ok := t.kind == word && strings.EqualFold(t.text, w)
	if ok {
		p.at++
	}
	return ok
}

func (p *parser) expect(s string) {
	if !p.symbol(s) {
		p.syntax()
	}
}

// syntax notes a syntax error at the next token.
func (p *parser) syntax() {
	if p.broken == nil {
		p.broken = value.Invalid("Syntax error")
	}
}

// note stores a flaw if it is the first of its kind.
func (p *parser) note(f flaw, format string, args ...any) {
	if p.found[f] == "" {
		p.found[f] = fmt.Sprintf(format, args...)
	}
}

func add(list *[]string, s string) {
	if !slices.Contains(*list, s) {
		*list = append(*list, s)
	}
}
