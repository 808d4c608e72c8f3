package compare

import "slices"

// values are what one facet of a request is: the values of a condition key, none for
// a missing key; or the resource alone.
type values []string

// wish is an atom with what one value must satisfy: to be among its values or not.
type wish struct {
	atom  *sessionAtom
	among bool
}

// solve looks for values of a facet that satisfy all of the terms. Without bindings it
// over-approximates: none is the truth whatever the variables stand for, found may be
// too good to be true, and the values are not told. With bindings the answer is exact
// but for what cannot be read, which is unknown.
func (s *session) solve(f int32, list []term, b *bindings) (values, outcome) {
	if f == resourceFacet {
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
		return nil, unknown
	}
	if missing {
		return nil, found
	}
	return s.solvePresent(f, list, b)
}

// solvePresent is solve for a key that is there.
func (s *session) solvePresent(f int32, list []term, b *bindings) (values, outcome) {
	var every, some []wish
	for _, t := range list {
		a := &s.atoms[t.atom()]
		switch {
		case a.kind == opaque:
		case a.kind == null && !t.not():
			return nil, none
		case a.kind == null:
		case t.not():
			every = append(every, wish{a, a.complement})
		default:
			some = append(some, wish{a, !a.complement})
		}
	}
	v, result := s.value(f, append(slices.Clip(every), some...), b)
	if result == found {
		return values{v}, found
	}
	key := &s.facets[f]
	if len(some) < 2 || key.single && !key.set {
		return nil, result
	}
	// One value for each of the wishes that some value must fulfil.
	var out values
	for _, w := range some {
		v, one := s.value(f, append(slices.Clip(every), w), b)
		if one == none {
			return nil, none
		}
		result = max(result, one)
		out = append(out, v)
	}
	if b != nil && (!key.several && !key.set || key.single) {
		// It takes several values, and nobody knows whether the key can have them.
		return nil, unknown
	}
	return out, result
}

// value looks for one value that fulfils all wishes.
func (s *session) value(f int32, wishes []wish, b *bindings) (string, outcome) {
	var q query
	var typed []wish
	for _, w := range wishes {
		if w.atom.kind != text {
			typed = append(typed, w)
			continue
		}
		q.wish(w.atom.globs, w.among, b)
	}
	key := &s.facets[f]
	guess := func(g *glob) []string { return guessValue(key.on, g) }
	if len(typed) == 0 {
		if key.boolean && len(wishes) > 0 {
			q.in = append(q.in, []*glob{literalGlob("true", false), literalGlob("false", false)})
		}
		w, result := q.solve(nil, guess, &s.budget)
		return wordText(w), result
	}
	return s.typedValue(key, q, typed, b)
}

// typedValue is value where some wishes are about numbers, dates, networks or bytes.
func (s *session) typedValue(key *facet, q query, typed []wish, b *bindings) (string, outcome) {
	atoms := make([]*atom, len(typed))
	for i, w := range typed {
		atoms[i] = w.atom.atom
	}
	fulfils := func(v string) bool {
		for _, w := range typed {
			if w.atom.among(v, bindings{}) != w.among {
				return false
			}
		}
		return true
	}
	result := none
	candidates := points(atoms)
	if !slices.ContainsFunc(atoms, func(a *atom) bool { return a.kind != key.is }) {
		candidates = candidates[:len(candidates)-untyped]
	}
	if !s.budget.spend(len(candidates) * len(typed) * 8) {
		return "", unknown
	}
	for _, v := range candidates {
		if fulfils(v) {
			if result = unknown; q.holds(v, bindings{}) {
				return v, found
			}
		}
	}
	if result == none || len(q.in)+len(q.out) == 0 {
		return "", result
	}
	// Strings and numbers on one key: each alone is possible. Together is hard to say.
	w, texts := q.solve(nil, func(g *glob) []string { return guessValue(key.on, g) }, &s.budget)
	if texts == none {
		return "", none
	}
	if v := wordText(w); texts == found && b != nil && fulfils(v) {
		return v, found
	}
	return "", unknown
}

// wish adds globs to the query: the value must be among them, or not.
func (q *query) wish(globs []*glob, among bool, b *bindings) {
	switch {
	case among && b != nil:
		q.in = append(q.in, b.applyAll(globs))
	case among:
		q.in = append(q.in, globs)
	case b != nil:
		q.out = append(q.out, b.applyAll(b.surelyIn(globs))...)
	default:
		q.out = append(q.out, globs...)
	}
}

// wordText is a word without variables as a string.
func wordText(word []symbol) string {
	out := make([]rune, 0, len(word))
	for _, s := range word {
		if s.isCharacter() {
			out = append(out, rune(s))
		}
	}
	return string(out)
}
