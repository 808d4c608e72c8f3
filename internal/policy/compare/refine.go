package compare

import (
	"slices"

	"github.com/ringfence/ringfence/internal/policy/lang"
)

// impossible reports that no request has the assumed terms, although each facet by
// itself could: variables refer to keys whose values other terms bound. Where
// aws:username must match dev-*, the folder home/${aws:username} is one of home/dev-*.
//
// Each pattern that the value of a key must match is a case of its own. In each case
// some facet must turn out to have nothing. That looks at more requests than there
// are: in a union the variable stands for all that the pattern matches, and outside
// unions for nothing, unless the pattern is one value.
func (d *direction) impossible() bool {
	var keys []string
	var cases [][]*lang.Glob
	count := 1
	for _, key := range d.referred() {
		if list := d.bounds(key); list != nil {
			keys, cases, count = append(keys, key), append(cases, list), count*len(list)
		}
	}
	const most = 32
	if len(keys) == 0 || count > most {
		return false
	}
	for n := range count {
		b := &lang.Bindings{Variables: &d.vars, Patterns: map[string]*lang.Glob{}}
		out := false
		for i, key := range keys {
			g := cases[i][n%len(cases[i])]
			b.Patterns[key] = g
			n /= len(cases[i])
			out = out || g.Single() && d.excludes(d.search.assumed[d.facetIndex[key]], g.String())
		}
		if !out && !d.contradicts(b) {
			return false
		}
	}
	return true
}

// bounds are the patterns of which the value of a key must match one, nil if nothing
// is known.
func (d *direction) bounds(key string) []*lang.Glob {
	f, ok := d.facetIndex[key]
	if !ok || !d.facets[f].single || d.facets[f].set {
		return nil // a variable has no value where its key has several
	}
	for _, t := range d.search.assumed[f] {
		a := &d.atoms[t.atom()]
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
func (d *direction) excludes(list []term, value string) bool {
	for _, t := range list {
		a := &d.atoms[t.atom()]
		if a.kind != opaque && len(a.refers) == 0 && a.holds(values{value}, lang.Bindings{}) == t.not() {
			return true
		}
	}
	return false
}

// contradicts reports that some facet has nothing that satisfies its terms where the
// variables are bounded so.
func (d *direction) contradicts(b *lang.Bindings) bool {
	for f, list := range d.search.assumed {
		if len(list) == 0 {
			continue
		}
		if _, result := d.solve(int32(f), list, b); result == lang.Empty {
			return true
		}
	}
	return false
}
