package constraint

import "github.com/ringfence/ringfence/internal/policy/lang"

// Space is what the requests of one comparison can differ in, beside the action: the resource and the
// condition keys that its documents name. It numbers their bodies, and remembers what was found out. It
// is for one goroutine.
type Space struct {
	// Budget is spent by all that is asked of the space.
	Budget *lang.Budget

	vars       lang.Variables
	dimensions []dimension
	byKey      map[string]int32 // the dimension of a condition key in lower case
	atoms      []spaceAtom
	byAtom     map[string]int32
	bodies     [][]term
	byBody     map[string]ID

	semantics Semantics
	// differs tells in which semantics some resource is read differently from the first, unclear whether
	// that cannot be told of one, and touched whether the search looked at one of these.
	differs          [allSemantics]bool
	unclear, touched bool

	// unsigned is true for requests that no user, role or root user signs.
	unsigned bool

	known  map[string]lang.Outcome // by terms
	within map[[2]ID]bool
	key    []byte
}

// ID is the number of a body in its space. Bodies that ask the same have the same number.
type ID int32

// dimension is one independent part of a request: its resource, or one condition key. Dimensions are
// taken to be independent of one another, which over-approximates.
type dimension struct {
	on, name string
	keyType
	// set is true if some operator on the key has a set qualifier.
	set bool
}

const onResource = 0 // the dimension of the resource

// spaceAtom is an atom with its variables numbered for the space.
type spaceAtom struct {
	*atom
	dimension int32
}

// term is a literal by number: twice the atom's number, plus one for the negation.
type term int32

func (t term) atom() int32 { return int32(t >> 1) }
func (t term) not() bool   { return t&1 == 1 }
func (t term) flip() term  { return t ^ 1 }

// NewSpace is a space without bodies.
func NewSpace(b *lang.Budget) *Space {
	return &Space{
		Budget:     b,
		vars:       lang.Variables{ColonFree: colonFree},
		dimensions: []dimension{{}},
		byKey:      map[string]int32{"": onResource},
		byAtom:     map[string]int32{},
		byBody:     map[string]ID{},
		known:      map[string]lang.Outcome{},
		within:     map[[2]ID]bool{},
	}
}

// Unsigned has the space be about requests of AWS services, of callers that an identity provider has
// authenticated, and without credentials, instead of those of users and roles. It must be called before the
// first body is added.
func (s *Space) Unsigned() { s.unsigned = true }

// Add takes in the bodies of a document, and gives each its number. All bodies must be added before the
// first search.
func (s *Space) Add(d *Document, bodies []Body) []ID {
	ids := make([]ID, len(bodies))
	for i := range bodies {
		ids[i] = s.add(d, &bodies[i])
	}
	for _, key := range d.sets {
		s.dimensions[s.byKey[key]].set = true
	}
	return ids
}

func (s *Space) add(d *Document, b *Body) ID {
	n, old := s.byBody[b.ID]
	if old {
		return n
	}
	n = ID(len(s.bodies))
	s.byBody[b.ID] = n
	list := make([]term, len(b.literals))
	for i, l := range b.literals {
		list[i] = term(s.number(d, l.atom)<<1 | int32(btoi(l.not)))
	}
	s.bodies = append(s.bodies, list)
	return n
}

// Always reports whether every request satisfies a body.
func (s *Space) Always(id ID) bool { return len(s.bodies[id]) == 0 }

// number gives an atom its number, and its key a dimension.
func (s *Space) number(d *Document, a *atom) int32 {
	if n, ok := s.byAtom[a.id]; ok {
		return n
	}
	f, ok := s.byKey[a.on]
	if !ok {
		f = int32(len(s.dimensions))
		s.byKey[a.on] = f
		s.dimensions = append(s.dimensions, dimension{on: a.on, name: a.name, keyType: s.typeOf(a.on)})
	}
	n := int32(len(s.atoms))
	s.byAtom[a.id] = n
	s.atoms = append(s.atoms, s.adopt(d, a, f))
	return n
}

// adopt numbers the variables of an atom.
func (s *Space) adopt(d *Document, a *atom, f int32) spaceAtom {
	if f == onResource {
		for r := range allSemantics {
			s.differs[r] = s.differs[r] || a.differs[r]
		}
		s.unclear = s.unclear || a.globsOf[WithinField] == nil || a.globsOf[FieldEnds] == nil
	}
	if len(a.refers) == 0 {
		return spaceAtom{a, f}
	}
	own := *a
	own.globs = s.vars.Adopt(a.globs, &d.vars)
	for r, list := range a.globsOf {
		own.globsOf[r] = s.vars.Adopt(list, &d.vars)
	}
	return spaceAtom{&own, f}
}
