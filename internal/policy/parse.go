package policy

import (
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"
)

// Parse reads one policy document, as JSON or as the percent-encoded JSON (RFC 3986)
// that IAM's read calls give.
//
// The error is an [*Error] that says where: for text that is no JSON, elements that
// are unknown, missing, repeated or empty, and values of the wrong type. Operators
// that AWS does not document are kept. What IAM checks beyond the grammar is checked
// by [Document.Validate].
//
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetPolicyVersion.html
func Parse(data []byte) (*Document, error) {
	text, err := decode(string(data))
	if err != nil {
		return nil, err
	}
	p := parser{scanner{text: text}}
	d, err := p.document()
	if err != nil {
		return nil, err
	}
	if p.peek(); p.at < len(p.text) {
		return nil, p.errorf("found %s after the end of the document", p.found())
	}
	return d, nil
}

// decode undoes percent-encoding and refuses what is no UTF-8.
func decode(text string) (string, error) {
	text = strings.TrimPrefix(text, "\ufeff")
	if strings.HasPrefix(strings.TrimLeft(text, " \t\r\n"), "%") {
		var err error
		if text, err = url.PathUnescape(text); err != nil {
			return "", &Error{Pos: Pos{1, 1}, Msg: "the text begins with % but is not percent-encoded: " + err.Error()}
		}
	}
	if !utf8.ValidString(text) {
		return "", &Error{Msg: "the text is not UTF-8"}
	}
	return text, nil
}

type parser struct{ scanner }

// The elements of a document and of a statement. Their numbers make an [order].
const (
	elementVersion = iota + 1
	elementID
	elementStatement
)

const (
	elementSid = iota + 1
	elementEffect
	elementPrincipal
	elementAction
	elementResource
	elementCondition
)

// order is the order in which elements were written: their numbers, four bits each,
// the first in the lowest.
type order uint32

func (o *order) add(element int) {
	shift := 0
	for rest := *o; rest != 0; rest >>= 4 {
		shift += 4
	}
	*o |= order(element) << shift
}

func (o order) has(element int) bool {
	for ; o != 0; o >>= 4 {
		if int(o&15) == element {
			return true
		}
	}
	return false
}

// object calls member for each key of an object, the key having been read.
func (p *parser) object(what string, member func(key string, at Pos) error) error {
	if p.peek() != '{' {
		return p.errorf("%s must be an object, not %s", what, p.found())
	}
	p.at++
	for first := true; ; first = false {
		more, err := p.more(first, '}', "in "+what)
		if err != nil || !more {
			return err
		}
		p.peek()
		at := p.pos()
		key, err := p.str("a key of " + what)
		if err != nil {
			return err
		}
		if err := p.want(':', "after the key"); err != nil {
			return err
		}
		if err := member(key, at); err != nil {
			return err
		}
	}
}

func (p *parser) document() (*Document, error) {
	d := &Document{}
	start := p.start()
	err := p.object("the document", func(key string, at Pos) (err error) {
		element := 0
		switch key {
		case "Version":
			element = elementVersion
		case "Id":
			element = elementID
		case "Statement":
			element = elementStatement
		default:
			return unknown(at, key, "the document", "Version, Id, Statement")
		}
		if d.order.has(element) {
			return repeated(at, key, "the document")
		}
		d.order.add(element)
		switch element {
		case elementVersion:
			d.Version, err = p.version()
		case elementID:
			d.ID, err = p.str("Id")
		default:
			err = p.statements(d)
		}
		return err
	})
	if err == nil && !d.order.has(elementStatement) {
		err = &Error{start, "the document has no Statement"}
	}
	if err != nil {
		return nil, err
	}
	return d, nil
}

// start skips white space and gives the place of what comes next.
func (p *parser) start() Pos {
	p.peek()
	return p.pos()
}

func unknown(at Pos, key, where, known string) error {
	return &Error{at, "unknown element " + quote(key) + " in " + where + "; the elements are " + known}
}

func repeated(at Pos, key, where string) error {
	return &Error{at, "duplicate key " + quote(key) + " in " + where + ": IAM would heed only one of them"}
}

