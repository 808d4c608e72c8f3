package trail

import (
	"encoding/json"
	"reflect"
	"testing"

	"github.com/ringfence/ringfence/internal/errclass"
	"github.com/ringfence/ringfence/internal/principal"
)

// Ensure that no input makes the parser fail, that every error is bad input, that the ARN of every principal
// can be parsed again, and that a record has the same meaning in an envelope.
func FuzzParse(f *testing.F) {
	for _, data := range samples(f) {
		f.Add(data)
		var event struct {
			Detail json.RawMessage `json:"detail"`
		}
		if err := json.Unmarshal(data, &event); err != nil {
			f.Fatal(err)
		}
		f.Add([]byte(event.Detail))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		change, err := Parse(data)
		if err != nil {
			if errclass.ClassOf(err) != errclass.BadInput {
				t.Errorf("class of %v", err)
			}
			return
		}
		if p, ok := change.Subject.(Principal); ok {
			ref, err := principal.Parse(p.Ref.ARN())
			if !p.Ref.PathKnown() {
				ref.Path = ""
			}
			if err != nil || ref != p.Ref {
				t.Errorf("%+v reads back as %+v, %v", p.Ref, ref, err)
			}
		}
		var event message
		if json.Unmarshal(data, &event) != nil || event.isEnvelope() {
			return
		}
		if got := parse(t, envelope(t, data, fields{"account": change.Account, "region": change.Region})); !reflect.DeepEqual(got, change) {
			t.Errorf("bare %+v\nin an envelope %+v", change, got)
		}
	})
}

func BenchmarkParse(b *testing.B) {
	samples := samples(b)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		data := samples[i%len(samples)]
		b.SetBytes(int64(len(data)))
		if _, err := Parse(data); err != nil {
			b.Fatal(err)
		}
	}
}
