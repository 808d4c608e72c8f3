package policy

import (
	"encoding/json"
	"errors"
	"io"
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
	text, err := Decode(string(data))
	if err != nil {
		return nil, err
	}
	p := parser{scanner: scanner{text: text}, values: make([]string, 0, 16)}
	d, err := p.document()
	if err != nil {
		return nil, cut(text, err)
	}
	if p.peek(); p.at < len(p.text) {
		return nil, p.errorf("the document has ended, and more text follows it: %s", p.rest())
	}
	return d, nil
}

// cut says of a text that ends in the middle that it does, before what else is wrong.
func cut(text string, err error) error {
	var value json.RawMessage
	var e *Error
	if errors.As(err, &e) && errors.Is(json.NewDecoder(strings.NewReader(strings.TrimSpace(text))).Decode(&value), io.ErrUnexpectedEOF) {
		return &Error{Pos: e.Pos, Msg: "the text ends in the middle: " + e.Msg}
	}
	return err
}

// Decode gives the JSON text of a document that may be percent-encoded (RFC 3986), as it
// comes from IAM's read calls. The error is an [*Error]; text that is no UTF-8 is refused.
func Decode(text string) (string, error) {
	text = strings.TrimPrefix(text, "\ufeff")
	if strings.HasPrefix(strings.TrimLeft(text, " \t\r\n"), "%") {
		var err error
		if text, err = url.PathUnescape(text); err != nil {
			return "", &Error{Pos: Pos{1, 1}, Msg: "the text begins with % but is not percent-encoded: " + err.Error()}
		}
	}
	if isUTF16(text) {
		return "", &Error{Pos: Pos{1, 1}, Msg: "the text is UTF-16, as Windows PowerShell writes it: save it as UTF-8"}
	}
	if !utf8.ValidString(text) {
		return "", &Error{Msg: "the text is not UTF-8"}
	}
	return text, nil
}

// isUTF16 reports whether a text begins with the byte order mark of UTF-16, or with a character of ASCII in it.
func isUTF16(text string) bool {
	return strings.HasPrefix(text, "\xff\xfe") || strings.HasPrefix(text, "\xfe\xff") ||
		len(text) > 1 && (text[0] == 0) != (text[1] == 0)
}

// parser reads documents. Its lists share two arrays, of which the finished lists are
// slices: most documents then need no more than a handful of allocations.
type parser struct {
	scanner
	values     []string
	conditions []Condition
}

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

// open takes the brace that begins an object; what names it in errors.
func (p *parser) open(what string) error {
	if p.peek() != '{' {
		return p.errorf("%s must be an object, not %s", what, p.found())
	}
	p.at++
	return nil
}

// key reads the next key of an object and the colon behind it; more is false at the
// object's end.
func (p *parser) key(first bool, what string) (key string, at Pos, more bool, err error) {
	if more, err = p.more(first, '}', what); err != nil || !more {
		return "", Pos{}, false, err
	}
	at = p.start()
	if key, err = p.str("a key of", what); err != nil {
		return "", at, false, err
	}
	if p.peek() != ':' {
		return "", at, false, p.errorf("found %s where ':' was expected after the key", p.found())
	}
	p.at++
	return key, at, true, nil
}

func (p *parser) document() (*Document, error) {
	const what = "the document"
	d, start := &Document{}, p.start()
	if err := p.open(what); err != nil {
		return nil, err
	}
	for first := true; ; first = false {
		key, at, more, err := p.key(first, what)
		if err != nil {
			return nil, err
		}
		if !more {
			break
		}
		if err := p.documentElement(d, key, at); err != nil {
			return nil, err
		}
	}
	if !d.order.has(elementStatement) {
		return nil, &Error{start, "the document has no Statement"}
	}
	return d, nil
}

func (p *parser) documentElement(d *Document, key string, at Pos) (err error) {
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
		d.ID, err = p.str("Id", "")
	default:
		err = p.statements(d)
	}
	return err
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
	return &Error{at, "duplicate key " + quote(key) + " in " + where + ": it may come only once"}
}

func (p *parser) version() (Version, error) {
	at := p.start()
	s, err := p.str("Version", "")
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
		d.Statements = make([]Statement, 1)
		return p.statement(&d.Statements[0])
	}
	p.at++
	d.Statements = make([]Statement, 0, 4)
	for first := true; ; first = false {
		more, err := p.more(first, ']', "Statement")
		if err != nil {
			return err
		}
		if !more {
			break
		}
		d.Statements = append(d.Statements, Statement{})
		if err := p.statement(&d.Statements[len(d.Statements)-1]); err != nil {
			return err
		}
	}
	if len(d.Statements) == 0 {
		return &Error{at, "Statement is an empty list; a document needs at least one statement"}
	}
	return nil
}

