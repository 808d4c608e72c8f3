package compare

import (
	"encoding/binary"
	"slices"
)

// query asks for a string that is in each of the unions of in and in no glob of out.
//
// Variables stand for values that are not known but the same everywhere. The answer
// over-approximates: whatever the values are, if they make a string an answer, then
// find gives one, in which the variables of in[0] may stand as symbols. It treats
// them so:
//
//   - in in[0] a variable is a letter of its own, so that the same pattern in out takes
//     it back: where ${aws:username} is let in and kept out, nothing is left;
//   - in out only the same variable or a * takes that letter, which is what every
//     value of the variable allows;
//   - in the rest of in a variable is a *, and the letter stands for any string,
//     because two unions may meet for some value even if the letter differs.
type query struct {
	in  [][]*glob
	out []*glob
}

// outcome is how a search ended.
type outcome uint8

const (
	none    outcome = iota // searched to the end: there is nothing
	found                  // there is
	unknown                // stopped, or not decidable here
)

// budget bounds the work of one comparison, in steps that take a few dozen
// nanoseconds each, and with it the memory: no step keeps more than a few bytes.
type budget struct{ left int }

// spend takes n steps, if there are as many left; once there were not, there never are.
func (b *budget) spend(n int) bool {
	if b.left < n {
		b.left = -1
		return false
	}
	b.left -= n
	return true
}

// role is what a glob does in a query.
type role int32

const roleOut role = -1 // else the number of its union

const positionBits = 14 // a position is within 6,144 characters

// node is a state that the search has reached, and how.
type node struct {
	state  []uint32
	from   int32
	letter symbol
}

// find answers q. The string is the shortest, or one of the shortest.
func find(q query, b *budget) ([]symbol, outcome) {
	a := &automaton{unions: len(q.in), alive: make([]bool, len(q.in))}
	for i, union := range q.in {
		for _, g := range union {
			a.globs, a.roles = append(a.globs, g), append(a.roles, role(i))
		}
	}
	for _, g := range q.out {
		a.globs, a.roles = append(a.globs, g), append(a.roles, roleOut)
	}
	a.next = a.next[:0]
	for i := range a.globs {
		a.reach(i, 0)
	}
	start, ok := a.settle()
	if !ok {
		return nil, none
	}
	nodes := []node{{state: slices.Clone(start), from: -1}}
	seen := map[string]struct{}{}
	var key []byte
	for at := 0; at < len(nodes); at++ {
		now := nodes[at].state
		if a.accepts(now) {
			return word(nodes, at), found
		}
		for _, letter := range a.choose(now) {
			if !b.spend(1 + len(now)) {
				return nil, unknown
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
			if !b.spend(16 + 2*len(next)) {
				return nil, unknown
			}
			seen[string(key)] = struct{}{}
			nodes = append(nodes, node{state: slices.Clone(next), from: int32(at), letter: letter})
		}
	}
	return nil, none
}

// word is the letters on the way to a node.
func word(nodes []node, at int) []symbol {
	var w []symbol
	for ; nodes[at].from >= 0; at = int(nodes[at].from) {
		w = append(w, nodes[at].letter)
	}
	slices.Reverse(w)
	return w
}
