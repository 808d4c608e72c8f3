package compare

import "github.com/ringfence/ringfence/internal/policy/eval"

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
	// NarrowerOrEqual: all that A allows B allows too, proven. Whether B allows more is not known.
	NarrowerOrEqual Relation = "narrower-or-equal"
	// Unproven: that A allows no more than B is not proven, and which of the other relations it is is
	// not known. [Result.AWithinB] and [Result.BWithinA] say what is.
	Unproven Relation = "unproven"
)

// MayAllowLess reports whether B may allow something that A does not, or is known to.
func (r Relation) MayAllowLess() bool { return r != Equal && r != Wider }

// AllowsNoMore reports whether A is proven to allow nothing that B does not.
func (r Relation) AllowsNoMore() bool { return r == Equal || r == Narrower || r == NarrowerOrEqual }

// Containment says whether all requests that one document allows are allowed by another one.
type Containment string

// The answers.
const (
	// Proven: they are.
	Proven Containment = "proven"
	// Refuted: there is a witness against it.
	Refuted Containment = "refuted"
	// Unknown: neither was shown.
	Unknown Containment = "unknown"
)

// Witness is one request that one side allows and the other does not.
type Witness struct {
	// Action is a whole action, such as s3:GetObject.
	Action string
	// Resource is an ARN, or * for an action that takes no resource. Of a trust policy it is empty: that of
	// every request is the role.
	Resource string
	// Context are condition keys and their values, as simple as can be. Keys that are
	// not there are missing from the request.
	Context map[string][]string
	// Caller is who makes the request, nil unless documents that name principals are compared. Keys that
	// follow from the principal are not in the context.
	Caller *Caller
}

// Result is the relation of A to B and what shows it.
type Result struct {
	Relation Relation
	// AWithinB says whether B allows all that A allows, BWithinA the opposite. One can be known where
	// the other is not.
	AWithinB, BWithinA Containment
	// ANotB is a request that A allows and B does not, BNotA the opposite. Each has
	// been confirmed by package eval. They are there wherever the containment is refuted.
	ANotB, BNotA *Witness
	// Reason says why a containment is unknown, "" if both are known.
	Reason string
}

// Compare compares a with b: each as a policy that stands alone, as identity policies
// and permissions boundaries do in their layer.
//
// Equal, narrower, and narrower or equal are proofs over all requests: all action names of the form
// service:Name, today's or not; all ARNs and the resource *; and all values of
// condition keys, missing keys included. The work is bounded: where the bound is
// reached the answer is unknown.
func Compare(a, b *Compiled) Result {
	return CompareSides(Side{"A", []Layer{{a}}}, Side{"B", []Layer{{b}}})
}

// relations are the relations by A within B, and B within A.
var relations = map[[2]Containment]Relation{
	{Proven, Proven}:   Equal,
	{Proven, Refuted}:  Narrower,
	{Proven, Unknown}:  NarrowerOrEqual,
	{Refuted, Proven}:  Wider,
	{Refuted, Refuted}: Incomparable,
	{Refuted, Unknown}: Unproven,
	{Unknown, Proven}:  Unproven,
	{Unknown, Refuted}: Unproven,
	{Unknown, Unknown}: Unproven,
}

// Allows asks package eval about a request: whether documents that are in force together
// allow it, as identity policies are. It is certain unless that hangs on something that
// cannot be read.
func Allows(w *Witness, documents ...*Compiled) (allowed, certain bool) {
	c := eval.NewContext(w.Context)
	return Layer(documents).allows(w, &c)
}
