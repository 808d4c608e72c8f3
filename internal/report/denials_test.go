package report

import (
	"testing"

	"github.com/ringfence/ringfence/internal/exposure"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/ledger"
	"github.com/ringfence/ringfence/internal/plan"
	"github.com/ringfence/ringfence/internal/policy/compare"
	"github.com/ringfence/ringfence/internal/target"
)

// A finding compares explicit denials in both directions, although the decision needed only one. What no
// longer agrees with the decision, because a policy was changed meanwhile, is not published.
func TestDenialsInBothDirections(t *testing.T) {
	const other = "arn:aws:iam::123456789012:policy/other"
	quarantine := []byte(`{"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "s3:*", "Resource": "*"}]}`)
	missing := &finding.Witness{Action: "sqs:SendMessage", Resource: "*"}
	replaced := func(m exposure.Meaning) func(*ledger.Entry) {
		return func(e *ledger.Entry) {
			e.Decision.Drift, e.Decision.Basis, e.Decision.Attached, e.Decision.Meaning = finding.Replaced, plan.OtherBoundary, other, m
		}
	}
	altered := func(m exposure.Meaning, live, previous []byte) func(*ledger.Entry) {
		return func(e *ledger.Entry) {
			e.Kind, e.ARN, e.ID, e.Key = target.Policy, boundary, "", "policy#"+account+"#"+boundary
			e.Decision.Drift, e.Decision.Basis, e.Decision.Meaning, e.Decision.Live = finding.Altered, plan.PolicyDiffers, m, live
			if previous != nil {
				e.Decision.Drift, e.Decision.Basis, e.Decision.Previous = finding.PolicyChanged, plan.PolicyUnapproved, &plan.Version{ID: "v1", Document: previous}
			}
		}
	}
	all := exposure.Meaning{Relation: compare.Narrower, DeniesAll: compare.Proven}
	less := exposure.Meaning{Relation: compare.Narrower, DeniesAll: compare.Refuted, MissingDenial: missing}
	for name, c := range map[string]struct {
		entry    func(*ledger.Entry)
		attached []byte
		want     string
		also     bool
	}{
		"a quarantine":                       {replaced(all), quarantine, "more", true},
		"the same":                           {replaced(all), approved, "equal", false},
		"not compared":                       {replaced(exposure.Meaning{}), quarantine, "", false},
		"changed since":                      {replaced(less), quarantine, "unproven", false},
		"unreadable by now":                  {replaced(all), []byte("x"), "more-or-equal", false},
		"a policy":                           {altered(all, quarantine, nil), nil, "more", true},
		"a policy without approved document": {altered(all, approved, approved), nil, "equal", false},
		"less than the version before":       {altered(less, approved, quarantine), nil, "fewer", false},
		"no boundary":                        {func(*ledger.Entry) {}, nil, "", false},
	} {
		w := newWorld()
		w.policies = map[string][]byte{other: c.attached}
		apply(t, w.reporter(t), entry(1, c.entry))
		if f := w.bus[0]; f.Denials != c.want || (f.AlsoDenied != nil) != c.also {
			t.Errorf("%s: %q, %v; want %q", name, f.Denials, f.AlsoDenied, c.want)
		}
	}
}