func (p *parser) version() (Version, error) {
	at := p.start()
	s, err := p.str("Version")
	if err != nil {
		return "", err
	}
	switch v := Version(s); v {
	case Version2008, Version2012:
		return v, nil
	}
	return "", &Error{at, "Version " + quote(s) + " does not exist; it must be \"2012-10-17\" or \"2008-10-17\""}
}

func (p *parser) statements(d *Document) error {
	at := p.start()
	if p.peek() != '[' {
		d.Single = true
		s, err := p.statement()
		d.Statements = []Statement{s}
		return err
	}
	p.at++
	for first := true; ; first = false {
		more, err := p.more(first, ']', "in Statement")
		if err != nil {
			return err
		}
		if !more {
			break
		}
		s, err := p.statement()
		if err != nil {
			return err
		}
		if d.Statements == nil {
			d.Statements = make([]Statement, 0, 4)
		}
		d.Statements = append(d.Statements, s)
	}
	if len(d.Statements) == 0 {
		return &Error{at, "Statement is an empty list; a document needs at least one statement"}
	}
	return nil
}

func (p *parser) statement() (Statement, error) {
	s := Statement{Pos: p.start()}
	err := p.object("a statement", func(key string, at Pos) error {
		return p.element(&s, key, at)
	})
	switch {
	case err != nil:
	case s.Effect == "":
		err = &Error{s.Pos, "the statement has no Effect"}
	case !s.Action.Present():
		err = &Error{s.Pos, "the statement has no Action and no NotAction"}
	}
	return s, err
}

func (p *parser) element(s *Statement, key string, at Pos) (err error) {
	element, not := 0, false
	switch key {
	case "Sid":
		element = elementSid
	case "Effect":
		element = elementEffect
	case "Principal", "NotPrincipal":
		element, not = elementPrincipal, key == "NotPrincipal"
	case "Action", "NotAction":
		element, not = elementAction, key == "NotAction"
	case "Resource", "NotResource":
		element, not = elementResource, key == "NotResource"
	case "Condition":
		element = elementCondition
	default:
		return unknown(at, key, "a statement",
			"Sid, Effect, Principal, NotPrincipal, Action, NotAction, Resource, NotResource, Condition")
	}
	if s.order.has(element) {
		return both(s, element, not, key, at)
	}
	s.order.add(element)
	switch element {
	case elementSid:
		s.Sid, err = p.str("Sid")
	case elementEffect:
		s.Effect, err = p.effect()
	case elementPrincipal:
		s.Principal, err = p.principals(not)
	case elementAction:
		s.Action, err = p.patterns(key, not)
	case elementResource:
		s.Resource, err = p.patterns(key, not)
	default:
		s.Conditions, err = p.conditions()
	}
	return err
}

// both is the error for an element that comes twice, or together with its Not form.
func both(s *Statement, element int, not bool, key string, at Pos) error {
	was := not
	switch element {
	case elementPrincipal:
		was = s.Principal.Not
	case elementAction:
		was = s.Action.Not
	case elementResource:
		was = s.Resource.Not
	}
	if was == not {
		return repeated(at, key, "a statement")
	}
	name := strings.TrimPrefix(key, "Not")
	return &Error{at, "a statement has either " + name + " or Not" + name + ", not both"}
}

func (p *parser) effect() (Effect, error) {
	at := p.start()
	s, err := p.str("Effect")
	if err != nil {
		return "", err
	}
	switch e := Effect(s); e {
	case Allow, Deny:
		return e, nil
	}
	return "", &Error{at, "Effect " + quote(s) + " must be \"Allow\" or \"Deny\" (case matters)"}
}

func (p *parser) patterns(name string, not bool) (Patterns, error) {
	list := Patterns{Not: not, Pos: p.start()}
	var err error
	list.Values, list.Single, err = p.strings(name)
	return list, err
}

