package lang

import "slices"

// Solve answers the query: first by the quick tests, then by guessing, then by the automaton. The
// string must also be in all unions of shape. What guess makes of a glob is tried first.
//
// Where there are variables the string of [Found] may lack their values.
func (q Query) Solve(shape [][]*Glob, guess func(*Glob) []string, b *Budget) (string, Outcome) {
	q.In = slices.Clone(q.In)
	if !b.Spend(8 + q.pairs()*Comparing) {
		return "", Unknown
	}
	if q.prune() == Empty {
		return "", Empty
	}
	if s, ok := q.guess(shape, guess, b); ok {
		return s, Found
	}
	q.In = append(q.In, shape...)
	return q.search(b)
}

// guess tries strings that are likely to be answers and to read well.
func (q Query) guess(shape [][]*Glob, guess func(*Glob) []string, b *Budget) (string, bool) {
	seed := []*Glob{anything()}
	if len(q.In) > 0 {
		seed = q.In[0]
	}
	seed = slices.DeleteFunc(slices.Clone(seed), (*Glob).HasVariables)
	is := func(s string) bool { return q.Has(s, Bindings{}) && (Query{In: shape}).Has(s, Bindings{}) }
	for _, g := range seed {
		if !b.Spend((q.size() + len(q.Out)) * Comparing) {
			return "", false
		}
		for _, s := range guess(g) {
			if is(s) {
				return s, true
			}
		}
	}
	if len(q.In) < 2 {
		return "", false
	}
	for _, g := range seed {
		for _, s := range guess(g) {
			if longer, ok := q.join(s, is, b); ok {
				return longer, true
			}
		}
	}
	return "", false
}

// search runs the automaton. Which union comes first matters where there are variables (see [Query]):
// it is enough that one choice leads to nothing.
func (q Query) search(b *Budget) (string, Outcome) {
	s, result, first := "", Unknown, true
	for i, union := range q.In {
		if !first && !slices.ContainsFunc(union, (*Glob).HasVariables) {
			continue
		}
		turned := Query{In: slices.Clone(q.In), Out: q.Out}
		turned.In[0], turned.In[i] = turned.In[i], turned.In[0]
		w, r := turned.Find(b)
		if r == Empty {
			return "", Empty
		}
		if first || r == Found {
			s, result = w, r
		}
		first = false
	}
	if first {
		return q.Find(b)
	}
	return s, result
}
