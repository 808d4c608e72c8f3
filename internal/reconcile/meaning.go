package reconcile

import (
	"context"
	"time"

	"github.com/ringfence/ringfence/internal/config"
	"github.com/ringfence/ringfence/internal/errclass"
	"github.com/ringfence/ringfence/internal/exposure"
	"github.com/ringfence/ringfence/internal/plan"
	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/policy/compare"
	"github.com/ringfence/ringfence/internal/principal"
)

// attached compares the boundary that a principal carries with the required one.
type attached struct {
	exposure.Meaning
	// since is when its policy last changed.
	since time.Time
	// document is its content, nil if that is unknown.
	document *policy.Document
}

// meaning compares the attached boundary with the required one, if the decision depends on it.
func (b *batch) meaning(ctx context.Context, req config.Requirement, s principal.Snapshot) (a attached, err error) {
	if !plan.NeedsMeaning(req, s) {
		return a, nil
	}
	required, why, err := b.required(ctx, req)
	if err != nil {
		return a, err
	}
	if required == nil {
		a.Meaning = exposure.Meaning{Relation: compare.Unproven, Why: why}
		return a, nil
	}
	state, err := b.Source.Policy(ctx, s.Boundary)
	switch errclass.ClassOf(err) {
	case errclass.Gone, errclass.Refused:
		// A retry would not help, and an unknown boundary is not accepted.
		a.Meaning, a.since = exposure.Meaning{Relation: compare.Unproven, Why: err.Error()}, b.Now()
		return a, nil
	}
	if err != nil {
		return a, err
	}
	live, _ := state.Default()
	a.since = live.Created
	home := exposure.AccountScope{Partition: s.Partition, Account: s.Account}
	a.Meaning, a.document = b.Documents.CompareText(live.Document, required, home)
	if own, ok := b.Config.BoundaryFor(s.Boundary); ok && own.Policy != nil && !a.RepairMayGrant() {
		// A look at that policy restores it, perhaps before the repair of the principal.
		a.MayBeNarrower = b.Documents.Compare(own.Policy, required, home).RepairMayGrant()
	}
	return a, nil
}

// required returns the document that a rule requires; nil if it is unknown, and why.
func (b *batch) required(ctx context.Context, req config.Requirement) (*policy.Document, string, error) {
	return b.Documents.Required(req.Boundary, func() ([]byte, error) {
		state, err := b.Source.Policy(ctx, req.Boundary.ARN)
		live, _ := state.Default()
		return live.Document, err
	})
}

// addExtraDenials adds the explicit denials that are lost with the attached boundary if the
// required policy in force differs from the approved document without allowing more.
func (b *batch) addExtraDenials(a *attached, s principal.Snapshot, live *policy.Document) {
	if live == nil || a.document == nil || a.NarrowerWitness != nil || a.ExtraDenial != nil {
		return
	}
	var proven bool
	a.ExtraDenial, proven = b.Documents.ExtraDenials(a.document, live, exposure.AccountScope{Partition: s.Partition, Account: s.Account})
	a.MayHaveExtraDenial = a.ExtraDenial == nil && !proven
}
