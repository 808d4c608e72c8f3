package verdict

import (
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/policy"
)

// Relation is how one policy document compares with another.
type Relation string

// The relations, of the document in force to the required one.
const (
	Equal        Relation = "equal"
	Narrower     Relation = "narrower"
	Wider        Relation = "wider"
	Incomparable Relation = "incomparable"
	Unproven     Relation = "unproven"
)

// Meaning is what a comparison of two policy documents found: of the one that is in
// force with the one that is required.
type Meaning struct {
	// Relation is empty where nothing was compared.
	Relation Relation
	// Gains is a request that the document in force allows and the required one does
	// not; Loses is one the other way round, which a repair would give back.
	Gains, Loses *finding.Witness
	// Why says why a comparison is unproven.
	Why string
}

// Compare compares the document in force with the required one.
func Compare(inForce, required *policy.Document) Meaning {
	if inForce.String() == required.String() {
		return Meaning{Relation: Equal}
	}
	return Meaning{Relation: Unproven, Why: "the documents are not the same"}
}
