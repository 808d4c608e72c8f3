package wildcard

import (
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/ringfence/ringfence/internal/wildcard/wildcardtest"
)

// reference is a pattern as a regular expression. Colons of the text before Fields were replaced by
// kept, which no wildcard takes.
func reference(tokens []Token, o Options) *regexp.Regexp {
	var b strings.Builder
	b.WriteString("^(?s")
	if o.Fold == FoldUnicode {
		b.WriteString("i")
	}
	b.WriteString(":")
	text := func(s string) {
		for _, r := range s {
			switch {
			case r == ':':
				b.WriteString("[:" + kept + "]")
			case o.Fold == FoldASCII && r < utf8.RuneSelf:
				b.WriteString("[" + regexp.QuoteMeta(strings.ToLower(string(r))) + regexp.QuoteMeta(strings.ToUpper(string(r))) + "]")
			default:
				b.WriteString(regexp.QuoteMeta(string(r)))
			}
		}
	}
	for _, t := range tokens {
		switch t.Kind {
		case Literal:
			text(t.Text)
		case AnyRun:
			b.WriteString("[^" + kept + "]*")
		case AnyOne:
			b.WriteString("[^" + kept + "]")
		case Variable:
			v, ok := o.Value(t)
			if !ok {
				b.WriteString(`[^\x00-\x{10FFFF}]`)
			}
			text(v)
		}
	}
	b.WriteString(")$")
	return regexp.MustCompile(b.String())
}

const kept = "\x01"

// value is that of a variable: ${e} is empty, ${n} is none.
func value(t Token) (string, bool) {
	switch t.Text {
	case "e":
		return "", true
	case "n":
		return t.Default, t.HasDefault
	}
	return t.Text + "*", true
}

// check compares a match with the reference. A * at the end takes everything, colons too.
func check(t *testing.T, tokens []Token, s string, o Options) {
	t.Helper()
	if n := len(tokens); n > 0 && tokens[n-1].Kind == AnyRun && o.Fields > 0 {
		head := tokens[:n-1]
		want := false
		for i := range len(s) + 1 {
			want = want || (i == len(s) || utf8.RuneStart(s[i])) && matchesReference(head, s[:i], o)
		}
		compare(t, tokens, s, o, want)
		return
	}
	compare(t, tokens, s, o, matchesReference(tokens, s, o))
}

func matchesReference(tokens []Token, s string, o Options) bool {
	fields := min(max(o.Fields, 0), len(s))
	text := strings.ReplaceAll(s[:fields], ":", kept) + s[fields:]
	return reference(tokens, o).MatchString(text)
}

func compare(t *testing.T, tokens []Token, s string, o Options, want bool) {
	t.Helper()
	p := Compile(tokens)
	if got := p.Match(s, o); got != want {
		t.Errorf("%+v with %q, %+v: %v, want %v", tokens, s, o, got, want)
	}
}

// TestAgreesWithRegexp goes through all short patterns and texts of a small alphabet.
func TestAgreesWithRegexp(t *testing.T) {
	texts := wildcardtest.Words("a:é", 4)
	for _, pattern := range wildcardtest.Words("a:*?", 5) {
		tokens := AppendTokens(nil, pattern)
		re := reference(tokens, Options{})
		for _, s := range texts {
			want := re.MatchString(s)
			if got := Match(pattern, s); got != want {
				t.Errorf("%q with %q: %v, want %v", pattern, s, got, want)
			}
			compare(t, tokens, s, Options{}, want)
		}
	}
}

// TestOptionsAgreeWithRegexp does so with variables, folding and colons that no wildcard takes.
func TestOptionsAgreeWithRegexp(t *testing.T) {
	all := []Token{
		{Text: "a"},
		{Text: "K:"},
		{Kind: AnyRun},
		{Kind: AnyOne},
		{Kind: Variable, Text: "v"},
		{Kind: Variable, Text: "e"},
		{Kind: Variable, Text: "n"},
		{Kind: Variable, Text: "n", Default: "a", HasDefault: true},
	}
	texts := append(wildcardtest.Words("aA:", 3), "k:", "\u212a:", "v*", "V*a", "av*k:", "v:", "ak:a:a", "a:b:c")
	var patterns [][]Token
	for i := range all {
		for j := range all {
			for k := range all {
				patterns = append(patterns, []Token{all[i], all[j], all[k]})
			}
		}
	}
	for _, tokens := range patterns {
		for _, s := range texts {
			for _, fold := range []Fold{CaseSensitive, FoldASCII, FoldUnicode} {
				for _, fields := range []int{0, 2, len(s)} {
					check(t, tokens, s, Options{Value: value, Fold: fold, Fields: fields})
				}
			}
		}
	}
}

