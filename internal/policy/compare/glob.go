package compare

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/wildcard"
)

// symbol is one step of a glob: a character that stands for itself (zero or more), one
// of the wildcards, or a policy variable (at or below firstVariable).
type symbol int32

const (
	anyRun        symbol = -1 // *: any characters, or none
	anyRunInField symbol = -2 // *, but never a colon: a wildcard within one field of an ARN
	anyOne        symbol = -3 // ?: exactly one character
	anyOneInField symbol = -4 // ?, but never a colon
	firstVariable symbol = -16
)

func (s symbol) isVariable() bool  { return s <= firstVariable }
func (s symbol) isRun() bool       { return s == anyRun || s == anyRunInField }
func (s symbol) isCharacter() bool { return s >= 0 }
func (s symbol) inField() bool     { return s == anyRunInField || s == anyOneInField }

// glob is a pattern as the automata read it. Neighbouring runs are one.
type glob struct {
	symbols []symbol
	fold    bool // characters match whatever their case
	// variables is true if a symbol is a policy variable.
	variables bool
}

// universal reports whether every string matches.
func (g *glob) universal() bool { return len(g.symbols) == 1 && g.symbols[0] == anyRun }

// literal reports whether one string alone matches.
func (g *glob) literal() bool {
	return !g.fold && !slices.ContainsFunc(g.symbols, func(s symbol) bool { return !s.isCharacter() })
}

// newGlob reads p, and notes the variables that it mentions.
func newGlob(p policy.Pattern, fold bool, vars *variables) *glob {
	n := 0
	for _, t := range p.Tokens {
		n += max(1, len(t.Text))
	}
	g := &glob{symbols: make([]symbol, 0, n), fold: fold}
	for _, t := range p.Tokens {
		switch t.Kind {
		case wildcard.Literal:
			g.text(t.Text)
		case wildcard.AnyRun:
			g.run(anyRun)
		case wildcard.AnyOne:
			g.symbols = append(g.symbols, anyOne)
		case wildcard.Variable:
			g.symbols = append(g.symbols, vars.read(t))
			g.variables = true
		}
	}
	return g
}

// literalGlob matches text and nothing else, its case aside if fold is set.
func literalGlob(text string, fold bool) *glob {
	g := &glob{fold: fold}
	g.text(text)
	return g
}

func (g *glob) text(s string) {
	for _, r := range s {
		g.symbols = append(g.symbols, symbol(r))
	}
}

// run adds a *, unless the glob ends in one that is as good.
func (g *glob) run(s symbol) {
	if n := len(g.symbols); n == 0 || g.symbols[n-1] != s {
		g.symbols = append(g.symbols, s)
	}
}

// matches reports whether the text is in the glob's language where the variables have
// the given values; a variable without a value matches nothing.
func (g *glob) matches(text string, values bindings) bool {
	if g.variables {
		bound, ok := values.apply(g)
		if !ok {
			return false
		}
		g = bound
	}
	// The positions reached so far, lowest first. Closure over runs is by reach.
	var room [2][48]int
	now, next := reach(g.symbols, room[0][:0], 0), room[1][:0]
	for _, r := range text {
		next = next[:0]
		for _, at := range now {
			if at == len(g.symbols) {
				continue
			}
			switch s := g.symbols[at]; {
			case s.isRun():
				if s == anyRun || r != ':' {
					next = reach(g.symbols, next, at)
				}
			case g.takes(s, r):
				next = reach(g.symbols, next, at+1)
			}
		}
		if now, next = next, now; len(now) == 0 {
			return false
		}
	}
	return now[len(now)-1] == len(g.symbols)
}

// reach adds position at, and those behind the runs that stand there, to the sorted
// list. Where a run that takes everything is reached, what lies before it is dropped:
// all that it would take, the run takes too.
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

// takes reports whether s, which is no run and no variable, takes the character.
func (g *glob) takes(s symbol, r rune) bool {
	switch {
	case s == anyOne:
		return true
	case s == anyOneInField:
		return r != ':'
	case s == symbol(r):
		return true
	default:
		return g.fold && s.isCharacter() && sameFold(rune(s), r)
	}
}

// sameFold reports whether two characters differ in case at most.
func sameFold(a, b rune) bool {
	if a == b {
		return true
	}
	if a < utf8.RuneSelf && b < utf8.RuneSelf {
		return a|0x20 == b|0x20 && 'a' <= a|0x20 && a|0x20 <= 'z'
	}
	for r := unicode.SimpleFold(a); r != a; r = unicode.SimpleFold(r) {
		if r == b {
			return true
		}
	}
	return false
}

// String is the glob in the notation of policies, for messages and tests.
func (g *glob) String() string {
	var b strings.Builder
	for _, s := range g.symbols {
		switch {
		case s.isRun():
			b.WriteByte('*')
		case s == anyOne, s == anyOneInField:
			b.WriteByte('?')
		case s.isVariable():
			b.WriteString("${}")
		default:
			b.WriteRune(rune(s))
		}
	}
	return b.String()
}
