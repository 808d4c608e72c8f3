package compare

import (
	"cmp"
	"slices"

	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/policy/lang"
)

// Layer is policy documents that are in force together, such as the identity policies of a principal or
// the service control policies of one level: one must allow a request, and none may deny it.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
type Layer []*Compiled

// Side is one side of a comparison. A request must be allowed by every layer: by the identity policies, by
// the permissions boundary, and by each level of service control policies. There must be at least one.
type Side struct {
	// Name is what reasons call the side.
	Name   string
	Layers []Layer
}

// CompareSides compares what the layers of a allow together with what those of b do. It is [Compare] for
// policies that do not stand alone, and the answer is worth the same.
func CompareSides(a, b Side) Result {
	if problem := problemOfSides(&a, &b); problem != "" {
		return Result{Relation: Unproven, AWithinB: Unknown, BWithinA: Unknown, Reason: problem}
	}
	if a.within(b) && b.within(a) {
		return Result{Relation: Equal, AWithinB: Proven, BWithinA: Proven}
	}
	sessions, ofA, ofB := newSides(a, b)
	var forth, back answer
	for _, s := range sessions {
		forth.add(s.beyond(ofA, ofB))
		back.add(s.beyond(ofB, ofA))
	}
	return result(a.Name, b.Name, forth, back)
}

// problemOfSides says why sides cannot be compared, "" if they can.
func problemOfSides(a, b *Side) string {
	documents := slices.Concat(slices.Concat(a.Layers...), slices.Concat(b.Layers...))
	if problem := cmp.Or(a.problem(), b.problem()); problem != "" {
		return problem
	}
	if slices.ContainsFunc(documents, func(c *Compiled) bool { return c.kind != documents[0].kind }) {
		return "they are policies of different kinds"
	}
	if documents[0].kind != policy.IdentityPolicy && namesIn(documents).tooMany() {
		return "they name too many principals"
	}
	return ""
}

// problem says why a side cannot be compared, "" if it can.
func (s *Side) problem() string {
	if len(s.Layers) == 0 {
		return s.Name + " has no policies"
	}
	documents := slices.Concat(s.Layers...)
	for _, c := range documents {
		switch {
		case c.problem == "":
		case len(documents) == 1:
			return s.Name + " " + c.problem
		default:
			return "a policy of " + s.Name + " " + c.problem
		}
	}
	return ""
}

// within reports that each layer of o is one of s too, whatever the spelling: then s allows no more. False
// proves nothing.
func (s *Side) within(o Side) bool {
	return !slices.ContainsFunc(o.Layers, func(l Layer) bool { return !slices.ContainsFunc(s.Layers, l.same) })
}

// same reports that two layers have the same documents, but for the spelling.
func (l Layer) same(o Layer) bool {
	has := func(list Layer, c *Compiled) bool {
		return slices.ContainsFunc(list, func(d *Compiled) bool { return d.id == c.id })
	}
	return !slices.ContainsFunc(l, func(c *Compiled) bool { return !has(o, c) }) &&
		!slices.ContainsFunc(o, func(c *Compiled) bool { return !has(l, c) })
}

// newSides are the sessions for two sides, and the numbers of their layers.
func newSides(a, b Side) (sessions []*session, ofA, ofB []int) {
	sessions = newSessions(slices.Concat(a.Layers, b.Layers)...)
	numbers := make([]int, len(sessions[0].layers))
	for i := range numbers {
		numbers[i] = i
	}
	return sessions, numbers[:len(a.Layers):len(a.Layers)], numbers[len(a.Layers):]
}

// beyond searches for what all layers of from allow and some layer of to does not.
func (s *session) beyond(from, to []int) (found answer) {
	for i, layer := range to {
		if slices.ContainsFunc(from, func(f int) bool { return s.layers[f].same(s.layers[layer]) }) {
			continue
		}
		if i > 0 {
			s.space.Budget = lang.NewBudget(steps) // each layer is a comparison of its own
		}
		if found.add(newDifference(s, question{from, layer}).first()); found.outcome == lang.Found {
			break
		}
	}
	return found
}

// result puts both directions together.
func result(a, b string, forth, back answer) Result {
	r := Result{AWithinB: forth.containment(), BWithinA: back.containment(), ANotB: forth.witness, BNotA: back.witness}
	switch {
	case r.AWithinB == Unknown:
		r.Reason = "whether " + a + " allows something that " + b + " does not: " + forth.reason
	case r.BWithinA == Unknown:
		r.Reason = "whether " + b + " allows something that " + a + " does not: " + back.reason
	}
	r.Relation = relations[[2]Containment{r.AWithinB, r.BWithinA}]
	return r
}
