package compare

import (
	"slices"

	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/policy/constraint"
	"github.com/ringfence/ringfence/internal/policy/eval"
	"github.com/ringfence/ringfence/internal/policy/lang"
)

// session is one comparison: the statements of its layers, numbered as rules. It is used by one goroutine
// and thrown away.
type session struct {
	layers  []Layer
	rules   []rule
	actions *actions
	space   *constraint.Space
	// callers are the classes of principals, nil if documents do not name principals.
	callers []caller
}

// rule is a statement of one of the layers.
type rule struct {
	*statement
	of     *Compiled
	number int
	layer  int
	body   constraint.ID
	globs  []int // the numbers of the actions
}

// names reports whether a rule names a principal itself.
func (r *rule) names(who *eval.Principal) bool {
	return who != nil && namesCaller(&r.of.document.Statements[r.at], who)
}

// steps is the budget of one comparison. At 20 to 50 nanoseconds a step it is well under a quarter of a
// second and, at four bytes a step, under 64 MB.
const steps = 1_500_000

func newSession(layers ...Layer) *session {
	return fill(&session{layers: layers, space: constraint.NewSpace(lang.NewBudget(steps))})
}

// newSessions are the sessions that are needed for all requests. Where documents name principals there is
// one for users and roles, and one for all other callers.
func newSessions(layers ...Layer) []*session {
	documents := slices.Concat(layers...)
	if !slices.ContainsFunc(documents, func(c *Compiled) bool { return c.kind != policy.IdentityPolicy }) {
		return []*session{newSession(layers...)}
	}
	named := namesIn(documents)
	signed := newSession(layers...)
	signed.meet(named, false)
	unsigned := &session{layers: layers, space: constraint.NewSpace(lang.NewBudget(steps))}
	unsigned.space.Unsigned()
	fill(unsigned).meet(named, true)
	return []*session{signed, unsigned}
}

// fill numbers the statements of the layers.
func fill(s *session) *session {
	for layer, documents := range s.layers {
		for _, d := range documents {
			bodies := make([]constraint.Body, len(d.statements))
			for i := range d.statements {
				bodies[i] = d.statements[i].body
			}
			for i, id := range s.space.Add(d.shared, bodies) {
				s.rules = append(s.rules, rule{statement: &d.statements[i], of: d, number: len(s.rules), layer: layer, body: id})
			}
		}
	}
	s.actions = newActions(s.rules)
	return s
}

// question asks for a request that all layers of from allow and layer to does not: some Allow of each of
// the ones matches, none of their Denies does, and either no Allow of the other matches or some Deny of
// the other does.
type question struct {
	from []int
	to   int
}

// matching gives the bodies of the rules of a layer that are in a class. Where one asks for nothing the
// others of its effect do not matter.
func (s *session) matching(class bits, layer int) (allow, deny []constraint.ID) {
	for n := range s.rules {
		r := &s.rules[n]
		if r.layer != layer || !class.has(n) {
			continue
		}
		list := &allow
		if r.deny {
			list = &deny
		}
		switch {
		case s.always(*list) || slices.Contains(*list, r.body):
		case s.space.Always(r.body):
			*list = []constraint.ID{r.body}
		default:
			*list = append(*list, r.body)
		}
	}
	return allow, deny
}

// always reports whether the bodies are one that asks for nothing.
func (s *session) always(bodies []constraint.ID) bool {
	return len(bodies) == 1 && s.space.Always(bodies[0])
}
