package authdetails

import (
	"bytes"
	"encoding/json"
	"testing"
)

// Ensure that the result for JSON is that of the standard library.
func FuzzCompact(f *testing.F) {
	for _, text := range []string{`{}`, " {\"a b\" : [ 1 , \"x \\\" y\\\\\" ] ,\r\n\t\"c\": null }\n", `"\\"`, `1 `, `"a`, `"\`} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		got := compact(text)
		var want bytes.Buffer
		if json.Compact(&want, text) == nil && !bytes.Equal(got, want.Bytes()) {
			t.Fatalf("%q: %q, want %q", text, got, want.Bytes())
		}
	})
}
