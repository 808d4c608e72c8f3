package expr

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ringfence/ringfence/internal/localaws/dynamodb/value"
)

// maxText is how long an expression can be.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html#limits-expression-parameters
const maxText = 4096

// flaw is a kind of fault that leaves an expression readable. AWS tells of one, and of
// these kinds in this order.
type flaw int

const (
	redundantParentheses flaw = iota
	unknownFunction
	misusedFunction
	reservedWord
	repeatedSection
	flaws
)

// refs is what an expression refers to.
type refs struct {
	names, values []string // #name, :value
	heads         []string // the first part of each path
}

// parser reads one expression. After a syntax error it sees nothing but the end.
type parser struct {
	tokens []token
	at     int
	broken error
	found  [flaws]string
	refs   refs
}

// parse reads a text by a grammar, to its end.
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

// nearly says where a syntax error is.
func nearly(text string, p *parser) string {
	t := p.tokens[p.at]
	before, after := p.tokens[max(p.at-1, 0)], p.tokens[min(p.at+1, len(p.tokens)-1)]
	return `Syntax error; token: "` + t.text + `", near: "` + text[before.from:after.to] + `"`
}

// peek gives the next token, and leaves it there.
func (p *parser) peek() token {
	if p.broken != nil {
		return token{kind: end}
	}
	return p.tokens[p.at]
}

// take takes the next token, whatever it is.
func (p *parser) take() token {
	t := p.peek()
	if t.kind != end {
		p.at++
	}
	return t
}

// symbol takes a symbol where it is the next.
func (p *parser) symbol(s string) bool {
	t := p.peek()
	ok := t.kind == symbol && t.text == s
	if ok {
		p.at++
	}
	return ok
}

// keyword takes a keyword, of whichever case, where it is the next.
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

// note notes a flaw, the first of its kind.
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
