package replay

import (
	"testing"

	"github.com/ringfence/ringfence/events"
)

func TestEverySituationComesOutAsExpected(t *testing.T) {
	scenarios, err := events.All()
	if err != nil {
		t.Fatal(err)
	}
	if len(scenarios) < 24 {
		t.Fatalf("only %d situations", len(scenarios))
	}
	for _, s := range scenarios {
		t.Run(s.Name, func(t *testing.T) {
			t.Parallel()
			for _, instant := range []bool{false, true} {
				_, wrong, err := scenario(t.Context(), s, instant)
				if err != nil {
					t.Fatal(err)
				}
				for _, w := range wrong {
					t.Errorf("instant: %v: %s", instant, w)
				}
			}
		})
	}
}
