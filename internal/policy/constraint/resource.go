package constraint

import (
	"slices"

	"github.com/ringfence/ringfence/internal/policy/lang"
)

// nice is what a try may cost for a resource of a type that the action takes, in steps: it must not use
// up the budget.
const nice = 15_000

// anARN is what every resource looks like but *, the resource of actions that take none.
var anARN = []*lang.Glob{lang.ARN()}

// solveResource is solve for the resource. Whether a request has an ARN or * does not matter here.
func (s *Space) solveResource(list []term, b *lang.Bindings) (values, lang.Outcome) {
	if s.starResource(list, b) {
		return values{"*"}, lang.Found
	}
	return s.solveARN(list, b, nil, true)
}

// solveARN looks for an ARN that satisfies the terms and is of one of the types; with loose, of any type,
// preferring these.
func (s *Space) solveARN(list []term, b *lang.Bindings, types []*lang.Glob, loose bool) (values, lang.Outcome) {
	var q lang.Query
	for _, t := range list {
		globs := s.atoms[t.atom()].globsOf[s.semantics]
		if globs == nil {
			return nil, lang.Unknown
		}
		constrain(&q, globs, !t.not(), b)
	}
	guess := func(g *lang.Glob) []string { return lang.GuessARN(g, types) }
	if loose {
		w, result := q.Solve([][]*lang.Glob{anARN}, guess, s.Budget)
		return values{w}, result
	}
	w, result := "", lang.Unknown
	s.Budget.With(nice, func(part *lang.Budget) {
		w, result = q.Solve([][]*lang.Glob{anARN, types}, guess, part)
	})
	return values{w}, result
}

// starResource reports whether the resource * satisfies the terms; without bindings, whether it might.
func (s *Space) starResource(list []term, b *lang.Bindings) bool {
	for _, t := range list {
		match := slices.ContainsFunc(s.atoms[t.atom()].globs, func(g *lang.Glob) bool {
			if b != nil && b.Patterns == nil {
				return g.Matches("*", *b)
			}
			if g.HasVariables() {
				return !t.not() && g.Loose().Matches("*", lang.Bindings{})
			}
			return g.Matches("*", lang.Bindings{})
		})
		if match == t.not() {
			return false
		}
	}
	return true
}

// constrain adds globs to a query: the value must be among them, or not.
func constrain(q *lang.Query, globs []*lang.Glob, among bool, b *lang.Bindings) {
	switch {
	case among && b != nil:
		q.Among(globs, *b)
	case among:
		q.In = append(q.In, globs)
	case b != nil:
		q.NotAmong(globs, *b)
	default:
		q.Out = append(q.Out, globs...)
	}
}
