package sim

import (
	"testing"

	"github.com/ringfence/ringfence/internal/exposure"
	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/policy/compare"
)

// The grid shows for every pair of documents what their comparison proves, so the evaluator can
// check the comparison's decisions.
func TestGridShowsEveryRelation(t *testing.T) {
	var d exposure.Documents
	for a, x := range documents {
		for b, y := range documents {
			p, err := policy.Parse([]byte(y))
			if err != nil {
				t.Fatal(err)
			}
			m, _ := d.CompareText([]byte(x), p, exposure.AccountScope{})
			narrower, wider := known(x).allows&^known(y).allows == 0, known(y).allows&^known(x).allows == 0
			want, denials := compare.Incomparable, compare.Refuted
			if known(y).denies&^known(x).denies == 0 {
				denials = compare.Proven
			}
			switch {
			case narrower && wider:
				want = compare.Equal
			case narrower:
				want = compare.Narrower
			case wider:
				want = compare.Wider
			}
			if m.Relation != want || m.DeniesAll != denials {
				t.Errorf("%s to %s: the evaluator shows %s and denies %s, the comparison %s and %s (%s)", a, b, want, denials, m.Relation, m.DeniesAll, m.Why)
			}
			if m.Within() != known(x).within(known(y)) {
				t.Errorf("%s is within %s: the comparison says %v", a, b, m.Within())
			}
		}
	}
}
