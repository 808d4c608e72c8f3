package exposure

import (
	"fmt"

	"github.com/ringfence/ringfence/internal/config"
	"github.com/ringfence/ringfence/internal/errclass"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/policy/compare"
)

// Meaning is the result of comparing the policy document in force with the required one.
type Meaning struct {
	// Relation is the relation of the document in force to the required one. It is empty if
	// nothing was compared.
	Relation compare.Relation `json:"relation,omitempty"`
	// WiderWitness is a request that the document in force allows and the required one does
	// not. NarrowerWitness is one that only the required one allows: a repair grants it.
	WiderWitness    *finding.Witness `json:"gains,omitempty"`
	NarrowerWitness *finding.Witness `json:"loses,omitempty"`
	// DeniesAll says whether the document in force explicitly denies all that the required one
	// does, whatever the relation. It is empty if nothing was compared, which counts as
	// [compare.Unknown].
	DeniesAll compare.Containment `json:"deniesAll,omitempty"`
	// MissingDenial is a request that the required document explicitly denies and the one in
	// force does not. Neither lets an identity policy grant it, but a resource policy that
	// names the principal itself is not limited by a missing Allow in the boundary.
	MissingDenial *finding.Witness `json:"undenied,omitempty"`
	// ExtraDenial is a request that only the document in force explicitly denies: a repair
	// removes that denial. It is searched for only if there is no NarrowerWitness.
	// MayHaveExtraDenial is set if none was found and it is not proven that there is none.
	ExtraDenial        *finding.Witness `json:"lifts,omitempty"`
	MayHaveExtraDenial bool             `json:"mayLift,omitempty"`
	// MayBeNarrower is set if the document in force differs from the approved one of its
	// policy, which may be restored at any time, and that one does not allow everything that
	// the required one allows.
	MayBeNarrower bool `json:"mayLose,omitempty"`
	// Why says why the relation is unproven, or otherwise why the denials are.
	Why string `json:"why,omitempty"`
}

// Within reports whether the document in force allows nothing beyond the required one, neither
// through identity policies nor through resource policies: it allows the same or less, and
// explicitly denies all that the required one does.
func (m Meaning) Within() bool {
	return m.Relation.AllowsNoMore() && m.DeniesAll == compare.Proven
}

// DeniesLess reports whether the document in force allows the same or less but does not, or may
// not, explicitly deny all that the required one does.
func (m Meaning) DeniesLess() bool {
	return m.Relation.AllowsNoMore() && m.DeniesAll != compare.Proven
}

// Compare compares the document in force with the required one, for principals of an account.
func (d *Documents) Compare(inForce, required *policy.Document, h AccountScope) Meaning {
	a, b := d.compile(inForce), d.compile(required)
	r := compare.Compare(a, b)
	m := Meaning{Relation: r.Relation, Why: r.Reason}
	m.WiderWitness = h.witness(r.ANotB, b, []*compare.Compiled{a})
	m.NarrowerWitness = h.witness(r.BNotA, a, []*compare.Compiled{b})
	var why string
	m.DeniesAll, m.MissingDenial, why = h.denies(a, b)
	if m.Why == "" {
		m.Why = why
	}
	if m.NarrowerWitness == nil {
		var proven bool
		m.ExtraDenial, proven = d.ExtraDenials(inForce, required, h)
		m.MayHaveExtraDenial = m.ExtraDenial == nil && !proven
	}
	return m
}

// CompareText is [Documents.Compare] with a document as IAM returned it. It also returns the
// parsed document. An unreadable document is unproven, and therefore drift.
func (d *Documents) CompareText(inForce []byte, required *policy.Document, h AccountScope) (Meaning, *policy.Document) {
	document, err := d.Parse(inForce)
	if err != nil {
		return Meaning{Relation: compare.Unproven, Why: "the document in force cannot be read: " + err.Error()}, nil
	}
	return d.Compare(document, required, h), document
}

// Required returns the document that a principal must stay within: the approved one or, if none
// is configured, the one in the account, which live reads. If there is none, it returns nil and
// why.
func (d *Documents) Required(b config.Boundary, live func() ([]byte, error)) (document *policy.Document, why string, err error) {
	if b.Policy != nil {
		return b.Policy, "", nil
	}
	text, err := live()
	switch errclass.ClassOf(err) {
	case errclass.Gone:
		return nil, "the required policy does not exist, and no approved document is configured", nil
	case errclass.Refused: // a retry would not help, and an unreadable document contains nothing
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

// RepairMayGrant reports whether the required document allows, or may allow, something that the
// one in force does not.
func (m Meaning) RepairMayGrant() bool {
	return m.NarrowerWitness != nil || m.ExtraDenial != nil || m.MayHaveExtraDenial || m.MayGrantUnknown()
}

// MayGrantUnknown reports whether it is open what the required document allows beyond the one in force.
func (m Meaning) MayGrantUnknown() bool {
	return m.Relation == compare.Unproven || m.Relation == compare.NarrowerOrEqual
}

// Restrictions returns the part of the meaning that says what the document in force takes away.
// Its relation is empty unless it leaves that open.
func (m Meaning) Restrictions() Meaning {
	taken := Meaning{NarrowerWitness: m.NarrowerWitness, ExtraDenial: m.ExtraDenial, MayHaveExtraDenial: m.MayHaveExtraDenial}
	if m.MayGrantUnknown() {
		taken.Relation = m.Relation
	}
	return taken
}

// Merge returns the meaning, with empty fields filled in from another one.
func (m Meaning) Merge(other Meaning) Meaning {
	if m.NarrowerWitness == nil {
		m.NarrowerWitness = other.NarrowerWitness
	}
	if m.ExtraDenial == nil {
		m.ExtraDenial = other.ExtraDenial
	}
	m.MayHaveExtraDenial = m.MayHaveExtraDenial || other.MayHaveExtraDenial
	if m.Relation == "" {
		m.Relation = other.Relation
	}
	return m
}
