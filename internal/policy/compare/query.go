package compare

import "slices"

// prune takes away what makes no difference, by the quick tests. It reports none if
// nothing is left, found if something must be, else unknown. The query's lists are
// not changed in place.
func (q *query) prune() outcome {
	for i, union := range q.in {
		kept := make([]*glob, 0, len(union))
		for _, g := range union {
			if !slices.ContainsFunc(q.out, g.within) && !q.apartFromAnother(g, i) {
				kept = append(kept, g)
			}
		}
		if len(kept) == 0 {
			return none
		}
		q.in[i] = kept
	}
	// A union that has all of another in it asks for nothing more.
	for i := 0; i < len(q.in); i++ {
		for j := range q.in {
			if i != j && covers(q.in[i], q.in[j]) {
				q.in = slices.Delete(q.in, i, i+1)
				i--
				break
			}
		}
	}
	q.out = slices.DeleteFunc(slices.Clone(q.out), func(o *glob) bool {
		return slices.ContainsFunc(q.in, func(union []*glob) bool {
			return !slices.ContainsFunc(union, func(g *glob) bool { return !g.apart(o) })
		})
	})
	if len(q.out) == 0 && len(q.in) <= 1 {
		return found
	}
	return unknown
}

// apartFromAnother reports whether g has nothing in common with some other union.
func (q *query) apartFromAnother(g *glob, i int) bool {
	for j, union := range q.in {
		if j != i && !slices.ContainsFunc(union, func(o *glob) bool { return !g.apart(o) }) {
			return true
		}
	}
	return false
}

// covers reports whether every glob of small is within one of big.
func covers(big, small []*glob) bool {
	for _, g := range small {
		if !slices.ContainsFunc(big, g.within) {
			return false
		}
	}
	return true
}

// solve answers the query: first by the quick tests, then by guessing, then by the
// automaton. The string must also be in all unions of shape; what guess makes of a
// glob is tried as a string.
func (q query) solve(shape [][]*glob, guess func(*glob) []string, b *budget) ([]symbol, outcome) {
	q.in = slices.Clone(q.in)
	if !b.spend(8 + q.pairs()*comparing) {
		return nil, unknown
	}
	if q.prune() == none {
		return nil, none
	}
	if w, ok := q.guess(shape, guess, b); ok {
		return w, found
	}
	q.in = append(q.in, shape...)
	return q.search(b)
}

// search runs the automaton. Which union comes first matters where there are
// variables (see query): it is enough that one choice leads to nothing.
func (q query) search(b *budget) ([]symbol, outcome) {
	word, result, first := []symbol(nil), unknown, true
	for i, union := range q.in {
		if !first && !slices.ContainsFunc(union, func(g *glob) bool { return g.variables }) {
			continue
		}
		turned := query{in: slices.Clone(q.in), out: q.out}
		turned.in[0], turned.in[i] = turned.in[i], turned.in[0]
		w, r := find(turned, b)
		if r == none {
			return nil, none
		}
		if first || r == found {
			word, result = w, r
		}
		first = false
	}
	if first {
		return find(q, b)
	}
	return word, result
}

// globs is how many there are in the unions.
func (q *query) globs() int {
	n := 0
	for _, union := range q.in {
		n += len(union)
	}
	return n
}

// pairs is how many pairs of globs prune compares, at most.
func (q *query) pairs() int {
	all, n := q.globs(), 0
	for _, union := range q.in {
		n += len(union) * (2*(all-len(union)) + 2*len(q.out))
	}
	return n
}

// comparing is what it costs to compare a glob with a glob or a string, in steps.
const comparing = 10

// guess tries strings that are likely to be answers and to read well.
func (q query) guess(shape [][]*glob, guess func(*glob) []string, b *budget) ([]symbol, bool) {
	seed := []*glob{{symbols: []symbol{anyRun}}}
	if len(q.in) > 0 {
		seed = q.in[0]
	}
	is := func(s string) bool { return q.holds(s, bindings{}) && (query{in: shape}).holds(s, bindings{}) }
	for _, g := range seed {
		if g.variables {
			continue
		}
		if !b.spend((q.globs() + len(q.out)) * comparing) {
			return nil, false
		}
		for _, s := range guess(g) {
			if is(s) {
				return literalGlob(s, false).symbols, true
			}
		}
	}
	if len(q.in) > 1 {
		for _, g := range seed {
			if g.variables {
				continue
			}
			for _, s := range guess(g) {
				if w, ok := q.stitch(s, is, b); ok {
					return literalGlob(w, false).symbols, true
				}
			}
		}
	}
	return nil, false
}

// holds reports whether a string is an answer where the variables have these values.
func (q query) holds(s string, b bindings) bool {
	for _, union := range q.in {
		if !slices.ContainsFunc(union, func(g *glob) bool { return g.matches(s, b) }) {
			return false
		}
	}
	return !slices.ContainsFunc(q.out, func(g *glob) bool { return g.matches(s, b) })
}
