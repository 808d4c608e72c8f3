package compare

import (
	"maps"
	"slices"

	"github.com/ringfence/ringfence/internal/policy/lang"
)

// referred are the condition keys that variables of the assumed terms refer to.
func (d *direction) referred() []string {
	var keys []string
	for _, list := range d.search.assumed {
		for _, t := range list {
			for _, key := range d.atoms[t.atom()].refers {
				if !slices.Contains(keys, key) {
					keys = append(keys, key)
				}
			}
		}
	}
	return keys
}

// keyName is a condition key as somebody wrote it.
func (d *direction) keyName(key string) string {
	if f, ok := d.facetIndex[key]; ok {
		return d.facets[f].name
	}
	if name, ok := d.vars.Name(key); ok {
		return name
	}
	return key
}

// eachBinding tries values of the keys that variables refer to, until do is content.
func (d *direction) eachBinding(do func(*lang.Bindings) bool) {
	keys := d.referred()
	choices := make([][]*string, len(keys))
	for i, key := range keys {
		choices[i] = d.candidates(key)
	}
	left := 48
	var try func(i int, chosen map[string]string) bool
	try = func(i int, chosen map[string]string) bool {
		if i == len(keys) {
			left--
			return left < 0 || do(&lang.Bindings{Variables: &d.vars, Values: maps.Clone(chosen)})
		}
		for _, c := range choices[i] {
			delete(chosen, keys[i])
			if c != nil {
				chosen[keys[i]] = *c
			}
			if try(i+1, chosen) {
				return true
			}
		}
		delete(chosen, keys[i])
		return false
	}
	try(0, map[string]string{})
}

// candidates are values to try for a key that variables refer to; nil is a missing
// key.
func (d *direction) candidates(key string) []*string {
	free := &lang.Bindings{Variables: &d.vars}
	var own []term
	if f, ok := d.facetIndex[key]; ok {
		own = d.search.assumed[f]
	}
	var out []*string
	add := func(v ...string) {
		if len(v) > 1 || !d.fulfils(own, v, free) {
			return
		}
		if len(v) == 0 {
			out = append(out, nil)
		} else if !slices.ContainsFunc(out, func(o *string) bool { return o != nil && *o == v[0] }) {
			out = append(out, &v[0])
		}
	}
	add()
	add(sample(key))
	if len(own) > 0 {
		if v, result := d.solve(d.facetIndex[key], own, free); result == lang.Found {
			add(v...)
		}
	}
	for _, list := range d.search.assumed {
		for _, v := range d.meetings(key, list) {
			add(v)
		}
	}
	add("other")
	return out
}

// meetings are values of a key for which a glob with the key's variable and another
// glob on the same facet have a string in common.
func (d *direction) meetings(key string, list []term) []string {
	var out []string
	var with, all []*lang.Glob
	for _, t := range list {
		for _, g := range d.atoms[t.atom()].globs {
			all = append(all, g)
			if d.vars.Refers(g, key) {
				with = append(with, g)
			}
		}
	}
	for _, g := range with {
		for _, o := range all {
			if o == g || len(out) >= 8 {
				continue
			}
			w, result := lang.Query{In: [][]*lang.Glob{{g.Loose()}, {o.Loose()}}}.Find(d.budget)
			if result == lang.Found {
				out = append(out, d.vars.ValuesIn(g, key, w, d.budget)...)
			}
		}
	}
	return out
}
