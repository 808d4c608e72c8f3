package compare

import (
	"testing"

	"github.com/ringfence/ringfence/internal/policy"
)

func resources(patterns ...string) []*glob {
	var list []*glob
	for _, p := range patterns {
		list = append(list, newGlob(policy.ParseResource(p, policy.Version2012), false, &variables{}))
	}
	return list
}

// TestStringsOfTwoARNs: what the automaton takes tens of thousands of steps for is found
// at once, and only where it is there.
func TestStringsOfTwoARNs(t *testing.T) {
	ringfence := resources("arn:*:events:*:*:rule/ringfence-*", "arn:*:lambda:*:*:function:ringfence-*", "arn:*:sqs:*:*:ringfence-*")
	for name, c := range map[string]struct {
		q    query
		want outcome
		most int
	}{
		"two":                    {query{in: [][]*glob{resources("arn:aws:iam::222233334444:user/*"), ringfence}}, found, 2000},
		"three":                  {query{in: [][]*glob{resources("arn:*:iam::*:role/a/*"), resources("arn:*:iam::*:role/b/*"), ringfence}}, found, 4000},
		"and not some other":     {query{in: [][]*glob{resources("arn:*:iam::*:role/a/*"), ringfence}, out: resources("arn:aws:s3:::*")}, found, 4000},
		"one that ends":          {query{in: [][]*glob{resources("arn:aws:s3:::*/x"), resources("arn:aws:s3:::b*")}}, found, 2000},
		"both end, and differ":   {query{in: [][]*glob{resources("arn:aws:s3:::*/x"), resources("arn:aws:s3:::*/y")}}, none, steps},
		"one begins otherwise":   {query{in: [][]*glob{resources("arn:aws:s3:::*"), resources("arn:aws-cn:*")}}, none, steps},
		"nothing is left of one": {query{in: [][]*glob{resources("arn:aws:s3:::a*"), resources("arn:aws:s3:::*b")}, out: resources("arn:aws:s3:::*")}, none, steps},
	} {
		t.Run(name, func(t *testing.T) {
			b := budget{steps}
			w, got := c.q.solve([][]*glob{arnShape}, func(g *glob) []string { return guessARN(g, nil) }, &b)
			if got != c.want || steps-b.left > c.most {
				t.Errorf("%v after %d steps, want %v in %d", got, steps-b.left, c.want, c.most)
			}
			if got == found && !c.q.holds(wordText(w), bindings{}) {
				t.Errorf("%s is none", wordText(w))
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
		if ok != (c.want != "") || ok && got != c.want || ok && !g.matches(got, bindings{}) {
			t.Errorf("%s behind %s: %q, %v", c.glob, c.text, got, ok)
		}
	}
}
