package lang

import (
	"testing"

	"github.com/ringfence/ringfence/internal/policy"
)

// steps is what a comparison of two documents may spend.
const steps = 1_500_000

func resources(patterns ...string) []*Glob {
	var list []*Glob
	for _, p := range patterns {
		list = append(list, New(policy.ParseResource(p, policy.Version2012).Tokens, false, &Variables{}))
	}
	return list
}

// TestStringsOfTwoARNs: what the automaton takes tens of thousands of steps for is Found
// at once, and only where it is there.
func TestStringsOfTwoARNs(t *testing.T) {
	ringfence := resources("arn:*:events:*:*:rule/ringfence-*", "arn:*:lambda:*:*:function:ringfence-*", "arn:*:sqs:*:*:ringfence-*")
	for name, c := range map[string]struct {
		q    Query
		want Outcome
		most int
	}{
		"two":                    {Query{In: [][]*Glob{resources("arn:aws:iam::222233334444:user/*"), ringfence}}, Found, 2000},
		"three":                  {Query{In: [][]*Glob{resources("arn:*:iam::*:role/a/*"), resources("arn:*:iam::*:role/b/*"), ringfence}}, Found, 4000},
		"and not some other":     {Query{In: [][]*Glob{resources("arn:*:iam::*:role/a/*"), ringfence}, Out: resources("arn:aws:s3:::*")}, Found, 4000},
		"one that ends":          {Query{In: [][]*Glob{resources("arn:aws:s3:::*/x"), resources("arn:aws:s3:::b*")}}, Found, 2000},
		"both end, and differ":   {Query{In: [][]*Glob{resources("arn:aws:s3:::*/x"), resources("arn:aws:s3:::*/y")}}, Empty, steps},
		"one begins otherwise":   {Query{In: [][]*Glob{resources("arn:aws:s3:::*"), resources("arn:aws-cn:*")}}, Empty, steps},
		"nothing is left of one": {Query{In: [][]*Glob{resources("arn:aws:s3:::a*"), resources("arn:aws:s3:::*b")}, Out: resources("arn:aws:s3:::*")}, Empty, steps},
	} {
		t.Run(name, func(t *testing.T) {
			b := Budget{steps}
			w, got := c.q.Solve([][]*Glob{{ARN()}}, func(g *Glob) []string { return GuessARN(g, nil) }, &b)
			if got != c.want || steps-b.left > c.most {
				t.Errorf("%v after %d steps, want %v in %d", got, steps-b.left, c.want, c.most)
			}
			if got == Found && !c.q.Has(w, Bindings{}) {
				t.Errorf("%s is none", w)
			}
		})
	}
}

func TestTextBehindText(t *testing.T) {
	for _, c := range []struct{ glob, text, want string }{
		{"arn:*:sqs:*:q-*", "arn:aws:iam::1:role/x", "arn:aws:iam::1:role/x:sqs::q-"},
		{"arn:*:iam:*:role/*", "arn:aws:iam::1:role/x", "arn:aws:iam::1:role/x"},
		{"arn:*:role/x*:iam:*", "arn:aws:iam::1:role/x", "arn:aws:iam::1:role/x:iam:"},
		{"arn:aws-cn:*", "arn:aws:iam::1:role/x", ""},
		{"*/a?", "b", "b/ax"},
	} {
		g := resources(c.glob)[0]
		got, ok := g.behind(c.text)
		if ok != (c.want != "") || ok && got != c.want || ok && !g.Matches(got, Bindings{}) {
			t.Errorf("%s behind %s: %q, %v", c.glob, c.text, got, ok)
		}
	}
}
