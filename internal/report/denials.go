package report

import (
	"context"

	"github.com/ringfence/ringfence/internal/exposure"
	"github.com/ringfence/ringfence/internal/ledger"
	"github.com/ringfence/ringfence/internal/plan"
	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/policy/compare"
	"github.com/ringfence/ringfence/internal/target"
)

// denials compares what the document that was found denies explicitly with what the required one does, in
// both directions. The decision needed one of them. If a document is unknown by now, or was changed
// since, the answer is what the decision knew.
func (r *Reporter) denials(ctx context.Context, item ledger.Item, d plan.Decision, attached *policy.Document) exposure.Denials {
	known := d.Meaning.Denials()
	if known.Relation == "" {
		return known
	}
	inForce := attached
	if item.Kind == target.Policy {
		inForce, _ = r.Documents.Parse(d.Live)
	}
	required, err := r.required(ctx, d)
	if d.Previous != nil { // without an approved document it was compared with the version before
		required, err = r.Documents.Parse(d.Previous.Document)
	}
	if inForce == nil || required == nil || err != nil {
		return known
	}
	now := r.Documents.Denials(inForce, required, exposure.AccountScope{Partition: item.Partition, Account: item.Account})
	if now.Relation.DeniesAll() != (d.Meaning.DeniesAll == compare.Proven) || (now.Missing == nil) != (known.Missing == nil) {
		return known
	}
	return now
}
