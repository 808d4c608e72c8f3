package report

import (
	"context"
	"errors"
	"time"

	"github.com/ringfence/ringfence/internal/errclass"
	"github.com/ringfence/ringfence/internal/ledger"
)

// claim takes the telling of an item for this process. The item has no key where nothing
// is owed; others is for how long another process may be at it.
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

// write writes an item as change makes it, unless change says that there is nothing to write,
// and gives it as it is stored then. What others wrote meanwhile is changed instead.
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
	return item, errclass.New(errclass.Retryable, "writing %s: others write it all the time", item.Key)
}

// mark is what is to be noted of one revision that was told.
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

// note writes the mark. The telling is given up where there is nothing left to tell, or no
// time for it.
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
