// Package input reads text in the forms that people have: compressed with gzip once or repeatedly, with a byte order
// mark, or in UTF-16 as PowerShell writes it.
package input

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"

	"github.com/klauspost/compress/gzip"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// nested is how many times input may be compressed: more is an attack or a mistake.
const nested = 3

// buffer is the size of one read in bytes.
const buffer = 1 << 16

// Text returns UTF-8 from any of these forms. The error is for input that begins like one of them and is not.
func Text(in io.Reader) (io.Reader, error) { return new(Reader).Text(in) }

// Reader reads one text after another with the same buffers. The zero value is ready for use.
type Reader struct {
	buffers [nested + 1]*bufio.Reader
	unzips  [nested + 1]*gzip.Reader
	unpacks bool
}

// Unpacks reports whether the text of the last call of Text is compressed.
func (r *Reader) Unpacks() bool { return r.unpacks }

// Text is like the function [Text]. The caller must not use the result of the previous call any more.
func (r *Reader) Text(in io.Reader) (io.Reader, error) {
	r.unpacks = false
	for i := range nested + 1 {
		b := r.buffer(i, in)
		begin, err := b.Peek(4)
		if err != nil && len(begin) == 0 && err != io.EOF {
			return nil, err
		}
		switch {
		case bytes.HasPrefix(begin, []byte{0x1f, 0x8b}):
			z, err := r.unzip(i, b)
			if err != nil {
				return nil, fmt.Errorf("it begins like gzip: %w", err)
			}
			in, r.unpacks = z, true
		case bytes.HasPrefix(begin, []byte{0xef, 0xbb, 0xbf}):
			_, _ = b.Discard(3)
			return b, nil
		case bytes.HasPrefix(begin, []byte{0xff, 0xfe}), bytes.HasPrefix(begin, []byte{0xfe, 0xff}):
			return transform.NewReader(b, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder()), nil
		case len(begin) >= 2 && begin[1] == 0 && begin[0] != 0: // without a mark
			return transform.NewReader(b, unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM).NewDecoder()), nil
		case len(begin) >= 2 && begin[0] == 0 && begin[1] != 0:
			return transform.NewReader(b, unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM).NewDecoder()), nil
		default:
			return b, nil
		}
	}
	return nil, fmt.Errorf("it is compressed more than %d times", nested)
}

// buffer and unzip give the i-th of what is packed in one another.
func (r *Reader) buffer(i int, in io.Reader) *bufio.Reader {
	if r.buffers[i] == nil {
		r.buffers[i] = bufio.NewReaderSize(nil, buffer)
	}
	r.buffers[i].Reset(in)
	return r.buffers[i]
}

func (r *Reader) unzip(i int, in *bufio.Reader) (z *gzip.Reader, err error) {
	if z = r.unzips[i]; z != nil {
		return z, z.Reset(in)
	}
	z, err = gzip.NewReader(in)
	r.unzips[i] = z
	return z, err
}

// File is a file as text, or standard input for "-". Size is the size of the file, 0 if it is unknown.
type File struct {
	io.Reader
	Size  int64
	count *counter
	close func() error
}

// Open opens a file, or uses the given standard input for "-". The error names the file.
func Open(path string, stdin io.Reader) (*File, error) {
	f := &File{count: &counter{in: stdin}, close: func() error { return nil }}
	if path != "-" {
		file, err := os.Open(path)
		if err != nil {
			return nil, err
		}
		if info, err := file.Stat(); err == nil && info.Mode().IsRegular() {
			f.Size = info.Size()
		}
		f.count.in, f.close = file, file.Close
	}
	var err error
	if f.Reader, err = Text(f.count); err != nil {
		_ = f.close()
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return f, nil
}

// Done returns how many bytes of the file were read.
func (f *File) Done() int64 { return f.count.n }

// Close closes the file.
func (f *File) Close() error { return f.close() }

type counter struct {
	in io.Reader
	n  int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.in.Read(p)
	c.n += int64(n)
	return n, err
}
