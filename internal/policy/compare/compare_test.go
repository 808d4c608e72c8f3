package compare

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/ringfence/ringfence/internal/policy"
)

// pair is one case of a file of pairs.
type pair struct {
	ID       string          `json:"id"`
	A        json.RawMessage `json:"a"`
	B        json.RawMessage `json:"b"`
	Relation Relation        `json:"relation"`
	Note     string          `json:"note"`
}

func compile(t testing.TB, text []byte) *Compiled {
	t.Helper()
	d, err := policy.Parse(text)
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return Compile(d)
}

func testPairs(t *testing.T, file string) {
	data, err := os.ReadFile(file)
	if os.IsNotExist(err) {
		t.Skip("no ", file)
	}
	if err != nil {
		t.Fatal(err)
	}
	var pairs []pair
	if err := json.Unmarshal(data, &pairs); err != nil {
		t.Fatal(err)
	}
	for _, p := range pairs {
		t.Run(p.ID, func(t *testing.T) {
			r := Compare(compile(t, p.A), compile(t, p.B))
			if r.Relation != p.Relation {
				t.Errorf("%s, want %s (%s)\nA not B: %v\nB not A: %v\nreason: %s", r.Relation, p.Relation, p.Note, r.ANotB, r.BNotA, r.Reason)
			}
			t.Logf("%s %v | %v %s", r.Relation, r.ANotB, r.BNotA, r.Reason)
		})
	}
}

func TestCorpusPairs(t *testing.T) { testPairs(t, "../../../../shared/corpus/compare-pairs.json") }
