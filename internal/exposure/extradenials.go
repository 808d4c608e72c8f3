package exposure

import (
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/policy/compare"
)

// ExtraDenials reports whether replacing the document in force with the required one removes
// explicit denials: whether the one in force explicitly denies a request that the required one
// does not. The witness is such a request, nil if none was found. proven is set if it is proven
// that there is none.
//
// A boundary's explicit Deny always wins, while a resource policy in the same account that
// names the user or role session is not limited by a missing Allow in the boundary. So
// replacing even a wider boundary can grant access.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html#access_policies_boundaries-eval-logic
func (d *Documents) ExtraDenials(inForce, required *policy.Document, h AccountScope) (witness *finding.Witness, proven bool) {
	answer, witness, _ := h.denies(d.compile(required), d.compile(inForce))
	return witness, answer == compare.Proven
}

// Denials is how what one document denies explicitly stands to what another one does.
type Denials struct {
	// Relation is empty if nothing was compared.
	Relation compare.Denials
	// Missing is a request that only the other document denies explicitly, Extra one that only this one does.
	Missing, Extra *finding.Witness
}

// Denials returns what the meaning says of explicit denials, which is one direction.
func (m Meaning) Denials() Denials {
	switch m.DeniesAll {
	case "":
		return Denials{}
	case compare.Proven:
		return Denials{Relation: compare.DeniesMoreOrEqual}
	}
	return Denials{Relation: compare.DeniesUnproven, Missing: m.MissingDenial}
}

// Denials compares what the document in force denies explicitly with what the required one does, in
// both directions. [Documents.Compare] answers the second one only where a decision depends on it.
func (d *Documents) Denials(inForce, required *policy.Document, h AccountScope) Denials {
	a, b := d.compile(inForce), d.compile(required)
	r := compare.CompareDenials(a, b)
	return Denials{r.Denials, h.undenied(r.ADeniesAll.Witness, a, b), h.undenied(r.BDeniesAll.Witness, b, a)}
}

// denies reports whether a explicitly denies all that b does, with a witness in the account if
// it does not.
func (h AccountScope) denies(a, b *compare.Compiled) (compare.Containment, *finding.Witness, string) {
	r := compare.Denies(a, b)
	return r.Containment, h.undenied(r.Witness, a, b), r.Reason
}

// undenied returns a witness in the account for a request that b denies explicitly and a does not.
func (h AccountScope) undenied(w *compare.Witness, a, b *compare.Compiled) *finding.Witness {
	if w == nil {
		return nil
	}
	return h.witness(w, b.Undenied(), []*compare.Compiled{a.Undenied()})
}
