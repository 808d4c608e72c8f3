package split

import "github.com/ringfence/ringfence/internal/jsonscan"

// lists are the members, in lower case, that hold what a file is about. All are lists of CloudTrail
// records, or of messages that carry them.
var lists = []string{"records", "events", "logevents", "messages"}

// maxKey is how long the beginning of an object with a list may be.
const maxKey = 256

// list reports whether an object begins here whose first member is a list to split, and goes to
// the first element of that.
func (s *Splitter) list() bool {
	if s.buf[s.start] != '{' {
		return false
	}
	b := s.ahead()
	n := opens(b, jsonscan.Space(b, 1))
	if n > 0 {
		s.start, s.state = s.start+n, inList
	}
	return n > 0
}

// ahead is what comes next, as far as a list may take to begin.
func (s *Splitter) ahead() []byte {
	for s.end-s.start < maxKey && s.fill() == nil { // an error is met again where it counts
	}
	return s.buf[s.start:min(s.end, s.start+maxKey)]
}

// opens says where the first element is of a member that begins at b[i] and is a list to split; 0
// where it is none.
func opens(b []byte, i int) int {
	if i == len(b) || b[i] != '"' {
		return 0
	}
	end := jsonscan.StringEnd(b, i+1)
	if end < 0 {
		return 0
	}
	found := false
	for _, name := range lists {
		found = found || equal(b[i+1:end], name)
	}
	for _, c := range []byte(":[") {
		if end = jsonscan.Space(b, end+1); !found || end == len(b) || b[end] != c {
			return 0
		}
	}
	return end + 1
}

// member goes on in an object behind a list: to its end, or into the next list.
func (s *Splitter) member(c byte) error {
	switch c {
	case '}':
		s.start, s.state = s.start+1, outside
		return nil
	case '"':
		if n := opens(s.ahead(), 0); n > 0 {
			s.start, s.state = s.start+n, inList
			return nil
		}
	}
	if c == '"' || c == '{' || c == '[' {
		_, err := s.element() // a key, or a value that is no list
		return err
	}
	s.start++ // a colon, a number, true, false, null
	return nil
}
