package expr

import "slices"

// update is a parsed UpdateExpression, by section.
type update struct {
	paths   []path // all, in the order of the text
	sets    []set
	adds    []change
	deletes []change
	removes []path
	listed  bool // whether a path leads to a list's element
}

// set sets a path to a value.
type set struct {
	path path
	to   source
}

// change adds a value to the one at a path, or removes it.
type change struct {
	path path
	by   given
}

var updates = newCache((*parser).update)

// update parses the sections SET, REMOVE, ADD and DELETE, in any order.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html
func (p *parser) update() (u update) {
	seen := []string{}
	for {
		section := ""
		for _, s := range []string{"SET", "REMOVE", "ADD", "DELETE"} {
			if section == "" && p.keyword(s) {
				section = s
			}
		}
		if section == "" {
			if len(seen) == 0 {
				p.syntax()
			}
			u.listed = slices.ContainsFunc(u.paths, func(p path) bool {
				return slices.ContainsFunc(p, func(step part) bool { return step.name == "" })
			})
			return u
		}
		if slices.Contains(seen, section) {
			p.note(repeatedSection, "The %q section can only be used once in an update expression;", section)
		}
		seen = append(seen, section)
		for more := true; more; more = p.symbol(",") {
			p.action(section, &u)
		}
	}
}

// action parses one action of a section.
func (p *parser) action(section string, u *update) {
	at := p.path()
	u.paths = append(u.paths, at)
	switch section {
	case "SET":
		p.expect("=")
		u.sets = append(u.sets, set{at, p.source()})
	case "REMOVE":
		u.removes = append(u.removes, at)
	case "ADD":
		u.adds = append(u.adds, change{at, p.given()})
	case "DELETE":
		u.deletes = append(u.deletes, change{at, p.given()})
	}
}

func (p *parser) given() given {
	t := p.peek()
	if t.kind != bound {
		p.syntax()
	}
	p.take()
	add(&p.refs.values, t.text)
	return given(t.text)
}

// source parses the value of a SET, with at most one + or -.
func (p *parser) source() source {
	left := p.sourceOperand()
	for _, operator := range []string{"+", "-"} {
		if p.symbol(operator) {
			return derived{operator, []source{left, p.sourceOperand()}}
		}
	}
	return left
}

func (p *parser) sourceOperand() source {
	t := p.peek()
	switch {
	case p.symbol("("):
		inner := p.source()
		p.expect(")")
		return inner
	case t.kind == bound:
		return p.given()
	case t.kind == word && p.opens():
		p.take()
		p.expect("(")
		d := derived{t.text, []source{p.sourceOperand()}}
		for p.symbol(",") {
			d.args = append(d.args, p.sourceOperand())
		}
		p.expect(")")
		if t.text != "if_not_exists" && t.text != "list_append" {
			p.note(unknownFunction, "Invalid function name; function: %s", t.text)
		}
		return d
	}
	return p.path()
}
