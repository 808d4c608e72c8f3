package compare

import "slices"

// reading is how a wildcard in the first five fields of a resource's ARN treats
// colons. AWS documents that a wildcard stands for characters within a field, that a *
// at the end of a field may go beyond it, and evaluates most patterns as if every
// wildcard could. An answer is given only where all three agree.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
type reading uint8

const (
	beyond    reading = iota // every wildcard takes colons
	within                   // none does, but a * at the end of the pattern
	fieldEnds                // a * at the end of a field does
	readings
)

// keptInFields is g with wildcards that, in the first five fields of an ARN, keep to
// their field, a * at the end of the pattern excepted and with ends every * at the end
// of a field. It is g itself if nothing changes. ok is false where it cannot be said: a
// variable before such a wildcard may bring colons of its own.
func (g *glob) keptInFields(ends bool) (kept *glob, ok bool) {
	kept = g
	colons, variable := 0, false
	for i, s := range g.symbols {
		switch {
		case s == ':':
			if colons++; colons == 5 {
				return kept, true
			}
		case s.isVariable():
			variable = variable || !s.colonFree()
		case s == anyRun && i == len(g.symbols)-1:
		case s == anyRun && ends && g.symbols[i+1] == ':':
		case s == anyRun, s == anyOne:
			if variable {
				return nil, false
			}
			if kept == g {
				kept = &glob{symbols: slices.Clone(g.symbols), fold: g.fold, variables: g.variables}
			}
			kept.symbols[i] += anyRunInField - anyRun
		}
	}
	return kept, true
}
