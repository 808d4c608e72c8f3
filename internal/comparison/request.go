package comparison

import (
	"maps"
	"slices"
	"strings"

	"github.com/ringfence/ringfence/internal/policy/compare"
)

// Request is the JSON form of a witness. A condition key with one value has a string, and one
// with several has a list.
type Request struct {
	Action   string         `json:"action"`
	Resource string         `json:"resource"`
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
