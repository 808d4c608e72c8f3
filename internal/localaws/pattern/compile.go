package pattern

import (
	"encoding/json"
	"fmt"
	"slices"
)

// matcher reports whether a part of an event matches a part of a pattern. The event may lack the
// part.
type matcher interface {
	match(value any, present bool) bool
}

func compileObject(object map[string]any, at string) (matcher, error) {
	if len(object) == 0 {
		return nil, fmt.Errorf("%s: empty objects are not allowed", place(at))
	}
	m := fields{}
	for _, name := range sortedKeys(object) {
		below := at + "." + name
		var sub matcher
		var err error
		switch value := object[name].(type) {
		case map[string]any:
			sub, err = compileObject(value, below)
		case []any:
			if name == "$or" {
				sub, err = compileOr(value, below)
			} else {
				sub, err = compileList(value, below)
			}
		default:
			err = fmt.Errorf("%s: %s must be an object or an array", place(at), name)
		}
		if err != nil {
			return nil, err
		}
		m = append(m, field{name: name, or: name == "$or", matcher: sub})
	}
	return m, nil
}

// compileOr compiles the alternatives of "$or". Each is an object that is matched in place of
// "$or".
func compileOr(list []any, at string) (matcher, error) {
	if len(list) < 2 {
		return nil, fmt.Errorf("%s: $or must have at least two alternatives", place(at))
	}
	var alternatives anyOf
	for _, element := range list {
		object, ok := element.(map[string]any)
		if !ok {
			return nil, fmt.Errorf("%s: each alternative of $or must be an object", place(at))
		}
		m, err := compileObject(object, at)
		if err != nil {
			return nil, err
		}
		alternatives = append(alternatives, m)
	}
	return alternatives, nil
}

// compileList compiles a leaf: the alternatives for one value.
func compileList(list []any, at string) (matcher, error) {
	if len(list) == 0 {
		return nil, fmt.Errorf("%s: empty arrays are not allowed", place(at))
	}
	var l leaf
	for _, element := range list {
		switch value := element.(type) {
		case nil, string, bool, json.Number:
			l.tests = append(l.tests, equal{value})
		case map[string]any:
			if err := l.add(value, at); err != nil {
				return nil, err
			}
		default:
			return nil, fmt.Errorf("%s: an array cannot hold another array", place(at))
		}
	}
	return l, nil
}

// add adds a test such as {"operator": argument}.
func (l *leaf) add(object map[string]any, at string) error {
	if len(object) != 1 {
		return fmt.Errorf("%s: a match expression must have exactly one operator", place(at))
	}
	for name, argument := range object {
		if name == "exists" {
			wanted, ok := argument.(bool)
			if !ok {
				return fmt.Errorf("%s: exists must be true or false", place(at))
			}
			l.present, l.absent = l.present || wanted, l.absent || !wanted
			return nil
		}
		compile := operator(name)
		if compile == nil {
			return fmt.Errorf("%s: unrecognized match type %s", place(at), name)
		}
		t, err := compile(argument)
		if err != nil {
			return fmt.Errorf("%s: %s: %w", place(at), name, err)
		}
		l.tests = append(l.tests, t)
	}
	return nil
}

// place returns a part of the pattern for error messages.
func place(at string) string {
	if at == "" {
		return "the pattern"
	}
	return at[1:]
}

func sortedKeys(object map[string]any) []string {
	keys := make([]string, 0, len(object))
	for key := range object {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}
