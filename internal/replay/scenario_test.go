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
			_, wrong, err := Scenario(t.Context(), s)
			if err != nil {
				t.Fatal(err)
			}
			for _, w := range wrong {
				t.Error(w)
			}
		})
	}
}
