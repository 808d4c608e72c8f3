package prose

import (
	"testing"
	"time"

	"github.com/ringfence/ringfence/internal/exposure"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/plan"
	"github.com/ringfence/ringfence/internal/policy/compare"
)

func TestBrief(t *testing.T) {
	carries := func(r compare.Relation, d compare.Containment) plan.Decision {
		return plan.Decision{
			Drift: finding.Replaced, Basis: plan.OtherBoundary, Attached: "arn:aws:iam::123456789012:policy/x/other",
			Meaning: exposure.Meaning{Relation: r, DeniesAll: d, Why: "a long story"},
		}
	}
	lapsed := carries(compare.Wider, compare.Proven)
	lapsed.Drift, lapsed.Exemption = finding.ExemptionExpired, &plan.Exemption{Owner: "o", Reason: "r", Expires: time.Date(2026, 1, 31, 0, 0, 0, 0, time.UTC)}
	sso := carries(compare.Wider, compare.Proven)
	sso.PermissionSet = &plan.PermissionSet{Name: "Admin"}
	for want, d := range map[string]plan.Decision{
		"it carries the required boundary": {Drift: finding.None, Basis: plan.CarriesRequired},
		"its boundary arn:aws:iam::123456789012:policy/y allows less than the required one, which the rule accepts": {
			Drift: finding.None, Basis: plan.Accepted, Attached: "arn:aws:iam::123456789012:policy/y", Meaning: exposure.Meaning{Relation: compare.Narrower},
		},
		"it has no permissions boundary":                                                                                                             {Drift: finding.Missing, Basis: plan.NoBoundary},
		"its boundary other allows more than the required one":                                                                                       carries(compare.Wider, compare.Proven),
		"its boundary other allows some things more and others less than the required one":                                                           carries(compare.Incomparable, compare.Proven),
		"its boundary other is not proven to allow no more than the required one":                                                                    carries(compare.Unproven, compare.Proven),
		"its boundary other does not explicitly deny everything that the required one does":                                                          carries(compare.Narrower, ""),
		"its boundary other allows less than the required one, which its rule does not accept":                                                       carries(compare.Narrower, compare.Proven),
		"its boundary other is not the required one, although it has the same meaning":                                                               carries(compare.Equal, compare.Proven),
		"its boundary other is not the required one":                                                                                                 carries("", ""),
		"its exemption ended on 2026-01-31; its boundary other allows more than the required one":                                                    lapsed,
		"its boundary other allows more than the required one; only IAM Identity Center can change it: set the boundary on permission set \"Admin\"": sso,
		"the policy that it must carry explicitly denies less than was approved": {
			Drift: finding.None, Basis: plan.CarriesRequired, PolicyOpen: plan.PolicyDeniesLess,
		},
		"the policy that it must carry allows more than was approved": {Drift: finding.None, Basis: plan.CarriesRequired, PolicyOpen: string(compare.Wider)},
	} {
		if got := Brief(d); got != want {
			t.Errorf("%s\nwant %s", got, want)
		}
	}
}
