package compare

import (
	"slices"

	"github.com/ringfence/ringfence/internal/policy/lang"
)

// anARN is what every resource looks like but *, the resource of actions that take none.
var anARN = []*lang.Glob{lang.ARN()}

// solveResource is solve for the resource. Whether a request has an ARN or * does not
// matter where any will do.
func (s *session) solveResource(list []term, b *lang.Bindings) (values, lang.Outcome) {
	if s.starResource(list, b) {
		return values{"*"}, lang.Found
	}
	return s.solveARN(list, b, nil, true)
}

// solveARN looks for an ARN that satisfies the terms and is of one of the types; with
// loose, of any type, preferring these.
func (s *session) solveARN(list []term, b *lang.Bindings, types []*lang.Glob, loose bool) (values, lang.Outcome) {
	var q lang.Query
	for _, t := range list {
		globs := s.atoms[t.atom()].readings[s.reading]
		if globs == nil {
			return nil, lang.Unknown
		}
		constrain(&q, globs, !t.not(), b)
	}
	guess := func(g *lang.Glob) []string { return lang.GuessARN(g, types) }
	if loose {
		w, result := q.Solve([][]*lang.Glob{anARN}, guess, s.budget)
		return values{w}, result
	}
	// This one is nice to have: it must not use up the budget.
	w, result := "", lang.Unknown
	s.budget.With(steps/100, func(part *lang.Budget) {
		w, result = q.Solve([][]*lang.Glob{anARN, types}, guess, part)
	})
	return values{w}, result
}

// starResource reports whether the resource * satisfies the terms; without bindings,
// whether it might.
func (s *session) starResource(list []term, b *lang.Bindings) bool {
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
