package lang

import "strings"

// mostJoined bounds how many strings are tried for one query.
const mostJoined = 48

// join looks for a string that is in all unions, beginning with one that is in the first: behind it
// comes what a glob of another union asks for and the string lacks. Where wildcards take colons, ARNs
// that seem to have nothing in common share such strings. These are long, so that the automaton is slow
// to find them. Both of these match arn:aws:iam::1:role/a/x:sqs:::b-
//
//	arn:*:iam::*:role/a/*
//	arn:*:sqs:*:*:b-*
//
// is says whether a string is an answer.
func (q Query) join(s string, is func(string) bool, b *Budget) (string, bool) {
	left := mostJoined
	var from func(s string, union int) (string, bool)
	from = func(s string, union int) (string, bool) {
		if union == len(q.In) {
			return s, is(s)
		}
		if Any(q.In[union], s, Bindings{}) {
			return from(s, union+1)
		}
		for _, g := range q.In[union] {
			if left--; left < 0 || !b.Spend((1+len(q.In)+len(q.Out))*Comparing) {
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

// behind is a string with those parts of the glob behind it that it lacks, one after the other; false
// where it begins otherwise.
func (g *Glob) behind(s string) (string, bool) {
	at := 0
	for i, part := range g.parts() {
		switch next := strings.Index(s[at:], part); {
		case i == 0 && !strings.HasPrefix(s, part):
			return "", false
		case next >= 0 && at < len(s):
			at += next + len(part)
		default:
			s += part
			at = len(s)
		}
	}
	return s, true
}

// parts is the text between the runs of the glob, with an x for any one character.
func (g *Glob) parts() []string {
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
