package prose

import (
	"fmt"
	"strings"

	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/plan"
	"github.com/ringfence/ringfence/internal/policy/compare"
)

// Brief returns the reason for a decision on a principal in few words, for output with room for
// only a line or two.
func Brief(d plan.Decision) string {
	switch {
	case d.PolicyOpen != "":
		return "the policy that it must carry " + policyOpen(d.PolicyOpen)
	case d.Drift == finding.ExemptionExpired && d.Exemption != nil:
		return fmt.Sprintf("its exemption ended on %s; %s", d.Exemption.Expires.Format("2006-01-02"), briefBasis(d))
	}
	return briefBasis(d)
}

func briefBasis(d plan.Decision) string {
	if d.Basis != plan.OtherBoundary {
		return basis(d)
	}
	return fmt.Sprintf("its boundary %s %s", PolicyName(d.Attached), briefly(d)) + identityCenter(d)
}

// briefly compares a boundary with the required one.
func briefly(d plan.Decision) string {
	m := d.Meaning
	switch {
	case m.Relation == "":
		return "is not the required one"
	case m.DeniesLess():
		return "does not explicitly deny everything that the required one does"
	}
	switch m.Relation {
	case compare.Equal:
		return "is not the required one, although it has the same meaning"
	case compare.Narrower:
		return "allows less than the required one, which its rule does not accept"
	case compare.NarrowerOrEqual:
		return "allows the same as the required one or less, which its rule does not accept"
	case compare.Wider:
		return "allows more than the required one"
	case compare.Incomparable:
		return "allows some things more and others less than the required one"
	}
	return "is not proven to allow no more than the required one"
}

// PolicyName returns the name in the ARN of a policy.
func PolicyName(arn string) string { return arn[strings.LastIndexByte(arn, '/')+1:] }
