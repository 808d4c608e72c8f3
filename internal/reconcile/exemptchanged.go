package reconcile

import (
	"context"

	"github.com/ringfence/ringfence/internal/ledger"
	"github.com/ringfence/ringfence/internal/plan"
	"github.com/ringfence/ringfence/internal/principal"
	"github.com/ringfence/ringfence/internal/target"
)

// exemptChanged reports each call that created a principal which needs no boundary, or changed
// who may use it or what it may do. Such a finding replaces the decision. Service-linked roles
// are left out: only their service can change them.
func (b *batch) exemptChanged(ctx context.Context, w target.Work, s principal.Snapshot, e ledger.Entry, decided Result) Result {
	if !e.Decision.NeedsNoBoundary() || s.Protection() != principal.Unprotected {
		return decided
	}
	var reported Result
	for _, c := range w.Causes {
		direct := c.Kind == target.Event && plan.ChangesAccess(c.Event.Name)
		member := c.Kind == target.Walked && plan.ChangesMemberAccess(c.Event.Name) && s.Kind == principal.User && w.Target.Seen == nil // it was found through its group
		if (direct || member) && about(c, s) {
			reported = reported.and(b.note(ctx, w, e.WithDecision(plan.ExemptChanged(e.Decision, c.Event.Name)).ForCall(c)))
		}
	}
	if len(reported.Decisions) == 0 {
		return decided.and(reported)
	}
	return decided.withoutDecisions().and(reported)
}
