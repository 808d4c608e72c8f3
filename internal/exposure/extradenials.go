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
	denials, witness, _ := h.denials(d.compile(required), d.compile(inForce))
	return witness, denials == compare.DeniesAll
}

// denials reports whether a explicitly denies all that b does, with a witness in the account if
// it does not.
func (h AccountScope) denials(a, b *compare.Compiled) (compare.Denials, *finding.Witness, string) {
	r := compare.Denies(a, b)
	if r.Witness == nil {
		return r.Denials, nil, r.Reason
	}
	return r.Denials, h.witness(r.Witness, b.Undenied(), []*compare.Compiled{a.Undenied()}), ""
}
