// Package split cuts a stream of text into JSON values at the speed of memory, without decoding
// them.
//
// The stream is anything that logs are kept in: values one after the other, on lines of their own
// or not, with text before them on their line or not; an array; an object whose first member
// is the list of what it holds, as {"Records": […]}. Lists are split into their elements, however
// long they are: memory holds one element.
package split

import (
	"bytes"
	"errors"
	"fmt"
	"io"
)

// MaxElement is how long one element may be, in bytes. CloudTrail's records have at most 256 KB.
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
const MaxElement = 256 << 20

// firstBuffer is how much is read at once.
const firstBuffer = 256 << 10

// ErrCut is the error of a stream that ends within a value.
var ErrCut = errors.New("it ends in the middle of a value")

// Splitter cuts one stream. The zero value is of no use: call [Splitter.Reset] first.
type Splitter struct {
	in         io.Reader
	buf        []byte
	start, end int // what is buffered and not yet used
	eof        error
	offset     int64 // of buf[0] in the stream
	state      state
	text       int
}

// state is where in the stream the splitter stands.
type state int

const (
	outside  state = iota // between values
	inArray               // between the elements of an array
	inList                // between the elements of a member of an object
	inObject              // between the members of an object, behind such a list
)

// closed is where a list that ends leads back to.
func (s state) closed() state {
	if s == inList {
		return inObject
	}
	return outside
}

// Reset begins with a stream. What the one before gave is not valid any more.
func (s *Splitter) Reset(in io.Reader) {
	buf := s.buf
	if len(buf) != firstBuffer { // one that had to grow is given back
		buf = make([]byte, firstBuffer)
	}
	*s = Splitter{in: in, buf: buf}
}

// Offset is how far the stream was used, in bytes.
func (s *Splitter) Offset() int64 { return s.offset + int64(s.start) }

// Text is how many lines, or elements, were passed over because they are no JSON value.
func (s *Splitter) Text() int { return s.text }

// Next gives the next element. The error is [io.EOF] at the end, [ErrCut] where the end is within
// a value, with what there is of it, that of the reader, or says that an element is longer than
// [MaxElement].
func (s *Splitter) Next() (Element, error) {
	for {
		c, err := s.peek()
		if err != nil {
			return Element{}, err
		}
		switch s.state {
		case outside:
			if c == '[' {
				s.start, s.state = s.start+1, inArray
				continue
			}
			if s.list() {
				continue
			}
		case inArray, inList:
			if c == ']' {
				s.start, s.state = s.start+1, s.state.closed()
				continue
			}
		case inObject:
			if err := s.member(c); err != nil {
				return Element{}, err
			}
			continue
		}
		if c != '{' && c != '[' && c != '"' {
			if err := s.pass(); err != nil {
				return Element{}, err
			}
			continue
		}
		return s.element()
	}
}

// peek goes to the next character that says something.
func (s *Splitter) peek() (byte, error) {
	for {
		for ; s.start < s.end; s.start++ {
			switch c := s.buf[s.start]; c {
			case ' ', '\t', '\r', '\n', ',', 0x1e:
			default:
				return c, nil
			}
		}
		if err := s.fill(); err != nil {
			if errors.Is(err, io.EOF) && s.state != outside {
				err = ErrCut
			}
			return 0, err
		}
	}
}

// fill reads more. The error is [io.EOF] where there is no more.
func (s *Splitter) fill() error {
	if s.eof != nil {
		return s.eof
	}
	if s.start > 0 {
		copy(s.buf, s.buf[s.start:s.end])
		s.offset += int64(s.start)
		s.start, s.end = 0, s.end-s.start
	}
	if s.end == len(s.buf) {
		if s.end >= MaxElement {
			return fmt.Errorf("an element is longer than %d MB", MaxElement>>20)
		}
		s.buf = append(s.buf, make([]byte, len(s.buf))...)
	}
	from := s.end
	for s.end < len(s.buf) && s.eof == nil {
		var n int
		n, s.eof = s.in.Read(s.buf[s.end:])
		s.end += n
	}
	if s.end > from {
		return nil
	}
	return s.eof
}

// element gives the value that begins here.
func (s *Splitter) element() (Element, error) {
	var e Element
	for {
		if n := e.scan(s.buf[s.start:s.end]); n > 0 {
			s.start += n
			return e, nil
		}
		switch err := s.fill(); {
		case errors.Is(err, io.EOF):
			return s.unended()
		case err != nil:
			return Element{}, err
		}
	}
}

// unended is what to make of a value that does not end. Where lines follow it, it is one of
// these, cut: the line is given as it is, for what comes after it is not lost.
func (s *Splitter) unended() (Element, error) {
	rest := s.buf[s.start:s.end]
	line := bytes.IndexByte(rest, '\n')
	if s.state != outside || line < 0 || len(bytes.TrimSpace(rest[line:])) == 0 {
		s.start = s.end
		return Element{Raw: rest}, ErrCut
	}
	s.start += line + 1
	return Element{Raw: rest[:line]}, nil
}

// pass passes over text that is no JSON. Outside of values, text before a value on its line
// belongs to that.
func (s *Splitter) pass() error {
	ends := "\n{["
	if s.state != outside {
		ends = ",]\n"
	}
	for {
		if i := bytes.IndexAny(s.buf[s.start:s.end], ends); i >= 0 {
			s.start += i
			if c := s.buf[s.start]; c == '\n' || s.state != outside {
				s.text++
			}
			return nil
		}
		s.start = s.end
		if err := s.fill(); err != nil {
			s.text++
			return err
		}
	}
}
