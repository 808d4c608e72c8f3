package compare

import (
	"slices"
	"strings"
)

// arnShape is what every resource looks like but *, the resource of actions that take
// none: arn:partition:service:region:account:resource, with region and account perhaps
// empty and colons in the last field only.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
var arnShape = []*glob{{symbols: slices.Concat(
	literalGlob("arn:", false).symbols,
	[]symbol{anyOneInField, anyRunInField, ':', anyOneInField, anyRunInField, ':', anyRunInField, ':', anyRunInField, ':', anyOne, anyRun},
)}}

// solveResource is solve for the resource. The action, if given, makes the ARN one of
// its service.
func (s *session) solveResource(list []term, b *bindings, action string) (values, outcome) {
	if s.starResource(list, b) && (b == nil || action == "") {
		return values{"*"}, found
	}
	var q query
	for _, t := range list {
		globs := s.atoms[t.atom()].readings[s.reading]
		if globs == nil {
			return nil, unknown
		}
		q.wish(globs, !t.not(), b)
	}
	service, _, _ := strings.Cut(action, ":")
	guess := func(g *glob) []string { return guessARN(service, g) }
	w, result := q.solve(arnShape, guess, &s.budget)
	return values{wordText(w)}, result
}

// starResource reports whether the resource * satisfies the terms; without bindings,
// whether it might.
func (s *session) starResource(list []term, b *bindings) bool {
	for _, t := range list {
		match := slices.ContainsFunc(s.atoms[t.atom()].globs, func(g *glob) bool {
			if b == nil && g.variables {
				return !t.not() && g.loose().matches("*", bindings{})
			}
			if b == nil {
				return g.matches("*", bindings{})
			}
			return g.matches("*", *b)
		})
		if match == t.not() {
			return false
		}
	}
	return true
}
