package authdetails

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

// Ensure that the scanner splits JSON into the same values as the decoder of the standard library.
func FuzzScanner(f *testing.F) {
	for _, text := range []string{`{"a": [1, "x\"]"]} [2]null 3`, `"\\"`, `{"a":`, `[1,2`, ` 1.5e3 `, `{}{}`, `"a`, `x`, `}`, `{"a":"` + string(make([]byte, 300)) + `"}`} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var want, got []string
		in := json.NewDecoder(bytes.NewReader(text))
		var err error
		for err == nil {
			var value json.RawMessage
			if err = in.Decode(&value); err == nil {
				want = append(want, string(value))
			}
		}
		s := newScanner(iotest.OneByteReader(bytes.NewReader(text)))
		s.buf = s.buf[:4]
		for {
			value, err := s.value()
			if err != nil {
				if !errors.Is(err, io.ErrUnexpectedEOF) {
					t.Fatal(err)
				}
				break
			}
			got = append(got, string(value))
		}
		if !errors.Is(err, io.EOF) {
			return // not all of it is JSON: decoding refuses what the scanner cuts
		}
		for _, value := range want {
			if !strings.ContainsAny(value[:1], `{["`) && len(want) > 1 {
				return // the decoder reads 000 as three numbers; a list of entities has no numbers
			}
		}
		if len(got) != len(want) {
			t.Fatalf("%q: %q, want %q", text, got, want)
		}
		for i := range got {
			if got[i] != want[i] {
				t.Fatalf("%q: %q, want %q", text, got, want)
			}
		}
	})
}
