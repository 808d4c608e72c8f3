package lang

import "slices"

// Bindings are what is known of the values that variables have, by key in lower case. In the zero
// value no variable has a value.
type Bindings struct {
	Variables *Variables
	Values    map[string]string
	// Patterns bound the values of keys instead of telling them. Where there are any, variables that
	// are in neither list stay what they are.
	Patterns map[string]*Glob
}

// apply is g with the variables replaced; false if one has no value.
func (b Bindings) apply(g *Glob) (*Glob, bool) {
	if !g.variables {
		return g, true
	}
	if b.Variables == nil {
		return nil, false
	}
	out := &Glob{fold: g.fold, symbols: make([]symbol, 0, len(g.symbols)+16)}
	for _, s := range g.symbols {
		if !s.isVariable() {
			out.symbols = append(out.symbols, s)
			continue
		}
		v := b.Variables.of(s)
		pattern, bounded := b.Patterns[v.key]
		value, ok := b.Values[v.key]
		switch {
		case bounded:
			out.symbols = append(out.symbols, pattern.symbols...)
		case b.Patterns != nil:
			out.symbols, out.variables = append(out.symbols, s), true
		case ok:
			out.text(value)
		case v.hasDefault:
			out.text(v.fallback)
		default:
			return nil, false
		}
	}
	return out, true
}

// applyAll is the globs with the variables replaced, without those that match nothing.
func (b Bindings) applyAll(globs []*Glob) []*Glob {
	out := make([]*Glob, 0, len(globs))
	for _, g := range globs {
		if bound, ok := b.apply(g); ok {
			out = append(out, bound)
		}
	}
	return out
}

// sure is the globs of which it is known what they match at least: not those with a variable of which
// only a pattern with wildcards is known.
func (b Bindings) sure(globs []*Glob) []*Glob {
	if b.Patterns == nil {
		return globs
	}
	return slices.DeleteFunc(slices.Clone(globs), func(g *Glob) bool {
		return slices.ContainsFunc(g.symbols, func(s symbol) bool {
			pattern := b.Patterns[b.Variables.keyOf(s)]
			return pattern != nil && !pattern.Single()
		})
	})
}
