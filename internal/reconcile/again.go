package reconcile

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/ringfence/ringfence/internal/ledger"
	"github.com/ringfence/ringfence/internal/target"
)

// secondLookAfter is the delay of a look that makes sure that nothing stays unreported.
const secondLookAfter = time.Minute

// lookAgain schedules another look at a target that stays outside, unless one is due already.
func (b *batch) lookAgain(ctx context.Context, w target.Work, e ledger.Entry, after time.Duration) Result {
	now := b.Now()
	item, err := b.Ledger.Load(ctx, e.Key)
	if err == nil && item.NextLook.After(now) {
		return Result{}
	}
	if err := b.Outbox.Schedule(ctx, secondLook(w, e), after); err != nil {
		return retry(soon, err)
	}
	// If this is not stored, the worst result is one look too many.
	_ = b.updateFrom(ctx, item, func(i ledger.Item) (ledger.Item, bool) {
		return i.WithNextLook(now.Add(after)), i.Key != ""
	})
	return Result{}
}

// stillOpen schedules another look at a principal whose finding stays open because the policy
// that it carries lets it out.
func (b *batch) stillOpen(ctx context.Context, w target.Work, e ledger.Entry) Result {
	item, err := b.Ledger.Load(ctx, e.Key)
	if err != nil {
		return retry(late, err)
	}
	if _, open := item.Open(); !open {
		return Result{}
	}
	return b.lookAgain(ctx, w, e, openLook)
}

// recordName notes which principal has a name before anything about it is done or found, so
// that a later event on the name leads to the principal. If another principal had the name,
// that one was deleted or renamed: its open findings are followed up first.
func (b *batch) recordName(ctx context.Context, w target.Work, e ledger.Entry) error {
	if w.Target.Kind != target.Principal {
		return nil
	}
	i := ledger.Item{Key: ledger.NameKey(w.Target)}
	for range maxTries {
		if i.ID == e.ID {
			return nil
		}
		if i.ID != "" {
			if err := b.followUpDisplaced(ctx, w, i.ID); err != nil {
				return err
			}
		}
		err := b.Ledger.Save(ctx, i.WithPrincipal(e))
		var conflict *ledger.Conflict
		if !errors.As(err, &conflict) {
			return err
		}
		i = conflict.Current
	}
	return fmt.Errorf("recording the name of %s: too many concurrent writes", w.Target)
}

// nameTimeout limits how long a repair waits for its name to be recorded, and again for a
// second look to be scheduled: a queue that hangs must not delay it.
const nameTimeout = 2 * time.Second

// recordNameForRepair is recordName for a repair, which must not wait. If the name cannot be
// recorded, it schedules a look at the principal instead.
func (b *batch) recordNameForRepair(ctx context.Context, w target.Work, e ledger.Entry) {
	noting, cancel := context.WithTimeout(ctx, nameTimeout)
	defer cancel()
	if b.recordName(noting, w, e) != nil || w.Target.Seen != nil {
		ctx, cancel := context.WithTimeout(ctx, nameTimeout)
		defer cancel()
		_ = b.scheduleSecondLook(ctx, w, e) // if both fail, the record of the call still leads to the principal, unless its name was reused
	}
}

// scheduleSecondLook schedules a look at a principal before something about it is recorded. In
// a walk nothing else leads to it: if the process ends, the page is read again, and skips
// principals that are inside by then.
func (b *batch) scheduleSecondLook(ctx context.Context, w target.Work, e ledger.Entry) error {
	return b.Outbox.Schedule(ctx, secondLook(w, e), secondLookAfter)
}

// secondLook returns a look at the entry's principal, by its id.
func secondLook(w target.Work, e ledger.Entry) target.Work {
	return target.Work{
		Target: w.Target.WithID(e.ID), Causes: []target.Cause{{Kind: target.SecondLook, Event: e.Trigger.Event, Actor: e.Trigger.Actor}}, ReportOnly: w.ReportOnly,
	}
}

// followUpDisplaced handles open and unreported findings of a principal whose name another one
// has now.
func (b *batch) followUpDisplaced(ctx context.Context, w target.Work, id string) error {
	key := ledger.PrincipalKey(w.Target.Account, id)
	item, err := b.Ledger.Load(ctx, key)
	if err != nil {
		return err
	}
	if item.NeedsReport(b.Now()) {
		if err := b.Outbox.Report(ctx, key); err != nil {
			return err
		}
	}
	if _, open := item.Open(); open {
		return b.walkOver(ctx, w, target.Scope{ID: id}, b.PropagationDelay).Err // a principal that was just created or renamed may not be listed yet
	}
	return nil
}

// inBackground runs do in parallel. The returned channel is closed when it is done.
func (b *batch) inBackground(do func()) <-chan struct{} {
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer func() { _ = recover() }() // a panic must not stop the repair
		do()
	}()
	return done
}
