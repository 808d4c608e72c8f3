package config

import "slices"

// NoBoundary is the boundary of a rule that requires none: the principals that it matches are out of scope.
const NoBoundary = "none"

// OutOfScope says why a rule requires no boundary, and who the owner is.
type OutOfScope struct {
	Owner  string
	Reason string
}

// outOfScope reads a rule with boundary: none. A setting without effect there is a problem, because its
// author expects an effect.
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

// inScope refuses settings that only a rule with boundary: none may have.
func inScope(f fields) {
	if v, set := f.get("reason"); set {
		v.problem("has a meaning only in a rule with boundary: %s", NoBoundary)
	}
}

// isNone reports whether a rule requires no boundary.
func isNone(f fields) bool {
	v, ok := f.get("boundary")
	return ok && v.node.Value == NoBoundary && v.node.ShortTag() == "!!str"
}

// Free reports whether the configuration requires no boundary of a principal.
func (q Requirement) Free() bool { return q.Rule == "" || q.Exempt != nil || q.OutOfScope != nil }

// inScopeOf returns the requirements that require a boundary.
func inScopeOf(all []Requirement) []Requirement {
	return slices.DeleteFunc(slices.Clone(all), func(q Requirement) bool { return q.OutOfScope != nil })
}
