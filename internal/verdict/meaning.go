package verdict

import (
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/policy/compare"
)

// Meaning is what a comparison of two policy documents found: of the one that is in
// force with the one that is required.
type Meaning struct {
	// Relation is that of the document in force to the required one. It is empty where
	// nothing was compared.
	Relation compare.Relation
	// Gains is a request that the document in force allows and the required one does
	// not; Loses is one the other way round, which a repair would give back.
	Gains, Loses *finding.Witness
	// Lifts is a request that the document in force denies explicitly and the required
	// one only does not allow; it is looked for where there is no Loses. Neither lets
	// an identity policy grant it, but a policy of the resource that names the principal
	// itself goes past a boundary that says nothing.
	Lifts *finding.Witness
	// Why says why a comparison is unproven.
	Why string
}

// Compare compares the document in force with the required one, in an account.
func (d *Documents) Compare(inForce, required *policy.Document, h Home) Meaning {
	a, b := d.compile(inForce), d.compile(required)
	r := compare.Compare(a, b)
	m := Meaning{Relation: r.Relation, Why: r.Reason}
	m.Gains = h.witness(r.ANotB, b, []*compare.Compiled{a})
	m.Loses = h.witness(r.BNotA, a, []*compare.Compiled{b})
	if m.Loses == nil {
		m.Lifts = Lifted(inForce, required, h)
	}
	return m
}

// CompareText is Compare with a document as IAM gave it, which it returns read. One that
// cannot be read is unproven, and so drift.
func (d *Documents) CompareText(inForce []byte, required *policy.Document, h Home) (Meaning, *policy.Document) {
	document, err := d.Parse(inForce)
	if err != nil {
		return Meaning{Relation: compare.Unproven, Why: "the document in force cannot be read: " + err.Error()}, nil
	}
	return d.Compare(document, required, h), document
}
