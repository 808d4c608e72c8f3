package input

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"io"
	"os"
	"path/filepath"
	"testing"
	"unicode/utf16"
)

const text = `{"a": "ä 𝛼"}`

func zipped(b []byte) []byte {
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	_, _ = z.Write(b)
	_ = z.Close()
	return out.Bytes()
}

func wide(order binary.ByteOrder, mark bool) []byte {
	units := utf16.Encode([]rune(text))
	if mark {
		units = append([]uint16{0xfeff}, units...)
	}
	var out bytes.Buffer
	_ = binary.Write(&out, order, units)
	return out.Bytes()
}

func TestTextOfEachForm(t *testing.T) {
	for name, data := range map[string][]byte{
		"plain": []byte(text), "gzip": zipped([]byte(text)), "gzip twice": zipped(zipped([]byte(text))),
		"gzip of UTF-16": zipped(wide(binary.LittleEndian, true)), "byte order mark": append([]byte{0xef, 0xbb, 0xbf}, text...),
		"UTF-16LE": wide(binary.LittleEndian, true), "UTF-16BE": wide(binary.BigEndian, true),
		"UTF-16LE without mark": wide(binary.LittleEndian, false), "UTF-16BE without mark": wide(binary.BigEndian, false),
	} {
		in, err := Text(bytes.NewReader(data))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got, err := io.ReadAll(in); err != nil || string(got) != text {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
	for _, short := range []string{"", "{", "[]"} {
		if in, err := Text(bytes.NewReader([]byte(short))); err != nil {
			t.Errorf("%q: %v", short, err)
		} else if got, err := io.ReadAll(in); err != nil || string(got) != short {
			t.Errorf("%q: %q, %v", short, got, err)
		}
	}
}

func TestTextRefuses(t *testing.T) {
	deep := []byte(text)
	for range 5 {
		deep = zipped(deep)
	}
	for name, data := range map[string][]byte{"too deep": deep, "no gzip": {0x1f, 0x8b, 1, 1}} {
		if _, err := Text(bytes.NewReader(data)); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
	in, err := Text(bytes.NewReader(zipped([]byte(text))[:20]))
	if err == nil {
		_, err = io.ReadAll(in)
	}
	if err == nil {
		t.Error("gzip that is cut is read as if it were whole")
	}
}

func TestOpen(t *testing.T) {
	path := filepath.Join(t.TempDir(), "f")
	data := zipped([]byte(text))
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, stdin := range map[string][]byte{path: nil, "-": data} {
		f, err := Open(name, bytes.NewReader(stdin))
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(f)
		if err != nil || string(got) != text || f.Done() != int64(len(data)) || name == path && f.Size != int64(len(data)) {
			t.Errorf("%s: %q, %v, %d of %d", name, got, err, f.Done(), f.Size)
		}
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	}
	if _, err := Open(path+"x", nil); err == nil {
		t.Error("a file that is not there was opened")
	}
}

func FuzzText(f *testing.F) {
	f.Add([]byte(text))
	f.Add(zipped(wide(binary.BigEndian, true)))
	f.Fuzz(func(t *testing.T, data []byte) {
		if in, err := Text(bytes.NewReader(data)); err == nil {
			_, _ = io.Copy(io.Discard, io.LimitReader(in, 1<<20))
		}
	})
}
