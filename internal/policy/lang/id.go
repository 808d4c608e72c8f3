package lang

import (
	"unicode"
	"unicode/utf8"
)

// AppendID writes the glob in a form that differs for different globs. vars are those that it was made with.
func (g *Glob) AppendID(b []byte, vars *Variables) []byte {
	fold := byte(0)
	if g.fold {
		fold = 1
	}
	b = append(b, fold)
	for _, s := range g.symbols {
		switch {
		case s.isVariable():
			v := vars.of(s)
			b = append(b, 0xfe) // no UTF-8 text has this byte
			b = append(b, v.key...)
			if v.hasDefault {
				b = append(append(b, 0xfd), v.fallback...)
			}
			b = append(b, 0xfc)
		case !s.isCharacter():
			b = append(b, 0xff, byte(-s))
		case g.fold:
			b = utf8.AppendRune(b, lowest(rune(s)))
		default:
			b = utf8.AppendRune(b, rune(s))
		}
	}
	return b
}

// lowest stands for all characters that differ from r in case at most.
func lowest(r rune) rune {
	low := r
	for f := unicode.SimpleFold(r); f != r; f = unicode.SimpleFold(f) {
		low = min(low, f)
	}
	return low
}
