package prose

import (
	"fmt"

	"github.com/ringfence/ringfence/internal/exposure"
	"github.com/ringfence/ringfence/internal/plan"
	"github.com/ringfence/ringfence/internal/policy/compare"
)

func replaced(d plan.Decision) string {
	reason := fmt.Sprintf("it carries %s", d.Attached)
	switch d.Meaning.Relation {
	case "":
		return reason + " instead of the required boundary"
	case compare.Unproven:
		return reason + ", which is not proven to allow no more than the required boundary: " + d.Meaning.Why
	case compare.Wider:
		return reason + ", which allows more than the required boundary"
	case compare.Incomparable:
		return reason + ", which allows some things more and others less than the required boundary"
	}
	allows := "the same as"
	switch d.Meaning.Relation {
	case compare.Narrower:
		allows = "less than"
	case compare.NarrowerOrEqual:
		allows = "no more than"
	}
	reason += fmt.Sprintf(", which allows %s the required boundary", allows)
	if d.Meaning.DeniesLess() {
		return reason + deniesLess(d.Meaning, "the required one")
	}
	return reason + fmt.Sprintf("; its rule accepts only %q", d.Accept)
}

// deniesLess says which explicit denials a document lacks that allows no more than another one.
func deniesLess(m exposure.Meaning, other string) string {
	if w := m.MissingDenial; w != nil {
		return fmt.Sprintf(", but does not explicitly deny everything that %s does (such as %s on %s), so a resource policy may have granted that", other, w.Action, w.Resource)
	}
	if m.DeniesAll == "" {
		return "" // it was stored by a version that did not compare them
	}
	return fmt.Sprintf(", but is not proven to explicitly deny everything that %s does: %s", other, m.Why)
}

// policyOpen says what a required policy allows beyond the approved document.
func policyOpen(policy string) string {
	switch compare.Relation(policy) {
	case plan.PolicyDeniesLess:
		return "explicitly denies less than was approved"
	case compare.Wider:
		return "allows more than was approved"
	case compare.Incomparable:
		return "allows something other than what was approved"
	}
	return "is not proven to allow no more than was approved"
}

func differs(d plan.Decision) string {
	var reason string
	switch d.Meaning.Relation {
	case compare.Equal:
		reason = "its default version allows what was approved"
	case compare.Narrower:
		reason = "its default version allows less than was approved"
	case compare.NarrowerOrEqual:
		reason = "its default version allows no more than was approved"
	case compare.Wider:
		reason = "its default version allows more than was approved"
	case compare.Incomparable:
		reason = "its default version allows some things more and others less than was approved"
	default:
		reason = "its default version is not proven to allow no more than was approved: " + d.Meaning.Why
	}
	if d.Meaning.DeniesLess() {
		reason += deniesLess(d.Meaning, "the approved one")
	}
	if d.AWSManaged() && !d.Meaning.Within() {
		reason += "; only AWS can change it: approve its current document, or require another boundary"
	}
	return reason
}

// repairGrants says what a repair may allow that the document in force does not, beyond what a
// witness shows.
func repairGrants(d plan.Decision) string {
	m := d.Meaning
	switch {
	case m.NarrowerWitness != nil:
		return ""
	case m.MayGrantUnknown():
		return "; could not prove that the repair does not grant additional access"
	case m.ExtraDenial != nil:
		return fmt.Sprintf("; it explicitly denied something that the approved one merely does not allow (such as %s on %s), "+
			"so a resource policy can grant that now", m.ExtraDenial.Action, m.ExtraDenial.Resource)
	case m.MayBeNarrower:
		return "; its policy differs from the approved one and may be restored at any time: could not prove that the repair does not grant additional access"
	case m.MayHaveExtraDenial:
		return "; could not prove that the repair removes no explicit denial"
	}
	return ""
}
