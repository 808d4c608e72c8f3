package exposure

import (
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/policy/compare"
)

// Lifted finds a request that the document in force denies explicitly and the required
// one does not, where it can be shown.
//
// A boundary's explicit Deny always wins, while within one account a policy of the
// resource that names the user or the role session goes past a boundary which merely
// lacks an Allow. So putting a boundary in the place of a wider one can give something
// up all the same.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html#access_policies_boundaries-eval-logic
func Lifted(inForce, required *policy.Document, h Home) *finding.Witness {
	denied, some := denials(inForce)
	if !some {
		return nil
	}
	other, _ := denials(required)
	a, b := compare.Compile(denied), compare.Compile(other)
	return h.witness(compare.Compare(a, b).BNotA, a, []*compare.Compiled{b})
}

// denials is a document that allows whatever d does not deny explicitly, and whether
// there is anything that it denies.
func denials(d *policy.Document) (out *policy.Document, some bool) {
	all := policy.Patterns{Values: []string{"*"}}
	out = &policy.Document{Version: d.Version, Statements: []policy.Statement{{Effect: policy.Allow, Action: all, Resource: all}}}
	for _, s := range d.Statements {
		if s.Effect == policy.Deny {
			out.Statements = append(out.Statements, s)
		}
	}
	return out, len(out.Statements) > 1
}
