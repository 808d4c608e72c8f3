package reconcile

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/ledger"
	"github.com/ringfence/ringfence/internal/target"
)

// tries is how often an item is written that others write at the same time.
const tries = 8

// openLook is how long after a repair was refused the target is looked at again: what was
// in the way may be gone. What nobody is to repair is not looked at until something happens.
const openLook = 15 * time.Minute

// note records a look that wrote nothing to IAM. Where the ledger is out of reach, the
// message comes back: all that is to be recorded is in it, or can be seen again.
func (b *batch) note(ctx context.Context, w target.Work, e ledger.Entry) Result {
	result := Result{Seen: []Seen{b.seen(w, e, e.Decision.Outcome())}}
	if e.Once {
		// No look comes back to the item of a call: what records it has it told as well.
		if err := b.journal(ctx, e); err != nil {
			return result.and(again(late, err))
		}
		return result
	}
	item, err := b.Ledger.Load(ctx, e.Key)
	if err != nil {
		return result.and(again(late, err))
	}
	if b.early(item, e) {
		return again(unsettled, nil)
	}
	_, open := item.Open()
	if b.busy(item) {
		return again(unsettled, nil)
	}
	opens := slices.ContainsFunc(e.Evidence, func(v ledger.Evidence) bool { return v.Opens })
	if open || e.Decision.Drifted() || opens {
		// Before: should the process end, a deletion leads to what is recorded.
		if err := b.named(ctx, w, e); err != nil {
			return result.and(again(late, err))
		}
		if w.Target.Seen != nil && len(item.Apply(e).Owed()) > 0 {
			if err := b.lookBack(ctx, w, e); err != nil {
				return result.and(again(soon, err))
			}
		}
		err = b.updateFrom(ctx, item, func(i ledger.Item) (ledger.Item, bool) {
			item = i.Apply(e)
			return item, true
		})
	}
	if err != nil {
		return result.and(again(late, err))
	}
	b.owes(item)
	result.Seen[0].Missed = item.Missed(e)
	return result
}

// early reports whether something says that the target is outside, and the state that was
// read, in which it is inside, may be older than that.
func (b *batch) early(item ledger.Item, e ledger.Entry) bool {
	if e.Decision.Drifted() || e.Kind == target.Sweep { // a sweep is not read from IAM
		return false
	}
	var outside time.Time
	for _, v := range e.Evidence {
		if v.Opens && !item.Covers(v) && v.Event.Time.After(outside) {
			outside = v.Event.Time
		}
	}
	if r, open := item.Open(); open && len(r.Attempts) == 0 && r.Found.After(outside) {
		outside = r.Found
	}
	return b.Now().Sub(outside) < b.Settle
}

// update writes an item as change makes it, unless change says that there is nothing to
// write. What others wrote meanwhile is not lost: the change is made on that.
func (b *batch) update(ctx context.Context, key string, change func(ledger.Item) (ledger.Item, bool)) error {
	item, err := b.Ledger.Load(ctx, key)
	if err != nil {
		return err
	}
	return b.updateFrom(ctx, item, change)
}

// updateFrom is update with an item that was read, or written, a moment ago.
func (b *batch) updateFrom(ctx context.Context, item ledger.Item, change func(ledger.Item) (ledger.Item, bool)) error {
	for range tries {
		next, changed := change(item)
		if !changed {
			return nil
		}
		err := b.Ledger.Save(ctx, next)
		var conflict *ledger.Conflict
		if !errors.As(err, &conflict) {
			return err
		}
		item = conflict.Current
	}
	return fmt.Errorf("writing %s: others wrote it %d times meanwhile", item.Key, tries)
}

// journal keeps what was done, or is about to be, in the queue of the report, where the
// ledger is out of reach.
func (b *batch) journal(ctx context.Context, e ledger.Entry) error {
	ctx, cancel := b.recording(ctx)
	defer cancel()
	return b.Outbox.Journal(ctx, e.Bounded())
}

// seen is a decision for the log.
func (b *batch) seen(w target.Work, e ledger.Entry, outcome finding.Outcome) Seen {
	s := Seen{Key: e.Key, Target: e.ARN, Kind: string(w.Target.Kind), ID: e.ID, Decision: e.Decision, Outcome: outcome}
	if w.Target.Kind == target.Principal {
		s.Principal, s.Kind = e.ARN, string(w.Target.Ref.Kind)
	}
	for _, c := range w.Causes {
		if at := c.At(); !at.IsZero() && s.Begun.IsZero() {
			s.Begun = at
		}
	}
	return s
}
