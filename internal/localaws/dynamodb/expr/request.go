package expr

import (
	"maps"
	"slices"
	"strings"

	"github.com/ringfence/ringfence/internal/localaws/dynamodb/value"
)

// Request holds the names and values that the expressions of one request share.
type Request struct {
	names  map[string]string
	values value.Item
	used   []refs
}

// New checks the names and values of a request, and converts the values to their stored form.
func New(names map[string]string, values value.Item) (*Request, error) {
	if names != nil && len(names) == 0 {
		return nil, value.Invalid("ExpressionAttributeNames must not be empty")
	}
	if values != nil && len(values) == 0 {
		return nil, value.Invalid("ExpressionAttributeValues must not be empty")
	}
	for key := range names {
		if !isKey(key, '#') {
			return nil, invalid("ExpressionAttributeNames contains invalid key: Syntax error; key: %q", key)
		}
	}
	for key, v := range values {
		if !isKey(key, ':') {
			return nil, invalid("ExpressionAttributeValues contains invalid key: Syntax error; key: %q", key)
		}
		if err := value.Check(v); err != nil {
			return nil, invalid("ExpressionAttributeValues contains invalid value: %s for key %s", err, key)
		}
	}
	return &Request{names: names, values: values}, nil
}

// isKey reports whether a name or value is written correctly: a mark, then letters, digits and
// underscores.
func isKey(key string, mark byte) bool {
	return len(key) > 1 && key[0] == mark && run(key, 1, isWord) == len(key)
}

// Done refuses names and values that no expression used. Call it after parsing all of the
// request's expressions. parameters names those that can use values.
func (r *Request) Done(parameters ...string) error {
	if len(r.used) == 0 && r.names != nil {
		return value.Invalid("ExpressionAttributeNames can only be specified when using expressions")
	}
	if len(r.used) == 0 && r.values != nil {
		verb := " is null"
		if len(parameters) > 1 {
			verb = " are null"
		}
		return value.Invalid("ExpressionAttributeValues can only be specified when using expressions: " + strings.Join(parameters, " and ") + verb)
	}
	if err := unused("ExpressionAttributeNames", r.names, r.used, func(u refs) []string { return u.names }); err != nil {
		return err
	}
	return unused("ExpressionAttributeValues", r.values, r.used, func(u refs) []string { return u.values })
}

func unused[V any](parameter string, given map[string]V, used []refs, of func(refs) []string) error {
	idle := map[string]bool(nil)
	for key := range given {
		if slices.ContainsFunc(used, func(u refs) bool { return slices.Contains(of(u), key) }) {
			continue
		}
		if idle == nil {
			idle = map[string]bool{}
		}
		idle[key] = true
	}
	if idle == nil {
		return nil
	}
	keys := strings.Join(slices.Sorted(maps.Keys(idle)), ", ")
	return invalid("Value provided in %s unused in expressions: keys: {%s}", parameter, keys)
}
