package constraint

import "github.com/ringfence/ringfence/internal/policy/lang"

// Semantics is how a wildcard in the first five fields of a resource's ARN treats colons. AWS documents
// that a wildcard stands for characters within a field, that a * at the end of a field may go beyond it,
// and evaluates most patterns as if every wildcard could. An answer is given only where all three agree.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
type Semantics uint8

// The wildcard semantics.
const (
	CrossColons Semantics = iota // every wildcard takes colons
	WithinField                  // none does, but a * at the end of the pattern
	FieldEnds                    // a * at the end of a field does
	allSemantics
)

// newResource is the atom of a Resource element, in all semantics.
func newResource(globs []*lang.Glob, vars *lang.Variables) *atom {
	a := &atom{kind: text, globs: globs, refers: vars.Keys(globs)}
	a.id = a.identity(vars)
	a.globsOf[CrossColons] = globs
	for r := WithinField; r < allSemantics; r++ {
		list, same := make([]*lang.Glob, len(globs)), true
		for i, g := range globs {
			var ok bool
			if list[i], ok = g.KeptInFields(r == FieldEnds); !ok {
				list, same = nil, false
				break
			}
			same = same && list[i] == g
		}
		if same {
			list = globs
		}
		a.globsOf[r], a.differs[r] = list, !same
	}
	return a
}

// EachSemantics runs a search with the first semantics, and with the others if they could tell something
// else and run says that it matters.
func (s *Space) EachSemantics(run func() (goOn bool)) {
	s.touched = false
	for s.semantics = CrossColons; s.semantics < allSemantics; s.semantics++ {
		if s.semantics != CrossColons && !s.differs[s.semantics] {
			continue
		}
		s.within = map[[2]ID]bool{}
		if !run() || !s.touched {
			break
		}
	}
	s.semantics = CrossColons
}

// InFirstSemantics reports whether the search that runs is the one with [CrossColons], in which package
// eval reads resources too.
func (s *Space) InFirstSemantics() bool { return s.semantics == CrossColons }

// Unclear reports whether it cannot be told how some resource is read in the other semantics: a variable
// in it may have colons.
func (s *Space) Unclear() bool { return s.unclear }

// Others are the semantics besides the first in which some resource is read differently.
func (s *Space) Others() []Semantics {
	var out []Semantics
	for r := WithinField; r < allSemantics; r++ {
		if s.differs[r] {
			out = append(out, r)
		}
	}
	return out
}
