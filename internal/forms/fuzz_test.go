package forms_test

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"

	"github.com/ringfence/ringfence/internal/forms"
	"github.com/ringfence/ringfence/internal/forms/formstest"
)

// Ensure that no text makes a reader fail, whatever the kind; that each event is a JSON object that is
// found again unchanged; and that nothing is skipped silently.
func FuzzForms(f *testing.F) {
	for _, form := range formstest.All(samples(f)) {
		f.Add(form.Data)
		f.Add(form.Data[:len(form.Data)*2/3])
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		total := 0
		each := func(r json.RawMessage) error {
			total++
			if !json.Valid(r) || r[0] != '{' {
				t.Fatalf("not an object: %q", r)
			}
			n := 0
			err := forms.Value(r, func(again json.RawMessage) error {
				if n++; !bytes.Equal(again, r) {
					t.Errorf("%q is read again as %q", r, again)
				}
				return nil
			}, func(reason forms.Reason, _ int) { t.Errorf("%q is skipped: %s", r, reason) })
			if err != nil || n != 1 {
				t.Errorf("%q has %d events, %v", r, n, err)
			}
			return nil
		}
		count := func(reason forms.Reason, n int) {
			if total += n; n <= 0 || reason.String() == "" {
				t.Errorf("%d times %q", n, reason)
			}
		}
		forms.KindOf(data)
		for _, err := range []error{
			forms.Value(data, each, count), forms.Lines(bytes.NewReader(data), each, count), forms.CSV(bytes.NewReader(data), each, count),
		} {
			if err != nil {
				t.Error(err)
			}
		}
		total = 0
		if err := forms.Value(data, each, count); err != nil {
			t.Error(err)
		}
		if object := json.Valid(data) && bytes.HasPrefix(data, []byte("{")); object && total == 0 {
			t.Errorf("%q is skipped silently", data)
		}
	})
}

// Ensure that reading ends early if data is large when decompressed, or is compressed many times.
func TestBombsAreBounded(t *testing.T) {
	zip := func(data []byte) []byte {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		if _, err := z.Write(data); err != nil {
			t.Fatal(err)
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	data := func(b []byte) string { return `{"data":"` + base64.StdEncoding.EncodeToString(b) + `"}` }
	bomb := zip(bytes.Repeat([]byte(" "), 80<<20))
	deep := string(samples(t)[0])
	for range 30 {
		deep = `{"a":` + deep + `}`
	}
	quoted := data([]byte(string(samples(t)[0])))
	for range 15 {
		quoted = data([]byte(quoted))
	}
	for name, c := range map[string]struct {
		value  string
		passed counts
	}{
		"large":           {data(bomb), counts{forms.TooLarge: 1}},
		"large, often":    {"[" + strings.Repeat(data(bomb)+",", 20) + "{}]", counts{forms.TooLarge: 20, forms.NoEvent: 1}},
		"packed often":    {data(zip(zip(zip(zip([]byte("{}")))))), counts{forms.TooDeep: 1}},
		"deep":            {deep, counts{forms.TooDeep: 1}},
		"encoded often":   {quoted, counts{forms.TooDeep: 1}},
		"brackets, often": {strings.Repeat(`{"a":[`, 1<<16), counts{forms.TooDeep: 1, forms.Cut: 1}},
	} {
		got, passed := find(t, []byte(c.value))
		if diff := len(got); diff != 0 || !equal(passed, c.passed) {
			t.Errorf("%s: %d records, %v; want %v", name, len(got), passed, c.passed)
		}
	}
}

func equal(a, b counts) bool {
	for r := forms.NoEvent; r <= forms.Ambiguous; r++ {
		if a[r] != b[r] {
			return false
		}
	}
	return true
}
