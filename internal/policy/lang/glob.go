package lang

import (
	"slices"
	"strings"

	"github.com/ringfence/ringfence/internal/wildcard"
)

// Glob is a pattern, and the set of strings that match it. It is immutable.
type Glob struct {
	symbols []symbol // neighbouring runs of one kind are one
	fold    bool     // characters match whatever their case
	// variables is true if a symbol is a variable.
	variables bool
}

// MaxLength is how many characters a glob may have: the automata count with it.
const MaxLength = 1<<positionBits - 64

// New makes a glob of a pattern, and numbers its variables in vars. With fold case does not count.
func New(tokens []wildcard.Token, fold bool, vars *Variables) *Glob {
	n := 0
	for _, t := range tokens {
		n += max(1, len(t.Text))
	}
	g := &Glob{symbols: make([]symbol, 0, n), fold: fold}
	for _, t := range tokens {
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

// Text is the glob that s alone matches, its case aside if fold is set.
func Text(s string, fold bool) *Glob {
	g := &Glob{fold: fold}
	g.text(s)
	return g
}

func (g *Glob) text(s string) {
	for _, r := range s {
		g.symbols = append(g.symbols, symbol(r))
	}
}

// run adds a *, unless the glob ends in the same one.
func (g *Glob) run(s symbol) {
	if n := len(g.symbols); n == 0 || g.symbols[n-1] != s {
		g.symbols = append(g.symbols, s)
	}
}

// anything is the glob *.
func anything() *Glob { return &Glob{symbols: []symbol{anyRun}} }

// Universal reports whether every string matches.
func (g *Glob) Universal() bool { return len(g.symbols) == 1 && g.symbols[0] == anyRun }

// Single reports whether one string alone matches.
func (g *Glob) Single() bool {
	return !g.fold && !slices.ContainsFunc(g.symbols, func(s symbol) bool { return !s.isCharacter() })
}

// Plain reports whether case counts and no wildcard keeps to a field.
func (g *Glob) Plain() bool { return !g.fold && !slices.ContainsFunc(g.symbols, symbol.inField) }

// HasVariables reports whether a part of the glob is a variable.
func (g *Glob) HasVariables() bool { return g.variables }

// Len is the length of the glob in steps.
func (g *Glob) Len() int { return len(g.symbols) }

// Loose is the glob with * for its variables.
func (g *Glob) Loose() *Glob {
	if !g.variables {
		return g
	}
	out := &Glob{fold: g.fold}
	for _, s := range g.symbols {
		if s.isVariable() {
			s = anyRun
		}
		if s == anyRun {
			out.run(s)
		} else {
			out.symbols = append(out.symbols, s)
		}
	}
	return out
}

// String is the glob in the notation of policies.
func (g *Glob) String() string {
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
