package reconcile

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/ringfence/ringfence/internal/ledger"
	"github.com/ringfence/ringfence/internal/target"
)

// reserve is the part of an invocation kept for recording outcomes: calls that hang are given
// up before it begins.
const reserve = 4 * time.Second

// batch is the work of one invocation.
type batch struct {
	*Reconciler
	turns    chan struct{}
	policies policies
	// end is when the invocation ends, zero if it has no limit.
	end time.Time

	// unknown says why the facts of an account are not known.
	unknown map[string]error

	mu         sync.Mutex
	unreported []string // keys of items to report
}

// Batch brings targets into their required state, and records what was found and done. They are
// reconciled concurrently: equal ones once, the most urgent first. The causes are evidence and
// decide nothing. It returns the result of each by [target.Target.Identity].
func (r *Reconciler) Batch(ctx context.Context, work []target.Work) map[string]Result {
	b := &batch{Reconciler: r, turns: make(chan struct{}, max(1, r.Concurrency))}
	act := ctx
	if end, ok := ctx.Deadline(); ok {
		var cancel context.CancelFunc
		b.end = end
		act, cancel = context.WithDeadline(ctx, end.Add(-reserve))
		defer cancel()
	}
	merged := target.Merge(work)
	b.policies.setCauses(merged)
	b.know(act, merged)
	results := b.all(act, merged)
	b.policies.wait() // nothing may run when the process is frozen
	b.report(act, results)
	return results
}

// all reconciles merged work.
func (b *batch) all(ctx context.Context, merged []target.Work) map[string]Result {
	var group sync.WaitGroup
	var mu sync.Mutex
	results := make(map[string]Result, len(merged))
	for _, w := range merged {
		walks := w.Target.Kind == target.Walk // a walk takes a turn for each of its targets
		if !walks {
			b.turns <- struct{}{}
		}
		group.Go(func() {
			if !walks {
				defer func() { <-b.turns }()
			}
			result := retry(soon, fmt.Errorf("no time left to look at %s", w.Target))
			if ctx.Err() == nil {
				result = b.one(ctx, w)
			}
			mu.Lock()
			defer mu.Unlock()
			results[w.Target.Identity()] = result
		})
	}
	group.Wait()
	return results
}

// recording returns a context for recording outcomes. It outlives the time for acting.
func (b *batch) recording(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx = context.WithoutCancel(ctx)
	if b.end.IsZero() {
		return ctx, func() {}
	}
	return context.WithDeadline(ctx, b.end.Add(-reserve/8))
}

// queueReport notes that the report function must look up an item with something unreported. If
// a process has claimed the item, that one reports this revision too: its write of the mark
// conflicts with this one.
func (b *batch) queueReport(item ledger.Item) {
	if !item.NeedsReport(b.Now()) {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.unreported = append(b.unreported, item.Key)
}

// report sends the keys to the report queue, all at once. If that fails, all messages of the
// batch come back and find the unreported items again: an item may belong to a principal of a
// walk, or to a policy that several principals require.
func (b *batch) report(ctx context.Context, results map[string]Result) {
	if len(b.unreported) == 0 {
		return
	}
	slices.Sort(b.unreported) // so that two replays give the same
	ctx, cancel := b.recording(ctx)
	defer cancel()
	if err := b.Outbox.Report(ctx, b.unreported...); err != nil {
		for same := range results {
			results[same] = results[same].and(retry(soon, fmt.Errorf("notifying the report function: %w", err)))
		}
	}
}
