package report

import (
	"context"

	"github.com/ringfence/ringfence/internal/ledger"
)

// Apply applies an entry that the ledger could not take when it was made, or that has an item
// of its own, and tells of it. Entries come in any order, so that a look finds out what is so
// now.
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
