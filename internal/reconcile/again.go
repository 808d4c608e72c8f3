package reconcile

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/ringfence/ringfence/internal/ledger"
	"github.com/ringfence/ringfence/internal/target"
)

// backAfter is when a look is due that makes sure that nothing is left unreported.
const backAfter = time.Minute

// lookAgain has a target looked at again that stays outside, unless a look is due already.
func (b *batch) lookAgain(ctx context.Context, w target.Work, e ledger.Entry, after time.Duration) Result {
	now := b.Now()
	item, err := b.Ledger.Load(ctx, e.Key)
	if err == nil && item.Look.After(now) {
		return Result{}
	}
	if err := b.Outbox.Later(ctx, secondLook(w, e), after); err != nil {
		return again(soon, err)
	}
	// A look too many is the worst that comes of this not being written.
	_ = b.updateFrom(ctx, item, func(i ledger.Item) (ledger.Item, bool) {
		return i.Asked(now.Add(after)), i.Key != ""
	})
	return Result{}
}

// stillOpen has a principal looked at again whose finding stands since the policy that it carries
// lets it out.
func (b *batch) stillOpen(ctx context.Context, w target.Work, e ledger.Entry) Result {
	item, err := b.Ledger.Load(ctx, e.Key)
	if err != nil {
		return again(late, err)
	}
	if _, open := item.Open(); !open {
		return Result{}
	}
	return b.lookAgain(ctx, w, e, openLook)
}

// named notes which principal has a name, so that what befalls the name leads to it, before
// something is done or found that must be told. Another one that had the name was deleted,
// or renamed: what is still open about it is seen to first.
func (b *batch) named(ctx context.Context, w target.Work, e ledger.Entry) error {
	if w.Target.Kind != target.Principal {
		return nil
	}
	i := ledger.Item{Key: ledger.NameKey(w.Target)}
	for range tries {
		if i.ID == e.ID {
			return nil
		}
		if i.ID != "" {
			if err := b.displaced(ctx, w, i.ID); err != nil {
				return err
			}
		}
		err := b.Ledger.Save(ctx, i.Naming(e))
		var conflict *ledger.Conflict
		if !errors.As(err, &conflict) {
			return err
		}
		i = conflict.Current
	}
	return fmt.Errorf("naming %s: others write it all the time", w.Target)
}

// naming is how long a repair waits until it is noted whose name it goes by, and as long
// again until a look is asked for: a queue that hangs must not hold it up.
const naming = 2 * time.Second

// pointed is named for a repair, which waits for nothing: where the name cannot be noted, a
// look at the principal is asked for, which leads there as well.
func (b *batch) pointed(ctx context.Context, w target.Work, e ledger.Entry) {
	noting, cancel := context.WithTimeout(ctx, naming)
	defer cancel()
	if b.named(noting, w, e) != nil || w.Target.Seen != nil {
		ctx, cancel := context.WithTimeout(ctx, naming)
		defer cancel()
		_ = b.lookBack(ctx, w, e) // without either, the record of the call leads there, unless the name is another's by then
	}
}

// lookBack asks for a look at a principal before something is recorded of it. In a walk nothing
// else leads there: should the process end, the page is read again, and passes over what is
// inside by then.
func (b *batch) lookBack(ctx context.Context, w target.Work, e ledger.Entry) error {
	return b.Outbox.Later(ctx, secondLook(w, e), backAfter)
}

// secondLook is a look at what an entry is of, whatever its name leads to by then.
func secondLook(w target.Work, e ledger.Entry) target.Work {
	return target.Work{
		Target: w.Target.WithID(e.ID), Causes: []target.Cause{{Why: target.SecondLook, Event: e.Light.Event, Actor: e.Light.Actor}}, Told: w.Told,
	}
}

// displaced sees to what is open, or unreported, about a principal whose name another has.
func (b *batch) displaced(ctx context.Context, w target.Work, id string) error {
	key := ledger.PrincipalKey(w.Target.Account, id)
	item, err := b.Ledger.Load(ctx, key)
	if err != nil {
		return err
	}
	if item.Unreported(b.Now()) {
		if err := b.Outbox.Tell(ctx, key); err != nil {
			return err
		}
	}
	if _, open := item.Open(); open {
		return b.walkOver(ctx, w, target.Over{ID: id}, b.Settle).Err // one that was made, or renamed, a moment ago may not be met yet
	}
	return nil
}

// aside does something beside what follows, and closes the channel when it is done.
func (b *batch) aside(do func()) <-chan struct{} {
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer func() { _ = recover() }() // it is no part of the repair
		do()
	}()
	return done
}
