// Package jsonscan finds its way in JSON text without decoding it: where strings end, and where the
// next token begins. What it passes over is not proven to be JSON.
//
// Brackets are followed by those who ask, for each wants something else on the way: authdetails the
// length of a value that may not be there yet, forms the members of what may be cut, and logs/split two
// fields of a record at the speed of reading it.
package jsonscan

import "bytes"

// StringEnd is where the string that b[i:] continues has its closing quote, -1 where b ends before.
// The opening quote is before b[i], in b.
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

// Space is where b[i:] has its first character that is no white space; len(b) where it has none.
func Space(b []byte, i int) int {
	for i < len(b) && (b[i] == ' ' || b[i] == '\n' || b[i] == '\r' || b[i] == '\t') {
		i++
	}
	return i
}
