package report

import (
	"context"

	"github.com/ringfence/ringfence/internal/ledger"
)

// Apply applies an entry that the ledger could not take when it was made, and has it told
// of: by who is at telling the item, or by a notice of its own. Entries come in any order, so
// that a look finds out what is so now.
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
	if err == nil && item.Untold(r.Now()) {
		err = r.Queue.Tell(ctx, e.Key)
	}
	if err != nil {
		return Told{After: unread, Err: err}
	}
	return Told{}
}
