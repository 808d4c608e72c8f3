package eval

import (
	"strings"
	"testing"

	"github.com/ringfence/ringfence/internal/policy"
)

// plain is the plainest reading of a pattern there is: try everything. It remembers
// what it tried, or patterns of many wildcards would take for ever.
type plain struct {
	tokens []policy.Token
	s      string
	limit  int
	tried  map[[2]int]bool
}

// match reports whether the tokens from t on match the text from i on.
func (p *plain) match(t, i int) bool {
	if t == len(p.tokens) {
		return i == len(p.s)
	}
	if answer, ok := p.tried[[2]int{t, i}]; ok {
		return answer
	}
	answer := false
	n := character(p.s[i:], p.limit-i)
	switch token := p.tokens[t]; token.Kind {
	case policy.AnyRun:
		answer = t == len(p.tokens)-1 || p.match(t+1, i) || n > 0 && p.match(t, i+n)
	case policy.AnyOne:
		answer = n > 0 && p.match(t+1, i+n)
	default:
		answer = strings.HasPrefix(p.s[i:], token.Text) && p.match(t+1, i+len(token.Text))
	}
	p.tried[[2]int{t, i}] = answer
	return answer
}

func checkMatch(t *testing.T, p, s string) {
	t.Helper()
	tokens := policy.ParsePattern(p, policy.Version2008).Tokens
	c := compilePattern(policy.ParsePattern, p, policy.Version2008)
	for _, limit := range []int{0, parts(s)} {
		reference := plain{tokens, s, limit, map[[2]int]bool{}}
		if got, want := c.match(s, nil, noFolding, limit), reference.match(0, 0); got != want {
			t.Errorf("%q against %q (wildcards take no colon before %d): %v, want %v", p, s, limit, got, want)
		}
	}
}

// Ensure that the quick match agrees with the plain one, over all short patterns and
// strings of a small alphabet.
func TestMatchAgreesWithThePlainOne(t *testing.T) {
	words := func(alphabet string, length int) []string {
		list, last := []string{""}, []string{""}
		for range length {
			var next []string
			for _, w := range last {
				for _, c := range alphabet {
					next = append(next, w+string(c))
				}
			}
			list, last = append(list, next...), next
		}
		return list
	}
	strings := words("a:é", 5)
	for _, p := range words("a:*?", 5) {
		for _, s := range strings {
			checkMatch(t, p, s)
		}
	}
}

func FuzzMatch(f *testing.F) {
	f.Add("arn:aws:s3:::b*/?x", "arn:aws:s3:::bucket/ax")
	f.Add("arn:aws:iam::*:role/*", "arn:aws:iam::111122223333:role/a:b")
	f.Add("*?*a", "éa")
	f.Add("", "")
	f.Add("********0", "\xe9\xe9\xe9\xe9\xe9\xe90\xa2\xf7\x8f")
	f.Fuzz(checkMatch)
}

// FuzzEvaluate: no document and no request brings the evaluator down, a Deny that
// cannot be read is never an Allow, and a document that is only denials never allows.
func FuzzEvaluate(f *testing.F) {
	for _, text := range []string{benchIdentity, benchBoundary, all, noGet, public} {
		f.Add(text, "s3:GetObject", object, "aws:SourceIp", "10.0.0.1")
	}
	f.Add(statements(allow("*", "*", when("ForAllValues:StringLike", "aws:TagKeys", "${aws:x, 'y'}"))), "ec2:CreateTags", "*", "aws:TagKeys", "y")
	f.Add(statements(deny("*", "*", when("Odd", "aws:x", "y"))), "a:b", "*", "aws:x", "y")
	f.Fuzz(func(t *testing.T, text, action, resource, key, value string) {
		d, err := policy.Parse([]byte(text))
		if err != nil {
			return
		}
		p := Compile(d)
		context := NewContext(map[string][]string{key: {value}})
		alone := p.Alone(action, resource, &context)
		switch alone.Outcome {
		case Allow:
			if d.Statements[alone.Statement].Effect != policy.Allow {
				t.Errorf("%s: allowed by a %s", text, d.Statements[alone.Statement].Effect)
			}
		case ExplicitDeny:
			if d.Statements[alone.Statement].Effect != policy.Deny {
				t.Errorf("%s: denied by an %s", text, d.Statements[alone.Statement].Effect)
			}
		default:
			if alone.Statement != none {
				t.Errorf("%s: %+v", text, alone)
			}
		}
		for _, caller := range []string{user, session, fed, rootUser, "*"} {
			principal, err := ParsePrincipal(caller)
			if err != nil {
				t.Fatal(err)
			}
			list := []*Policy{p}
			r := &Request{Principal: principal, Action: action, Resource: resource, Context: context}
			got := Evaluate(&Policies{
				Identity: list, Boundaries: list, Session: list, Resource: p,
				ServiceControl: [][]*Policy{list}, ResourceControl: [][]*Policy{list},
			}, r)
			if got.Outcome == Allow && (got.Uncertain || alone.Outcome == ExplicitDeny && !names(d)) {
				t.Errorf("%s: %s is allowed: %+v, alone %+v", text, caller, got, alone)
			}
		}
	})
}

// names reports whether a statement names principals.
func names(d *policy.Document) bool {
	for i := range d.Statements {
		if d.Statements[i].Principal != nil {
			return true
		}
	}
	return false
}
