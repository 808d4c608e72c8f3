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

// attached is the boundary that a principal carries, compared with the required one.
type attached struct {
	exposure.Meaning
	// since is when its policy came to say what it says.
	since time.Time
	// document is what it says, nil where that is not known.
	document *policy.Document
}

// meaning compares the boundary that a principal carries with the required one, where the
// decision depends on it.
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
		// Trying again would not help, and an unknown boundary is not an accepted one.
		a.Meaning, a.since = exposure.Meaning{Relation: compare.Unproven, Why: err.Error()}, b.Now()
		return a, nil
	}
	if err != nil {
		return a, err
	}
	live, _ := state.Default()
	a.since = live.Created
	home := exposure.Home{Partition: s.Partition, Account: s.Account}
	a.Meaning, a.document = b.Documents.CompareText(live.Document, required, home)
	if own, ok := b.Config.BoundaryFor(s.Boundary); ok && own.Policy != nil && !a.Gives() {
		// A look at that policy restores it, perhaps before the repair.
		a.MayLose = b.Documents.Compare(own.Policy, required, home).Gives()
	}
	return a, nil
}

// required is the document that a rule requires, nil where it is not known, and why.
func (b *batch) required(ctx context.Context, req config.Requirement) (*policy.Document, string, error) {
	return b.Documents.Required(req.Boundary, func() ([]byte, error) {
		state, err := b.Source.Policy(ctx, req.Boundary.ARN)
		live, _ := state.Default()
		return live.Document, err
	})
}

// lifts adds what falls away with the explicit denials of the attached boundary where the
// required policy in force is as good as the approved document, and yet another one.
func (b *batch) lifts(a *attached, s principal.Snapshot, live *policy.Document) {
	if live == nil || a.document == nil || a.Loses != nil || a.Lifts != nil {
		return
	}
	var proven bool
	a.Lifts, proven = b.Documents.Lifted(a.document, live, exposure.Home{Partition: s.Partition, Account: s.Account})
	a.MayLift = a.Lifts == nil && !proven
}
