package expr

import "strings"

// kind is the kind of a token.
type kind int

const (
	end    kind = iota
	word        // an attribute name, a function name or a keyword
	name        // #name
	bound       // :value
	number      // of a list's element
	symbol
)

// token is a token of an expression, with its position.
type token struct {
	kind     kind
	text     string
	from, to int
}

// lex splits an expression into tokens. Other text becomes a symbol that no rule accepts.
func lex(text string) []token {
	tokens := make([]token, 0, len(text)/4+1)
	for at := 0; at < len(text); {
		from, c := at, text[at]
		k := symbol
		switch {
		case strings.IndexByte(" \t\r\n", c) >= 0:
			at++
			continue
		case isLetter(c):
			k, at = word, run(text, at, isWord)
		case isDigit(c):
			k, at = number, run(text, at, isDigit)
		case c == '#' || c == ':':
			at = run(text, at+1, isWord)
			switch {
			case at == from+1: // a mark without a name
			case c == '#':
				k = name
			default:
				k = bound
			}
		case strings.HasPrefix(text[at:], "<>"), strings.HasPrefix(text[at:], "<="), strings.HasPrefix(text[at:], ">="):
			at += 2
		default:
			at++
			for at < len(text) && text[at]&0xc0 == 0x80 { // the rest of a character
				at++
			}
		}
		tokens = append(tokens, token{k, text[from:at], from, at})
	}
	return append(tokens, token{kind: end, text: "<EOF>", from: len(text), to: len(text)})
}

// run returns the end of the bytes from a position that wanted accepts.
func run(text string, at int, wanted func(byte) bool) int {
	for at < len(text) && wanted(text[at]) {
		at++
	}
	return at
}

func isLetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' }
func isDigit(c byte) bool  { return c >= '0' && c <= '9' }
func isWord(c byte) bool   { return isLetter(c) || isDigit(c) }
