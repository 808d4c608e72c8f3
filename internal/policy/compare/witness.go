package compare

import (
	"slices"
	"strings"

	"github.com/ringfence/ringfence/internal/policy/eval"
	"github.com/ringfence/ringfence/internal/policy/lang"
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
	d.eachBinding(func(b *lang.Bindings) bool {
		context, ok := d.context(b)
		if !ok {
			return false
		}
		for _, e := range examples {
			if !d.budget.Spend(len(d.rules)*8 + len(d.actions.globs)) {
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
func (d *direction) context(b *lang.Bindings) (map[string][]string, bool) {
	context := map[string][]string{}
	for key, value := range b.Values {
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
			if value, ok := b.Values[key.on]; ok {
				v = values{value}
			}
			if !d.fulfils(list, v, b) {
				return nil, false
			}
			continue
		}
		v, result := d.solve(int32(f), list, b)
		if result != lang.Found {
			return nil, false
		}
		if len(v) > 0 {
			context[key.name] = v
		}
	}
	return context, true
}

// fulfils reports whether the values of a key satisfy the terms.
func (d *direction) fulfils(list []term, v values, b *lang.Bindings) bool {
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
	capped := d.through != nobody
	if capped {
		if may, surely := d.sides[d.through].allows(w, &c); !may || !surely {
			return unconfirmed
		}
	}
	if d.undecided {
		return readingsSplit
	}
	for r := within; r < readings; r++ {
		if d.differs[r] && (!d.allowedIn(r, d.from, w) || d.allowedIn(r, d.to, w) || capped && !d.allowedIn(r, d.through, w)) {
			return readingsSplit
		}
	}
	return ""
}

// allowedIn is what a side says of a request in one reading.
func (d *direction) allowedIn(r reading, side int, w *Witness) bool {
	b := lang.Bindings{Variables: &d.vars, Values: map[string]string{}}
	context := map[string][]string{}
	for key, v := range w.Context {
		key = strings.ToLower(key)
		context[key] = v
		if len(v) == 1 {
			b.Values[key] = v[0]
		}
	}
	matches := func(t term) bool {
		a := &d.atoms[t.atom()]
		if a.facet != resourceFacet {
			return a.holds(context[a.on], b) != t.not()
		}
		return slices.ContainsFunc(a.readings[r], func(g *lang.Glob) bool { return g.Matches(w.Resource, b) }) != t.not()
	}
	allow, deny := d.matching(d.class, side)
	all := func(body int32) bool {
		return !slices.ContainsFunc(d.bodies[body], func(t term) bool { return !matches(t) })
	}
	return slices.ContainsFunc(allow, all) && !slices.ContainsFunc(deny, all)
}
