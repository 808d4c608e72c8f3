package report

import (
	"context"

	"github.com/ringfence/ringfence/internal/ledger"
)

// Apply applies an entry that could not be stored when it was made, or that has its own item, and
// reports it. Entries arrive in any order, so a look at the target finds out its current state.
func (r *Reporter) Apply(ctx context.Context, e ledger.Entry) Told {
	item, err := r.Ledger.Load(ctx, e.Key)
	if err == nil {
		item, err = r.write(ctx, item, func(i ledger.Item) (ledger.Item, bool) { return i.Apply(e), true })
	}
	if err == nil {
		if _, open := item.Open(); open {
			err = r.lookAt(ctx, item)
		}
	}
	switch {
	case err != nil:
		return Told{After: unread, Err: err}
	case len(item.Unreported()) > 0:
		return r.Tell(ctx, e.Key)
	}
	return Told{}
}
