package prose

import (
	"github.com/ringfence/ringfence/internal/plan"
	"github.com/ringfence/ringfence/internal/policy/compare"
)

// unapproved says what is known about a required policy without an approved document.
func unapproved(d plan.Decision) string {
	const noDocument = "there is no approved document to compare it with"
	if !d.Drifted() {
		return "it exists, and " + noDocument
	}
	than := ""
	if d.Previous != nil {
		than = " than the previous version " + d.Previous.ID
	}
	how := "; it is not proven to allow no more" + than + ": " + d.Meaning.Why
	switch d.Meaning.Relation {
	case compare.Equal:
		how = "; it allows the same as the previous version " + d.Previous.ID
	case compare.Narrower:
		how = "; it allows less" + than
	case compare.NarrowerOrEqual:
		how = "; it allows the same or less" + than
	case compare.Wider:
		how = "; it allows more" + than
	case compare.Incomparable:
		how = "; it allows some things more and others less" + than
	}
	return "it was changed, and " + noDocument + how + "; approve a document, or revert the change"
}
