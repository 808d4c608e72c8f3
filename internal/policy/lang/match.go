package lang

import (
	"unicode"

	"github.com/ringfence/ringfence/internal/wildcard"
)

// Matches reports whether the text is in the glob where the variables have the given values. A
// variable without a value matches nothing.
func (g *Glob) Matches(text string, values Bindings) bool {
	if g.variables {
		bound, ok := values.apply(g)
		if !ok {
			return false
		}
		g = bound
	}
	var room [2][48]int
	now, next := reach(g.symbols, room[0][:0], 0), room[1][:0]
	for _, r := range text {
		next = g.advance(next[:0], now, symbol(r), false)
		if now, next = next, now; len(now) == 0 {
			return false
		}
	}
	return now[len(now)-1] == len(g.symbols)
}

// Within reports that every string of g is one of big, whatever the values of variables are. It is
// quick and may miss: false proves nothing.
func (g *Glob) Within(big *Glob) bool {
	if big.Universal() {
		return true
	}
	var room [2][48]int
	now, next := reach(big.symbols, room[0][:0], 0), room[1][:0]
	for _, s := range g.symbols {
		next = big.advance(next[:0], now, s, g.fold)
		if now, next = next, now; len(now) == 0 {
			return false
		}
	}
	return now[len(now)-1] == len(big.symbols)
}

// advance gives the positions that are reached with the symbol of another glob from those in now,
// which are sorted. fold says that the symbol is a character of either case.
func (g *Glob) advance(next, now []int, s symbol, fold bool) []int {
	for _, at := range now {
		if at == len(g.symbols) {
			continue
		}
		switch own := g.symbols[at]; {
		case own.isRun():
			if own == anyRun || s.colonless() {
				next = reach(g.symbols, next, at)
			}
		case g.takes(own, s, fold):
			next = reach(g.symbols, next, at+1)
		}
	}
	return next
}

// takes reports whether own, a symbol of g that is no run, stands for all that s stands for.
func (g *Glob) takes(own, s symbol, fold bool) bool {
	switch {
	case own == s:
		return !fold || g.fold || !s.isCharacter() || unicode.SimpleFold(rune(s)) == rune(s)
	case own == anyOne:
		return s.isCharacter() || s == anyOneInField
	case own == anyOneInField:
		return s.isCharacter() && s != ':'
	case own.isVariable():
		return s.isVariable() && own.covers(s)
	default:
		return g.fold && s.isCharacter() && wildcard.EqualFold(rune(own), rune(s))
	}
}

// reach adds position at, and those behind the runs that stand there, to the sorted list. Where a run
// that takes everything is reached, what lies before it is dropped: all that it would take, the run
// takes too.
func reach(symbols []symbol, list []int, at int) []int {
	for ; ; at++ {
		if at < len(symbols) && symbols[at] == anyRun {
			list = list[:0]
		}
		if n := len(list); n == 0 || list[n-1] < at {
			list = append(list, at)
		}
		if at == len(symbols) || !symbols[at].isRun() {
			return list
		}
	}
}

// Apart reports that no string is in both globs, because they begin or end with different
// characters. False proves nothing.
func (g *Glob) Apart(o *Glob) bool {
	n, m := len(g.symbols), len(o.symbols)
	fold := g.fold || o.fold
	for i := range min(n, m) {
		if a, b := g.symbols[i], o.symbols[i]; !a.isCharacter() || !b.isCharacter() {
			break
		} else if differ(a, b, fold) {
			return true
		}
	}
	for i := 1; i <= min(n, m); i++ {
		if a, b := g.symbols[n-i], o.symbols[m-i]; !a.isCharacter() || !b.isCharacter() {
			break
		} else if differ(a, b, fold) {
			return true
		}
	}
	return false
}

func differ(a, b symbol, fold bool) bool {
	return a != b && (!fold || !wildcard.EqualFold(rune(a), rune(b)))
}
