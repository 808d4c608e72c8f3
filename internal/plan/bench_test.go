package plan

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/ringfence/ringfence/internal/authdetails"
	"github.com/ringfence/ringfence/internal/config"
	"github.com/ringfence/ringfence/internal/exposure"
	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/principal"
)

// written are policies of the invented accounts and AWS managed ones, as teams attach them.
func written(b *testing.B) (list []principal.IdentityPolicy) {
	b.Helper()
	paths, err := filepath.Glob("../proof/testdata/accounts/*/state.json")
	if err != nil {
		b.Fatal(err)
	}
	for _, path := range paths {
		f, err := os.Open(path)
		if err != nil {
			b.Fatal(err)
		}
		d, err := authdetails.Read(f)
		if err := errorsOf(err, f.Close()); err != nil {
			b.Fatal(err)
		}
		for i := range d.Principals {
			p := &d.Principals[i]
			own, _ := d.IdentityPolicies(p) // those that are AWS's are not in the details
			for _, one := range own {
				if one.Document != nil {
					list = append(list, one)
				}
			}
		}
	}
	return append(list, managed(b)...)
}

func errorsOf(list ...error) error {
	for _, err := range list {
		if err != nil {
			return err
		}
	}
	return nil
}

func managed(b *testing.B) (list []principal.IdentityPolicy) {
	b.Helper()
	text, err := os.ReadFile("../localaws/iam/managed.json")
	if err != nil {
		b.Fatal(err)
	}
	var all []struct {
		Name       string
		Statements json.RawMessage
	}
	if err := json.Unmarshal(text, &all); err != nil {
		b.Fatal(err)
	}
	for _, m := range all {
		if m.Name != "AWSDenyAll" {
			list = append(list, principal.IdentityPolicy{Name: m.Name, Document: fmt.Appendf(nil, `{"Version":"2012-10-17","Statement":%s}`, m.Statements)})
		}
	}
	return list
}

// approved are the example boundaries in infra.
func approved(b *testing.B) (list []config.Boundary) {
	b.Helper()
	paths, err := filepath.Glob("../../infra/boundaries/*.json")
	if err != nil {
		b.Fatal(err)
	}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			b.Fatal(err)
		}
		d, err := policy.Parse(text)
		if err != nil {
			b.Fatal(err)
		}
		list = append(list, config.Boundary{ARN: required, Document: text, Policy: d})
	}
	return list
}

// BenchmarkDecision measures the decision on a principal with ten policies, including what it
// could do: without a boundary, and with another one than required. The documents are seen for
// the first time (cold) or were seen before (warm). IAM calls are not included.
func BenchmarkDecision(b *testing.B) {
	texts, boundaries := written(b), approved(b)
	for _, other := range []bool{false, true} {
		for _, warm := range []bool{false, true} {
			name := map[bool]string{false: "missing", true: "replaced"}[other] + map[bool]string{false: "/cold", true: "/warm"}[warm]
			b.Run(name, func(b *testing.B) {
				subjects := make([]subject, 100)
				size := 0
				for i := range subjects {
					subjects[i] = newSubject(i, texts, boundaries, other)
					for _, p := range subjects[i].identity {
						size += len(p.Document)
					}
				}
				documents := new(exposure.Documents)
				took := distribution(b, len(subjects), func(i int) {
					d := documents
					if !warm {
						d = new(exposure.Documents)
					}
					subjects[i].decide(b, d)
				})
				b.ReportMetric(took(0.5), "p50-µs")
				b.ReportMetric(took(0.99), "p99-µs")
				b.ReportMetric(float64(size)/float64(len(subjects)), "bytes-of-policies")
			})
		}
	}
}

// distribution runs n tasks once a round, and returns the distribution of their times in
// microseconds, each by its fastest round, to exclude other load on the machine.
func distribution(b *testing.B, n int, do func(i int)) func(share float64) float64 {
	b.Helper()
	took := make([]int64, n)
	for i := range took {
		took[i] = math.MaxInt64
	}
	for b.Loop() {
		for i := range took {
			start := time.Now()
			do(i)
			took[i] = min(took[i], time.Since(start).Nanoseconds())
		}
	}
	slices.Sort(took)
	return func(share float64) float64 { return float64(took[int(share*float64(n-1))]) / 1000 }
}

// subject is a principal with everything that its decision is made from.
type subject struct {
	snapshot    principal.Snapshot
	identity    []principal.IdentityPolicy
	attached    []byte
	requirement config.Requirement
}

func newSubject(i int, texts []principal.IdentityPolicy, boundaries []config.Boundary, other bool) subject {
	s := subject{snapshot: roleAt("/", "app", "")}
	for j := range 10 {
		s.identity = append(s.identity, texts[(i*7+j*11)%len(texts)])
	}
	s.requirement = requirement(func(r *config.Requirement) { r.Boundary = boundaries[i%len(boundaries)] })
	if other {
		s.snapshot.Boundary = "arn:aws:iam::123456789012:policy/other"
		s.attached = boundaries[(i+1)%len(boundaries)].Document
	}
	return s
}

// decide decides and assesses, as enforce and report do together.
func (s *subject) decide(b *testing.B, documents *exposure.Documents) {
	b.Helper()
	var m exposure.Meaning
	var attached *policy.Document
	approved := s.requirement.Boundary.Policy
	if NeedsMeaning(s.requirement, s.snapshot) {
		m, attached = documents.CompareText(s.attached, approved, exposure.AccountScope{Partition: s.snapshot.Partition, Account: s.snapshot.Account})
	}
	v := Principal(s.requirement, s.snapshot, m)
	if e := documents.Assess(s.snapshot, s.identity, attached, approved, v.Meaning); !e.Known || !v.Writes() {
		b.Fatalf("%+v %+v", v, e)
	}
}
