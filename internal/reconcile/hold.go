package reconcile

import (
	"context"
	"time"

	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/ledger"
	"github.com/ringfence/ringfence/internal/target"
)

// lease is how long an attempt by another process blocks the target. It is longer than a
// function runs.
const lease = 25 * time.Second

// stale is how long after a write IAM may still return the state before it.
const stale = 10 * time.Second

// hold says why a repair is not made now.
type hold struct {
	// after is when to look again.
	after time.Duration
	// fight is set if the repair keeps being undone.
	fight bool
}

// hold reports whether a repair must wait: for another process, for IAM to show the last write,
// or for people to end a fight.
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

// busy reports whether another process is repairing the target.
func (b *batch) busy(item ledger.Item) bool {
	a, ok := item.Pending()
	return ok && a.Ended.IsZero() && b.Now().Sub(a.Begun) < min(lease, b.PropagationDelay)
}

// isStale reports whether the state that was read may be from before the latest repair.
func (b *batch) isStale(item ledger.Item, e ledger.Entry, now time.Time) bool {
	last, ok := item.LastAttempt()
	if !ok || last.Outcome != finding.Done || last.Previous != e.Attempt.Previous || now.Sub(last.Ended) >= min(stale, b.PropagationDelay) {
		return false
	}
	for _, v := range e.Evidence {
		// Records have whole seconds: one of the same second may be from after the repair.
		if v.Opens && !item.Covers(v) && !v.Event.Time.Before(last.Ended.Truncate(time.Second)) {
			return false
		}
	}
	return true
}

// postponed returns the result of a repair that was not made. A fight is reported once.
func (b *batch) postponed(ctx context.Context, w target.Work, e ledger.Entry, h hold) Result {
	if !h.fight {
		return retry(h.after, nil)
	}
	e = e.AsDeferred()
	result := Result{Decisions: []TargetDecision{b.decided(w, e, finding.Deferred)}}
	var item ledger.Item
	err := b.update(ctx, e.Key, func(i ledger.Item) (ledger.Item, bool) {
		item = i.Apply(e)
		return item, true
	})
	if err != nil {
		return result.and(retry(late, err))
	}
	b.queueReport(item)
	return result.and(b.lookAgain(ctx, w, e, h.after))
}
