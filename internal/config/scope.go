package config

import "slices"

// NoBoundary is what a rule writes in the place of a boundary that asks for none: those
// that it matches are out of scope.
const NoBoundary = "none"

// OutOfScope says why a rule asks for no boundary, and who answers for that.
type OutOfScope struct {
	Owner  string
	Reason string
}

// outOfScope reads a rule with boundary: none. A setting that has no meaning there is a
// problem, since its author expects something of it.
func (l *loader) outOfScope(f fields, r *Rule) {
	for _, key := range []string{"mode", "accept", "onDrift", "onIncomparable"} {
		if v, set := f.get(key); set {
			v.problem("has no meaning in a rule with boundary: %s", NoBoundary)
		}
	}
	r.Boundary, r.boundary = NoBoundary, -1
	r.Accept, r.OnDrift, r.OnIncomparable = "", "", ""
	r.OutOfScope = &OutOfScope{Owner: f.line("owner"), Reason: f.line("reason")}
}

// inScope refuses what only a rule with boundary: none has.
func inScope(f fields) {
	if v, set := f.get("reason"); set {
		v.problem("has a meaning only in a rule with boundary: %s", NoBoundary)
	}
}

// isNone reports whether a rule asks for no boundary.
func isNone(f fields) bool {
	v, ok := f.get("boundary")
	return ok && v.node.Value == NoBoundary && v.node.ShortTag() == "!!str"
}

// free reports whether nothing is asked of a principal.
func (q Requirement) free() bool { return q.Rule == "" || q.Exempt != nil || q.OutOfScope != nil }

// inScope are those of the requirements that ask for a boundary.
func inScopeOf(all []Requirement) []Requirement {
	return slices.DeleteFunc(slices.Clone(all), func(q Requirement) bool { return q.OutOfScope != nil })
}
