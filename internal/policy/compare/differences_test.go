package compare

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/policy/eval"
)

func sideOf(t testing.TB, name string, texts ...string) Side {
	t.Helper()
	s := Side{Name: name}
	for _, text := range texts {
		s.Layers = append(s.Layers, Layer{compile(t, []byte(text))})
	}
	return s
}

// What two services and a Deny make of it.
func ExampleDifferences() {
	read := func(name, statements string) Side {
		d, err := policy.Parse([]byte(`{"Version": "2012-10-17", "Statement": [` + statements + `]}`))
		if err != nil {
			fmt.Println(err)
		}
		return Side{name, []Layer{{Compile(d)}}}
	}
	before := read("before.json", `{"Effect": "Allow", "Action": ["s3:*", "sqs:*"], "Resource": "*"}, {"Effect": "Allow", "Action": "iam:*", "Resource": "*"}`)
	after := read("after.json", `{"Effect": "Allow", "Action": ["s3:Get*", "iam:*"], "Resource": "*"}, {"Effect": "Deny", "Action": "iam:Create*", "Resource": "*"}`)
	r := Differences(before, after)
	fmt.Println(r.Relation)
	for _, d := range r.OnlyA.Differences {
		fmt.Println("only before.json:", d.Witness.Action, "by statement", d.GrantedBy[0].Statement, "denied by", d.DeniedBy)
	}
	for _, d := range r.DeniedByB.Differences {
		fmt.Println("denied by after.json:", d.Witness.Action)
	}

	// Output:
	// wider
	// only before.json: s3:PutObject by statement 0 denied by []
	// only before.json: sqs:SendMessage by statement 0 denied by []
	// only before.json: iam:CreateUser by statement 1 denied by [{0 0 1}]
	// denied by after.json: iam:CreateUser
}

// TestEachStatementIsListed: two statements that ask for the same and differ in their actions are two.
func TestEachStatementIsListed(t *testing.T) {
	a := sideOf(t, "A", statements(`{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}`, `{"Effect":"Allow","Action":"s3:PutObject","Resource":"*"}`, `{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"true"}}}`))
	b := sideOf(t, "B", allow("ec2:*"))
	var got []string
	for _, d := range Differences(a, b).OnlyA.Differences {
		got = append(got, fmt.Sprintf("%s %s %v %v", d.Service, d.Witness.Action, d.GrantedBy, d.Silent))
	}
	want := []string{"s3 s3:GetObject [{0 0 0}] [0]", "s3 s3:PutObject [{0 0 1}] [0]", "s3 s3:ListBucket [{0 0 2}] [0]", "* iam:CreateUser [{0 0 2}] [0]"}
	if !slices.Equal(got, want) {
		t.Errorf("%q\nwant %q", got, want)
	}
}

// TestLayersThatRefuse: of policies, a boundary and a service control policy, each is named that does not
// allow.
func TestLayersThatRefuse(t *testing.T) {
	a := sideOf(t, "A", allow("s3:*", "sqs:*", "ec2:*"))
	b := sideOf(t, "B", allow("s3:*", "sqs:*", "ec2:*"), allow("s3:*"), statements(anything, `{"Effect":"Deny","Action":"ec2:*","Resource":"*"}`))
	r := Differences(a, b)
	var got []string
	for _, d := range r.OnlyA.Differences {
		got = append(got, fmt.Sprintf("%s %v %v", d.Service, d.DeniedBy, d.Silent))
	}
	if want := []string{"sqs [] [1]", "ec2 [{2 0 1}] [1]"}; !slices.Equal(got, want) || r.Relation != Wider {
		t.Errorf("%s %q, want %q", r.Relation, got, want)
	}
}

// TestWhatIsOpenIsListed: a service that cannot be decided is named, beside those that can.
func TestWhatIsOpenIsListed(t *testing.T) {
	unclear := `{"Effect":"Allow","Action":"kms:*","Resource":"*","Condition":{"StringResembles":{"aws:x":"y"}}}`
	a := sideOf(t, "A", statements(`{"Effect":"Allow","Action":"s3:*","Resource":"*"}`, unclear))
	r := Differences(a, sideOf(t, "B", allow("ec2:*")))
	if len(r.OnlyA.Differences) != 1 || r.OnlyA.Differences[0].Service != "s3" || !slices.Equal(r.OnlyA.Open, []Open{{"kms", unreadable + "StringResembles on aws:x (AWS has no operator of that name)"}}) {
		t.Errorf("%+v", r.OnlyA)
	}
	if r.Relation != Incomparable {
		t.Errorf("%s", r.Relation)
	}
	// A document that cannot be compared leaves all services open. A side without a Deny denies nothing.
	trust := sideOf(t, "trust.json", statements(trustsNoS3))
	r = Differences(a, trust)
	for _, f := range []Found{r.OnlyA, r.OnlyB, r.DeniedByB} {
		if len(f.Open) != 1 || f.Open[0].Service != "" || !strings.Contains(f.Open[0].Reason, "trust.json") {
			t.Errorf("%+v", f)
		}
	}
	if r.Relation != Unproven || len(r.DeniedByA.Open) != 0 {
		t.Errorf("%+v", r)
	}
}

