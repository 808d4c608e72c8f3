package compare

import (
	"unicode"
)

// within reports that every string of g is one of big, whatever the variables' values
// are. It is quick and may miss: false proves nothing.
func (g *glob) within(big *glob) bool {
	if big.universal() {
		return true
	}
	var room [2][48]int
	now, next := reach(big.symbols, room[0][:0], 0), room[1][:0]
	for _, s := range g.symbols {
		next = next[:0]
		for _, at := range now {
			if at == len(big.symbols) {
				continue
			}
			switch b := big.symbols[at]; {
			case b == anyRun, b == anyRunInField && s.colonless():
				next = reach(big.symbols, next, at)
			case b == s:
				if !s.isCharacter() || !g.fold || big.fold || unicode.SimpleFold(rune(s)) == rune(s) {
					next = reach(big.symbols, next, at+1)
				}
			case s.isVariable() && b.isVariable() && b.covers(s),
				b == anyOne && (s.isCharacter() || s == anyOneInField),
				b == anyOneInField && s.isCharacter() && s != ':',
				big.fold && b.isCharacter() && s.isCharacter() && sameFold(rune(b), rune(s)):
				next = reach(big.symbols, next, at+1)
			}
		}
		if now, next = next, now; len(now) == 0 {
			return false
		}
	}
	return now[len(now)-1] == len(big.symbols)
}

// colonless reports whether nothing that the symbol takes has a colon.
func (s symbol) colonless() bool {
	return s.inField() || s.isCharacter() && s != ':' || s.isVariable() && s.colonFree()
}

// apart reports that no string is in both globs, because they begin or end with
// different characters. False proves nothing.
func (g *glob) apart(o *glob) bool {
	n, m := len(g.symbols), len(o.symbols)
	fold := g.fold || o.fold
	differ := func(a, b symbol) bool {
		return a != b && (!fold || !sameFold(rune(a), rune(b)))
	}
	for i := 0; i < n && i < m; i++ {
		a, b := g.symbols[i], o.symbols[i]
		if !a.isCharacter() || !b.isCharacter() {
			break
		}
		if differ(a, b) {
			return true
		}
	}
	for i := 1; i <= n && i <= m; i++ {
		a, b := g.symbols[n-i], o.symbols[m-i]
		if !a.isCharacter() || !b.isCharacter() {
			break
		}
		if differ(a, b) {
			return true
		}
	}
	return false
}
