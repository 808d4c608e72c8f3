package reconcile_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ringfence/ringfence/internal/errclass"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/plan"
	"github.com/ringfence/ringfence/internal/principal"
	"github.com/ringfence/ringfence/internal/target"
)

// hanging is a source that never answers for one principal.
type hanging struct {
	*world
	name string
}

func (h hanging) Principal(ctx context.Context, ref principal.Ref) (principal.Snapshot, error) {
	if ref.Name != h.name {
		return h.world.Principal(ctx, ref)
	}
	<-ctx.Done()
	return principal.Snapshot{}, errclass.New(errclass.Retryable, "reading %s: %w", ref, ctx.Err())
}

// hungQueue is a report queue that never answers.
type hungQueue struct{ *world }

func (h hungQueue) Report(ctx context.Context, _ ...string) error {
	<-ctx.Done()
	return errclass.New(errclass.Retryable, "telling: %w", ctx.Err())
}

// prompt does not write after its time is over.
type prompt struct{ *world }

func (p prompt) Do(ctx context.Context, a plan.Action) (finding.Outcome, error) {
	if ctx.Err() != nil {
		return "", errclass.New(errclass.Retryable, "doing %s: %w", a.Kind, ctx.Err())
	}
	return p.world.Do(ctx, a)
}

// A queue that hangs does not delay a repair, even if another principal had the name before and
// its findings are unreported.
func TestAHangingQueueDoesNotDelayARepair(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.user("jane", "AIDA1", "")
		w.look(event("CreateUser", `{"userName": "jane"}`))
		w.user("jane", "AIDA2", "")
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		defer cancel()
		p := w.process()
		p.Outbox, p.Remedy = hungQueue{w}, prompt{w}
		w.pass(time.Minute)
		work, _ := target.FromChange(eventAt(w.clock(), "CreateUser", `{"userName": "jane"}`), p.Control)
		p.Batch(ctx, work)
		w.wantBoundary("jane", boundary)
	})
}
