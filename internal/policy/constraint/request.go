package constraint

import (
	"strings"

	"github.com/ringfence/ringfence/internal/policy/lang"
)

// Request is a request, beside its action, ready to be asked about.
type Request struct {
	resource string
	context  map[string][]string // by key in lower case
	bindings lang.Bindings
}

// Request prepares one.
func (s *Space) Request(resource string, context map[string][]string) *Request {
	r := &Request{resource, map[string][]string{}, lang.Bindings{Variables: &s.vars, Values: map[string]string{}}}
	for key, v := range context {
		key = strings.ToLower(key)
		r.context[key] = v
		if len(v) == 1 {
			r.bindings.Values[key] = v[0]
		}
	}
	return r
}

// Satisfies reports whether the request satisfies a body in one semantics.
func (s *Space) Satisfies(r *Request, id ID, in Semantics) bool {
	for _, t := range s.bodies[id] {
		a := &s.atoms[t.atom()]
		ok := false
		if a.dimension == onResource {
			ok = lang.Any(a.globsOf[in], r.resource, r.bindings)
		} else {
			ok = a.holds(r.context[a.on], r.bindings)
		}
		if ok == t.not() {
			return false
		}
	}
	return true
}
