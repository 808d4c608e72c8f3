package compare

import (
	"slices"

	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/policy/lang"
)

// Denials says how the explicit denials of one document stand to those of another.
type Denials string

// The answers for A and B.
const (
	// DeniesAll: A denies explicitly every request that B denies explicitly, proven.
	DeniesAll Denials = "all"
	// DeniesLess: there is a request that B denies explicitly and A does not.
	DeniesLess Denials = "less"
	// DeniesUnproven: either may be true.
	DeniesUnproven Denials = "unproven"
)

// Denial is an answer and what shows it.
type Denial struct {
	Denials Denials
	// Witness is a request that only B denies explicitly, confirmed by package eval: there with
	// [DeniesLess], and only with it.
	Witness *Witness
	// Reason says why the answer is unproven, "" if it is not.
	Reason string
}

// Denies compares what a denies explicitly with what b does. That is another question than that of
// [Compare]. A request that a document does not mention is not allowed, nor is one that it denies. But only
// the denial also wins over the policy of a resource that grants the request to the user or the role
// session directly. So two boundaries that allow the same may differ.
//
// Like Compare it is bounded, and all is a proof over all requests.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html#access_policies_boundaries-eval-logic
func Denies(a, b *Compiled) Denial {
	if !b.denies() || a.id == b.id && a.problem == "" && b.problem == "" {
		return Denial{Denials: DeniesAll}
	}
	a, b = a.Undenied(), b.Undenied()
	switch {
	case a.problem != "":
		return Denial{Denials: DeniesUnproven, Reason: "A " + a.problem}
	case b.problem != "":
		return Denial{Denials: DeniesUnproven, Reason: "B " + b.problem}
	case a.id == b.id:
		return Denial{Denials: DeniesAll}
	}
	found := newSession(Layer{a}, Layer{b}).missing(0, 1)
	switch found.outcome {
	case lang.Empty:
		return Denial{Denials: DeniesAll}
	case lang.Unknown:
		return Denial{Denials: DeniesUnproven, Reason: found.reason}
	}
	return Denial{Denials: DeniesLess, Witness: found.witness}
}

// Undenied is the document that allows whatever c does not deny explicitly.
func (c *Compiled) Undenied() *Compiled { return c.undenied() }

// denies reports whether there is anything that the document denies, or may.
func (c *Compiled) denies() bool {
	return slices.ContainsFunc(c.document.Statements, func(s policy.Statement) bool { return s.Effect == policy.Deny })
}
