package compare

import (
	"slices"

	"github.com/ringfence/ringfence/internal/policy"
)

// Denials is how what one document denies explicitly stands to what another one does.
type Denials string

// The relations of the explicit denials of A to those of B.
const (
	// DeniesEqual: the same requests, proven.
	DeniesEqual Denials = "equal"
	// DeniesFewer: B denies explicitly all that A does, proven, and there is a request that only B
	// denies.
	DeniesFewer Denials = "fewer"
	// DeniesMore is the opposite of [DeniesFewer].
	DeniesMore Denials = "more"
	// DeniesIncomparable: there is a request that only A denies explicitly, and one that only B does.
	DeniesIncomparable Denials = "incomparable"
	// DeniesMoreOrEqual: A denies explicitly all that B does, proven. Whether it denies more is not
	// known.
	DeniesMoreOrEqual Denials = "more-or-equal"
	// DeniesUnproven: that A denies explicitly all that B does is not proven, and which of the other
	// relations it is is not known.
	DeniesUnproven Denials = "unproven"
)

// DeniesAll reports whether A is proven to deny explicitly all that B does.
func (d Denials) DeniesAll() bool {
	return d == DeniesEqual || d == DeniesMore || d == DeniesMoreOrEqual
}

// DenialResult is how the explicit denials of A stand to those of B, and what shows it.
type DenialResult struct {
	Denials Denials
	// ADeniesAll says whether A denies explicitly all that B does, BDeniesAll the opposite.
	ADeniesAll, BDeniesAll Denial
	// a and b are the names of the sides.
	a, b string
}

// Reason says why one of the directions is unknown, "" if both are known.
func (r *DenialResult) Reason() string {
	switch {
	case r.ADeniesAll.Containment == Unknown:
		return "whether " + r.a + " denies explicitly all that " + r.b + " does: " + r.ADeniesAll.Reason
	case r.BDeniesAll.Containment == Unknown:
		return "whether " + r.b + " denies explicitly all that " + r.a + " does: " + r.BDeniesAll.Reason
	}
	return ""
}

// CompareDenials compares what both documents deny explicitly. It asks [Denies] in each direction.
func CompareDenials(a, b *Compiled) DenialResult {
	return CompareSideDenials(Side{"A", []Layer{{a}}}, Side{"B", []Layer{{b}}})
}

// CompareSideDenials compares what the policies of two sides deny explicitly. One explicit denial in any of
// them is enough.
func CompareSideDenials(a, b Side) DenialResult {
	r := DenialResult{ADeniesAll: denies(a, b), BDeniesAll: denies(b, a), a: a.Name, b: b.Name}
	r.Denials = denialRelations[[2]Containment{r.ADeniesAll.Containment, r.BDeniesAll.Containment}]
	return r
}

// denialRelations are the relations by: A denies all that B does, and B denies all that A does.
var denialRelations = map[[2]Containment]Denials{
	{Proven, Proven}:   DeniesEqual,
	{Proven, Refuted}:  DeniesMore,
	{Proven, Unknown}:  DeniesMoreOrEqual,
	{Refuted, Proven}:  DeniesFewer,
	{Refuted, Refuted}: DeniesIncomparable,
	{Refuted, Unknown}: DeniesUnproven,
	{Unknown, Proven}:  DeniesUnproven,
	{Unknown, Refuted}: DeniesUnproven,
	{Unknown, Unknown}: DeniesUnproven,
}

// Denial says whether one document denies explicitly all that another one does.
type Denial struct {
	Containment Containment
	// Witness is a request that only the other one denies explicitly, confirmed by package eval: there
	// if the containment is refuted, and only then.
	Witness *Witness
	// Reason says why the answer is unknown, "" if it is not.
	Reason string
}

// Denies answers whether a denies explicitly all that b does. That is another question than that of
// [Compare]. A request that a document does not mention is not allowed, nor is one that it denies. But only
// the denial also wins over the policy of a resource that grants the request to the user or the role
// session directly. So two boundaries that allow the same may differ.
//
// Like Compare it is bounded, and what is proven is proven over all requests.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html#access_policies_boundaries-eval-logic
func Denies(a, b *Compiled) Denial {
	return denies(Side{"A", []Layer{{a}}}, Side{"B", []Layer{{b}}})
}

// denies is [Denies] for sides.
func denies(a, b Side) Denial {
	same := a.problem() == "" && b.problem() == "" && a.within(b) && b.within(a)
	if !b.denies() || same {
		return Denial{Containment: Proven}
	}
	free, held := a.undenied(), b.undenied()
	switch problem := problemOfSides(&free, &held); {
	case problem != "":
		return Denial{Containment: Unknown, Reason: problem}
	case free.Layers[0].same(held.Layers[0]):
		return Denial{Containment: Proven}
	}
	var found answer
	for _, s := range newSessions(free.Layers[0], held.Layers[0]) {
		found.add(s.missing(0, 1))
	}
	return Denial{Containment: found.containment(), Witness: found.witness, Reason: found.reason}
}

// undenied is the side that allows whatever s does not deny explicitly.
func (s *Side) undenied() Side {
	out := Side{s.Name, []Layer{{}}}
	for _, c := range slices.Concat(s.Layers...) {
		out.Layers[0] = append(out.Layers[0], c.Undenied())
	}
	return out
}

// denies reports whether there is anything that the side denies, or may.
func (s *Side) denies() bool {
	return slices.ContainsFunc(slices.Concat(s.Layers...), (*Compiled).denies)
}

// Undenied is the document that allows whatever c does not deny explicitly.
func (c *Compiled) Undenied() *Compiled { return c.undenied() }

// denies reports whether there is anything that the document denies, or may.
func (c *Compiled) denies() bool {
	return slices.ContainsFunc(c.document.Statements, func(s policy.Statement) bool { return s.Effect == policy.Deny })
}
