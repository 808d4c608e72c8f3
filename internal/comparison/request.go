package comparison

import (
	"maps"
	"slices"
	"strings"

	"github.com/ringfence/ringfence/internal/policy/compare"
	"github.com/ringfence/ringfence/internal/policy/eval"
)

// Request is the JSON form of a witness. A condition key with one value has a string, and one
// with several has a list.
type Request struct {
	// Principal is who makes the request, and Caller the same in words, if policies that name principals are
	// compared.
	Principal string `json:"principal,omitempty"`
	Caller    string `json:"-"`
	// Bounded is whether the principal has a permissions boundary, if that matters.
	Bounded bool   `json:"bounded,omitempty"`
	Action  string `json:"action"`
	// Resource is empty for trust policies.
	Resource string         `json:"resource,omitempty"`
	Context  map[string]any `json:"context"`
	// Keys is the context in words, sorted.
	Keys []Key `json:"-"`
}

// Key is a condition key and its values.
type Key struct{ Name, Value string }

// NewRequest returns a witness as JSON, nil if there is none.
func NewRequest(w *compare.Witness) *Request {
	if w == nil {
		return nil
	}
	r := &Request{Action: w.Action, Resource: w.Resource, Context: map[string]any{}}
	if c := w.Caller; c != nil {
		r.Principal, r.Bounded, r.Caller = c.ARN, c.Bounded, caller(c)
		if c.Type == eval.Anonymous {
			r.Principal = "*"
		}
	}
	for _, name := range slices.Sorted(maps.Keys(w.Context)) {
		values := w.Context[name]
		r.Keys = append(r.Keys, Key{name, strings.Join(values, ", ")})
		if len(values) == 1 {
			r.Context[name] = values[0]
		} else {
			r.Context[name] = values
		}
	}
	return r
}

// caller names a principal.
func caller(c *compare.Caller) string {
	name := c.ARN
	if c.Type == eval.Anonymous {
		name = "a caller without credentials"
	}
	if c.Bounded {
		name += ", which has a permissions boundary"
	}
	if c.Further {
		name += ", also without an identity policy"
	}
	return name
}
