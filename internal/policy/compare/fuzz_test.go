package compare

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/ringfence/ringfence/internal/policy"
)

// opposite is the relation the other way round.
var opposite = map[Relation]Relation{Equal: Equal, Narrower: Wider, Wider: Narrower, Incomparable: Incomparable, Unproven: Unproven}

// FuzzCompare: whatever the documents are, each is equal to itself, and the relation of
// A to B is the opposite of that of B to A.
func FuzzCompare(f *testing.F) {
	data, err := os.ReadFile("testdata/pairs.json")
	if err != nil {
		f.Fatal(err)
	}
	var pairs []pair
	if err := json.Unmarshal(data, &pairs); err != nil || len(pairs) == 0 {
		f.Fatal("no seeds: ", err)
	}
	for _, p := range pairs {
		f.Add([]byte(p.A), []byte(p.B))
	}
	for _, s := range []string{trusts(account1, withMFA), trusts(jane, "") + "," + notPrincipal(deniesTrust(app, "")), trusts(`"*"`, `"StringEquals":{"aws:userid":"AROAEXAMPLEEXAMPLE123:x"}`)} {
		f.Add([]byte(statements(s)), []byte(statements(trusts(`{"AWS":["AROAEXAMPLEEXAMPLE123","arn:aws:sts::111111111111:federated-user/f"]}`, ""))))
	}
	f.Fuzz(func(t *testing.T, a, b []byte) {
		if len(a) > 3000 || len(b) > 3000 {
			t.Skip()
		}
		da, err := policy.Parse(a)
		if err != nil {
			t.Skip()
		}
		db, err := policy.Parse(b)
		if err != nil {
			t.Skip()
		}
		for _, k := range []policy.Kind{policy.TrustPolicy, policy.ResourcePolicy} {
			ca, cb := CompileNamed(da, k), CompileNamed(db, k)
			if r := Compare(ca, CompileNamed(da, k)); r.Relation != Equal && ca.problem == "" && r.Reason == "" {
				t.Errorf("a document that names principals is %s to itself: %s", r.Relation, a)
			}
			forth, back := Compare(ca, cb), Compare(cb, ca)
			if forth.Relation != Unproven && back.Relation != Unproven && opposite[forth.Relation] != back.Relation && forth.Reason+back.Reason == "" {
				t.Errorf("%s one way, %s the other, with principals:\n%s\n%s", forth.Relation, back.Relation, a, b)
			}
		}
		ca, cb := Compile(da), Compile(db)
		if r := Compare(ca, Compile(da)); r.Relation != Equal && ca.problem == "" {
			t.Errorf("a document is %s to itself: %s", r.Relation, a)
		}
		forth, back := Compare(ca, cb), Compare(cb, ca)
		if forth.Relation != Unproven && back.Relation != Unproven && opposite[forth.Relation] != back.Relation {
			t.Errorf("%s one way, %s the other:\n%s\n%s", forth.Relation, back.Relation, a, b)
		}
		if forth.AWithinB != back.BWithinA || forth.BWithinA != back.AWithinB {
			t.Errorf("%+v one way, %+v the other:\n%s\n%s", forth, back, a, b)
		}
		if x := escapes([]*Compiled{ca}, cb, nil); x.Complete && forth.Relation != Unproven &&
			(x.Witness == nil) != forth.Relation.AllowsNoMore() {
			t.Errorf("%s, but Escapes says %+v:\n%s\n%s", forth.Relation, x, a, b)
		}
	})
}
