package exposure

import (
	"fmt"

	"github.com/ringfence/ringfence/internal/config"
	"github.com/ringfence/ringfence/internal/errclass"
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
	// Denials says whether the document in force denies explicitly all that the required
	// one does, whatever the relation. It is empty where nothing was compared, which is no
	// more than [compare.DeniesUnproven].
	Denials compare.Denials `json:"denials,omitempty"`
	// Undenied is a request that the required document denies explicitly and the one in
	// force does not. Neither lets an identity policy grant it, but a policy of the resource
	// that names the principal itself goes past a boundary that only lacks an Allow.
	Undenied *finding.Witness `json:"undenied,omitempty"`
	// Lifts is one the other way round: the document in force denies it explicitly, and a
	// repair lifts that. It is looked for where there is no Loses. MayLift is set where
	// none was found, and that there is none is not proven.
	Lifts   *finding.Witness `json:"lifts,omitempty"`
	MayLift bool             `json:"mayLift,omitempty"`
	// MayLose is set where the document in force is not the one that was approved of its policy,
	// and the approved one, to which it may be restored at any time, forbids what the required
	// one allows.
	MayLose bool `json:"mayLose,omitempty"`
	// Why says why the relation is unproven, or else why the denials are.
	Why string `json:"why,omitempty"`
}

// Within reports whether the document in force lets nothing through that the required one
// does not, neither by an identity policy nor by a policy of the resource: it allows the
// same or less, and denies explicitly all that the required one does.
func (m Meaning) Within() bool {
	return m.Relation.AllowsNoMore() && m.Denials == compare.DeniesAll
}

// DeniesLess reports whether what the documents allow is the same or less, while the one in
// force does not deny explicitly all that the required one does, or may not.
func (m Meaning) DeniesLess() bool {
	return m.Relation.AllowsNoMore() && m.Denials != compare.DeniesAll
}

// Compare compares the document in force with the required one, in an account.
func (d *Documents) Compare(inForce, required *policy.Document, h Home) Meaning {
	a, b := d.compile(inForce), d.compile(required)
	r := compare.Compare(a, b)
	m := Meaning{Relation: r.Relation, Why: r.Reason}
	m.Gains = h.witness(r.ANotB, b, []*compare.Compiled{a})
	m.Loses = h.witness(r.BNotA, a, []*compare.Compiled{b})
	var why string
	m.Denials, m.Undenied, why = h.denials(a, b)
	if m.Why == "" {
		m.Why = why
	}
	if m.Loses == nil {
		var proven bool
		m.Lifts, proven = d.Lifted(inForce, required, h)
		m.MayLift = m.Lifts == nil && !proven
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
func (d *Documents) Required(b config.Boundary, live func() ([]byte, error)) (document *policy.Document, why string, err error) {
	if b.Policy != nil {
		return b.Policy, "", nil
	}
	text, err := live()
	switch errclass.ClassOf(err) {
	case errclass.Gone:
		return nil, "the required policy does not exist, and no approved document is configured", nil
	case errclass.Refused: // trying again would not help, and what nobody can read is not within anything
		return nil, "no approved document is configured, and the required policy cannot be read: " + err.Error(), nil
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

// Gives reports whether the meaning says of the required document that it lets something
// through which the one in force does not, or may do so.
func (m Meaning) Gives() bool {
	return m.Loses != nil || m.Lifts != nil || m.MayLift || m.Relation == compare.Unproven
}

// Taken is what a meaning says that its document took away from the required one: nothing of
// what it allows besides. Its relation is empty unless that much is not proven.
func (m Meaning) Taken() Meaning {
	taken := Meaning{Loses: m.Loses, Lifts: m.Lifts, MayLift: m.MayLift}
	if m.Relation == compare.Unproven {
		taken.Relation = m.Relation
	}
	return taken
}

// Or is the meaning with what another one says where it says nothing.
func (m Meaning) Or(other Meaning) Meaning {
	if m.Loses == nil {
		m.Loses = other.Loses
	}
	if m.Lifts == nil {
		m.Lifts = other.Lifts
	}
	m.MayLift = m.MayLift || other.MayLift
	if m.Relation == "" {
		m.Relation = other.Relation
	}
	return m
}
