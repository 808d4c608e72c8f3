package eval

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/ringfence/ringfence/internal/policy"
)

// pattern is a string of a policy, ready to be matched. Most are the first three
// kinds, which need no tokens.
type pattern struct {
	kind   patternKind
	text   string
	tokens []policy.Token
}

type patternKind uint8

const (
	everything patternKind = iota // *
	exact                         // text
	prefix                        // text*
	glob                          // tokens
)

// keyed puts the keys of variables into lower case, in which they are looked up.
func keyed(tokens []policy.Token) []policy.Token {
	for i := range tokens {
		if tokens[i].Kind == policy.Variable {
			tokens[i].Text = strings.ToLower(tokens[i].Text)
		}
	}
	return tokens
}

// compilePattern prepares a string that parse reads.
func compilePattern(parse func(string, policy.Version) policy.Pattern, s string, v policy.Version) pattern {
	if s == "*" {
		return pattern{kind: everything}
	}
	return patternOf(parse(s, v).Tokens)
}

// compileText prepares a string in which * and ? stand for themselves.
func compileText(s string, v policy.Version) pattern {
	if strings.IndexByte(s, '$') < 0 {
		return pattern{kind: exact, text: s}
	}
	return patternOf(policy.ParseText(s, v).Tokens)
}

func patternOf(t []policy.Token) pattern {
	switch {
	case len(t) == 0:
		return pattern{kind: exact}
	case t[0].Kind != policy.Literal && len(t) == 1 && t[0].Kind == policy.AnyRun:
		return pattern{kind: everything}
	case t[0].Kind != policy.Literal:
		return pattern{kind: glob, tokens: keyed(t)}
	}
	text := t[0].Text
	p := pattern{kind: exact, text: text}
	switch {
	case len(t) == 1:
	case len(t) == 2 && t[1].Kind == policy.AnyRun:
		p.kind = prefix
	default:
		p.kind, p.tokens = glob, keyed(t)
	}
	return p
}

// folding says which letters count as equal.
type folding uint8

const (
	noFolding  folding = iota
	asciiFolds         // actions
	allFold            // StringEqualsIgnoreCase
)

// match reports whether the pattern covers all of s. Wildcards take no colon
// before the offset limit of s.
func (p *pattern) match(s string, e *env, fold folding, limit int) bool {
	switch p.kind {
	case everything:
		return true
	case exact:
		n, ok := begins(s, p.text, fold)
		return ok && n == len(s)
	case prefix:
		_, ok := begins(s, p.text, fold)
		return ok
	default:
		return matchTokens(p.tokens, s, e, fold, limit)
	}
}

// matchTokens walks tokens and text together. After a mismatch it lets the last *
// take one character more: earlier ones need no second try, so that the time is
// bounded by the product of both lengths.
func matchTokens(tokens []policy.Token, s string, e *env, fold folding, limit int) bool {
	t, i := 0, 0
	star, from := -1, 0
	for {
		switch {
		case t == len(tokens):
			if i == len(s) {
				return true
			}
		case tokens[t].Kind == policy.AnyRun:
			if t == len(tokens)-1 {
				return true
			}
			star, from = t, i
			t++
			continue
		default:
			n, ok := take(&tokens[t], s[i:], e, fold, limit-i)
			if ok {
				t, i = t+1, i+n
				continue
			}
			if n < 0 {
				return false
			}
		}
		if star < 0 {
			return false
		}
		n := character(s[from:], limit-from)
		if n == 0 {
			return false
		}
		from += n
		t, i = star+1, from
	}
}

// take gives how many bytes of s the token covers. The count is -1 where the token
// covers no text at all: a variable that has no value.
func take(t *policy.Token, s string, e *env, fold folding, limit int) (int, bool) {
	switch t.Kind {
	case policy.Literal:
		return begins(s, t.Text, fold)
	case policy.AnyOne:
		n := character(s, limit)
		return n, n > 0
	default:
		value, ok := e.variable(t)
		if !ok {
			return -1, false
		}
		return begins(s, value, fold)
	}
}

// character gives the length of the first character of s if a wildcard may take it.
func character(s string, limit int) int {
	if s == "" || s[0] == ':' && limit > 0 {
		return 0
	}
	_, n := utf8.DecodeRuneInString(s)
	return n
}

// begins reports whether s begins with text, and how many bytes of s that covers.
func begins(s, text string, fold folding) (int, bool) {
	n := len(text)
	if len(s) >= n && s[:n] == text {
		return n, true
	}
	switch fold {
	case noFolding:
		return 0, false
	case allFold:
		return beginsRunes(s, text)
	}
	if len(s) < n {
		return 0, false
	}
	for i := range n {
		if a, b := s[i], text[i]; a != b && lower(a) != lower(b) {
			return 0, false
		}
	}
	return n, true
}

func lower(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		c += 'a' - 'A'
	}
	return c
}

// beginsRunes is begins with the folding of all letters.
func beginsRunes(s, text string) (int, bool) {
	i := 0
	for _, b := range text {
		a, n := utf8.DecodeRuneInString(s[i:])
		if n == 0 || !foldEqual(a, b) {
			return 0, false
		}
		i += n
	}
	return i, true
}

func foldEqual(a, b rune) bool {
	if a == b {
		return true
	}
	for r := unicode.SimpleFold(a); r != a; r = unicode.SimpleFold(r) {
		if r == b {
			return true
		}
	}
	return false
}

// parts gives the offset up to which the wildcards of an ARN pattern take no colon:
// the end of the fifth part of the ARN s.
func parts(s string) int {
	colons := 0
	for i := 0; i < len(s); i++ {
		if s[i] == ':' {
			if colons++; colons == 5 {
				return i + 1
			}
		}
	}
	return len(s)
}
