package report

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/ringfence/ringfence/internal/fault"
	"github.com/ringfence/ringfence/internal/ledger"
)

// claim takes the telling of an item for this process. The item has no key where nothing
// is owed; others is for how long another process may be at it.
func (r *Reporter) claim(ctx context.Context, key string) (item ledger.Item, others time.Duration, err error) {
	item, err = r.Ledger.Load(ctx, key)
	for range tries {
		if err != nil || len(item.Owed()) == 0 {
			return ledger.Item{}, 0, err
		}
		now := r.Now()
		if item.Telling.After(now) {
			return ledger.Item{}, item.Telling.Sub(now), nil
		}
		item = item.Claimed(now.Add(lease))
		err = r.Ledger.Save(ctx, item)
		var conflict *ledger.Conflict
		if errors.As(err, &conflict) {
			item, err = conflict.Current, nil
			continue
		}
		return item.Stored(key, item.Version+1), 0, err
	}
	return ledger.Item{}, 0, fault.New(fault.Retryable, "telling of %s: others write it all the time", key)
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
	for range tries {
		next := item.Note(m.id, m.notes)
		for _, sink := range m.sinks {
			next = next.Mark(m.id, sink, m.revision)
		}
		if m.all {
			next = next.Mark(m.id, "", m.revision)
		}
		next = next.Asked(m.look).Claimed(r.Now().Add(lease))
		if last(next) {
			next = next.Claimed(time.Time{})
		}
		err := r.Ledger.Save(ctx, next)
		var conflict *ledger.Conflict
		if !errors.As(err, &conflict) {
			return next.Stored(next.Key, next.Version+1), err
		}
		item = conflict.Current
	}
	return item, fmt.Errorf("noting what was told of %s: others write it all the time", item.Key)
}
