package eval

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/ringfence/ringfence/internal/policy"
)

// randomDocument makes a small document in which elements often meet.
func randomDocument(r *rand.Rand) string {
	pick := func(list ...string) string { return list[r.IntN(len(list))] }
	list := func(of ...string) string {
		n := 1 + r.IntN(3)
		values := make([]string, n)
		for i := range values {
			values[i] = `"` + pick(of...) + `"`
		}
		if n == 1 && r.IntN(2) == 0 {
			return values[0]
		}
		return "[" + strings.Join(values, ",") + "]"
	}
	var statements []string
	for range 1 + r.IntN(3) {
		s := fmt.Sprintf(`{"Effect":"%s","%s":%s,"%s":%s`, pick("Allow", "Allow", "Deny"),
			pick("Action", "Action", "NotAction"), list("s3:Get*", "S3:*", "s3:GetObject", "iam:*", "*"),
			pick("Resource", "Resource", "NotResource"), list("*", "arn:aws:s3:::a*", "arn:aws:s3:::${aws:x}", "arn:aws:iam"))
		if r.IntN(2) == 0 {
			s += fmt.Sprintf(`,"Condition":{"%s":{"aws:x":%s,"AWS:X":%s},"%s":{"aws:y":%s}}`,
				pick("StringEquals", "StringNotEqualsIfExists", "ForAllValues:StringLike"), list("a", "b", "${aws:y}"), list("a", "b"),
				pick("stringequals", "ForAnyValue:StringNotLike", "Odd"), list("a", "A", "b"))
		}
		statements = append(statements, s+"}")
	}
	return fmt.Sprintf(`{"Version":"%s","Statement":[%s]}`, pick("2008-10-17", "2012-10-17"), strings.Join(statements, ","))
}

// Ensure that the canonical form of a document means what the document means.
func TestCanonicalMeansTheSame(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	contexts := []Context{{}}
	for _, x := range [][]string{{"a"}, {"b"}, {"a", "b"}, {"c"}} {
		contexts = append(contexts, NewContext(map[string][]string{"aws:x": x}), NewContext(map[string][]string{"aws:x": x, "aws:y": {"a"}}))
	}
	allowed := 0
	for range 3000 {
		text := randomDocument(r)
		d, err := policy.Parse([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		a, b := Compile(d), Compile(d.Canonical())
		for i := range contexts {
			for _, action := range []string{"s3:getobject", "S3:PutObject", "iam:GetUser"} {
				for _, resource := range []string{"*", "arn:aws:s3:::a", "arn:aws:s3:::b", "arn:aws:s3:::${aws:x}", user} {
					got, want := b.Alone(action, resource, &contexts[i]), a.Alone(action, resource, &contexts[i])
					if want.Outcome == Allow {
						allowed++
					}
					if got.Outcome != want.Outcome || got.Uncertain != want.Uncertain {
						t.Fatalf("%s on %s in %v: %v, canonical %v\n%s\n%s", action, resource, contexts[i], want, got, text, d.Canonical())
					}
				}
			}
		}
	}
	if allowed < 1000 {
		t.Errorf("only %d requests were allowed: the test tests little", allowed)
	}
}
