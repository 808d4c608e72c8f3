package report

import (
	"context"
	"errors"

	"github.com/ringfence/ringfence/internal/ledger"
)

// Apply applies an entry that the ledger could not take when it was made, and tells of it.
func (r *Reporter) Apply(ctx context.Context, e ledger.Entry) Told {
	item, err := r.Ledger.Load(ctx, e.Key)
	for range tries {
		if err != nil {
			return Told{After: unread, Err: err}
		}
		next := item.Apply(e)
		err = r.Ledger.Save(ctx, next)
		var conflict *ledger.Conflict
		if !errors.As(err, &conflict) {
			if _, pending := next.Pending(); pending && err == nil {
				err = r.lookAt(ctx, next) // what became of the write is for a look to find out
			}
			break
		}
		item, err = conflict.Current, nil
	}
	if err != nil {
		return Told{After: unread, Err: err}
	}
	return r.Tell(ctx, e.Key)
}
