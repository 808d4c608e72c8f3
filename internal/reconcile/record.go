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

// maxTries is how often a write of an item is retried after conflicts.
const maxTries = 8

// openLook is the delay of the next look after a refused repair: the obstacle may be gone by
// then. A target that is not to be repaired is not looked at again until something happens to
// it.
const openLook = 15 * time.Minute

// note records a look without a write to IAM. If the ledger is unavailable, the message comes
// back: everything to record is in it, or can be read again.
func (b *batch) note(ctx context.Context, w target.Work, e ledger.Entry) Result {
	result := Result{Decisions: []TargetDecision{b.decided(w, e, e.Decision.Outcome())}}
	if e.CallFinding {
		// No later look returns to the item of a call, so the report function must record it.
		if err := b.journal(ctx, e); err != nil {
			return result.and(retry(late, err))
		}
		return result
	}
	item, err := b.Ledger.Load(ctx, e.Key)
	if err != nil {
		return result.and(retry(late, err))
	}
	if b.tooEarly(item, e) {
		return retry(unsettled, nil)
	}
	_, open := item.Open()
	if b.busy(item) {
		return retry(unsettled, nil)
	}
	opens := slices.ContainsFunc(e.Evidence, func(v ledger.Evidence) bool { return v.Opens })
	if open || e.Decision.Drifted() || opens {
		// Record the name first: if the process ends, a deletion must lead to the finding.
		if err := b.recordName(ctx, w, e); err != nil {
			return result.and(retry(late, err))
		}
		if w.Target.Seen != nil && len(item.Apply(e).Unreported()) > 0 {
			if err := b.scheduleSecondLook(ctx, w, e); err != nil {
				return result.and(retry(soon, err))
			}
		}
		err = b.updateFrom(ctx, item, func(i ledger.Item) (ledger.Item, bool) {
			item = i.Apply(e)
			return item, true
		})
	}
	if err != nil {
		return result.and(retry(late, err))
	}
	b.queueReport(item)
	result.Decisions[0].Missed = item.Missed(e)
	return result
}

// tooEarly reports whether a record or an earlier look says that the target is outside, and the
// state that was read, in which it is inside, may be older than that.
func (b *batch) tooEarly(item ledger.Item, e ledger.Entry) bool {
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
	return b.Now().Sub(outside) < b.PropagationDelay
}

// update writes an item with a change applied, unless change returns false. If others wrote the
// item meanwhile, the change is applied to their version.
func (b *batch) update(ctx context.Context, key string, change func(ledger.Item) (ledger.Item, bool)) error {
	item, err := b.Ledger.Load(ctx, key)
	if err != nil {
		return err
	}
	return b.updateFrom(ctx, item, change)
}

// updateFrom is update with an item that was just read or written.
func (b *batch) updateFrom(ctx context.Context, item ledger.Item, change func(ledger.Item) (ledger.Item, bool)) error {
	for range maxTries {
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
	return fmt.Errorf("writing %s: %d conflicts with other writers", item.Key, maxTries)
}

// journal sends an entry to the report queue if the ledger is unavailable.
func (b *batch) journal(ctx context.Context, e ledger.Entry) error {
	ctx, cancel := b.recording(ctx)
	defer cancel()
	return b.Outbox.Journal(ctx, e.Bounded())
}

// decided returns a decision for the log.
func (b *batch) decided(w target.Work, e ledger.Entry, outcome finding.Outcome) TargetDecision {
	s := TargetDecision{Key: e.Key, Target: e.ARN, Kind: string(w.Target.Kind), ID: e.ID, Decision: e.Decision, Outcome: outcome}
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
