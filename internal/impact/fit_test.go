package impact

import (
	"math/rand/v2"
	"testing"

	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/policy/compare"
	"github.com/ringfence/ringfence/internal/policy/eval"
)

// TestFits: a candidate that is named denies nothing, no narrower one allows everything too, and a candidate that is not
// named for a principal has a reason.
func TestFits(t *testing.T) {
	m := maker{rand.New(rand.NewPCG(3, 4))}
	named, none := 0, 0
	for range 150 {
		var candidates []Candidate
		for i := range 4 {
			candidates = append(candidates, Candidate{Name: string(rune('a' + i)), Policy: eval.Compile(m.document(t))})
		}
		own, err := policy.Parse([]byte(`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}`))
		if err != nil {
			t.Fatal(err)
		}
		tags := map[string]string{"team": "core"}
		f, more := NewFitting(candidates, account(t, own, tags)), NewFitting(candidates, account(t, own, tags))
		calls := map[string][]call{}
		for i := range 6 {
			c := m.call(t, tags)
			calls[c.request.Principal.Identity] = append(calls[c.request.Principal.Identity], c)
			[]*Fitting{f, more}[i%2].Add([]byte(c.record))
		}
		f.Merge(more)
		fits := f.Fits()
		if len(fits) != len(calls) {
			t.Fatalf("%d principals, want %d", len(fits), len(calls))
		}
		for _, fit := range fits {
			if fit.Calls != len(calls[fit.Principal]) {
				t.Errorf("%d calls of %s, want %d", fit.Calls, fit.Principal, len(calls[fit.Principal]))
			}
			if len(fit.Narrowest) == 0 {
				none++
				if len(fit.Lacks) != len(candidates) {
					t.Errorf("none fits, and %d of %d say what they lack", len(fit.Lacks), len(candidates))
				}
				continue
			}
			for _, name := range fit.Narrowest {
				named++
				is := candidates[name[0]-'a'].Policy
				for _, c := range calls[fit.Principal] {
					if !allows(own, is, c) {
						t.Fatalf("%s denies %s\n%s", name, c.record, is.Document)
					}
				}
				for _, other := range candidates {
					r := compare.Compare(compare.Compile(other.Policy.Document), compare.Compile(is.Document))
					if r.Relation != compare.Narrower {
						continue
					}
					a := New(Question{New: Everyone(other.Policy), States: f.analyses[0].States})
					for _, c := range calls[fit.Principal] {
						a.Add([]byte(c.record))
					}
					if report := a.Report(); report.Allowed == fit.Calls {
						t.Errorf("%s is narrower than %s, and fits", other.Name, name)
					}
				}
			}
		}
	}
	if named < 50 || none < 20 {
		t.Errorf("%d named, %d without: the candidates prove little", named, none)
	}
}

// allows reports whether a call is allowed with a boundary.
func allows(own *policy.Document, boundary *eval.Policy, c call) bool {
	p := &eval.Policies{Identity: []*eval.Policy{eval.Compile(own)}, Boundaries: []*eval.Policy{boundary}}
	return eval.Evaluate(p, &c.request).Outcome == eval.Allow
}
