package reconcile

import (
	"context"
	"time"

	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/ledger"
	"github.com/ringfence/ringfence/internal/target"
)

// lease is how long an attempt that another process began is left to that process. It is
// longer than a function runs.
const lease = 25 * time.Second

// stale is how long after a write IAM may still give the state before it.
const stale = 10 * time.Second

// hold is why a repair is not made now.
type hold struct {
	// after is when to look again.
	after time.Duration
	// fight is set where somebody keeps undoing the repair.
	fight bool
}

// hold says whether a repair must wait: for another process that is at it, for IAM to
// show what was just written, or for people to end a fight.
func (b *batch) hold(item ledger.Item, e ledger.Entry) *hold {
	now := b.Now()
	if b.busy(item) || b.isStale(item, e, now) {
		return &hold{after: unsettled}
	}
	if next := item.NotBefore(now); next.After(now) {
		return &hold{after: next.Sub(now), fight: true}
	}
	return nil
}

// busy reports whether another process is at the target.
func (b *batch) busy(item ledger.Item) bool {
	a, ok := item.Pending()
	return ok && a.Ended.IsZero() && b.Now().Sub(a.Begun) < min(lease, b.Settle)
}

// isStale reports whether what was read may be what the latest repair has put right.
func (b *batch) isStale(item ledger.Item, e ledger.Entry, now time.Time) bool {
	last, ok := item.LastAttempt()
	if !ok || last.Outcome != finding.Done || last.Was != e.Attempt.Was || now.Sub(last.Ended) >= min(stale, b.Settle) {
		return false
	}
	for _, v := range e.Evidence {
		// Records have whole seconds: one of the same second may be of after the repair.
		if v.Opens && !item.Covers(v) && !v.Event.Time.Before(last.Ended.Truncate(time.Second)) {
			return false
		}
	}
	return true
}

// held is the result of a repair that was not made. That a fight is paused is told once.
func (b *batch) held(ctx context.Context, w target.Work, e ledger.Entry, h hold) Result {
	if !h.fight {
		return again(h.after, nil)
	}
	e = e.Defers()
	result := Result{Seen: []Seen{b.seen(w, e, finding.Deferred)}}
	var item ledger.Item
	err := b.update(ctx, e.Key, func(i ledger.Item) (ledger.Item, bool) {
		item = i.Apply(e)
		return item, true
	})
	if err != nil {
		return result.and(again(late, err))
	}
	b.owes(item)
	return result.and(b.lookAgain(ctx, w, e, h.after))
}
