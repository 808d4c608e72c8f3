package lang

import "slices"

// ValuesIn are values of the variables with this key with which g matches the string: at most four, as
// far as the budget goes. Other variables may have any value.
func (v *Variables) ValuesIn(g *Glob, key, s string, b *Budget) []string {
	first := slices.IndexFunc(g.symbols, func(y symbol) bool { return v.keyOf(y) == key })
	before := (&Glob{symbols: g.symbols[:first], fold: g.fold, variables: g.variables}).Loose()
	var out []string
	for i := 0; i <= len(s); i++ {
		if !before.Matches(s[:i], Bindings{}) {
			continue
		}
		for j := i; j <= len(s) && len(out) < 4; j++ {
			if !b.Spend(len(g.symbols)) {
				return out
			}
			bound := &Glob{fold: g.fold, variables: true}
			for _, y := range g.symbols {
				if v.keyOf(y) == key {
					bound.text(s[i:j])
				} else {
					bound.symbols = append(bound.symbols, y)
				}
			}
			if bound.Loose().Matches(s, Bindings{}) {
				out = append(out, s[i:j])
			}
		}
	}
	return out
}
