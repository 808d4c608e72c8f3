package lang

import "slices"

// Query asks for a string that is in each union of In and in no glob of Out. A union is a list of
// globs: a string is in it if one of them matches.
//
// Variables stand for values that are not known but the same everywhere. The answer over-approximates:
// whatever the values are, if they make a string an answer, then one is found. Variables are treated so:
//
//   - in In[0] a variable is a letter of its own, so that the same pattern in Out takes it back: where
//     ${aws:username} is let in and kept out, nothing is left;
//   - in Out only the same variable or a * takes that letter, which is what every value of the variable
//     allows;
//   - in the rest of In a variable is a *, and the letter stands for any string, because two unions may
//     meet for some value even if the letter differs.
type Query struct {
	In  [][]*Glob
	Out []*Glob
}

// Outcome is how a search ended. What is more certain comes first.
type Outcome uint8

// The outcomes.
const (
	Empty   Outcome = iota // searched to the end: there is nothing
	Found                  // there is
	Unknown                // stopped, or not decidable here
)

// Among asks for a string in one of the globs, where variables have these values.
func (q *Query) Among(globs []*Glob, b Bindings) { q.In = append(q.In, b.applyAll(globs)) }

// NotAmong asks for a string in none of the globs, where variables have these values. A glob of which
// it is not known what it matches keeps nothing out.
func (q *Query) NotAmong(globs []*Glob, b Bindings) {
	q.Out = append(q.Out, b.applyAll(b.sure(globs))...)
}

// Has reports whether a string is an answer where the variables have these values.
func (q Query) Has(s string, b Bindings) bool {
	for _, union := range q.In {
		if !Any(union, s, b) {
			return false
		}
	}
	return !Any(q.Out, s, b)
}

// Any reports whether one of the globs matches a string where the variables have these values.
func Any(union []*Glob, s string, b Bindings) bool {
	return slices.ContainsFunc(union, func(g *Glob) bool { return g.Matches(s, b) })
}

// size is how many globs there are in the unions.
func (q *Query) size() int {
	n := 0
	for _, union := range q.In {
		n += len(union)
	}
	return n
}
