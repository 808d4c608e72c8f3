package reconcile

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/ringfence/ringfence/internal/errclass"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/ledger"
	"github.com/ringfence/ringfence/internal/plan"
	"github.com/ringfence/ringfence/internal/target"
)

// repair carries a decision out: it records the intent, does the actions, and records the
// outcome. previous is what the last action replaces. policy waits for the look at the required
// policy; it is nil if the target is a policy itself.
func (b *batch) repair(ctx context.Context, w target.Work, e ledger.Entry, previous string, policy func() look) Result {
	if ctx.Err() != nil {
		return retry(soon, fmt.Errorf("no time left to repair %s", w.Target))
	}
	actions := e.Decision.Actions
	e = e.WithAttempt(ledger.Attempt{Action: actions[len(actions)-1], Previous: previous, Begun: b.Now()})
	looked := e                                                               // begin changes the attempt id of e meanwhile
	named := b.inBackground(func() { b.recordNameForRepair(ctx, w, looked) }) // if the process ends, a deletion must lead here
	item, held, err := b.begin(ctx, &e)
	<-named
	if held != nil {
		return b.postponed(ctx, w, e, *held)
	}
	unrecorded := err // the intent could not be stored; the repair is made anyway
	err = b.do(ctx, actions, policy)
	if errclass.ClassOf(err) == errclass.Gone {
		// It was deleted or renamed meanwhile. Its name leads to the attempt.
		err = errclass.New(errclass.Retryable, "%w", err)
	}
	if policy != nil {
		e = e.WithDecision(e.Decision.WithPolicy(policy().decision))
	}
	e = e.WithOutcome(b.Now(), outcome(err), err)
	result := b.finish(ctx, w, item, e)
	if result.After > 0 && unrecorded != nil {
		result = result.and(Result{Err: unrecorded})
	}
	if err != nil {
		instead, ok := e.Decision.UseFallback()
		if ok && errors.Is(err, plan.ErrNoBoundary) && !errclass.Temporary(err) {
			return result.and(b.repair(ctx, w, e.WithDecision(instead), previous, policy))
		}
		return result.and(b.unrepaired(ctx, w, e, err))
	}
	if policy != nil {
		result = result.and(policy().result)
	}
	if e.Decision.PolicyOpen != "" && result.After == 0 {
		result = result.and(b.lookAgain(ctx, w, e, openLook))
	}
	return result
}

// outcome returns the outcome of a write.
func outcome(err error) finding.Outcome {
	switch {
	case err == nil:
		return finding.Done
	case errclass.Temporary(err):
		return finding.Unconfirmed // perhaps only the answer was lost
	}
	return finding.Failed
}

// do does the actions in order. If the boundary to attach does not exist, it waits for the look
// at that policy, which creates it, and tries again.
func (b *batch) do(ctx context.Context, actions []plan.Action, policy func() look) error {
	for _, a := range actions {
		_, err := b.Remedy.Do(ctx, a)
		if policy != nil {
			switch missing := errors.Is(err, plan.ErrNoBoundary); {
			case missing && policy().missing():
				err = errclass.New(errclass.Retryable, "%w", err)
			case missing && !policy().decision.Drifted(), errclass.ClassOf(err) == errclass.Gone && policy().created():
				_, err = b.Remedy.Do(ctx, a)
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// begin records the intent. If the repair must wait, held says why. An error means that the
// intent could not be stored anywhere.
func (b *batch) begin(ctx context.Context, e *ledger.Entry) (item ledger.Item, held *hold, err error) {
	item = ledger.Item{Key: e.Key}
	for range maxTries {
		if h := b.hold(item, *e); h != nil {
			return item, h, nil
		}
		*e = e.WithAttemptID(strconv.FormatInt(e.At.UnixNano(), 36) + "-" + strconv.FormatInt(item.Version, 36))
		next := item.Apply(*e)
		err = b.Ledger.Save(ctx, next)
		var conflict *ledger.Conflict
		if errors.As(err, &conflict) {
			item = conflict.Current
			continue
		}
		if err == nil {
			return next.Stored(item.Key, item.Version+1), nil, nil
		}
		break
	}
	return ledger.Item{Key: e.Key}, nil, b.journal(ctx, *e)
}

// finish records the outcome and queues its report.
func (b *batch) finish(ctx context.Context, w target.Work, item ledger.Item, e ledger.Entry) Result {
	ctx, cancel := b.recording(ctx)
	defer cancel()
	seen := b.decided(w, e, e.Attempt.Outcome)
	if seen.Outcome == finding.Done {
		seen.Ended = e.Attempt.Ended
	}
	err := b.updateFrom(ctx, item, func(i ledger.Item) (ledger.Item, bool) {
		item = i.Apply(e)
		return item, true
	})
	if err == nil {
		b.queueReport(item)
		seen.Missed = item.Missed(e)
		return Result{Decisions: []TargetDecision{seen}}
	}
	result := Result{Decisions: []TargetDecision{seen}}
	if lost := b.journal(ctx, e); lost != nil {
		result = result.and(retry(late, fmt.Errorf("recording the repair of %s: %w", w.Target, errors.Join(err, lost))))
	}
	return result
}

// unrepaired returns the result of a failed repair.
func (b *batch) unrepaired(ctx context.Context, w target.Work, e ledger.Entry, err error) Result {
	if errclass.Temporary(err) {
		return retry(soon, err)
	}
	// The failure was reported, and people must act. Another look is cheap and shows whether
	// they did.
	return b.lookAgain(ctx, w, e, openLook).and(Result{Err: err})
}
