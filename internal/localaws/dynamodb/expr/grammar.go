package expr

import "slices"

// node is a part of a condition: either a condition or an operand.
type node struct {
	condition condition
	operand   operand
	enclosed  bool // in parentheses
}

// none takes the place of a missing condition after a syntax error.
var none = call{function: "none"}

// condition parses a whole condition. OR binds least, then AND, then NOT.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html#Expressions.OperatorsAndFunctions.Precedence
func (p *parser) condition() condition { return p.settle(p.or()) }

// settle uses a node as a condition.
func (p *parser) settle(n node) condition {
	if n.condition != nil {
		return n.condition
	}
	if _, ok := n.operand.(size); ok {
		p.misused("size")
	} else {
		p.syntax()
	}
	return none
}

func (p *parser) or() node {
	left := p.and()
	for p.keyword("OR") {
		left = node{condition: or{p.settle(left), p.settle(p.and())}}
	}
	return left
}

func (p *parser) and() node {
	left := p.not()
	for p.keyword("AND") {
		left = node{condition: and{p.settle(left), p.settle(p.not())}}
	}
	return left
}

func (p *parser) not() node {
	if p.keyword("NOT") {
		return node{condition: not{p.settle(p.not())}}
	}
	return p.relation(p.primary())
}

// primary parses what is in parentheses, or an operand.
func (p *parser) primary() node {
	if !p.symbol("(") {
		return node{operand: p.atom()}
	}
	n := p.or()
	p.expect(")")
	if n.enclosed {
		p.note(redundantParentheses, "The expression has redundant parentheses;")
	}
	n.enclosed = true
	return n
}

// relation parses a comparison of an operand, if there is one.
func (p *parser) relation(n node) node {
	if n.condition != nil {
		return n
	}
	t := p.peek()
	switch {
	case t.kind == symbol && slices.Contains([]string{"=", "<>", "<", "<=", ">", ">="}, t.text):
		p.take()
		return node{condition: comparison{t.text, []operand{p.proper(n.operand), p.operand()}}}
	case p.keyword("BETWEEN"):
		c := between{x: p.proper(n.operand), low: p.operand()}
		if !p.keyword("AND") {
			p.syntax()
		}
		c.high = p.operand()
		return node{condition: c}
	case p.keyword("IN"):
		p.expect("(")
		return node{condition: within{p.proper(n.operand), p.list()}}
	}
	if c, ok := n.operand.(call); ok {
		return node{condition: c, enclosed: n.enclosed}
	}
	return n
}
