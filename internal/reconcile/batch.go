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

// reserve is the part of an invocation that is kept for recording: whatever hangs is
// given up while there is time to note what was done.
const reserve = 4 * time.Second

// batch is the work of one invocation.
type batch struct {
	*Reconciler
	turns    chan struct{}
	policies policies
	// end is the end of the invocation, zero where it has none.
	end time.Time

	mu   sync.Mutex
	tell []string // keys of items that the report must be told of
}

// Batch brings targets to where they must be, and records what was found and done: side by side,
// equal ones once, the most urgent first. Their causes are evidence: they decide nothing. It returns
// the result of each by [target.Target.Same].
func (r *Reconciler) Batch(ctx context.Context, work []target.Work) map[string]Result {
	b := &batch{Reconciler: r, turns: make(chan struct{}, max(1, r.AtOnce))}
	act := ctx
	if end, ok := ctx.Deadline(); ok {
		var cancel context.CancelFunc
		b.end = end
		act, cancel = context.WithDeadline(ctx, end.Add(-reserve))
		defer cancel()
	}
	merged := target.Merge(work)
	b.policies.expect(merged)
	results := b.all(act, merged)
	b.policies.wait() // nothing may be under way when the process is frozen
	b.report(act, results)
	return results
}

// all reconciles merged work.
func (b *batch) all(ctx context.Context, merged []target.Work) map[string]Result {
	var group sync.WaitGroup
	var mu sync.Mutex
	results := make(map[string]Result, len(merged))
	for _, w := range merged {
		walks := w.Target.Kind == target.Walk // it takes turns for each of those it meets
		if !walks {
			b.turns <- struct{}{}
		}
		group.Go(func() {
			if !walks {
				defer func() { <-b.turns }()
			}
			result := again(soon, fmt.Errorf("no time left to look at %s", w.Target))
			if ctx.Err() == nil {
				result = b.one(ctx, w)
			}
			mu.Lock()
			defer mu.Unlock()
			results[w.Target.Same()] = result
		})
	}
	group.Wait()
	return results
}

// recording is a context for noting what was done: it outlives the time for acting.
func (b *batch) recording(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx = context.WithoutCancel(ctx)
	if b.end.IsZero() {
		return ctx, func() {}
	}
	return context.WithDeadline(ctx, b.end.Add(-reserve/8))
}

// owes notes that the report must look up an item of which something is to be told. Where
// somebody is at telling it, that one tells this too: its mark meets what was written.
func (b *batch) owes(item ledger.Item) {
	if !item.Unreported(b.Now()) {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.tell = append(b.tell, item.Key)
}

// report hands the keys on, all at once. Where that fails, the messages of the batch come
// back, and find that something is still to be told: an item may be that of a principal
// that a walk met, or of a policy that several of them require.
func (b *batch) report(ctx context.Context, results map[string]Result) {
	if len(b.tell) == 0 {
		return
	}
	slices.Sort(b.tell) // so that two replays are the same
	ctx, cancel := b.recording(ctx)
	defer cancel()
	if err := b.Outbox.Tell(ctx, b.tell...); err != nil {
		for same := range results {
			results[same] = results[same].and(again(soon, fmt.Errorf("telling the report: %w", err)))
		}
	}
}
