package reconcile

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/ringfence/ringfence/internal/ledger"
	"github.com/ringfence/ringfence/internal/principal"
	"github.com/ringfence/ringfence/internal/target"
)

// deleted notes that a principal was deleted: its name leads to nobody now, and what is
// open about it is over.
func (b *batch) deleted(ctx context.Context, w target.Work) Result {
	last := w.Causes[len(w.Causes)-1]
	var name ledger.Item
	err := b.update(ctx, ledger.NameKey(w.Target), func(i ledger.Item) (ledger.Item, bool) {
		name = i
		e := b.entry(w, ledger.NameKey(w.Target), w.Target.Ref.String(), "", b.none())
		return i.Apply(e.Vanishes(last.At())), last.At().After(i.Gone)
	})
	if err != nil {
		return again(late, err)
	}
	return b.unnamed(ctx, w, name, last.At())
}

// unnamed sees to the principal that had a name, which was deleted at a time: that principal,
// unless it was made later. One that was seen with the name only after that may have been
// given it, and be somewhere else by now.
func (b *batch) unnamed(ctx context.Context, w target.Work, name ledger.Item, at time.Time) Result {
	result := b.meant(ctx, w, name.ID)
	switch {
	case name.ID == "" || !name.Made.Before(at):
		return result
	case name.Named.Before(at):
		return result.and(b.gone(ctx, w, name.ID))
	}
	if err := b.displaced(ctx, w, name.ID); err != nil {
		return result.and(again(late, err))
	}
	return result
}

// gone resolves what is open about a principal that does not exist any more, and has the
// report told of what a process that was killed did not hand on. One that was seen under
// another name since is not the one that was deleted.
func (b *batch) gone(ctx context.Context, w target.Work, id string) Result {
	key := ledger.PrincipalKey(w.Target.Account, id)
	var now ledger.Item
	err := b.update(ctx, key, func(item ledger.Item) (ledger.Item, bool) {
		_, open := item.Open()
		if open = open && !renamed(item, w.Target); open {
			item = item.Apply(b.entry(w, key, "", id, b.none()).Vanishes(b.Now()))
		}
		now = item
		return item, open
	})
	if err != nil {
		return again(late, err)
	}
	b.owes(now)
	return Result{}
}

// renamed reports whether the principal of an item had another name when it was last seen
// than the one that a look was for.
func renamed(item ledger.Item, t target.Target) bool {
	last, err := principal.Parse(item.ARN)
	return t.Kind == target.Principal && err == nil && !strings.EqualFold(last.Name, t.Ref.Name)
}

// succeeded deals with a name that another principal has now: a record says that the one
// that had it was deleted.
func (b *batch) succeeded(ctx context.Context, w target.Work, id string) Result {
	n := slices.IndexFunc(w.Causes, func(c target.Cause) bool { return c.Deleted })
	if n < 0 {
		return Result{}
	}
	name, err := b.Ledger.Load(ctx, ledger.NameKey(w.Target))
	if err != nil {
		return again(late, err)
	}
	if name.ID == id {
		return Result{}
	}
	return b.unnamed(ctx, w, name, w.Causes[n].At())
}

// meant sees to the principal that a look was for, where its name leads to another one, or
// to nobody, by now: what is open about it would stay open.
func (b *batch) meant(ctx context.Context, w target.Work, id string) Result {
	if w.Target.ID == "" || w.Target.ID == id {
		return Result{}
	}
	if err := b.displaced(ctx, w, w.Target.ID); err != nil {
		return again(late, err)
	}
	return Result{}
}

// missing looks for a principal that IAM does not know by its name. It may be too new to
// be known yet, or have another name by now; only one whose deletion was seen, or that a
// walk over the account does not meet, is gone.
func (b *batch) missing(ctx context.Context, w target.Work) Result {
	if n := len(w.Causes); n > 0 && w.Causes[n-1].Deleted {
		return b.deleted(ctx, w)
	}
	var called time.Time
	for _, c := range w.Causes {
		if c.At().After(called) {
			called = c.At()
		}
	}
	name, err := b.Ledger.Load(ctx, ledger.NameKey(w.Target))
	if err != nil {
		return again(late, err)
	}
	if !name.Gone.IsZero() && !name.Gone.Before(called) {
		return b.unnamed(ctx, w, name, name.Gone)
	}
	if b.Now().Sub(called) < b.Settle {
		return again(unsettled, nil)
	}
	if name.ID != "" {
		if err := b.displaced(ctx, w, name.ID); err != nil {
			return again(late, err)
		}
	}
	if len(w.Causes) > 0 && w.Target.ID != "" && (w.Causes[0].Why == target.SecondLook || w.Causes[0].Why == target.Swept) {
		return b.walkOver(ctx, w, target.Over{ID: w.Target.ID}, b.Settle)
	}
	return b.walkOver(ctx, w, target.Over{}, 0)
}
