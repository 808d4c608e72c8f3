package constraint

import (
	"maps"
	"slices"

	"github.com/ringfence/ringfence/internal/policy/lang"
)

// mostBindings is how many combinations of values are tried.
const mostBindings = 48

// EachBinding tries values of the keys that variables refer to, until do reports that it is done.
func (c *Candidate) EachBinding(do func(*lang.Bindings) (done bool)) {
	keys := c.referred()
	choices := make([][]*string, len(keys))
	for i, key := range keys {
		choices[i] = c.candidates(key)
	}
	left := mostBindings
	var try func(i int, chosen map[string]string) bool
	try = func(i int, chosen map[string]string) bool {
		if i == len(keys) {
			left--
			return left < 0 || do(&lang.Bindings{Variables: &c.space.vars, Values: maps.Clone(chosen)})
		}
		for _, value := range choices[i] {
			delete(chosen, keys[i])
			if value != nil {
				chosen[keys[i]] = *value
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

// candidates are values to try for a key that variables refer to; nil is a missing key.
func (c *Candidate) candidates(key string) []*string {
	free := &lang.Bindings{Variables: &c.space.vars}
	var own []term
	if f, ok := c.space.byKey[key]; ok {
		own = c.assumed[f]
	}
	var out []*string
	add := func(v ...string) {
		if len(v) > 1 || !c.satisfies(own, v, free) {
			return
		}
		if len(v) == 0 {
			out = append(out, nil)
		} else if !slices.ContainsFunc(out, func(o *string) bool { return o != nil && *o == v[0] }) {
			out = append(out, &v[0])
		}
	}
	add()
	for _, v := range samples(key) {
		add(v)
	}
	if len(own) > 0 {
		if v, result := c.space.solve(c.space.byKey[key], own, free); result == lang.Found {
			add(v...)
		}
	}
	for _, list := range c.assumed {
		for _, v := range c.meetings(key, list) {
			add(v)
		}
	}
	return out
}

// meetings are values of a key for which a glob with the key's variable and another glob
// on the same dimension have a string in common.
func (c *Candidate) meetings(key string, list []term) []string {
	var out []string
	var with, all []*lang.Glob
	for _, t := range list {
		for _, g := range c.space.atoms[t.atom()].globs {
			all = append(all, g)
			if c.space.vars.Refers(g, key) {
				with = append(with, g)
			}
		}
	}
	for _, g := range with {
		for _, o := range all {
			if o == g || len(out) >= 8 {
				continue
			}
			w, result := lang.Query{In: [][]*lang.Glob{{g.Loose()}, {o.Loose()}}}.Find(c.space.Budget)
			if result == lang.Found {
				out = append(out, c.space.vars.ValuesIn(g, key, w, c.space.Budget)...)
			}
		}
	}
	return out
}
