package input

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
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

// What is unpacked is what the standard library unpacks, and fails where that does: a file that is
// cut, padded, followed by another one or by something else. Only of the last four bytes before a
// failure may there be less.
func TestGunzipIsAsTheStandardLibrarys(t *testing.T) {
	r := new(Reader)
	long := zipped(bytes.Repeat([]byte(text+"\n"), 9000))
	var plain bytes.Buffer
	z, _ := gzip.NewWriterLevel(&plain, gzip.NoCompression)
	_, _ = z.Write(bytes.Repeat([]byte(text), 50))
	_ = z.Close()
	for _, whole := range [][]byte{zipped([]byte(text)), zipped([]byte{}), long, plain.Bytes()} {
		for cut := range len(whole) {
			same(t, r, whole[:cut])
		}
		for _, after := range []string{"", "\x00", "\x00\x00\x00\x00", "garbage", "\x1f", "\x1f\x8b", "\x1f\x8b\x08", string(whole), string(whole[:len(whole)/2]), "\n"} {
			same(t, r, append(bytes.Clone(whole), after...))
		}
		for i := range min(len(whole), 200) {
			broken := bytes.Clone(whole)
			broken[i] ^= 0x55
			same(t, r, broken)
			broken = bytes.Clone(whole)
			broken[len(broken)-1-i] ^= 0x55
			same(t, r, broken)
		}
	}
}

func FuzzGunzip(f *testing.F) {
	f.Add(zipped([]byte(text)))
	f.Add(append(zipped([]byte(text)), zipped(bytes.Repeat([]byte(text), 99))...))
	f.Fuzz(func(t *testing.T, data []byte) { same(t, new(Reader), data) })
}

// less is what four bytes unpack to at the most: each symbol has 258 bytes and takes two bits.
const less = 4 * 8 / 2 * 258

// same compares with the standard library. The reader is one that others were read with.
func same(t *testing.T, r *Reader, data []byte) {
	t.Helper()
	if !bytes.HasPrefix(data, []byte{0x1f, 0x8b}) {
		return
	}
	var want []byte
	z, wantErr := gzip.NewReader(bytes.NewReader(data))
	if wantErr == nil {
		want, wantErr = io.ReadAll(io.LimitReader(z, 1<<20))
	}
	if bytes.HasPrefix(want, []byte{0x1f, 0x8b}) || bytes.ContainsAny(want[:min(2, len(want))], "\x00\xef\xfe\xff") {
		return // it is not text yet
	}
	var got []byte
	in, err := r.Text(bytes.NewReader(data))
	if err == nil {
		got, err = io.ReadAll(io.LimitReader(in, 1<<20))
	}
	cut := errors.Is(err, io.ErrUnexpectedEOF) && errors.Is(wantErr, io.ErrUnexpectedEOF)
	switch {
	case err != nil && wantErr != nil && !cut: // what is damaged may be found so sooner or later
		return
	case err != nil && strings.Contains(err.Error(), "invalid header"): // reserved flags: RFC 1952 forbids them, the standard library does not
		return
	}
	if (err == nil) != (wantErr == nil) || !bytes.HasPrefix(want, got) || len(want)-len(got) > less || !cut && len(got) != len(want) {
		t.Errorf("%.60q: %d bytes, %v; the standard library: %d bytes, %v", data, len(got), err, len(want), wantErr)
	}
}
