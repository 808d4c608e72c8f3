package constraint

import (
	"slices"

	"github.com/ringfence/ringfence/internal/policy/lang"
)

// values are what one dimension of a request is: the values of a condition key, none for a missing key; or
// the resource alone.
type values []string

// valueConstraint is an atom with what one value must satisfy: to be among its values or not.
type valueConstraint struct {
	atom  *spaceAtom
	among bool
}

// solve looks for values of a dimension that satisfy all of the terms. Without bindings it
// over-approximates: Empty is the truth whatever the variables stand for, Found may be too good to be
// true, and the values are not given. With bindings the answer is exact, but for what cannot be read,
// which is Unknown.
func (s *Space) solve(f int32, list []term, b *lang.Bindings) (values, lang.Outcome) {
	if f == onResource {
		return s.solveResource(list, b)
	}
	missing, opaqueTerm := true, false
	for _, t := range list {
		a := &s.atoms[t.atom()]
		if a.kind == opaque {
			opaqueTerm = true
		} else if a.missing == t.not() {
			missing = false
		}
	}
	if opaqueTerm && b != nil {
		return nil, lang.Unknown
	}
	if missing {
		return nil, lang.Found
	}
	return s.solvePresent(f, list, b)
}

// solvePresent is solve for a key that is there.
func (s *Space) solvePresent(f int32, list []term, b *lang.Bindings) (values, lang.Outcome) {
	var every, some []valueConstraint
	for _, t := range list {
		a := &s.atoms[t.atom()]
		switch {
		case a.kind == opaque:
		case a.kind == null && !t.not():
			return nil, lang.Empty
		case a.kind == null:
		case t.not():
			every = append(every, valueConstraint{a, a.complement})
		default:
			some = append(some, valueConstraint{a, !a.complement})
		}
	}
	v, result := s.value(f, append(slices.Clip(every), some...), b)
	if result == lang.Found {
		return values{v}, lang.Found
	}
	key := &s.dimensions[f]
	if len(some) < 2 || key.single && !key.set {
		return nil, result
	}
	// One value for each constraint that some value must satisfy.
	var out values
	for _, w := range some {
		v, one := s.value(f, append(slices.Clip(every), w), b)
		if one == lang.Empty {
			return nil, lang.Empty
		}
		result = max(result, one)
		out = append(out, v)
	}
	if b != nil && (!key.several && !key.set || key.single) {
		// It takes several values, and whether the key can have them is not known.
		return nil, lang.Unknown
	}
	return out, result
}

// value looks for one value that satisfies all constraints.
func (s *Space) value(f int32, constraints []valueConstraint, b *lang.Bindings) (string, lang.Outcome) {
	var q lang.Query
	var typed []valueConstraint
	for _, w := range constraints {
		if w.atom.kind != text {
			typed = append(typed, w)
			continue
		}
		constrain(&q, w.atom.globs, w.among, b)
	}
	key := &s.dimensions[f]
	guess := func(g *lang.Glob) []string { return guessValue(key.on, g) }
	if len(typed) == 0 {
		if key.boolean && len(constraints) > 0 {
			q.In = append(q.In, []*lang.Glob{lang.Text("true", false), lang.Text("false", false)})
		}
		w, result := q.Solve(nil, guess, s.Budget)
		return w, result
	}
	return s.typedValue(key, q, typed, b)
}

// typedValue is value where some constraints are on numbers, dates, networks or bytes.
func (s *Space) typedValue(key *dimension, q lang.Query, typed []valueConstraint, b *lang.Bindings) (string, lang.Outcome) {
	atoms := make([]*atom, len(typed))
	for i, w := range typed {
		atoms[i] = w.atom.atom
	}
	satisfies := func(v string) bool {
		for _, w := range typed {
			if w.atom.among(v, lang.Bindings{}) != w.among {
				return false
			}
		}
		return true
	}
	result := lang.Empty
	candidates := points(atoms)
	if !slices.ContainsFunc(atoms, func(a *atom) bool { return a.kind != key.is }) {
		candidates = candidates[:len(candidates)-untyped]
	}
	if !s.Budget.Spend(len(candidates) * len(typed) * 8) {
		return "", lang.Unknown
	}
	for _, v := range candidates {
		if satisfies(v) {
			if result = lang.Unknown; q.Has(v, lang.Bindings{}) {
				return v, lang.Found
			}
		}
	}
	if result == lang.Empty || len(q.In)+len(q.Out) == 0 {
		return "", result
	}
	// Strings and numbers on one key: each alone is possible. Together is hard to say.
	w, texts := q.Solve(nil, func(g *lang.Glob) []string { return guessValue(key.on, g) }, s.Budget)
	if texts == lang.Empty {
		return "", lang.Empty
	}
	if texts == lang.Found && b != nil && satisfies(w) {
		return w, lang.Found
	}
	return "", lang.Unknown
}
