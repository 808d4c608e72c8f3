package exposure

import (
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/policy/compare"
)

// Lifted says whether putting the required document in the place of the one in force lifts
// explicit denials: whether the one in force denies explicitly a request that the required
// one does not. The witness is one, nil where none can be shown; and where none is proven
// to exist, proven is set.
//
// A boundary's explicit Deny always wins, while within one account a policy of the
// resource that names the user or the role session goes past a boundary which merely
// lacks an Allow. So putting a boundary in the place of a wider one can give something
// up all the same.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html#access_policies_boundaries-eval-logic
func (d *Documents) Lifted(inForce, required *policy.Document, h Home) (witness *finding.Witness, proven bool) {
	denials, witness, _ := h.denials(d.compile(required), d.compile(inForce))
	return witness, denials == compare.DeniesAll
}

// denials says whether a denies explicitly all that b does, by a witness at home where it
// does not.
func (h Home) denials(a, b *compare.Compiled) (compare.Denials, *finding.Witness, string) {
	r := compare.Denies(a, b)
	if r.Witness == nil {
		return r.Denials, nil, r.Reason
	}
	return r.Denials, h.witness(r.Witness, b.Undenied(), []*compare.Compiled{a.Undenied()}), ""
}
