package compare

import "slices"

// arnShape is what every resource looks like but *, the resource of actions that take
// none: arn:partition:service:region:account:resource, with region and account perhaps
// empty and colons in the last field only.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
var arnShape = []*glob{{symbols: slices.Concat(
	literalGlob("arn:", false).symbols,
	[]symbol{anyOneInField, anyRunInField, ':', anyOneInField, anyRunInField, ':', anyRunInField, ':', anyRunInField, ':', anyOne, anyRun},
)}}

// solveResource is solve for the resource. Whether a request has an ARN or * does not
// matter where any will do.
func (s *session) solveResource(list []term, b *bindings) (values, outcome) {
	if s.starResource(list, b) {
		return values{"*"}, found
	}
	return s.solveARN(list, b, nil, true)
}

// solveARN looks for an ARN that satisfies the terms and is of one of the types; with
// loose, of any type, preferring these.
func (s *session) solveARN(list []term, b *bindings, types []*glob, loose bool) (values, outcome) {
	var q query
	for _, t := range list {
		globs := s.atoms[t.atom()].readings[s.reading]
		if globs == nil {
			return nil, unknown
		}
		q.wish(globs, !t.not(), b)
	}
	guess := func(g *glob) []string { return guessARN(g, types) }
	if loose {
		w, result := q.solve([][]*glob{arnShape}, guess, &s.budget)
		return values{wordText(w)}, result
	}
	// This one is nice to have: it must not use up the budget.
	const some = steps / 100
	if !s.budget.spend(some) {
		return nil, unknown
	}
	own := budget{some}
	w, result := q.solve([][]*glob{arnShape, types}, guess, &own)
	s.budget.left += max(own.left, 0)
	return values{wordText(w)}, result
}

// starResource reports whether the resource * satisfies the terms; without bindings,
// whether it might.
func (s *session) starResource(list []term, b *bindings) bool {
	for _, t := range list {
		match := slices.ContainsFunc(s.atoms[t.atom()].globs, func(g *glob) bool {
			if b != nil && b.patterns == nil {
				return g.matches("*", *b)
			}
			if g.variables {
				return !t.not() && g.loose().matches("*", bindings{})
			}
			return g.matches("*", bindings{})
		})
		if match == t.not() {
			return false
		}
	}
	return true
}
