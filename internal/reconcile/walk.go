package reconcile

import (
	"context"
	"slices"
	"time"

	"github.com/ringfence/ringfence/internal/errclass"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/ledger"
	"github.com/ringfence/ringfence/internal/plan"
	"github.com/ringfence/ringfence/internal/target"
)

// walksApart is the least time between two walks over the same: one who makes and deletes
// principals all day cannot have the whole account read all day.
const walksApart = time.Minute

// walkOver has an account walked over after a time, unless a walk is due already that begins
// no earlier. It is one message, and one more for each page.
func (b *batch) walkOver(ctx context.Context, w target.Work, over target.Over, after time.Duration) Result {
	name := over.Name()
	if w.Told {
		name += " told" // it does not do for one that repairs
	}
	key := ledger.WalkKey(w.Target.Account, name)
	item, err := b.Ledger.Load(ctx, key)
	if err != nil {
		// Nothing would keep walks from breeding walks: those who meet the same cause ask too.
		return again(late, err)
	}
	now := b.Now()
	due := now.Add(after)
	if item.Look.After(now) && !item.Look.Before(due) {
		return Result{}
	}
	if next := item.Look.Add(walksApart); next.After(due) {
		due = next
	}
	walk := target.Work{
		Target: target.OfWalk(w.Target.Partition, w.Target.Account, over), Causes: target.Walking(w.Causes), Told: w.Told,
	}
	if err := b.Outbox.Later(ctx, walk, due.Sub(now)); err != nil {
		return again(soon, err)
	}
	// A walk too many is the worst that comes of this not being written.
	_ = b.Ledger.Save(ctx, item.Walking(key, w.Target, due, now))
	return Result{}
}

// walk reconciles a page of a walk, and has the next one come when all of this one is
// done or has a message of its own.
func (b *batch) walk(ctx context.Context, w target.Work) Result {
	over := *w.Target.Over
	called := len(w.Causes) > 0 && w.Causes[0].Why == target.Event
	if called && over.Carrying == "" {
		return b.walkOver(ctx, w, over, 0) // a flood of calls is one walk a minute
	}
	page, next, found, err := b.page(ctx, w)
	if errclass.ClassOf(err) == errclass.Gone {
		return Result{} // the group, or the policy that nobody carries, was deleted
	}
	if err != nil && len(page) == 0 && next == "" {
		return failed(err)
	}
	all := Result{Err: err} // of one that could not be read, which keeps nobody from the others
	switch {
	case called && next != "":
		all, next = b.walkOver(ctx, w, over, 0).and(all), "" // likewise; what a record says is on the first page alone
	case over.Carrying == "" || len(page) > 0:
		all = b.walkAgain(ctx, w).and(all)
	}
	for i := range page {
		page[i].Told = w.Told
	}
	results := b.all(ctx, page)
	if over.Carrying != "" && !b.approved(over.Carrying) && repaired(results) {
		// Those who were put back left the list: a marker that counts would pass over others.
		all = b.walkOver(ctx, w, target.Over{Carrying: over.Carrying}, 0).and(all)
	}
	for _, one := range page {
		r := results[one.Target.Same()]
		all = all.and(Result{Parked: r.Parked, Err: r.Err, Seen: r.Seen})
		switch {
		case r.After > 0 && slices.ContainsFunc(w.Causes, target.Cause.Evidence):
			all = all.and(again(r.After, nil)) // what a record says is in its own message alone
		case r.After > 0:
			if err := b.Outbox.Later(ctx, one, r.After); err != nil {
				all = all.and(again(soon, err))
			}
		}
	}
	if all.After > 0 {
		return all
	}
	rest := over.From(next, found)
	switch {
	case next != "":
	case rest.ID == "":
		return all
	case rest.Second:
		return all.and(b.gone(ctx, w, rest.ID))
	default:
		rest = target.Over{ID: rest.ID, Second: true}
	}
	on := target.Work{Target: target.OfWalk(w.Target.Partition, w.Target.Account, rest), Causes: target.Walking(w.Causes), Told: w.Told}
	if err := b.Outbox.Later(ctx, on, 0); err != nil {
		return all.and(again(soon, err))
	}
	return all
}

// walkAgain has a walk made once more that began so soon after its cause that IAM may still
// have given the state before it.
func (b *batch) walkAgain(ctx context.Context, w target.Work) Result {
	if w.Target.Over.Marker != "" || len(w.Causes) == 0 {
		return Result{}
	}
	last := w.Causes[len(w.Causes)-1].Event.Time
	if rest := last.Add(b.Settle).Sub(b.Now()); rest > 0 {
		return b.walkOver(ctx, w, *w.Target.Over, rest)
	}
	return Result{}
}

// none is the decision on what needs none.
func (b *batch) none() plan.Decision { return plan.Decision{Drift: finding.None} }
