package lang

import (
	"encoding/binary"
	"slices"
)

// node is a state that the search has reached, and how.
type node struct {
	state  []uint32
	from   int32
	letter symbol
}

// Find answers the query by the automaton alone, breadth first. The string is the shortest, or one of
// the shortest.
func (q Query) Find(b *Budget) (string, Outcome) {
	a := &automaton{alive: make([]bool, len(q.In))}
	for i, union := range q.In {
		for _, g := range union {
			a.globs, a.roles = append(a.globs, g), append(a.roles, role(i))
		}
	}
	for _, g := range q.Out {
		a.globs, a.roles = append(a.globs, g), append(a.roles, roleOut)
	}
	for i := range a.globs {
		a.reach(i, 0)
	}
	start, ok := a.settle()
	if !ok {
		return "", Empty
	}
	nodes := []node{{state: slices.Clone(start), from: -1}}
	seen := map[string]struct{}{}
	var key []byte
	for at := 0; at < len(nodes); at++ {
		now := nodes[at].state
		if a.accepts(now) {
			return path(nodes, at), Found
		}
		for _, letter := range a.choose(now) {
			if !b.Spend(1 + len(now)) {
				return "", Unknown
			}
			a.step(now, letter)
			next, ok := a.settle()
			if !ok {
				continue
			}
			key = key[:0]
			for _, p := range next {
				key = binary.LittleEndian.AppendUint32(key, p)
			}
			if _, old := seen[string(key)]; old {
				continue
			}
			if !b.Spend(16 + 2*len(next)) {
				return "", Unknown
			}
			seen[string(key)] = struct{}{}
			nodes = append(nodes, node{state: slices.Clone(next), from: int32(at), letter: letter})
		}
	}
	return "", Empty
}

// path is the letters on the way to a node, without variables.
func path(nodes []node, at int) string {
	var out []rune
	for ; nodes[at].from >= 0; at = int(nodes[at].from) {
		if letter := nodes[at].letter; letter.isCharacter() {
			out = append(out, rune(letter))
		}
	}
	slices.Reverse(out)
	return string(out)
}
