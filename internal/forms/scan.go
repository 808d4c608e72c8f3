package forms

import (
	"bytes"
	"encoding/json"

	"github.com/ringfence/ringfence/internal/jsonscan"
)

// state says whether a value is complete.
type state uint8

const (
	whole state = iota
	cut
	broken
)

// skip returns the end of the value at the beginning of the data. It looks only at brackets and strings,
// so it also finds the end of text that is not valid JSON: events are checked before they are reported.
// A string that continues after the end of a line is cut there, because JSON has no such strings.
func skip(data []byte) (end int, st state) {
	switch {
	case len(data) == 0:
		return 0, cut
	case data[0] == '"':
		return skipString(data)
	case data[0] != '{' && data[0] != '[':
		for end < len(data) && (data[end] >= '0' && data[end] <= '9' || data[end]|0x20 >= 'a' && data[end]|0x20 <= 'z' || bytes.IndexByte([]byte("+-."), data[end]) >= 0) {
			end++
		}
		if end == 0 {
			return 0, broken
		}
		return end, whole
	}
	for depth := 0; end < len(data); end++ {
		switch data[end] {
		case '"':
			n, st := skipString(data[end:])
			if st != whole {
				return end + n, st
			}
			end += n - 1
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				return end + 1, whole
			}
		}
	}
	return end, cut
}

func skipString(data []byte) (int, state) {
	end := jsonscan.StringEnd(data, 1)
	if end < 0 {
		end = len(data)
	}
	if line := bytes.IndexByte(data[:end], '\n'); line >= 0 {
		return line, cut
	}
	if end == len(data) {
		return end, cut
	}
	return end + 1, whole
}

// member is a member of an object. The last member of an object that is cut may be cut too.
type member struct {
	key, value []byte
	st         state
}

// members appends the members of the object at the beginning of the data, in order.
func members(data []byte, list []member) ([]member, state) {
	i := jsonscan.Space(data, 1)
	for i < len(data) && data[i] != '}' {
		n, st := skip(data[i:])
		if data[i] != '"' {
			return list, broken
		}
		key := data[i+1 : max(i+1, i+n-1)]
		if bytes.IndexByte(key, '\\') >= 0 {
			var s string
			if json.Unmarshal(data[i:i+n], &s) == nil {
				key = []byte(s)
			}
		}
		if i = jsonscan.Space(data, i+n); st != whole || i >= len(data) {
			return list, cut
		}
		if data[i] != ':' {
			return list, broken
		}
		i = jsonscan.Space(data, i+1)
		n, st = skip(data[i:])
		if n > 0 {
			list = append(list, member{key, data[i : i+n], st})
		}
		if st != whole {
			return list, st
		}
		if i, st = following(data, i+n, '}'); st != whole {
			return list, st
		}
	}
	if i >= len(data) {
		return list, cut
	}
	return list, whole
}

// elements calls f for the elements of the array at the beginning of the data until f returns false.
// The last element of an array that is cut may be cut too.
func elements(data []byte, f func(element []byte, st state) bool) state {
	i := jsonscan.Space(data, 1)
	for i < len(data) && data[i] != ']' {
		n, st := skip(data[i:])
		if n > 0 && !f(data[i:i+n], st) || st != whole {
			return st
		}
		if i, st = following(data, i+n, ']'); st != whole {
			return st
		}
	}
	if i >= len(data) {
		return cut
	}
	return whole
}

// following returns the place after a value: of the next value, or of the closing bracket.
func following(data []byte, i int, closing byte) (int, state) {
	switch i = jsonscan.Space(data, i); {
	case i >= len(data):
		return i, cut
	case data[i] == ',':
		return jsonscan.Space(data, i+1), whole
	case data[i] == closing:
		return i, whole
	}
	return i, broken
}
