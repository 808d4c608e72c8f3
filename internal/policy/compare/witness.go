package compare

import (
	"maps"
	"slices"
	"strings"

	"github.com/ringfence/ringfence/internal/policy/eval"
)

// witness makes a request of the assumed terms, and has it confirmed. why says what is
// in the way if there is none.
func (d *direction) witness() (w *Witness, why string) {
	why = unconfirmed
	for _, list := range d.search.assumed {
		for _, t := range list {
			if a := &d.atoms[t.atom()]; a.kind == opaque {
				why = unreadable + a.name
			}
		}
	}
	examples := d.examples()
	d.eachBinding(func(b *bindings) bool {
		context, ok := d.context(b)
		if !ok {
			return false
		}
		for _, e := range examples {
			if !d.budget.spend(len(d.rules)*8 + len(d.actions.globs)) {
				return true
			}
			resource, ok := d.resource(e, b)
			if !ok {
				continue
			}
			w = &Witness{Action: e.action, Resource: resource, Context: context}
			reason := d.confirm(w)
			if reason == "" {
				return true
			}
			w, why = nil, reason
		}
		return false
	})
	return w, why
}

// context makes the condition keys of a request in which the variables have these
// values.
func (d *direction) context(b *bindings) (map[string][]string, bool) {
	context := map[string][]string{}
	for key, value := range b.values {
		context[d.keyName(key)] = []string{value}
	}
	referred := d.referred()
	for f := 1; f < len(d.facets); f++ {
		list := d.search.assumed[f]
		if len(list) == 0 {
			continue
		}
		key := &d.facets[f]
		if slices.Contains(referred, key.on) {
			var v values
			if value, ok := b.values[key.on]; ok {
				v = values{value}
			}
			if !d.fulfils(list, v, b) {
				return nil, false
			}
			continue
		}
		v, result := d.solve(int32(f), list, b)
		if result != found {
			return nil, false
		}
		if len(v) > 0 {
			context[key.name] = v
		}
	}
	return context, true
}

// fulfils reports whether the values of a key satisfy the terms.
func (d *direction) fulfils(list []term, v values, b *bindings) bool {
	for _, t := range list {
		if a := &d.atoms[t.atom()]; a.kind == opaque || a.holds(v, *b) == t.not() {
			return false
		}
	}
	return true
}

// confirm asks package eval whether the request shows the difference, and whether it
// does in every reading of the ARNs. It gives what is in the way, or "".
func (d *direction) confirm(w *Witness) string {
	c := eval.NewContext(w.Context)
	can, sure := d.sides[d.from].allows(w, &c)
	cannot, alsoSure := d.sides[d.to].allows(w, &c)
	if !can || cannot || !sure || !alsoSure {
		return unconfirmed
	}
	if d.untold {
		return readingsSplit
	}
	if d.differs {
		for r := within; r < readings; r++ {
			if !d.allowedIn(r, d.from, w) || d.allowedIn(r, d.to, w) {
				return readingsSplit
			}
		}
	}
	return ""
}

// allowedIn is what a side says of a request in one reading.
func (d *direction) allowedIn(r reading, side int, w *Witness) bool {
	b := bindings{&d.vars, map[string]string{}}
	context := map[string][]string{}
	for key, v := range w.Context {
		key = strings.ToLower(key)
		context[key] = v
		if len(v) == 1 {
			b.values[key] = v[0]
		}
	}
	matches := func(t term) bool {
		a := &d.atoms[t.atom()]
		if a.facet != resourceFacet {
			return a.holds(context[a.on], b) != t.not()
		}
		return slices.ContainsFunc(a.readings[r], func(g *glob) bool { return g.matches(w.Resource, b) }) != t.not()
	}
	allow, deny := d.matching(d.class, side)
	all := func(body int32) bool {
		return !slices.ContainsFunc(d.bodies[body], func(t term) bool { return !matches(t) })
	}
	return slices.ContainsFunc(allow, all) && !slices.ContainsFunc(deny, all)
}

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
	for _, v := range d.vars.list {
		if v.key == key {
			return v.name
		}
	}
	return key
}

// eachBinding tries values of the keys that variables refer to, until do is content.
func (d *direction) eachBinding(do func(*bindings) bool) {
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
			return left < 0 || do(&bindings{&d.vars, maps.Clone(chosen)})
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
	free := &bindings{&d.vars, nil}
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
		if v, result := d.solve(d.facetIndex[key], own, free); result == found {
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
	var with, all []*glob
	for _, t := range list {
		for _, g := range d.atoms[t.atom()].globs {
			all = append(all, g)
			if slices.ContainsFunc(g.symbols, func(s symbol) bool { return d.vars.keyOf(s) == key }) {
				with = append(with, g)
			}
		}
	}
	for _, g := range with {
		for _, o := range all {
			if o == g || len(out) >= 8 {
				continue
			}
			w, result := find(query{in: [][]*glob{{g.loose()}, {o.loose()}}}, &d.budget)
			if result == found {
				out = append(out, d.valuesIn(g, key, wordText(w))...)
			}
		}
	}
	return out
}

// loose is the glob with * for its variables.
func (g *glob) loose() *glob {
	out := &glob{fold: g.fold}
	for _, s := range g.symbols {
		if s.isVariable() {
			s = anyRun
		}
		if s == anyRun {
			out.run(s)
		} else {
			out.symbols = append(out.symbols, s)
		}
	}
	return out
}

// valuesIn are values of a key's variable with which the glob matches the string.
func (d *direction) valuesIn(g *glob, key, s string) []string {
	first := slices.IndexFunc(g.symbols, func(y symbol) bool { return d.vars.keyOf(y) == key })
	before := (&glob{symbols: g.symbols[:first], fold: g.fold, variables: g.variables}).loose()
	var out []string
	for i := 0; i <= len(s); i++ {
		if !before.matches(s[:i], bindings{}) {
			continue
		}
		for j := i; j <= len(s) && len(out) < 4; j++ {
			if !d.budget.spend(len(g.symbols)) {
				return out
			}
			bound := &glob{fold: g.fold, variables: true}
			for _, y := range g.symbols {
				if d.vars.keyOf(y) == key {
					bound.text(s[i:j])
				} else {
					bound.symbols = append(bound.symbols, y)
				}
			}
			if bound.loose().matches(s, bindings{}) {
				out = append(out, s[i:j])
			}
		}
	}
	return out
}
