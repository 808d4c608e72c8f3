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
	key := &s.dimensions[f]
	missing, open := !key.always, false
	unread := false // of some term even the answer for a missing key is not known
	for _, t := range list {
		a := &s.atoms[t.atom()]
		open = open || key.leavesOpen(a.atom)
		if a.kind == opaque {
			unread = true
		} else if a.missing == t.not() {
			missing = false
		}
	}
	switch {
	case missing && unread && b != nil:
		return nil, lang.Unknown
	case missing:
		return nil, lang.Found
	case key.never:
		return nil, lang.Empty
	}
	v, result := s.solvePresent(f, list, b)
	if result == lang.Empty && s.emptyValue(list) {
		v, result = nil, lang.Found
		open = true
	}
	if result == lang.Found && open && b != nil {
		return nil, lang.Unknown
	}
	return v, result
}

// leavesOpen reports whether AWS does not say what the atom answers where the key is there. If no request
// can have several values of the key, a plain operator is all right; if an operator on an unknown key has a
// set qualifier, the key is taken to be one that can.
func (d *dimension) leavesOpen(a *atom) bool {
	return a.kind == opaque || a.bare && (d.several || d.set && !d.single)
}

// emptyValue reports whether one empty value may satisfy the terms in the way in which AWS's text has it:
// to operators with a set qualifier it is no value, so that ForAllValues is true and ForAnyValue is false.
// Others compare it, and then package lang has looked for it.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
func (s *Space) emptyValue(list []term) bool {
	if !slices.ContainsFunc(list, func(t term) bool { return s.atoms[t.atom()].empty }) {
		return false
	}
	return !slices.ContainsFunc(list, func(t term) bool {
		a := &s.atoms[t.atom()]
		switch {
		case a.empty:
			return !t.not()
		case a.kind == null:
			return t.not()
		case a.kind == opaque || len(a.refers) > 0:
			return false
		}
		return (a.among("", lang.Bindings{}) != a.complement) == t.not()
	})
}

// needsEmptyValue reports whether only one empty value may satisfy the terms: the key can be neither
// missing nor have another value.
func (s *Space) needsEmptyValue(f int32, list []term) bool {
	missing := !s.dimensions[f].always && !slices.ContainsFunc(list, func(t term) bool {
		a := &s.atoms[t.atom()]
		return a.kind != opaque && a.missing == t.not()
	})
	if missing || !s.emptyValue(list) {
		return false
	}
	_, result := s.solvePresent(f, list, nil)
	return result == lang.Empty
}

// solvePresent is solve for a key that is there.
func (s *Space) solvePresent(f int32, list []term, b *lang.Bindings) (values, lang.Outcome) {
	var every, some []valueConstraint
	key := &s.dimensions[f]
	for _, t := range list {
		a := &s.atoms[t.atom()]
		switch {
		case key.leavesOpen(a.atom):
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
	if len(some) < 2 || key.single {
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
	if b != nil && !key.several && !key.set {
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
		if key.within != nil && len(constraints) > 0 {
			q.In = append(q.In, key.within)
		}
		w, result := q.Solve(nil, guess, s.Budget)
		if result != lang.Found || key.accepts(w) {
			return w, result
		}
		// Text for a key whose values are something else: one of these may do.
		for _, v := range samples(key.on) {
			if q.Has(v, lang.Bindings{}) {
				return v, lang.Found
			}
		}
		if b == nil {
			return "", lang.Found
		}
		return "", lang.Unknown
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
	} else if key.is != opaque {
		candidates = append(candidates, samples(key.on)...)
	}
	if !s.Budget.Spend(len(candidates) * len(typed) * 8) {
		return "", lang.Unknown
	}
	for _, v := range candidates {
		if satisfies(v) {
			if result = lang.Unknown; key.accepts(v) && q.Has(v, lang.Bindings{}) {
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
	if texts == lang.Found && b != nil && satisfies(w) && key.accepts(w) {
		return w, lang.Found
	}
	return "", lang.Unknown
}
