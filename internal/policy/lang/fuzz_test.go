package lang

import (
	"testing"
	"unicode/utf8"

	"github.com/ringfence/ringfence/internal/wildcard"
)

// FuzzSolve: a string that is found is in the language, and where there is none no text is.
func FuzzSolve(f *testing.F) {
	f.Add("arn:aws:s3:::team-*", "*a*", "arn:aws:s3:::team-a*", "*secret*", "arn:aws:s3:::team-b", uint8(0))
	f.Add("a*b?", "*?b*", "ab*", "a?b*", "axbx", uint8(1))
	f.Add("arn:*:s3:::*", "arn:*:iam::*:x", "arn:aws:*", "", "arn:a:s3:::b:iam::c:x", uint8(2))
	f.Fuzz(func(t *testing.T, a, b, c, d, text string, how uint8) {
		if len(a)+len(b)+len(c)+len(d)+len(text) > 120 || !utf8.ValidString(a+b+c+d+text) {
			t.Skip()
		}
		glob := func(s string) *Glob {
			g := New(wildcard.AppendTokens(nil, s), how&1 > 0, nil)
			if how&2 > 0 {
				g, _ = g.KeptInFields(how&4 > 0)
			}
			return g
		}
		q := Query{In: [][]*Glob{{glob(a)}, {glob(b)}}, Out: []*Glob{glob(c), glob(d)}}
		s, got := q.Solve(nil, Guess, NewBudget(100_000))
		switch {
		case got == Found && !q.Has(s, Bindings{}):
			t.Errorf("found %q for %v", s, q)
		case got == Empty && q.Has(text, Bindings{}):
			t.Errorf("found none, but %q for %v", text, q)
		}
		if _, again := q.Find(NewBudget(100_000)); got != Unknown && again != Unknown && got != again {
			t.Errorf("%v by guesses and the automaton, %v by the automaton alone, for %v", got, again, q)
		}
	})
}
