// Package jsonscan scans JSON text without decoding it: it finds where strings end and where the next
// token begins. It does not check that the text is valid JSON.
//
// Callers match brackets themselves, because each needs something else: authdetails the length of a
// value that may not be complete yet, forms the members of an object that may be cut, and logs/split
// two fields of a record as fast as it can be read.
package jsonscan

import "bytes"

// StringEnd returns the index of the closing quote of the string that b[i:] continues, or -1 if b ends
// before it. The opening quote must be in b, before b[i].
func StringEnd(b []byte, i int) int {
	for {
		j := bytes.IndexByte(b[i:], '"')
		if j < 0 {
			return -1
		}
		i += j
		if b[i-1] != '\\' {
			return i
		}
		n := 1
		for b[i-1-n] == '\\' { // ends at the opening quote
			n++
		}
		if n%2 == 0 {
			return i
		}
		i++
	}
}

// Space returns the index of the first character in b[i:] that is not white space, or len(b) if there
// is none.
func Space(b []byte, i int) int {
	for i < len(b) && (b[i] == ' ' || b[i] == '\n' || b[i] == '\r' || b[i] == '\t') {
		i++
	}
	return i
}