// strings reads one string or a list of them that must not be empty.
func (p *parser) strings(name string) (values []string, single bool, err error) {
	at := p.start()
	switch p.peek() {
	case '"':
		s, err := p.str(name)
		return []string{s}, true, err
	case '[':
		p.at++
	default:
		return nil, false, p.errorf("%s must be a string or a list of strings, not %s", name, p.found())
	}
	for first := true; ; first = false {
		more, err := p.more(first, ']', "in "+name)
		if err != nil {
			return nil, false, err
		}
		if !more {
			break
		}
		s, err := p.str("each value of " + name)
		if err != nil {
			return nil, false, err
		}
		values = append(values, s)
	}
	if len(values) == 0 {
		return nil, false, &Error{at, name + " is an empty list; it needs at least one value"}
	}
	return values, false, nil
}

func (p *parser) principals(not bool) (*Principals, error) {
	list := &Principals{Not: not, Pos: p.start()}
	name := "Principal"
	if not {
		name = "NotPrincipal"
	}
	if p.peek() == '"' {
		at := p.start()
		s, err := p.str(name)
		if err == nil && s != "*" {
			err = &Error{at, name + " as a string can only be \"*\"; name principals as {\"AWS\": " + quote(s) + "}"}
		}
		list.Star = true
		return list, err
	}
	err := p.object(name, func(key string, at Pos) error {
		block := PrincipalBlock{Type: PrincipalType(key)}
		switch block.Type {
		case PrincipalAWS, PrincipalFederated, PrincipalService, PrincipalCanonicalUser:
		default:
			return &Error{at, "unknown type of principal " + quote(key) + " in " + name +
				"; the types are AWS, Federated, Service, CanonicalUser"}
		}
		if slices.ContainsFunc(list.Blocks, func(b PrincipalBlock) bool { return b.Type == block.Type }) {
			return repeated(at, key, name)
		}
		block.Pos = p.start()
		var err error
		block.Values, block.Single, err = p.strings(key)
		list.Blocks = append(list.Blocks, block)
		return err
	})
	if err == nil && len(list.Blocks) == 0 {
		err = &Error{list.Pos, name + " is empty; it needs at least one principal"}
	}
	return list, err
}

func (p *parser) conditions() ([]Condition, error) {
	list := []Condition{}
	err := p.object("Condition", func(name string, at Pos) error {
		if slices.ContainsFunc(list, func(c Condition) bool { return c.Operator.Name == name }) {
			return repeated(at, name, "Condition")
		}
		op, first := ParseOperator(name), len(list)
		err := p.object(name, func(key string, at Pos) error {
			if slices.ContainsFunc(list[first:], func(c Condition) bool { return c.Key == key }) {
				return repeated(at, key, name)
			}
			c := Condition{Operator: op, Key: key, Pos: p.start()}
			err := p.values(&c)
			list = append(list, c)
			return err
		})
		if err == nil && len(list) == first {
			err = &Error{at, name + " is empty; it needs at least one condition key"}
		}
		return err
	})
	return list, err
}

// values reads what a condition key is compared with: strings, numbers, booleans.
func (p *parser) values(c *Condition) error {
	if p.peek() != '[' {
		c.Single = true
		return p.value(c)
	}
	at := p.start()
	p.at++
	for first := true; ; first = false {
		more, err := p.more(first, ']', "in the values of "+quote(c.Key))
		if err != nil {
			return err
		}
		if !more {
			break
		}
		if err := p.value(c); err != nil {
			return err
		}
	}
	if len(c.Values) == 0 {
		return &Error{at, "the values of " + quote(c.Key) + " are an empty list; it needs at least one value"}
	}
	return nil
}

func (p *parser) value(c *Condition) error {
	if p.peek() == '"' {
		s, err := p.str(c.Key)
		c.Values = append(c.Values, s)
		if c.Bare != nil {
			c.Bare = append(c.Bare, false)
		}
		return err
	}
	s, ok := p.bare()
	if !ok {
		return p.errorf("a value of %s must be a string, a number or a boolean, not %s", quote(c.Key), p.found())
	}
	if c.Bare == nil {
		c.Bare = make([]bool, len(c.Values), len(c.Values)+1)
	}
	c.Values, c.Bare = append(c.Values, s), append(c.Bare, true)
	return nil
}
