package constraint

import (
	"encoding/binary"
	"slices"

	"github.com/ringfence/ringfence/internal/policy/lang"
)

// Within reports that whatever satisfies body x satisfies body y. False proves nothing.
func (s *Space) Within(x, y ID) bool {
	if x == y || s.Always(y) {
		return true
	}
	if s.Always(x) {
		return false
	}
	pair := [2]ID{x, y}
	result, ok := s.within[pair]
	if !ok {
		result = !slices.ContainsFunc(s.bodies[y], func(t term) bool {
			return !slices.Contains(s.bodies[x], t) && !s.implies(s.bodies[x], t)
		})
		s.within[pair] = result
	}
	return result
}

// implies reports that the terms leave no way for t to be false.
func (s *Space) implies(list []term, t term) bool {
	f := s.atoms[t.atom()].dimension
	facts := []term{t.flip()}
	for _, x := range list {
		if s.atoms[x.atom()].dimension == f {
			facts = append(facts, x)
		}
	}
	slices.Sort(facts)
	return s.consistent(f, facts) == lang.Empty
}

// consistent answers whether one part of a request can satisfy all of the terms, which are on one
// dimension: not, if Empty; perhaps, if Found; Unknown, if that was not worked out.
func (s *Space) consistent(f int32, list []term) lang.Outcome {
	if !s.Budget.Spend(4 + len(list)) {
		return lang.Unknown
	}
	s.key = s.key[:0]
	for _, t := range list {
		s.key = binary.LittleEndian.AppendUint32(s.key, uint32(t))
	}
	if f == onResource {
		for _, t := range list {
			if differs := s.atoms[t.atom()].differs; differs != [allSemantics]bool{} {
				s.touched = true
				s.key = append(s.key, byte(s.semantics))
				break
			}
		}
	}
	if result, ok := s.known[string(s.key)]; ok {
		return result
	}
	key := string(s.key)
	_, result := s.solve(f, list, nil)
	s.known[key] = result
	return result
}