func TestMatch(t *testing.T) {
	for _, c := range []struct {
		pattern, s string
		want       bool
	}{
		{"*", "", true},
		{"*", "a/b", true},
		{"", "", true},
		{"", "a", false},
		{"a*", "a", true},
		{"a*", "ba", false},
		{"*a", "ba", true},
		{"*a", "ab", false},
		{"a*b*c", "aXbYc", true},
		{"a*b*c", "abc", true},
		{"a*b*c", "acb", false},
		{"a*b*c", "abcbc", true},
		{"?", "", false},
		{"?", "a", true},
		{"?", "ü", true},
		{"?", "ab", false},
		{"*?", "ü", true},
		{"?*?", "ü", false},
		{"*ab", "aab", true},
		{"*üx", "üüx", true},
		{"A", "a", false},
		{"*?b", "b", false},
		{"arn:aws:iam::*:role/ci-?", "arn:aws:iam::123456789012:role/ci-1", true},
		{"arn:aws:iam::*:role/ci-?", "arn:aws:iam::123456789012:role/x/ci-12", false},
		{"?", "🙂", true}, // one character, though two UTF-16 units and four bytes
		{"??", "🙂", false},
		{"?", "\xff", true},
		{"*?\xff", "é\xff", true},
		{strings.Repeat("*a", 40) + "*", strings.Repeat("b", 20) + strings.Repeat("a", 40), true},
		{strings.Repeat("*a", 41), strings.Repeat("a", 40), false},
		{"${*}", "${x}", true}, // no escapes here
	} {
		if got := Match(c.pattern, c.s); got != c.want {
			t.Errorf("%q with %q: %v", c.pattern, c.s, got)
		}
	}
}

// TestHardPatternsEnd would not end if every * were tried again.
func TestHardPatternsEnd(t *testing.T) {
	if Match(strings.Repeat("*a", 1000)+"b", strings.Repeat("a", 10_000)) {
		t.Error("no b, and it matches")
	}
}

func TestAllocatesNothing(t *testing.T) {
	p := Compile(AppendTokens(nil, "arn:aws:s3:::*/?"))
	if n := testing.AllocsPerRun(100, func() {
		if !Match("arn:*:iam::*:role/ci-?*", "arn:aws:iam::123456789012:role/ci-1") || !p.Match("arn:aws:s3:::bucket/a", Options{Value: value, Fields: 13}) {
			t.Error("no match")
		}
	}); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

func FuzzMatch(f *testing.F) {
	f.Add("arn:aws:s3:::b*/?x", "arn:aws:s3:::bucket/ax", uint8(0), 13)
	f.Add("arn:aws:iam::*:role/*", "arn:aws:iam::111122223333:role/a:b", uint8(1), 30)
	f.Add("*?*K", "é\u212a", uint8(2), 0)
	f.Add("", "", uint8(0), 0)
	f.Fuzz(func(t *testing.T, pattern, s string, fold uint8, fields int) {
		if len(pattern) > 200 || len(s) > 200 || !utf8.ValidString(pattern) || !utf8.ValidString(s) || strings.Contains(s+pattern, kept) {
			t.Skip()
		}
		fields = min(max(fields, 0), len(s))
		for fields < len(s) && !utf8.RuneStart(s[fields]) {
			fields++
		}
		tokens := AppendTokens(nil, pattern)
		check(t, tokens, s, Options{Fold: Fold(fold % 3), Fields: fields})
		if got, want := Match(pattern, s), matchesReference(tokens, s, Options{}); got != want {
			t.Errorf("%q with %q: %v, want %v", pattern, s, got, want)
		}
	})
}
