package policy

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// scanner reads JSON (RFC 8259) token by token and knows where it is. It exists
// because duplicate keys and positions must be seen, and because its strings share
// the memory of the text.
type scanner struct {
	text string
	at   int // offset of the next byte
	line int // lines before at
	from int // offset at which the line begins
}

func (s *scanner) pos() Pos {
	return Pos{Line: int32(s.line) + 1, Column: int32(s.at-s.from) + 1}
}

func (s *scanner) errorf(format string, args ...any) error {
	return &Error{Pos: s.pos(), Msg: fmt.Sprintf(format, args...)}
}

// peek skips white space and gives the next byte, 0 at the end of the text.
func (s *scanner) peek() byte {
	for s.at < len(s.text) {
		switch c := s.text[s.at]; c {
		case '\n':
			s.at++
			s.line++
			s.from = s.at
		case ' ', '\t', '\r':
			s.at++
		default:
			return c
		}
	}
	return 0
}

// found names what comes next, for an error.
func (s *scanner) found() string {
	switch c := s.peek(); {
	case c == 0 && s.at >= len(s.text):
		return "the end of the text"
	case c == '"':
		return "a string"
	case c == '{':
		return "an object"
	case c == '[':
		return "a list"
	case c == 't', c == 'f':
		return "a boolean"
	case c == 'n':
		return "null"
	case c == '-', c >= '0' && c <= '9':
		return "a number"
	default:
		r, _ := utf8.DecodeRuneInString(s.text[s.at:])
		return strconv.QuoteRune(r)
	}
}

// rest shows the beginning of what comes next, for an error.
func (s *scanner) rest() string {
	s.peek()
	const most = 20
	text, more := []rune(s.text[s.at:min(len(s.text), s.at+4*most)]), ""
	if len(text) > most {
		text, more = text[:most], "…"
	}
	return quote(string(text) + more)
}

// more is called before each member of an object or list that end closes, and takes
// what stands between them; what names the object or list in errors.
func (s *scanner) more(first bool, end byte, what string) (bool, error) {
	c := s.peek()
	if c == end {
		s.at++
		return false, nil
	}
	if first {
		return true, nil
	}
	if c != ',' {
		return false, s.errorf("found %s where ',' or %q was expected in %s", s.found(), end, what)
	}
	s.at++
	if s.peek() == end {
		return false, s.errorf("found %q after a comma: remove the comma", end)
	}
	return true, nil
}

// str reads a string. In an error it is named by what, and by of if that is not empty.
func (s *scanner) str(what, of string) (string, error) {
	if s.peek() != '"' {
		if of != "" {
			what += " " + of
		}
		return "", s.errorf("%s must be a string, not %s", what, s.found())
	}
	begin := s.at + 1
	for i := begin; i < len(s.text); i++ {
		switch c := s.text[i]; {
		case c == '"':
			s.at = i + 1
			return s.text[begin:i], nil
		case c == '\\':
			return s.escaped(begin, i)
		case c < ' ':
			s.at = i
			return "", s.errorf("a control character (0x%02x) in a string must be escaped", c)
		}
	}
	return "", s.errorf("the string does not end")
}

// escaped goes on with a string at its first backslash.
func (s *scanner) escaped(begin, i int) (string, error) {
	var b strings.Builder
	b.WriteString(s.text[begin:i])
	for i < len(s.text) {
		c := s.text[i]
		switch {
		case c == '"':
			s.at = i + 1
			return b.String(), nil
		case c < ' ':
			s.at = i
			return "", s.errorf("a control character (0x%02x) in a string must be escaped", c)
		case c != '\\':
			b.WriteByte(c)
			i++
			continue
		}
		r, n := unescape(s.text[i:])
		if n == 0 {
			s.at = i
			return "", s.errorf("a backslash begins no JSON escape here")
		}
		b.WriteRune(r)
		i += n
	}
	return "", s.errorf("the string does not end")
}

// unescape reads the escape that s begins with and gives its length, 0 if it is none.
// Half a surrogate pair is none: it stands for no character.
func unescape(s string) (rune, int) {
	if len(s) < 2 {
		return 0, 0
	}
	switch s[1] {
	case '"', '\\', '/':
		return rune(s[1]), 2
	case 'b':
		return '\b', 2
	case 'f':
		return '\f', 2
	case 'n':
		return '\n', 2
	case 'r':
		return '\r', 2
	case 't':
		return '\t', 2
	case 'u':
		r, ok := hex4(s[2:])
		if !ok {
			return 0, 0
		}
		if !utf16.IsSurrogate(r) {
			return r, 6
		}
		if len(s) < 8 || s[6] != '\\' || s[7] != 'u' {
			return 0, 0
		}
		low, ok := hex4(s[8:])
		if r = utf16.DecodeRune(r, low); !ok || r == utf8.RuneError {
			return 0, 0
		}
		return r, 12
	}
	return 0, 0
}

func hex4(s string) (rune, bool) {
	if len(s) < 4 {
		return 0, false
	}
	n, err := strconv.ParseUint(s[:4], 16, 16)
	return rune(n), err == nil
}

// bare reads a number, true or false, and gives its text.
func (s *scanner) bare() (string, bool) {
	s.peek()
	end := s.at
	for end < len(s.text) && strings.IndexByte(" \t\r\n,]}:", s.text[end]) < 0 {
		end++
	}
	text := s.text[s.at:end]
	if text != "true" && text != "false" && !isNumber(text) {
		return "", false
	}
	s.at = end
	return text, true
}

// isNumber reports whether s is a JSON number.
func isNumber(s string) bool {
	digits := func() int {
		n := 0
		for n < len(s) && s[n] >= '0' && s[n] <= '9' {
			n++
		}
		return n
	}
	s = strings.TrimPrefix(s, "-")
	n := digits()
	if n == 0 || n > 1 && s[0] == '0' {
		return false
	}
	s = s[n:]
	if s != "" && s[0] == '.' {
		s = s[1:]
		if n = digits(); n == 0 {
			return false
		}
		s = s[n:]
	}
	if s != "" && (s[0] == 'e' || s[0] == 'E') {
		s = s[1:]
		if s != "" && (s[0] == '+' || s[0] == '-') {
			s = s[1:]
		}
		if n = digits(); n == 0 {
			return false
		}
		s = s[n:]
	}
	return s == ""
}
