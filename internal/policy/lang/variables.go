package lang

import (
	"slices"
	"strings"

	"github.com/ringfence/ringfence/internal/wildcard"
)

// Variables numbers the variables of globs. Two that have the same key and the same default always
// have the same value. The zero value is empty, and ready for use.
type Variables struct {
	list []variable
	// ColonFree says of which keys, in lower case, no value has a colon; nil for none.
	ColonFree func(key string) bool
}

// variable is ${key} or ${key, 'fallback'}.
type variable struct {
	symbol     symbol
	key        string // in lower case
	name       string // as first written
	fallback   string
	hasDefault bool
	colonFree  bool
}

// read gives a variable its symbol.
func (v *Variables) read(t wildcard.Token) symbol {
	key := strings.ToLower(t.Text)
	free := v.ColonFree != nil && v.ColonFree(key) && !strings.Contains(t.Default, ":")
	return v.add(variable{0, key, t.Text, t.Default, t.HasDefault, free})
}

func (v *Variables) add(w variable) symbol {
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
			if old.hasDefault {
				defaults++
			}
		}
	}
	if !w.hasDefault {
		defaults = 0
	}
	if key < 0 || defaults >= 1<<defaultBits {
		// A key of its own is right too: it only knows less.
		key, defaults = last+1, min(defaults, 1)
	}
	w.symbol = firstVariable - symbol(key<<keyShift|defaults<<1)
	if w.colonFree {
		w.symbol--
	}
	v.list = append(v.list, w)
	return w.symbol
}

func (v variable) same(w variable) bool {
	return v.key == w.key && v.fallback == w.fallback && v.hasDefault == w.hasDefault
}

// of is the variable that a symbol stands for.
func (v *Variables) of(s symbol) *variable {
	i := slices.IndexFunc(v.list, func(w variable) bool { return w.symbol == s })
	return &v.list[i]
}

// Name is the key as it was first written in a variable.
func (v *Variables) Name(key string) (name string, ok bool) {
	for _, w := range v.list {
		if w.key == key {
			return w.name, true
		}
	}
	return "", false
}

// Keys are the keys in lower case that the variables of the globs refer to.
func (v *Variables) Keys(globs []*Glob) []string {
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

// Refers reports whether a variable of the glob refers to the key.
func (v *Variables) Refers(g *Glob, key string) bool {
	return g.variables && slices.ContainsFunc(g.symbols, func(s symbol) bool { return v.keyOf(s) == key })
}

// keyOf is the key that a symbol refers to, "" if it is no variable.
func (v *Variables) keyOf(s symbol) string {
	if !s.isVariable() {
		return ""
	}
	return v.of(s).key
}

// Adopt gives the variables of globs the numbers that they have here instead of in from; nil for nil.
func (v *Variables) Adopt(globs []*Glob, from *Variables) []*Glob {
	if globs == nil {
		return nil
	}
	out := make([]*Glob, len(globs))
	for i, g := range globs {
		out[i] = v.adopt(g, from)
	}
	return out
}

func (v *Variables) adopt(g *Glob, from *Variables) *Glob {
	if !g.variables {
		return g
	}
	out := &Glob{symbols: make([]symbol, len(g.symbols)), fold: g.fold, variables: true}
	for i, s := range g.symbols {
		if s.isVariable() {
			s = v.add(*from.of(s))
		}
		out.symbols[i] = s
	}
	return out
}
