package authdetails

import (
	"bytes"
	"errors"
	"io"

	"github.com/ringfence/ringfence/internal/jsonscan"
)

// scanner splits JSON into values. It looks only at structure and strings; decoding a value checks
// whether it is JSON, and several values can be decoded at once. That takes half the time of an
// [encoding/json.Decoder].
type scanner struct {
	in         io.Reader
	buf        []byte
	start, end int
	err        error // of the reader, after the buffered text
}

func newScanner(in io.Reader) *scanner { return &scanner{in: in, buf: make([]byte, 1<<17)} }

// next returns the first character after white space and separators, or the error [io.EOF] if there
// is none.
func (s *scanner) next() (byte, error) {
	for {
		for ; s.start < s.end; s.start++ {
			switch c := s.buf[s.start]; c {
			case ' ', '\t', '\r', '\n', ',', ':':
			default:
				return c, nil
			}
		}
		if err := s.fill(); err != nil {
			return 0, err
		}
	}
}

// inside is next at a place where the input must not end.
func (s *scanner) inside() (byte, error) {
	c, err := s.next()
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	return c, err
}

// skip skips the next character.
func (s *scanner) skip() { s.start++ }

// value returns the text of the next value. It is valid until the next call. If the input ends in the
// middle of it, the error is [io.ErrUnexpectedEOF].
func (s *scanner) value() ([]byte, error) {
	if _, err := s.inside(); err != nil {
		return nil, err
	}
	for {
		n := length(s.buf[s.start:s.end])
		if n < 0 {
			err := s.fill()
			switch ended := errors.Is(err, io.EOF); {
			case ended && bytes.IndexByte([]byte(`{["`), s.buf[s.start]) < 0:
				n = s.end - s.start // a number or word at the very end
			case ended:
				return nil, io.ErrUnexpectedEOF
			case err != nil:
				return nil, err
			default:
				continue
			}
		}
		text := s.buf[s.start : s.start+n]
		s.start += n
		return text, nil
	}
}

// fill reads more input. It returns the error of the reader once nothing is left.
func (s *scanner) fill() error {
	if s.err != nil {
		return s.err
	}
	copy(s.buf, s.buf[s.start:s.end])
	s.start, s.end = 0, s.end-s.start
	if s.end == len(s.buf) {
		s.buf = append(s.buf, make([]byte, len(s.buf))...)
	}
	var n int
	n, s.err = io.ReadAtLeast(s.in, s.buf[s.end:], 1)
	s.end += n
	if n > 0 {
		return nil
	}
	return s.err
}

// length returns the length of the value at the beginning of a text, or -1 if the text ends before it.
func length(text []byte) int {
	depth := 0
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '"':
			if i = jsonscan.StringEnd(text, i+1); i < 0 {
				return -1
			}
			if depth == 0 {
				return i + 1
			}
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth <= 0 {
				return i + 1
			}
		default:
			if depth == 0 {
				n := bytes.IndexAny(text[i:], " \t\r\n,:]}")
				if n < 0 {
					return -1
				}
				return max(i+n, 1)
			}
		}
	}
	return -1
}
