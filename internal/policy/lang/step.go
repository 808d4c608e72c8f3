package lang

import (
	"slices"
	"unicode"
)

// choose gives the letters that can make a difference here: those that a place waits
// for, and one that stands for all others.
func (a *automaton) choose(state []uint32) []symbol {
	a.letters = a.letters[:0]
	add := func(s symbol) {
		if !slices.Contains(a.letters, s) {
			a.letters = append(a.letters, s)
		}
	}
	field := false
	for _, p := range state {
		if a.atEnd(p) {
			continue
		}
		s := a.symbol(p)
		switch {
		case s.isCharacter():
			add(s)
			if a.glob(p).fold {
				for r := unicode.SimpleFold(rune(s)); symbol(r) != s; r = unicode.SimpleFold(r) {
					add(symbol(r))
				}
			}
		case s.isVariable() && a.role(p) == 0:
			add(s)
		case s.inField():
			field = true
		}
	}
	// A colon comes last: people expect Empty where any character will do.
	colon := slices.Index(a.letters, ':')
	if colon >= 0 {
		a.letters = slices.Delete(a.letters, colon, colon+1)
	}
	a.letters = append(a.letters, other(a.letters))
	if field || colon >= 0 {
		a.letters = append(a.letters, ':')
	}
	return a.letters
}

// other is a character that is Empty of the letters, one that reads well if possible.
func other(letters []symbol) symbol {
	for _, r := range "xyz0123456789abcdefghijklmnopqrstuvwABCDEFGHIJKLMNOPQRSTUVWXYZ-_" {
		if !slices.Contains(letters, symbol(r)) {
			return symbol(r)
		}
	}
	r := symbol(0x4e00)
	for slices.Contains(letters, r) {
		r++
	}
	return r
}

// step puts the places behind the letter into next.
func (a *automaton) step(state []uint32, letter symbol) {
	a.next = a.next[:0]
	for _, p := range state {
		g, at, r := int(p>>positionBits), position(p), a.role(p)
		if letter.isVariable() && r > 0 {
			// The letter is any string: this place and every later one may be reached.
			for i := at; i <= len(a.globs[g].symbols); i++ {
				a.insert(place(g, i))
			}
			continue
		}
		if a.atEnd(p) {
			continue
		}
		switch s := a.symbol(p); {
		case s == anyRun, s == anyRunInField && a.inField(letter, r), r > 0 && s.isVariable():
			a.reach(g, at)
		case s == letter, r == roleOut && s.isVariable() && letter.isVariable() && s.covers(letter),
			letter.isCharacter() && !s.isVariable() && !s.isRun() && a.globs[g].takes(s, letter, false):
			a.reach(g, at+1)
		}
	}
}
