package compare

import (
	"encoding/binary"
	"math"
	"slices"
	"time"
	"unicode"
	"unicode/utf8"
)

// identity writes the atom in a form that is the same for the same question.
func (a *atom) identity(vars *variables) string {
	parts := make([]string, 0, len(a.globs)+len(a.numbers)+len(a.dates)+len(a.networks)+len(a.binaries))
	add := func(b []byte) { parts = append(parts, string(b)) }
	for _, g := range a.globs {
		add(g.appendID(make([]byte, 0, len(g.symbols)+8), vars))
	}
	for _, b := range a.numbers {
		add(binary.BigEndian.AppendUint64([]byte{byte(b.order)}, math.Float64bits(b.value)))
	}
	for _, b := range a.dates {
		add(b.value.AppendFormat([]byte{byte(b.order)}, time.RFC3339Nano))
	}
	for _, n := range a.networks {
		add(n.AppendTo(nil))
	}
	for _, s := range a.binaries {
		add([]byte(s))
	}
	slices.Sort(parts)
	parts = slices.Compact(parts)
	id := []byte{byte(a.kind), byte(btoi(a.complement)), byte(btoi(a.missing))}
	id = append(append(id, a.on...), 0)
	for _, p := range parts {
		id = binary.AppendUvarint(id, uint64(len(p)))
		id = append(id, p...)
	}
	return string(id)
}

// appendID writes the glob in a form that differs for different globs.
func (g *glob) appendID(b []byte, vars *variables) []byte {
	b = append(b, byte(btoi(g.fold)))
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
