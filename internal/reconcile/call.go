package reconcile

import (
	"context"

	"github.com/ringfence/ringfence/internal/ledger"
	"github.com/ringfence/ringfence/internal/plan"
	"github.com/ringfence/ringfence/internal/target"
)

// callFinding reports a call that is a finding by itself, whatever the state is: one on a part
// of Ringfence, one that removed the boundary of a permission set, or one whose record does not
// say what it changed.
func (b *batch) callFinding(ctx context.Context, w target.Work) Result {
	var all Result
	for _, c := range w.Causes {
		d := plan.PermissionSetLostBoundary(w.Target.ARN, w.Target.Instance)
		switch {
		case w.Target.Kind == target.Withheld:
			d = plan.Withheld()
		case w.Target.Kind == target.Control && c.PartChange == nil:
			continue
		case w.Target.Kind == target.Control:
			d = plan.Tampered(c.Event.Name, *c.PartChange)
		}
		e := b.entry(w, ledger.TargetKey(w.Target), w.Target.ARN, "", d).ForCall(c)
		all = all.and(b.note(ctx, w, e))
	}
	return all
}
