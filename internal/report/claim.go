package report

import (
	"context"
	"errors"
	"time"

	"github.com/ringfence/ringfence/internal/errclass"
	"github.com/ringfence/ringfence/internal/ledger"
)

// claim claims an item for this process to report. The returned item has no key if nothing is left to
// report. others is how long the claim of another process lasts.
func (r *Reporter) claim(ctx context.Context, key string) (item ledger.Item, others time.Duration, err error) {
	if item, err = r.Ledger.Load(ctx, key); err != nil {
		return ledger.Item{}, 0, err
	}
	item, err = r.write(ctx, item, func(i ledger.Item) (ledger.Item, bool) {
		now := r.Now()
		if !i.NeedsReport(now) {
			if len(i.Unreported()) > 0 {
				others = i.ClaimedUntil.Sub(now)
			}
			return ledger.Item{}, false
		}
		return i.Claimed(now.Add(lease)), true
	})
	return item, others, err
}

// write stores the item that change makes and returns it as stored. It stores nothing if change
// reports that there is nothing to write. If the stored item has changed, it applies change to that.
func (r *Reporter) write(ctx context.Context, item ledger.Item, change func(ledger.Item) (ledger.Item, bool)) (ledger.Item, error) {
	for range tries {
		next, changed := change(item)
		if !changed {
			return next, nil
		}
		err := r.Ledger.Save(ctx, next)
		var conflict *ledger.Conflict
		if !errors.As(err, &conflict) {
			return next.Stored(next.Key, next.Version+1), err
		}
		item = conflict.Current
	}
	return item, errclass.New(errclass.Retryable, "writing %s: too many concurrent writes", item.Key)
}

// mark records the outcome of reporting one revision.
type mark struct {
	id       string
	revision int
	notes    ledger.Notes
	sinks    []string
	all      bool
	look     time.Time
	unsent   int
	after    time.Duration
	err      error
}

// note stores the mark. It releases the claim if nothing is left to report or no time is left.
func (r *Reporter) note(ctx context.Context, item ledger.Item, m mark, last func(ledger.Item) bool) (ledger.Item, error) {
	return r.write(ctx, item, func(i ledger.Item) (ledger.Item, bool) {
		next := i.WithNotes(m.id, m.notes)
		for _, sink := range m.sinks {
			next = next.MarkReported(m.id, sink, m.revision)
		}
		if m.all {
			next = next.MarkReported(m.id, "", m.revision)
		}
		next = next.WithNextLook(m.look).Claimed(r.Now().Add(lease))
		if last(next) {
			next = next.Claimed(time.Time{})
		}
		return next, true
	})
}
