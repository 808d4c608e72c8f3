package sim

import (
	"testing"

	"github.com/ringfence/ringfence/internal/exposure"
	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/policy/compare"
)

// The requests of the grid show for every pair of documents what the comparison of
// documents proves: so the evaluator judges what the comparison decided.
func TestGridShowsEveryRelation(t *testing.T) {
	var d exposure.Documents
	for a, x := range documents {
		for b, y := range documents {
			p, err := policy.Parse([]byte(y))
			if err != nil {
				t.Fatal(err)
			}
			m, _ := d.CompareText([]byte(x), p, exposure.Home{})
			narrower, wider := known(x).within(known(y)), known(y).within(known(x))
			want := compare.Incomparable
			switch {
			case narrower && wider:
				want = compare.Equal
			case narrower:
				want = compare.Narrower
			case wider:
				want = compare.Wider
			}
			if m.Relation != want {
				t.Errorf("%s to %s: the evaluator shows %s, the comparison %s (%s)", a, b, want, m.Relation, m.Why)
			}
		}
	}
}
