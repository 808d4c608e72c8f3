package constraint

import (
	"slices"

	"github.com/ringfence/ringfence/internal/policy/lang"
)

// Impossible reports that no request is like the candidate, although each dimension by itself could be:
// variables refer to keys whose values other terms bound. Where aws:username must match dev-*, the folder
// home/${aws:username} is one of home/dev-*.
//
// So do keys that say the same: see unlinked.
//
// Each pattern that the value of a key must match is a case of its own. In each case some dimension must
// turn out to have nothing. That looks at more requests than there are: in a union the variable stands
// for all that the pattern matches, and outside unions for nothing, unless the pattern is one value.
func (c *Candidate) Impossible() bool {
	if c.unlinked() {
		return true
	}
	var keys []string
	var cases [][]*lang.Glob
	count := 1
	for _, key := range c.referred() {
		if list := c.bounds(key); list != nil {
			keys, cases, count = append(keys, key), append(cases, list), count*len(list)
		}
	}
	const most = 32
	if len(keys) == 0 || count > most {
		return false
	}
	for n := range count {
		b := &lang.Bindings{Variables: &c.space.vars, Patterns: map[string]*lang.Glob{}}
		out := false
		for i, key := range keys {
			g := cases[i][n%len(cases[i])]
			b.Patterns[key] = g
			n /= len(cases[i])
			out = out || g.Single() && c.excludes(c.assumed[c.space.byKey[key]], g.String())
		}
		if !out && !c.contradicts(b) {
			return false
		}
	}
	return true
}

// bounds are the patterns of which the value of a key must match one, nil if nothing is known.
func (c *Candidate) bounds(key string) []*lang.Glob {
	f, ok := c.space.byKey[key]
	if !ok || !c.space.dimensions[f].single {
		return nil // a variable has no value where its key has several
	}
	for _, t := range c.assumed[f] {
		a := &c.space.atoms[t.atom()]
		if t.not() || a.kind != text || a.complement || a.missing || len(a.refers) > 0 {
			continue
		}
		if !slices.ContainsFunc(a.globs, func(g *lang.Glob) bool { return !g.Plain() }) {
			return a.globs
		}
	}
	return nil
}

// excludes reports that some of the terms does not let a key have the value, whatever
// variables stand for.
func (c *Candidate) excludes(list []term, value string) bool {
	for _, t := range list {
		a := &c.space.atoms[t.atom()]
		if !c.space.dimensions[a.dimension].leavesOpen(a.atom) && len(a.refers) == 0 && a.holds(values{value}, lang.Bindings{}) == t.not() {
			return true
		}
	}
	return false
}

// contradicts reports that some dimension has nothing that satisfies its terms where the variables are
// bounded so.
func (c *Candidate) contradicts(b *lang.Bindings) bool {
	for f, list := range c.assumed {
		if len(list) == 0 {
			continue
		}
		if _, result := c.space.solve(int32(f), list, b); result == lang.Empty {
			return true
		}
	}
	return false
}
