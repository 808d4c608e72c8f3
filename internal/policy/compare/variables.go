package compare

import (
	"slices"
	"strings"

	"github.com/ringfence/ringfence/internal/wildcard"
)

// variables numbers the policy variables of a document or of a comparison. Two that
// have the same key and the same default always have the same value.
type variables struct{ list []variable }

// variable is ${key} or ${key, 'fallback'}.
type variable struct {
	symbol     symbol
	key        string // in lower case
	name       string // as first written
	fallback   string
	hasDefault bool
}

// A variable's symbol has its number: which key, which default of it (zero for none),
// and whether no value has a colon.
const (
	defaultBits = 8
	keyShift    = defaultBits + 1
)

func (s symbol) variable() int32 { return int32(firstVariable - s) }

// colonFree reports whether no value of the variable has a colon.
func (s symbol) colonFree() bool { return s.variable()&1 == 1 }

// covers reports whether the variable s has the value of the variable o wherever o has
// one: it is the same, or has the same key and a default that o has not.
func (s symbol) covers(o symbol) bool {
	n := o.variable()
	return s == o || s.variable()>>keyShift == n>>keyShift && n>>1&(1<<defaultBits-1) == 0
}

// read gives a variable its symbol.
func (v *variables) read(t wildcard.Token) symbol {
	return v.add(variable{0, strings.ToLower(t.Text), t.Text, t.Default, t.HasDefault})
}

func (v *variables) add(w variable) symbol {
	key, defaults := int32(-1), int32(1)
	last := int32(-1)
	for _, old := range v.list {
		if old.same(w) {
			return old.symbol
		}
		n := old.symbol.variable() >> keyShift
		last = max(last, n)
		if old.key == w.key {
			key = n
			defaults += int32(btoi(old.hasDefault))
		}
	}
	if !w.hasDefault {
		defaults = 0
	}
	if key < 0 || defaults >= 1<<defaultBits {
		// A key of its own is right too: it only knows less.
		key, defaults = last+1, min(defaults, 1)
	}
	w.symbol = firstVariable - symbol(key<<keyShift|defaults<<1|int32(btoi(w.colonFree())))
	v.list = append(v.list, w)
	return w.symbol
}

// of is the variable that a symbol stands for.
func (v *variables) of(s symbol) *variable {
	i := slices.IndexFunc(v.list, func(w variable) bool { return w.symbol == s })
	return &v.list[i]
}

func (v variable) same(w variable) bool {
	return v.key == w.key && v.fallback == w.fallback && v.hasDefault == w.hasDefault
}

// colonFree reports whether no value of the variable has a colon, so that it stays
// within its field of an ARN.
func (v variable) colonFree() bool {
	if strings.Contains(v.fallback, ":") {
		return false
	}
	switch v.key {
	case "aws:username", "aws:principalaccount", "aws:resourceaccount", "aws:sourceaccount",
		"aws:principalorgid", "aws:resourceorgid", "aws:sourceorgid", "aws:principaltype",
		"aws:requestedregion":
		return true
	}
	return false
}

// keyOf is the key that a symbol refers to, "" if it is no variable.
func (v *variables) keyOf(s symbol) string {
	if !s.isVariable() {
		return ""
	}
	return v.of(s).key
}

// keys are the keys that the variables of the globs refer to.
func (v *variables) keys(globs []*glob) []string {
	var out []string
	for _, g := range globs {
		if !g.variables {
			continue
		}
		for _, s := range g.symbols {
			if key := v.keyOf(s); key != "" && !slices.Contains(out, key) {
				out = append(out, key)
			}
		}
	}
	return out
}

// adopt gives g the numbers that its variables have here instead of in from.
func (v *variables) adopt(g *glob, from *variables) *glob {
	if !g.variables {
		return g
	}
	out := &glob{symbols: make([]symbol, len(g.symbols)), fold: g.fold, variables: true}
	for i, s := range g.symbols {
		if s.isVariable() {
			s = v.add(*from.of(s))
		}
		out.symbols[i] = s
	}
	return out
}

// adoptAll does so for a list, nil for nil.
func (v *variables) adoptAll(globs []*glob, from *variables) []*glob {
	if globs == nil {
		return nil
	}
	out := make([]*glob, len(globs))
	for i, g := range globs {
		out[i] = v.adopt(g, from)
	}
	return out
}

// bindings are values of condition keys that variables refer to, by key in lower
// case. A pattern with a variable that has no value matches nothing.
type bindings struct {
	vars   *variables
	values map[string]string
	// patterns bound the values of keys instead of telling them. Then variables that
	// have neither stay what they are.
	patterns map[string]*glob
}

// apply is g with the variables replaced; false if one has no value.
func (b bindings) apply(g *glob) (*glob, bool) {
	if !g.variables {
		return g, true
	}
	if b.vars == nil {
		return nil, false
	}
	out := &glob{fold: g.fold, symbols: make([]symbol, 0, len(g.symbols)+16)}
	for _, s := range g.symbols {
		if !s.isVariable() {
			out.symbols = append(out.symbols, s)
			continue
		}
		v := b.vars.of(s)
		pattern, bounded := b.patterns[v.key]
		value, ok := b.values[v.key]
		switch {
		case bounded:
			out.symbols = append(out.symbols, pattern.symbols...)
		case b.patterns != nil:
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
func (b bindings) applyAll(globs []*glob) []*glob {
	out := make([]*glob, 0, len(globs))
	for _, g := range globs {
		if bound, ok := b.apply(g); ok {
			out = append(out, bound)
		}
	}
	return out
}

// surelyIn is the globs of which it is known what they match at least: not those with
// a variable of which only a pattern with wildcards is known.
func (b bindings) surelyIn(globs []*glob) []*glob {
	if b.patterns == nil {
		return globs
	}
	return slices.DeleteFunc(slices.Clone(globs), func(g *glob) bool {
		return slices.ContainsFunc(g.symbols, func(s symbol) bool {
			pattern := b.patterns[b.vars.keyOf(s)]
			return pattern != nil && !pattern.literal()
		})
	})
}
