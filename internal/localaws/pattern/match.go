package pattern

import "encoding/json"

// fields matches an object: every field must match.
type fields []field

type field struct {
	name string
	or   bool // the matcher applies to the object itself
	matcher
}

func (m fields) match(value any, present bool) bool {
	if list, ok := value.([]any); ok {
		// In an array of objects, one object that matches all fields is enough.
		for _, element := range list {
			if m.match(element, true) {
				return true
			}
		}
		return false
	}
	object, _ := value.(map[string]any)
	for _, f := range m {
		if f.or {
			if !f.match(value, present) {
				return false
			}
			continue
		}
		below, ok := object[f.name]
		if !f.match(below, ok) {
			return false
		}
	}
	return true
}

// anyOf is "$or".
type anyOf []matcher

func (m anyOf) match(value any, present bool) bool {
	for _, alternative := range m {
		if alternative.match(value, present) {
			return true
		}
	}
	return false
}

// leaf matches one value, or one element of an array. Objects and empty arrays have no value:
// "exists" treats them as absent.
type leaf struct {
	present, absent bool // "exists": true, and false
	tests           []test
}

func (m leaf) match(value any, present bool) bool {
	values := []any{value}
	if list, ok := value.([]any); ok {
		values = list
	}
	found := false
	for _, v := range values {
		if _, object := v.(map[string]any); !present || object {
			continue
		}
		found = true
		for _, t := range m.tests {
			if t.test(v) {
				return true
			}
		}
	}
	if found {
		return m.present
	}
	return m.absent
}

// test reports whether a value satisfies one alternative.
type test interface{ test(value any) bool }

// equal is an exact match. Numbers are compared as text, so 300 and 300.0 differ, as documented.
type equal struct{ value any }

func (t equal) test(value any) bool { return t.value == value }

// textTest is an operator on strings.
type textTest func(string) bool

func (t textTest) test(value any) bool {
	s, ok := value.(string)
	return ok && t(s)
}

// numberTest is an operator on numbers.
type numberTest func(float64) bool

func (t numberTest) test(value any) bool {
	number, ok := value.(json.Number)
	if !ok {
		return false
	}
	f, err := number.Float64()
	return err == nil && t(f)
}

// not is anything-but. Only strings and numbers can match.
type not []test

func (t not) test(value any) bool {
	for _, excluded := range t {
		if excluded.test(value) {
			return false
		}
	}
	return true
}
