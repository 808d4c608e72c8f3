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

// deleted notes that a principal was deleted: no principal has its name now, and its findings
// are resolved.
func (b *batch) deleted(ctx context.Context, w target.Work) Result {
	last := w.Causes[len(w.Causes)-1]
	var name ledger.Item
	err := b.update(ctx, ledger.NameKey(w.Target), func(i ledger.Item) (ledger.Item, bool) {
		name = i
		e := b.entry(w, ledger.NameKey(w.Target), w.Target.Ref.String(), "", b.noDecision())
		return i.Apply(e.AsGone(last.At())), last.At().After(i.DeletedAt)
	})
	if err != nil {
		return retry(late, err)
	}
	return b.nameDeleted(ctx, w, name, last.At())
}

// nameDeleted resolves the findings of the principal whose name was deleted at a time, unless
// it was created later. If Ringfence saw it with the name only after that time, it may have
// taken the name over, and may have another one by now.
func (b *batch) nameDeleted(ctx context.Context, w target.Work, name ledger.Item, at time.Time) Result {
	result := b.requestedPrincipal(ctx, w, name.ID)
	switch {
	case name.ID == "" || !name.Created.Before(at):
		return result
	case name.NamedAt.Before(at):
		return result.and(b.gone(ctx, w, name.ID))
	}
	if err := b.followUpDisplaced(ctx, w, name.ID); err != nil {
		return result.and(retry(late, err))
	}
	return result
}

// gone resolves the findings of a principal that no longer exists, and queues what a killed
// process left unreported. A principal seen under another name since then is not the deleted
// one.
func (b *batch) gone(ctx context.Context, w target.Work, id string) Result {
	key := ledger.PrincipalKey(w.Target.Account, id)
	of := func(item ledger.Item) bool { return !renamed(item, w.Target) }
	return b.resolve(ctx, key, of, func(ledger.Item) ledger.Entry { return b.entry(w, key, "", id, b.noDecision()).AsGone(b.Now()) })
}

// resolve applies an entry that resolves an item, if it is open and the right one, and has it reported.
func (b *batch) resolve(ctx context.Context, key string, right func(ledger.Item) bool, entry func(ledger.Item) ledger.Entry) Result {
	var now ledger.Item
	err := b.update(ctx, key, func(item ledger.Item) (ledger.Item, bool) {
		_, open := item.Open()
		if open = open && right(item); open {
			item = item.Apply(entry(item))
		}
		now = item
		return item, open
	})
	if err != nil {
		return retry(late, err)
	}
	b.queueReport(now)
	return Result{}
}

// renamed reports whether the principal of an item last had another name than the target.
func renamed(item ledger.Item, t target.Target) bool {
	last, err := principal.Parse(item.ARN)
	return t.Kind == target.Principal && err == nil && !strings.EqualFold(last.Name, t.Ref.Name)
}

// nameReused handles a name that another principal has now, if a record says that the earlier
// one was deleted.
func (b *batch) nameReused(ctx context.Context, w target.Work, id string) Result {
	n := slices.IndexFunc(w.Causes, func(c target.Cause) bool { return c.Deleted })
	if n < 0 {
		return Result{}
	}
	name, err := b.Ledger.Load(ctx, ledger.NameKey(w.Target))
	if err != nil {
		return retry(late, err)
	}
	if name.ID == id {
		return Result{}
	}
	return b.nameDeleted(ctx, w, name, w.Causes[n].At())
}

// requestedPrincipal follows up the principal that the look was for if its name leads to
// another principal, or to none, by now. Otherwise its findings would stay open.
func (b *batch) requestedPrincipal(ctx context.Context, w target.Work, id string) Result {
	if w.Target.ID == "" || w.Target.ID == id {
		return Result{}
	}
	if err := b.followUpDisplaced(ctx, w, w.Target.ID); err != nil {
		return retry(late, err)
	}
	return Result{}
}

// notFound handles a principal that IAM does not find by its name. It may be too new, or
// renamed. It counts as deleted only if a record says so or a walk over the account does not
// find it.
func (b *batch) notFound(ctx context.Context, w target.Work) Result {
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
		return retry(late, err)
	}
	if !name.DeletedAt.IsZero() && !name.DeletedAt.Before(called) {
		return b.nameDeleted(ctx, w, name, name.DeletedAt)
	}
	if b.Now().Sub(called) < b.PropagationDelay {
		return retry(unsettled, nil)
	}
	if name.ID != "" {
		if err := b.followUpDisplaced(ctx, w, name.ID); err != nil {
			return retry(late, err)
		}
	}
	if len(w.Causes) > 0 && w.Target.ID != "" && (w.Causes[0].Kind == target.SecondLook || w.Causes[0].Kind == target.Swept) {
		return b.walkOver(ctx, w, target.Scope{ID: w.Target.ID}, b.PropagationDelay)
	}
	return b.walkOver(ctx, w, target.Scope{}, 0)
}
