package comparison

import (
	"maps"
	"slices"
	"strings"

	"github.com/ringfence/ringfence/internal/policy/catalog"
	"github.com/ringfence/ringfence/internal/policy/compare"
	"github.com/ringfence/ringfence/internal/policy/eval"
)

// Request is the JSON form of a witness. A condition key with one value has a string, and one
// with several has a list.
type Request struct {
	// Principal is who makes the request, and Caller the same in words, if policies that name principals are
	// compared. About says what matters of the principal, "" if nothing does.
	Principal string `json:"principal,omitempty"`
	Caller    string `json:"-"`
	About     string `json:"-"`
	// Grant and OtherGrant are how far both sides allow the request, if both do: to the principal, to its role
	// or to its account.
	Grant      string `json:"grant,omitempty"`
	OtherGrant string `json:"otherGrant,omitempty"`
	// Bounded is whether the principal has a permissions boundary, if that matters.
	Bounded bool   `json:"bounded,omitempty"`
	Action  string `json:"action"`
	// Resource is empty for trust policies.
	Resource string `json:"resource,omitempty"`
	// Undocumented is true if AWS documents no such resource of the action. It may add one, and the policies
	// already say what will be allowed then.
	Undocumented bool           `json:"undocumentedResource,omitempty"`
	Context      map[string]any `json:"context"`
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
	r.Undocumented = w.Resource != "" && !catalog.Takes(w.Action, w.Resource)
	if c := w.Caller; c != nil {
		r.Principal, r.Caller, r.About, r.Bounded = c.ARN, c.ARN, about(c), c.Bounded
		if c.Type == eval.Anonymous {
			r.Principal, r.Caller = "*", "a caller without credentials"
		}
		if c.Other != eval.NoGrant {
			r.Grant, r.OtherGrant = grants[c.Grant], grants[c.Other]
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

// Note says what to know of the resource, "" if nothing.
func (r *Request) Note() string {
	if r.Undocumented {
		return "not a documented resource of the action"
	}
	return ""
}

// grants are how far an Allow reaches.
var grants = map[eval.Grant]string{eval.ToAccount: "account", eval.ToIdentity: "role", eval.Direct: "principal"}

// about says what matters of a principal.
func about(c *compare.Caller) string {
	var s string
	if c.Bounded {
		s = ", which has a permissions boundary"
	}
	switch c.Other {
	case eval.ToAccount:
		s += ", also without an identity policy"
	case eval.ToIdentity:
		s += ", also beyond a permissions boundary and a session policy"
	}
	return s
}

// reached is what the Allow of the other side reaches of a principal.
func reached(c *compare.Caller) string {
	switch {
	case c.Other == eval.ToAccount:
		return "the account"
	case c.Type == eval.Federated:
		return "the user"
	}
	return "the role"
}
