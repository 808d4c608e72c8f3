package reconcile

import (
	"context"

	"github.com/ringfence/ringfence/internal/ledger"
	"github.com/ringfence/ringfence/internal/plan"
	"github.com/ringfence/ringfence/internal/principal"
	"github.com/ringfence/ringfence/internal/target"
)

// spared tells of the calls that made a principal which needs no boundary, or that changed
// who may use it or what it may do: a finding for each, in the place of what was decided. A
// role that only its service can make is the service's business.
func (b *batch) spared(ctx context.Context, w target.Work, s principal.Snapshot, e ledger.Entry, decided Result) Result {
	if !e.Decision.Spares() || s.Protection() != principal.Unprotected {
		return decided
	}
	var told Result
	for _, c := range w.Causes {
		direct := c.Why == target.Event && plan.Opens(c.Event.Name)
		member := c.Why == target.Walked && plan.OpensMembers(c.Event.Name) && s.Kind == principal.User && w.Target.Seen == nil // it came by its group
		if (direct || member) && about(c, s) {
			told = told.and(b.note(ctx, w, e.Decides(plan.Spared(e.Decision, c.Event.Name)).Calls(c)))
		}
	}
	if len(told.Seen) == 0 {
		return decided.and(told)
	}
	return decided.unseen().and(told)
}
