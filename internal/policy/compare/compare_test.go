package compare

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/ringfence/ringfence/internal/policy"
)

// pair is one case of a file of pairs.
type pair struct {
	ID       string          `json:"id"`
	A        json.RawMessage `json:"a"`
	B        json.RawMessage `json:"b"`
	Relation Relation        `json:"relation"`
	Note     string          `json:"note"`
}

func compile(t testing.TB, text []byte) *Compiled {
	t.Helper()
	d, err := policy.Parse(text)
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return Compile(d)
}

func testPairs(t *testing.T, file string) {
	data, err := os.ReadFile(file)
	if os.IsNotExist(err) {
		t.Skip("no ", file)
	}
	if err != nil {
		t.Fatal(err)
	}
	var pairs []pair
	if err := json.Unmarshal(data, &pairs); err != nil {
		t.Fatal(err)
	}
	for _, p := range pairs {
		t.Run(p.ID, func(t *testing.T) {
			r := Compare(compile(t, p.A), compile(t, p.B))
			if r.Relation != p.Relation {
				t.Errorf("%s, want %s (%s)\nA not B: %v\nB not A: %v\nreason: %s", r.Relation, p.Relation, p.Note, r.ANotB, r.BNotA, r.Reason)
			}
			t.Logf("%s %v | %v %s", r.Relation, r.ANotB, r.BNotA, r.Reason)
		})
	}
}

func TestCorpusPairs(t *testing.T) { testPairs(t, "../../../../shared/corpus/compare-pairs.json") }

// TestPairs are cases whose relation was derived by hand; the note of each says how.
func TestPairs(t *testing.T) { testPairs(t, "testdata/pairs.json") }

func TestDocumentsThatCannotBeCompared(t *testing.T) {
	good := allow("s3:*")
	for name, text := range map[string]string{
		"a principal":      `{"Statement":[{"Effect":"Allow","Principal":{"AWS":"123456789012"},"Action":"s3:*","Resource":"*"}]}`,
		"no resource":      `{"Statement":[{"Effect":"Allow","Action":"s3:*","Principal":"*"}]}`,
		"too long":         `{"Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::` + strings.Repeat("x", 20000) + `"}]}`,
		"another operator": `{"Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"Like":{"a":"b"}}}]}`,
	} {
		a, b := compile(t, []byte(text)), compile(t, []byte(good))
		for _, r := range []Result{Compare(a, b), Compare(b, a)} {
			if r.AWithinB != Unknown && r.BWithinA != Unknown || r.Reason == "" {
				t.Errorf("%s: %s, %q", name, r.Relation, r.Reason)
			}
		}
	}
	// Two documents that differ only in who they are for are not equal.
	a := compile(t, []byte(`{"Statement":[{"Effect":"Allow","Principal":{"AWS":"111111111111"},"Action":"s3:*","Resource":"*"}]}`))
	b := compile(t, []byte(`{"Statement":[{"Effect":"Allow","Principal":{"AWS":"222222222222"},"Action":"s3:*","Resource":"*"}]}`))
	if r := Compare(a, b); r.Relation != Unproven {
		t.Errorf("other principals: %s", r.Relation)
	}
}

func TestFastPath(t *testing.T) {
	a, b := compile(t, []byte(allow("s3:Get*", "ec2:*"))), compile(t, []byte(allow("EC2:*", "S3:get*", "s3:Get*")))
	if a.id != b.id {
		t.Error("spelling decides")
	}
	// The numbers of variables are no part of what they mean.
	x := compile(t, []byte(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::${aws:username}"}]}`))
	y := compile(t, []byte(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::${aws:userid}"}]}`))
	if x.id == y.id || Compare(x, y).Relation != Incomparable {
		t.Errorf("two variables are one: %v", Compare(x, y))
	}
}

// A variable has no value where its key has several, so the Deny of A lets home/a be
// read with the tags a and b, and that of B does not.
func TestVariableOfAKeyWithSeveralValues(t *testing.T) {
	document := func(deny string) *Compiled {
		return compile(t, []byte(`{"Version":"2012-10-17","Statement":[
			{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::home/*","Condition":{"ForAnyValue:StringEquals":{"aws:TagKeys":"a"}}},
			{"Effect":"Deny","Action":"s3:GetObject","Resource":"`+deny+`"}]}`))
	}
	r := Compare(document("arn:aws:s3:::home/${aws:TagKeys}/*"), document("arn:aws:s3:::home/a/*"))
	if r.Relation == Equal || r.Relation == Narrower {
		t.Error(r.Relation)
	}
	t.Log(r.Relation, r.ANotB, r.Reason)
}
