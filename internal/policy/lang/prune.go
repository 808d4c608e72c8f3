package lang

import "slices"

// prune takes away what makes no difference, by the quick tests. It reports Empty if nothing is left,
// Found if something must be, else Unknown. The query's lists are not changed in place, but for In.
func (q *Query) prune() Outcome {
	for i, union := range q.In {
		kept := make([]*Glob, 0, len(union))
		for _, g := range union {
			if !slices.ContainsFunc(q.Out, g.Within) && !q.apartFromAnother(g, i) {
				kept = append(kept, g)
			}
		}
		if len(kept) == 0 {
			return Empty
		}
		q.In[i] = kept
	}
	// A union that has all of another in it asks for nothing more.
	for i := 0; i < len(q.In); i++ {
		for j := range q.In {
			if i != j && covers(q.In[i], q.In[j]) {
				q.In = slices.Delete(q.In, i, i+1)
				i--
				break
			}
		}
	}
	q.Out = slices.DeleteFunc(slices.Clone(q.Out), func(o *Glob) bool {
		return slices.ContainsFunc(q.In, func(union []*Glob) bool {
			return !slices.ContainsFunc(union, func(g *Glob) bool { return !g.Apart(o) })
		})
	})
	if len(q.Out) == 0 && len(q.In) <= 1 {
		return Found
	}
	return Unknown
}

// apartFromAnother reports whether g has nothing in common with some other union.
func (q *Query) apartFromAnother(g *Glob, i int) bool {
	for j, union := range q.In {
		if j != i && !slices.ContainsFunc(union, func(o *Glob) bool { return !g.Apart(o) }) {
			return true
		}
	}
	return false
}

// covers reports whether every glob of small is within one of big.
func covers(big, small []*Glob) bool {
	for _, g := range small {
		if !slices.ContainsFunc(big, g.Within) {
			return false
		}
	}
	return true
}

// pairs is how many pairs of globs prune compares, at most.
func (q *Query) pairs() int {
	all, n := q.size(), 0
	for _, union := range q.In {
		n += len(union) * (2*(all-len(union)) + 2*len(q.Out))
	}
	return n
}
