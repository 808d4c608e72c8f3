package wildcard

import (
	"unicode"
	"unicode/utf8"
)

// Fold says which letters count as equal.
type Fold uint8

// The ways to compare letters.
const (
	// CaseSensitive: each letter is itself, as in resources and StringLike.
	CaseSensitive Fold = iota
	// FoldASCII: A is a, as in actions.
	FoldASCII
	// FoldUnicode: all letters are equal that differ in case alone, as in StringEqualsIgnoreCase.
	FoldUnicode
)

// begins reports whether s begins with text, and how many bytes of s that covers.
func begins(s, text string, fold Fold) (int, bool) {
	n := len(text)
	if len(s) >= n && s[:n] == text {
		return n, true
	}
	switch fold {
	case CaseSensitive:
		return 0, false
	case FoldUnicode:
		return beginsFolded(s, text)
	}
	if len(s) < n {
		return 0, false
	}
	for i := range n {
		if a, b := s[i], text[i]; a != b && Lower(a) != Lower(b) {
			return 0, false
		}
	}
	return n, true
}

// beginsFolded is begins with the folding of all letters.
func beginsFolded(s, text string) (int, bool) {
	i := 0
	for _, b := range text {
		a, n := utf8.DecodeRuneInString(s[i:])
		if n == 0 || !EqualFold(a, b) {
			return 0, false
		}
		i += n
	}
	return i, true
}

// Lower is an ASCII letter in lower case; other bytes stay what they are.
func Lower(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		c += 'a' - 'A'
	}
	return c
}

// EqualFold reports whether two characters differ in case at most.
func EqualFold(a, b rune) bool {
	if a == b {
		return true
	}
	if a < utf8.RuneSelf && b < utf8.RuneSelf {
		return a|0x20 == b|0x20 && 'a' <= a|0x20 && a|0x20 <= 'z'
	}
	for r := unicode.SimpleFold(a); r != a; r = unicode.SimpleFold(r) {
		if r == b {
			return true
		}
	}
	return false
}
