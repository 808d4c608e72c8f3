package compare

import (
	"github.com/ringfence/ringfence/internal/policy/eval"
	"github.com/ringfence/ringfence/internal/policy/lang"
)

// Relation is how one document stands to another: which of two sets of requests, those
// that each allows by itself, holds the other.
type Relation string

// The relations of A to B.
const (
	// Equal: the same requests, proven.
	Equal Relation = "equal"
	// Narrower: all that A allows B allows too, proven, and there is a request that
	// only B allows.
	Narrower Relation = "narrower"
	// Wider is the opposite of [Narrower].
	Wider Relation = "wider"
	// Incomparable: there is a request that only A allows, and one that only B does.
	Incomparable Relation = "incomparable"
	// Unproven: anything may be true.
	Unproven Relation = "unproven"
)

// AllowsNoMore reports whether A is proven to allow nothing that B does not.
func (r Relation) AllowsNoMore() bool { return r == Equal || r == Narrower }

// Witness is one request that one side allows and the other does not.
type Witness struct {
	// Action is a whole action, such as s3:GetObject.
	Action string
	// Resource is an ARN, or * for an action that takes no resource.
	Resource string
	// Context are condition keys and their values, as simple as can be. Keys that are
	// not there are missing from the request.
	Context map[string][]string
}

// Result is the relation of A to B and what shows it.
type Result struct {
	Relation Relation
	// ANotB is a request that A allows and B does not, BNotA the opposite. Each has
	// been confirmed by package eval. They are there wherever the relation says so;
	// an unproven relation may have one of them.
	ANotB, BNotA *Witness
	// Reason says why the relation is unproven, "" if it is not.
	Reason string
}

// Compare compares a with b: each as a policy that stands alone, as identity policies
// and permissions boundaries do in their layer.
//
// Equal and narrower are proofs over all requests: all action names of the form
// service:Name, today's or not; all ARNs and the resource *; and all values of
// condition keys, missing keys included. The work is bounded: where the bound is
// reached the answer is unproven.
func Compare(a, b *Compiled) Result {
	for _, c := range [...]struct {
		name string
		*Compiled
	}{{"A", a}, {"B", b}} {
		if c.problem != "" {
			return Result{Relation: Unproven, Reason: c.name + " " + c.problem}
		}
	}
	if a.id == b.id {
		return Result{Relation: Equal}
	}
	s := newSession(side{a}, side{b})
	forth, back := s.missing(0, 1), s.missing(1, 0)
	return result(forth, back)
}

// result puts both directions together.
func result(forth, back answer) Result {
	r := Result{ANotB: forth.witness, BNotA: back.witness}
	switch {
	case forth.outcome == lang.Unknown:
		r.Relation, r.Reason = Unproven, "whether A allows something that B does not: "+forth.reason
	case back.outcome == lang.Unknown:
		r.Relation, r.Reason = Unproven, "whether B allows something that A does not: "+back.reason
	case forth.outcome == lang.Empty && back.outcome == lang.Empty:
		r.Relation = Equal
	case forth.outcome == lang.Empty:
		r.Relation = Narrower
	case back.outcome == lang.Empty:
		r.Relation = Wider
	default:
		r.Relation = Incomparable
	}
	return r
}

// Allows asks package eval about a request: whether documents that are in force together
// allow it, as identity policies are. It is certain unless that hangs on something that
// cannot be read.
func Allows(w *Witness, documents ...*Compiled) (allowed, certain bool) {
	c := eval.NewContext(w.Context)
	return side(documents).allows(w, &c)
}