func (p *parser) statement(s *Statement) error {
	const what = "a statement"
	s.Pos = p.start()
	if err := p.open(what); err != nil {
		return err
	}
	for first := true; ; first = false {
		key, at, more, err := p.key(first, what)
		if err != nil {
			return err
		}
		if !more {
			break
		}
		if err := p.element(s, key, at); err != nil {
			return err
		}
	}
	switch {
	case s.Effect == "":
		return &Error{s.Pos, "the statement has no Effect"}
	case !s.Action.Present():
		return &Error{s.Pos, "the statement has no Action and no NotAction"}
	}
	return nil
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
		s.Sid, err = p.str("Sid", "")
	case elementEffect:
		s.Effect, err = p.effect()
	case elementPrincipal:
		s.Principal, err = p.principals(not)
	case elementAction:
		s.Action, err = p.patterns(key, not)
	case elementResource:
		s.Resource, err = p.patterns(key, not)
	default:
		s.Conditions, err = p.condition()
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
	s, err := p.str("Effect", "")
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
	at, from := p.start(), len(p.values)
	switch p.peek() {
	case '"':
		s, err := p.str(name, "")
		p.values = append(p.values, s)
		return slices.Clip(p.values[from:]), true, err
	case '[':
		p.at++
	default:
		return nil, false, p.errorf("%s must be a string or a list of strings, not %s", name, p.found())
	}
	for first := true; ; first = false {
		more, err := p.more(first, ']', name)
		if err != nil {
			return nil, false, err
		}
		if !more {
			break
		}
		s, err := p.str("each value of", name)
		if err != nil {
			return nil, false, err
		}
		p.values = append(p.values, s)
	}
	if len(p.values) == from {
		return nil, false, &Error{at, name + " is an empty list; it needs at least one value"}
	}
	return slices.Clip(p.values[from:]), false, nil
}

func (p *parser) principals(not bool) (*Principals, error) {
	list := &Principals{Not: not, Pos: p.start()}
	name := "Principal"
	if not {
		name = "NotPrincipal"
	}
	if p.peek() == '"' {
		s, err := p.str(name, "")
		if err == nil && s != "*" {
			err = &Error{list.Pos, name + " as a string can only be \"*\"; name principals as {\"AWS\": " + quote(s) + "}"}
		}
		list.Star = true
		return list, err
	}
	if err := p.open(name); err != nil {
		return nil, err
	}
	for first := true; ; first = false {
		key, at, more, err := p.key(first, name)
		if err != nil {
			return nil, err
		}
		if !more {
			break
		}
		block := PrincipalBlock{Type: PrincipalType(key)}
		switch block.Type {
		case PrincipalAWS, PrincipalFederated, PrincipalService, PrincipalCanonicalUser:
		default:
			return nil, &Error{at, "unknown type of principal " + quote(key) + " in " + name +
				"; the types are AWS, Federated, Service, CanonicalUser"}
		}
		if slices.ContainsFunc(list.Blocks, func(b PrincipalBlock) bool { return b.Type == block.Type }) {
			return nil, repeated(at, key, name)
		}
		block.Pos = p.start()
		if block.Values, block.Single, err = p.strings(key); err != nil {
			return nil, err
		}
		list.Blocks = append(list.Blocks, block)
	}
	if len(list.Blocks) == 0 {
		return nil, &Error{list.Pos, name + " is empty; it needs at least one principal"}
	}
	return list, nil
}

func (p *parser) condition() ([]Condition, error) {
	const what = "Condition"
	from := len(p.conditions)
	if err := p.open(what); err != nil {
		return nil, err
	}
	for first := true; ; first = false {
		name, at, more, err := p.key(first, what)
		if err != nil {
			return nil, err
		}
		if !more {
			break
		}
		for i := range p.conditions[from:] {
			if p.conditions[from+i].Operator.Name == name {
				return nil, repeated(at, name, what)
			}
		}
		if err := p.operator(name, at); err != nil {
			return nil, err
		}
	}
	if len(p.conditions) == from {
		return []Condition{}, nil
	}
	return slices.Clip(p.conditions[from:]), nil
}

// operator reads the keys and values under one operator.
func (p *parser) operator(name string, at Pos) error {
	op, from := ParseOperator(name), len(p.conditions)
	if err := p.open(name); err != nil {
		return err
	}
	for first := true; ; first = false {
		key, keyAt, more, err := p.key(first, name)
		if err != nil {
			return err
		}
		if !more {
			break
		}
		for i := range p.conditions[from:] {
			if p.conditions[from+i].Key == key {
				return repeated(keyAt, key, name)
			}
		}
		c := Condition{Operator: op, Key: key, Pos: p.start()}
		if err := p.conditionValues(&c); err != nil {
			return err
		}
		p.conditions = append(p.conditions, c)
	}
	if len(p.conditions) == from {
		return &Error{at, name + " is empty; it needs at least one condition key"}
	}
	return nil
}

// conditionValues reads what a condition key is compared with.
func (p *parser) conditionValues(c *Condition) error {
	from := len(p.values)
	if c.Single = p.peek() != '['; c.Single {
		err := p.conditionValue(c, 0)
		c.Values = slices.Clip(p.values[from:])
		return err
	}
	p.at++
	for n := 0; ; n++ {
		more, err := p.more(n == 0, ']', "the values of a condition key")
		if err != nil {
			return err
		}
		if !more {
			break
		}
		if err := p.conditionValue(c, n); err != nil {
			return err
		}
	}
	if len(p.values) == from {
		return &Error{c.Pos, "the values of " + quote(c.Key) + " are an empty list; it needs at least one value"}
	}
	c.Values = slices.Clip(p.values[from:])
	return nil
}

// conditionValue reads the value number n of a list: a string, number or boolean.
func (p *parser) conditionValue(c *Condition, n int) error {
	if p.peek() == '"' {
		s, err := p.str("a value of", c.Key)
		p.values = append(p.values, s)
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
		c.Bare = make([]bool, n, n+1)
	}
	p.values, c.Bare = append(p.values, s), append(c.Bare, true)
	return nil
}
