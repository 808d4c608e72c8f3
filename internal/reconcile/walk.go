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

// walksApart is the least time between two walks over the same scope: an actor that keeps
// creating and deleting principals must not cause endless reads of the account.
const walksApart = time.Minute

// walkOver schedules a walk over an account after a delay, unless one is due that starts no
// earlier. It is one message, and one more for each page.
func (b *batch) walkOver(ctx context.Context, w target.Work, over target.Scope, after time.Duration) Result {
	name := over.Name()
	if w.ReportOnly {
		name += " told" // a walk that repairs cannot use this one
	}
	key := ledger.WalkKey(w.Target.Account, name)
	item, err := b.Ledger.Load(ctx, key)
	if err != nil {
		// Without the ledger nothing would stop walks from multiplying: each target with the
		// same cause asks for one.
		return retry(late, err)
	}
	now := b.Now()
	due := now.Add(after)
	if item.NextLook.After(now) && !item.NextLook.Before(due) {
		return Result{}
	}
	if next := item.NextLook.Add(walksApart); next.After(due) {
		due = next
	}
	walk := target.Work{
		Target: target.OfWalk(w.Target.Partition, w.Target.Account, over), Causes: target.WalkCauses(w.Causes), ReportOnly: w.ReportOnly,
	}
	if err := b.Outbox.Schedule(ctx, walk, due.Sub(now)); err != nil {
		return retry(soon, err)
	}
	// If this is not stored, the worst result is one walk too many.
	_ = b.Ledger.Save(ctx, item.WithWalk(key, w.Target, due, now))
	return Result{}
}

// walk reconciles a page of a walk, and sends the message of the next page once each target of
// this one is done or has its own message.
func (b *batch) walk(ctx context.Context, w target.Work) Result {
	over := *w.Target.Scope
	called := len(w.Causes) > 0 && w.Causes[0].Kind == target.Event
	if called && over.Carrying == "" {
		return b.walkOver(ctx, w, over, 0) // a flood of calls causes one walk a minute
	}
	page, next, found, err := b.page(ctx, w)
	if errclass.ClassOf(err) == errclass.Gone {
		return Result{} // the group was deleted, or the policy, which no principal carries then
	}
	if err != nil && len(page) == 0 && next == "" {
		return failed(err)
	}
	all := Result{Err: err} // the error of one unreadable target must not stop the others
	switch {
	case called && next != "":
		all, next = b.walkOver(ctx, w, over, 0).and(all), "" // likewise; only the first page has the evidence
	case over.Carrying == "" || len(page) > 0:
		all = b.walkAgain(ctx, w).and(all)
	}
	for i := range page {
		page[i].ReportOnly = w.ReportOnly
	}
	results := b.all(ctx, page)
	if over.Carrying != "" && !b.approved(over.Carrying) && repaired(results) {
		// Repaired principals leave the list, so a numeric marker would skip others.
		all = b.walkOver(ctx, w, target.Scope{Carrying: over.Carrying}, 0).and(all)
	}
	for _, one := range page {
		r := results[one.Target.Identity()]
		all = all.and(Result{Parked: r.Parked, Err: r.Err, Decisions: r.Decisions})
		switch {
		case r.After > 0 && slices.ContainsFunc(w.Causes, target.Cause.Evidence):
			all = all.and(retry(r.After, nil)) // only this message has the evidence
		case r.After > 0:
			if err := b.Outbox.Schedule(ctx, one, r.After); err != nil {
				all = all.and(retry(soon, err))
			}
		}
	}
	if all.After > 0 {
		return all
	}
	rest := over.Next(next, found)
	switch {
	case next != "":
	case rest.ID == "":
		return all
	case rest.SecondPass:
		return all.and(b.gone(ctx, w, rest.ID))
	default:
		rest = target.Scope{ID: rest.ID, SecondPass: true}
	}
	on := target.Work{Target: target.OfWalk(w.Target.Partition, w.Target.Account, rest), Causes: target.WalkCauses(w.Causes), ReportOnly: w.ReportOnly}
	if err := b.Outbox.Schedule(ctx, on, 0); err != nil {
		return all.and(retry(soon, err))
	}
	return all
}

// walkAgain repeats a walk that began so soon after its cause that IAM may have returned the
// state before it.
func (b *batch) walkAgain(ctx context.Context, w target.Work) Result {
	if w.Target.Scope.Marker != "" || len(w.Causes) == 0 {
		return Result{}
	}
	last := w.Causes[len(w.Causes)-1].Event.Time
	if rest := last.Add(b.PropagationDelay).Sub(b.Now()); rest > 0 {
		return b.walkOver(ctx, w, *w.Target.Scope, rest)
	}
	return Result{}
}

// noDecision returns the decision on a target that needs none.
func (b *batch) noDecision() plan.Decision { return plan.Decision{Drift: finding.None} }
