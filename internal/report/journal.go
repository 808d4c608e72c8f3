package report

import (
	"context"
	"errors"

	"github.com/ringfence/ringfence/internal/fault"
	"github.com/ringfence/ringfence/internal/ledger"
)

// Apply applies an entry that the ledger could not take when it was made, and has it told
// of: by who is at telling the item, or by a notice of its own. Entries come in any order, so
// that a look finds out what is so now.
func (r *Reporter) Apply(ctx context.Context, e ledger.Entry) Told {
	item, err := r.apply(ctx, e)
	if err == nil {
		if _, open := item.Open(); open {
			err = r.lookAt(ctx, item)
		}
	}
	if err == nil && len(item.Owed()) > 0 && !item.Telling.After(r.Now()) {
		err = r.Queue.Tell(ctx, e.Key)
	}
	if err != nil {
		return Told{After: unread, Err: err}
	}
	return Told{}
}

func (r *Reporter) apply(ctx context.Context, e ledger.Entry) (ledger.Item, error) {
	item, err := r.Ledger.Load(ctx, e.Key)
	for range tries {
		if err != nil {
			return item, err
		}
		next := item.Apply(e)
		err = r.Ledger.Save(ctx, next)
		var conflict *ledger.Conflict
		if !errors.As(err, &conflict) {
			return next, err
		}
		item, err = conflict.Current, nil
	}
	return item, fault.New(fault.Retryable, "applying an entry to %s: others write it all the time", e.Key)
}
