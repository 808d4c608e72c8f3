package exposure

import (
	"fmt"

	"github.com/ringfence/ringfence/internal/fault"
	"github.com/ringfence/ringfence/internal/fence"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/policy/compare"
)

// Meaning is what a comparison of two policy documents found: of the one that is in
// force with the one that is required.
type Meaning struct {
	// Relation is that of the document in force to the required one. It is empty where
	// nothing was compared.
	Relation compare.Relation `json:"relation,omitempty"`
	// Gains is a request that the document in force allows and the required one does
	// not; Loses is one the other way round, which a repair would give back.
	Gains *finding.Witness `json:"gains,omitempty"`
	Loses *finding.Witness `json:"loses,omitempty"`
	// Lifts is a request that the document in force denies explicitly and the required
	// one only does not allow; it is looked for where there is no Loses. Neither lets
	// an identity policy grant it, but a policy of the resource that names the principal
	// itself goes past a boundary that says nothing.
	Lifts *finding.Witness `json:"lifts,omitempty"`
	// Why says why a comparison is unproven.
	Why string `json:"why,omitempty"`
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

// Required is the document that a principal must stay within: the approved one, or, where
// the configuration gives none, what the required policy says in the account, which live
// reads. It is nil where there is none, and then why says so.
func (d *Documents) Required(b fence.Boundary, live func() ([]byte, error)) (document *policy.Document, why string, err error) {
	if b.Policy != nil {
		return b.Policy, "", nil
	}
	text, err := live()
	if fault.ClassOf(err) == fault.Gone {
		return nil, "the required policy does not exist, and no approved document is configured", nil
	}
	if err != nil {
		return nil, "", err
	}
	document, err = d.Parse(text)
	if err != nil {
		return nil, fmt.Sprintf("the required policy cannot be read: %v", err), nil
	}
	return document, "", nil
}

// Taken is what a meaning says that its document took away from the required one: nothing of
// what it allows besides. Its relation is empty unless that much is not proven.
func (m Meaning) Taken() Meaning {
	if m.Relation != compare.Unproven {
		return Meaning{Loses: m.Loses, Lifts: m.Lifts}
	}
	return Meaning{Relation: m.Relation, Loses: m.Loses, Lifts: m.Lifts}
}

// Or is the meaning with what another one says where it says nothing.
func (m Meaning) Or(other Meaning) Meaning {
	if m.Loses == nil {
		m.Loses = other.Loses
	}
	if m.Lifts == nil {
		m.Lifts = other.Lifts
	}
	if m.Relation == "" {
		m.Relation = other.Relation
	}
	return m
}