// TestHardListsAreBounded: what a budget cuts short is open, and never proven.
func TestHardListsAreBounded(t *testing.T) {
	for name, texts := range hard() {
		a, b := sideOf(t, "A", texts[0]), sideOf(t, "B", texts[1])
		one, all := CompareSides(a, b), Differences(a, b)
		if all.AWithinB == Proven && one.AWithinB == Refuted || all.BWithinA == Proven && one.BWithinA == Refuted {
			t.Errorf("%s: %s, and listed %s", name, one.Relation, all.Relation)
		}
		for _, f := range [...]struct {
			within Containment
			Found
		}{{all.AWithinB, all.OnlyA}, {all.BWithinA, all.OnlyB}} {
			if f.within != f.containment() {
				t.Errorf("%s: %s, with %d differences and %d open", name, f.within, len(f.Differences), len(f.Open))
			}
		}
	}
}

// TestRandomLists checks lists by brute force: every request that tells the sides apart is in a service
// that is open, or of which a difference names a statement that allows it and one that denies it, or that
// a layer is silent.
func TestRandomLists(t *testing.T) {
	differ := 0
	for seed := range uint64(*pairsFlag / 25) {
		g := newGenerator(rand.New(rand.NewPCG(seed, 23)))
		texts := [2]string{g.document()}
		if texts[1] = g.document(); g.IntN(2) == 0 {
			texts[1] = g.edit(texts[0])
		}
		a, b := sideOf(t, "A", texts[0]), sideOf(t, "B", texts[1])
		r, one := Differences(a, b), CompareSides(a, b)
		if one.AWithinB != Unknown && one.AWithinB != r.AWithinB || one.BWithinA != Unknown && one.BWithinA != r.BWithinA {
			t.Errorf("seed %d: %+v, listed %+v", seed, one, r.Result)
		}
		for _, f := range [...]struct {
			from, to Side
			Found
			denials bool
		}{{a, b, r.OnlyA, false}, {b, a, r.OnlyB, false}, {b, a, r.DeniedByA, true}, {a, b, r.DeniedByB, true}} {
			for _, d := range f.Differences {
				if !tellsApart(f.from, f.to, d.Witness, f.denials) {
					t.Errorf("seed %d: %+v is no difference\nA %s\nB %s", seed, d, texts[0], texts[1])
				}
			}
			differ += checkList(t, g, f.from, f.to, f.Found, f.denials)
		}
		if t.Failed() {
			t.Fatalf("seed %d\nA %s\nB %s", seed, texts[0], texts[1])
		}
	}
	if differ < 1000 {
		t.Errorf("only %d requests tell sides apart", differ)
	}
}

// tellsApart reports whether only side from allows a request, or whether only side to denies it.
func tellsApart(from, to Side, w *Witness, denials bool) bool {
	if !denials {
		return bruteAllows(from, w) && !bruteAllows(to, w)
	}
	return said(from.Layers[0][0], w) != eval.ExplicitDeny && said(to.Layers[0][0], w) == eval.ExplicitDeny
}

func checkList(t *testing.T, g *generator, from, to Side, f Found, denials bool) (differ int) {
	services := func(w *Witness) []string {
		service, _, _ := strings.Cut(strings.ToLower(w.Action), ":")
		return []string{service, others}
	}
	some := func(a, b []Place) bool {
		return slices.ContainsFunc(a, func(p Place) bool { return slices.Contains(b, p) })
	}
	for _, context := range g.contexts() {
		for _, action := range g.actions {
			for _, resource := range g.resources {
				w := &Witness{Action: action, Resource: resource, Context: context}
				if !tellsApart(from, to, w, denials) {
					continue
				}
				differ++
				is := attribute("", w, from, to)
				listed := slices.ContainsFunc(f.Differences, func(d Difference) bool {
					return slices.Contains(services(w), d.Service) && (denials || some(d.GrantedBy, is.GrantedBy)) &&
						(some(d.DeniedBy, is.DeniedBy) || !denials && len(d.Silent)*len(is.Silent) > 0)
				}) || slices.ContainsFunc(f.Open, func(o Open) bool { return slices.Contains(services(w), o.Service) })
				if !listed {
					t.Errorf("not listed: %v (denials: %v) %+v; in %+v", w, denials, is, f)
					return differ
				}
			}
		}
	}
	return differ
}
