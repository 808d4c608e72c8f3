package compare

import (
	"encoding/binary"

	"github.com/ringfence/ringfence/internal/policy/lang"
)

// session is one comparison: the statements of both sides with what they ask for
// numbered, and what has been found out so far. It is used by one goroutine and thrown
// away.
type session struct {
	budget  *lang.Budget
	sides   []side
	vars    lang.Variables
	rules   []rule
	actions *actions
	bodies  []terms

	facets     []facet
	facetIndex map[string]int32
	atoms      []sessionAtom
	atomIndex  map[string]int32

	reading reading
	// differs tells in which readings some resource is read differently from the first,
	// undecided whether that cannot be told of one, and touched whether the search looked
	// at one of these.
	differs            [readings]bool
	undecided, touched bool

	known map[string]lang.Outcome
	key   []byte
}

// rule is a statement of one of the sides.
type rule struct {
	*statement
	side  int
	body  int32
	globs []int // the numbers of the actions
}

// terms are what a statement asks for besides the action.
type terms []term

// term is a literal: twice the atom's number, plus one for the negation.
type term int32

func (t term) atom() int32 { return int32(t >> 1) }
func (t term) not() bool   { return t&1 == 1 }
func (t term) flip() term  { return t ^ 1 }

// facet is one independent part of a request: its resource, or one condition key. The
// search takes facets to be independent of one another, which over-approximates.
type facet struct {
	on, name string
	keyType
	// set is true if some operator on the key has a set qualifier.
	set bool
}

// sessionAtom is an atom with its variables numbered for the session.
type sessionAtom struct {
	*atom
	facet int32
}

const resourceFacet = 0

// steps is the budget of one comparison. At 20 to 50 nanoseconds a step it is well
// under a quarter of a second and, at four bytes a step, under 64 MB.
const steps = 1_500_000

func newSession(sides ...side) *session {
	s := &session{
		sides:      sides,
		budget:     lang.NewBudget(steps),
		facets:     []facet{{}},
		facetIndex: map[string]int32{"": resourceFacet},
		atomIndex:  map[string]int32{},
		vars:       lang.Variables{ColonFree: colonFree},
		known:      map[string]lang.Outcome{},
	}
	bodies := map[string]int32{}
	for side, documents := range s.sides {
		for _, d := range documents {
			for i := range d.statements {
				s.add(d, &d.statements[i], side, bodies)
			}
			for _, key := range d.sets {
				s.facets[s.facetIndex[key]].set = true
			}
		}
	}
	s.actions = newActions(s.rules)
	return s
}

// add takes in one statement of a side.
func (s *session) add(d *Compiled, st *statement, side int, bodies map[string]int32) {
	n, old := bodies[st.body.id]
	if !old {
		n = int32(len(s.bodies))
		bodies[st.body.id] = n
		list := make(terms, len(st.body.literals))
		for i, l := range st.body.literals {
			list[i] = term(s.atom(d, l.atom)<<1 | int32(btoi(l.not)))
		}
		s.bodies = append(s.bodies, list)
	}
	s.rules = append(s.rules, rule{statement: st, side: side, body: n})
}

func (s *session) atom(d *Compiled, a *atom) int32 {
	if n, ok := s.atomIndex[a.id]; ok {
		return n
	}
	f, ok := s.facetIndex[a.on]
	if !ok {
		f = int32(len(s.facets))
		s.facetIndex[a.on] = f
		s.facets = append(s.facets, facet{on: a.on, name: a.name, keyType: typeOf(a.on)})
	}
	n := int32(len(s.atoms))
	s.atomIndex[a.id] = n
	s.atoms = append(s.atoms, s.adopt(d, a, f))
	return n
}

// adopt numbers the variables of an atom.
func (s *session) adopt(d *Compiled, a *atom, f int32) sessionAtom {
	if f == resourceFacet {
		for r := range readings {
			s.differs[r] = s.differs[r] || a.differs[r]
		}
		s.undecided = s.undecided || a.readings[within] == nil || a.readings[fieldEnds] == nil
	}
	if len(a.refers) == 0 {
		return sessionAtom{a, f}
	}
	own := *a
	own.globs = s.vars.Adopt(a.globs, &d.vars)
	for r, list := range a.readings {
		own.readings[r] = s.vars.Adopt(list, &d.vars)
	}
	return sessionAtom{&own, f}
}

// consistent answers whether one part of a request can satisfy all of the terms, which
// are on one facet: not, if none; perhaps, if found; unknown, if that was not worked
// out.
func (s *session) consistent(f int32, list []term) lang.Outcome {
	if !s.budget.Spend(4 + len(list)) {
		return lang.Unknown
	}
	s.key = s.key[:0]
	for _, t := range list {
		s.key = binary.LittleEndian.AppendUint32(s.key, uint32(t))
	}
	if f == resourceFacet {
		for _, t := range list {
			if differs := s.atoms[t.atom()].differs; differs != [readings]bool{} {
				s.touched = true
				s.key = append(s.key, byte(s.reading))
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
