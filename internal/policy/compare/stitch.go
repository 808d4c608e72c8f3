package compare

import (
	"slices"
	"strings"
)

// stitches bounds how many strings are tried for one query.
const stitches = 48

// stitch looks for a string that is in all unions, beginning with one that is in the
// first: behind it comes what a glob of another union asks for and the string has not.
// Where a wildcard goes beyond a colon, ARNs that have nothing in common for people have
// such strings in common all the same, which are long, so that the automaton is slow to
// find them. Both of these match arn:aws:iam::1:role/a/x:sqs:::b-
//
//	arn:*:iam::*:role/a/*
//	arn:*:sqs:*:*:b-*
//
// Whether a string is an answer is for is to say.
func (q query) stitch(s string, is func(string) bool, b *budget) (string, bool) {
	left := stitches
	var from func(s string, union int) (string, bool)
	from = func(s string, union int) (string, bool) {
		if union == len(q.in) {
			return s, is(s)
		}
		if slices.ContainsFunc(q.in[union], func(g *glob) bool { return g.matches(s, bindings{}) }) {
			return from(s, union+1)
		}
		for _, g := range q.in[union] {
			if left--; left < 0 || !b.spend((1+len(q.in)+len(q.out))*comparing) {
				return "", false
			}
			longer, ok := g.behind(s)
			if !ok {
				continue
			}
			if w, ok := from(longer, union+1); ok {
				return w, true
			}
		}
		return "", false
	}
	return from(s, 1)
}

// behind is a string with those parts of the glob behind it that it has not already, one
// after the other; false where it begins otherwise.
func (g *glob) behind(s string) (string, bool) {
	at := 0
	for i, part := range g.parts() {
		switch found := strings.Index(s[at:], part); {
		case i == 0 && !strings.HasPrefix(s, part):
			return "", false
		case found >= 0 && at < len(s):
			at += found + len(part)
		default:
			s += part
			at = len(s)
		}
	}
	return s, true
}

// parts is the text between the runs of the glob, with an x for any one character.
func (g *glob) parts() []string {
	const run = "*"
	var b strings.Builder
	for _, s := range g.symbols {
		switch {
		case s.isRun():
			b.WriteString(run)
		case s.isCharacter():
			b.WriteRune(rune(s))
		default:
			b.WriteByte('x')
		}
	}
	return strings.Split(b.String(), run)
}
