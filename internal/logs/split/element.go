package split

import (
	"bytes"

	"github.com/ringfence/ringfence/internal/jsonscan"
)

// Element is one JSON value of a stream.
type Element struct {
	// Raw is its text. It is valid until the next element is asked for.
	Raw []byte
	// Source and Name are the eventSource and the eventName of a bare CloudTrail record, as far
	// as they are certain without decoding it: each is there once, as text without an escape, on
	// one line, and nothing beside them makes the object anything else. Both are nil otherwise.
	Source, Name []byte
}

// scan reads the value that begins with b, and says how long it is, 0 where b ends before the
// value does. It looks at structure and strings only: that the value is JSON is not proven.
func (e *Element) scan(b []byte) int {
	*e = Element{}
	if b[0] == '"' {
		n := jsonscan.StringEnd(b, 1) + 1
		e.Raw = b[:n]
		return n
	}
	var f fields
	depth := 0
	for i := 0; i < len(b); {
		switch b[i] {
		case '"':
			end := jsonscan.StringEnd(b, i+1)
			if end < 0 {
				return 0
			}
			if depth == 1 {
				end = f.key(b, i+1, end)
				if end < 0 {
					return 0
				}
			}
			i = end + 1
		case '{', '[':
			depth++
			i++
		case '}', ']':
			depth--
			i++
			if depth == 0 {
				e.Raw = b[:i]
				if f.certain() && b[0] == '{' && bytes.IndexByte(e.Raw, '\n') < 0 {
					e.Source, e.Name = f.source, f.name
				}
				return i
			}
		default:
			i++
		}
	}
	return 0
}

// fields gathers what stands at the top of an object.
type fields struct {
	source, name []byte
	unsure       bool
}

func (f *fields) certain() bool { return !f.unsure && f.source != nil && f.name != nil }

// key looks at the string b[i:end] at the top of an object, and says where to go on: at its end,
// or at the end of its value where that is wanted; -1 where b ends before.
//
// Decoding takes the names of fields in any case, and no letter of these names but the s has a
// form outside of ASCII that counts as the same. Beside an envelope's fields there are those in
// which others keep the whole record, and a name that begins in upper case, as LookupEvents has it.
func (f *fields) key(b []byte, i, end int) int {
	if i == end {
		return end
	}
	key := b[i:end]
	switch key[0] | 0x20 {
	case 'e':
		switch {
		case key[0] == 'E':
			return f.doubt(b, end)
		case equal(key, "eventsource"):
			return f.value(b, end, &f.source)
		case equal(key, "eventname"):
			return f.value(b, end, &f.name)
		case !ascii(key), equal(key, "eventjson"), equal(key, "event.original"):
			return f.doubt(b, end)
		}
	case 'd':
		if !ascii(key) || equal(key, "detail") || equal(key, "detail-type") || equal(key, "digests3object") {
			return f.doubt(b, end)
		}
	case 'c':
		if equal(key, "cloudtrailevent") {
			return f.doubt(b, end)
		}
	case '\\' | 0x20, '_' | 0x20, '@' | 0x20:
		return f.doubt(b, end)
	}
	return end
}

// doubt is of a name that makes the object something else. What is no name but a value does not, as
// an identifier that begins with an E.
func (f *fields) doubt(b []byte, end int) int {
	i := jsonscan.Space(b, end+1)
	if i == len(b) {
		return -1
	}
	f.unsure = f.unsure || b[i] == ':'
	return end
}

// value takes the text that belongs to the key that ends at b[end].
func (f *fields) value(b []byte, end int, to *[]byte) int {
	i := jsonscan.Space(b, end+1)
	if i == len(b) {
		return -1
	}
	if b[i] != ':' {
		return end // it was a value
	}
	if i = jsonscan.Space(b, i+1); i == len(b) {
		return -1
	}
	if b[i] != '"' || *to != nil {
		f.unsure = true
		return i - 1
	}
	last := jsonscan.StringEnd(b, i+1)
	if last < 0 {
		return -1
	}
	*to = b[i+1 : last]
	f.unsure = f.unsure || !ascii(*to)
	return last
}

// equal compares with a name in lower case.
func equal(key []byte, name string) bool {
	if len(key) != len(name) {
		return false
	}
	for i, c := range key {
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		if c != name[i] {
			return false
		}
	}
	return true
}

// ascii reports whether a text means what it says: no escape, and no letter that folds to one.
func ascii(text []byte) bool {
	for _, c := range text {
		if c == '\\' || c >= 0x80 {
			return false
		}
	}
	return true
}
