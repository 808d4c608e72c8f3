package jsonscan

import (
	"bytes"
	"encoding/json"
	"testing"
)

func TestStringsEnd(t *testing.T) {
	for text, want := range map[string]int{
		`""`: 1, `"a"b"`: 2, `"a\"b"`: 5, `"a\\"`: 4, `"a\\\"b"`: 7, `"\\\\"`: 5, `"`: -1, `"a`: -1, `"a\"`: -1, `"\\\"`: -1,
	} {
		if got := StringEnd([]byte(text), 1); got != want {
			t.Errorf("%s: %d, want %d", text, got, want)
		}
	}
}

func TestSpace(t *testing.T) {
	for text, want := range map[string]int{"": 0, " \t\r\n": 4, "a": 0, "  a ": 2, "\x0ba": 0} {
		if got := Space([]byte(text), 0); got != want {
			t.Errorf("%q: %d, want %d", text, got, want)
		}
	}
}

// Ensure that a string that encoding/json writes ends where StringEnd says.
func FuzzStringEnd(f *testing.F) {
	f.Add("a\"b\\")
	f.Add("\\\\\"")
	f.Fuzz(func(t *testing.T, s string) {
		text, err := json.Marshal(s)
		if err != nil {
			t.Skip(err)
		}
		long := append(bytes.Clone(text), `":"x"`...)
		if got := StringEnd(long, 1); got != len(text)-1 {
			t.Errorf("%s: %d, want %d", long, got, len(text)-1)
		}
	})
}
