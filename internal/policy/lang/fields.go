package lang

import "slices"

// KeptInFields is g with wildcards that, in the first five fields of an ARN, take no colon: all but a
// * at the end of the pattern, and with ends every * at the end of a field. It is g itself if nothing
// changes. ok is false where that cannot be said: a variable before such a wildcard may bring colons of
// its own.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
func (g *Glob) KeptInFields(ends bool) (kept *Glob, ok bool) {
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
				kept = &Glob{symbols: slices.Clone(g.symbols), fold: g.fold, variables: g.variables}
			}
			kept.symbols[i] += anyRunInField - anyRun
		}
	}
	return kept, true
}

// ARN is what every ARN looks like: arn:partition:service:region:account:resource, with region and
// account perhaps empty, and colons in the last field only.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
func ARN() *Glob {
	g := Text("arn:", false)
	g.symbols = append(g.symbols, anyOneInField, anyRunInField, ':', anyOneInField, anyRunInField, ':', anyRunInField, ':', anyRunInField, ':', anyOne, anyRun)
	return g
}
