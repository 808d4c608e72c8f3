package constraint

import (
	"slices"

	"github.com/ringfence/ringfence/internal/policy/lang"
)

// Candidate is a complete choice of a [Search]: what the resource and each condition key must be like.
// Each dimension by itself can be so, as far as is known. Whether all can be at once shows when a request
// is made of it: [Candidate.EachBinding], then [Candidate.Context] and [Candidate.Resource].
type Candidate struct {
	space   *Space
	assumed [][]term // by dimension, sorted
	named   []bool   // by dimension: whether a body of the cell asks about it
}

// Open is a condition on which the candidate hangs although its answer is not known, or "": it cannot be
// read, or AWS does not document what it answers, and then Open is its key.
func (c *Candidate) Open() (condition string, undocumented bool) {
	for _, list := range c.assumed {
		for _, t := range list {
			a := &c.space.atoms[t.atom()]
			if c.space.dimensions[a.dimension].leavesOpen(a.atom) {
				if condition, undocumented = a.name, true; a.kind == opaque {
					condition, undocumented = a.fault, false
				}
			}
		}
	}
	return condition, undocumented
}

// EmptyValue is a condition key that needs one empty value under an operator with a set qualifier for the
// candidate, or "": AWS's text counts that as no value, and others compare it.
func (c *Candidate) EmptyValue() (key string) {
	for f := onResource + 1; f < len(c.assumed); f++ {
		if list := c.assumed[f]; len(list) > 0 && c.space.needsEmptyValue(int32(f), list) {
			return c.space.dimensions[f].name
		}
	}
	return ""
}

// Split reports whether no resource will do in some other semantics: then none that does in this one is
// likely to be confirmed.
func (c *Candidate) Split() bool {
	s, list := c.space, c.assumed[onResource]
	defer func() { s.semantics = CrossColons }()
	for s.semantics = WithinField; s.semantics < allSemantics; s.semantics++ {
		if s.differs[s.semantics] && len(list) > 0 && s.consistent(onResource, list) == lang.Empty {
			return true
		}
	}
	return false
}

// Context makes the condition keys of a request in which the variables have these values.
func (c *Candidate) Context(b *lang.Bindings) (map[string][]string, bool) {
	context := map[string][]string{}
	for key, value := range b.Values {
		context[c.keyName(key)] = []string{value}
	}
	referred := c.referred()
	for f := 1; f < len(c.space.dimensions); f++ {
		list := c.assumed[f]
		key := &c.space.dimensions[f]
		if len(list) == 0 && (!key.always || !c.named[f]) {
			continue
		}
		if slices.Contains(referred, key.on) {
			var v values
			if value, ok := b.Values[key.on]; ok {
				v = values{value}
			}
			if !c.satisfies(list, v, b) {
				return nil, false
			}
			continue
		}
		v, result := c.space.solve(int32(f), list, b)
		if result != lang.Found {
			return nil, false
		}
		if len(v) > 0 {
			context[key.name] = v
		}
	}
	return context, true
}

// Resource makes the resource: one of the types, or * where there are none. With loose the types are no
// more than a hint.
func (c *Candidate) Resource(types []*lang.Glob, loose bool, b *lang.Bindings) (string, bool) {
	list := c.assumed[onResource]
	if !loose && len(types) == 0 {
		return "*", c.space.starResource(list, b)
	}
	if v, result := c.space.solveARN(list, b, types, loose); result == lang.Found {
		if plausible(v[0]) {
			return v[0], true
		}
		if v, result = c.space.solveARN(list, b, shapes(), false); result == lang.Found && plausible(v[0]) {
			return v[0], true
		}
		return "", false
	}
	return "*", loose && c.space.starResource(list, b)
}

// satisfies reports whether the values of a key satisfy the terms.
func (c *Candidate) satisfies(list []term, v values, b *lang.Bindings) bool {
	for _, t := range list {
		a := &c.space.atoms[t.atom()]
		key := &c.space.dimensions[a.dimension]
		switch {
		case a.kind == opaque, len(v) > 0 && (key.leavesOpen(a.atom) || key.never), len(v) == 0 && key.always:
			return false
		case a.holds(v, *b) == t.not():
			return false
		}
	}
	return true
}

// referred are the condition keys that variables of the assumed terms refer to.
func (c *Candidate) referred() []string {
	var keys []string
	for _, list := range c.assumed {
		for _, t := range list {
			for _, key := range c.space.atoms[t.atom()].refers {
				if !slices.Contains(keys, key) {
					keys = append(keys, key)
				}
			}
		}
	}
	return keys
}

// keyName is a condition key as somebody wrote it.
func (c *Candidate) keyName(key string) string {
	if f, ok := c.space.byKey[key]; ok {
		return c.space.dimensions[f].name
	}
	if name, ok := c.space.vars.Name(key); ok {
		return name
	}
	return key
}
