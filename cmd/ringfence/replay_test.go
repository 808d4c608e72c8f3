package main

import (
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/text/encoding/unicode"
)

// A state is accepted in all supported encodings.
func TestStatesOfEachForm(t *testing.T) {
	const text = `{"UserDetailList": []}`
	var zipped bytes.Buffer
	z := gzip.NewWriter(&zipped)
	_, _ = z.Write([]byte(text))
	_ = z.Close()
	wide, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().Bytes([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{"plain": []byte(text), "gzip": zipped.Bytes(), "UTF-16": wide, "mark": []byte("\ufeff" + text)} {
		path := filepath.Join(t.TempDir(), "state")
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		for _, from := range []string{path, "-"} {
			got, err := readFile(from, bytes.NewReader(data))
			if err != nil || string(got.Data) != text || got.Source != from {
				t.Errorf("%s from %s: %q, %v", name, from, got.Data, err)
			}
		}
	}
}
