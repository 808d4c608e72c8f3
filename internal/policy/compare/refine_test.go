package compare

import (
	"math/rand/v2"
	"testing"

	"github.com/ringfence/ringfence/internal/policy/constraint"
)

// checkImpossible compares one way, and fails where a request is called impossible of
// which there is a witness. It reports how often something was called impossible.
func checkImpossible(t *testing.T, a, b string) int {
	t.Helper()
	s := newSession(Layer{compile(t, []byte(a))}, Layer{compile(t, []byte(b))})
	d := newDifference(s, question{[]int{0}, 1})
	impossible := 0
	d.search = constraint.NewSearch(s.space, func(c *constraint.Candidate) bool {
		if !s.space.Budget.Spent() && s.space.InFirstSemantics() {
			w, _ := d.witness(d.question, d.class, c, d.examples(d.class, d.scope, false))
			if c.Impossible() {
				impossible++
				if w != nil {
					t.Errorf("%v is called impossible\n%s\n%s", w, a, b)
				}
			}
		}
		return d.try(c)
	})
	d.eachSemantics(func() bool { d.run(); return true })
	return impossible
}

func TestNothingPossibleIsCalledImpossible(t *testing.T) {
	const condition = `"Condition":{"StringLike":{"aws:username":"dev-*"}}`
	document := func(deny string) string {
		return `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::home/*",` + condition + `},
			{"Effect":"Deny","Action":"s3:GetObject","Resource":"arn:aws:s3:::home/` + deny + `/*"}]}`
	}
	// One may read what is another's.
	checkImpossible(t, document("${aws:username}"), document("dev-*"))
	for _, keys := range [][]string{
		{"aws:username", "aws:PrincipalTag/t"},
		{"aws:username", "aws:PrincipalType"},
		{"aws:username", "aws:PrincipalArn"},
		{"aws:TagKeys", "aws:RequestTag/a"},
		{"aws:CurrentTime", "aws:EpochTime"},
	} {
		impossible := 0
		for seed := range uint64(1000) {
			g := newGenerator(rand.New(rand.NewPCG(seed, 3)))
			g.keys = keys
			a := g.document()
			impossible += checkImpossible(t, a, g.edit(a))
		}
		t.Log(keys, impossible)
		if impossible < 1 {
			t.Errorf("%s: %d choices are impossible", keys, impossible)
		}
	}
}
