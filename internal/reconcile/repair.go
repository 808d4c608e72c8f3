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

// repair carries a decision out: the intent is recorded, the actions are done, and the
// outcome is recorded. was is what the last action takes the place of. policy waits for
// what became of the required policy, nil where the target is a policy itself.
func (b *batch) repair(ctx context.Context, w target.Work, e ledger.Entry, was string, policy func() look) Result {
	if ctx.Err() != nil {
		return again(soon, fmt.Errorf("no time left to repair %s", w.Target))
	}
	actions := e.Decision.Actions
	e = e.Tries(ledger.Attempt{Action: actions[len(actions)-1], Was: was, Begun: b.Now()})
	looked := e                                            // begin gives e another number meanwhile
	named := b.aside(func() { b.pointed(ctx, w, looked) }) // should the process end, a deletion leads here
	item, held, err := b.begin(ctx, &e)
	<-named
	if held != nil {
		return b.held(ctx, w, e, *held)
	}
	unrecorded := err // the intent is in no durable place; the repair is made all the same
	err = b.do(ctx, actions, policy)
	if errclass.ClassOf(err) == errclass.Gone {
		// It was deleted, or renamed, while it was looked at. Its name leads to what was begun.
		err = errclass.New(errclass.Retryable, "%w", err)
	}
	if policy != nil {
		e = e.Decides(e.Decision.WithPolicy(policy().decision))
	}
	e = e.Ends(b.Now(), outcome(err), err)
	result := b.finish(ctx, w, item, e)
	if result.After > 0 && unrecorded != nil {
		result = result.and(Result{Err: unrecorded})
	}
	if err != nil {
		instead, ok := e.Decision.Instead()
		if ok && errors.Is(err, plan.ErrNoBoundary) && !errclass.Temporary(err) {
			return result.and(b.repair(ctx, w, e.Decides(instead), was, policy))
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

// outcome is what came of a write.
func outcome(err error) finding.Outcome {
	switch {
	case err == nil:
		return finding.Done
	case errclass.Temporary(err):
		return finding.Unconfirmed // the answer may have been lost, and not the call
	}
	return finding.Failed
}

// do does the actions in order. Where the boundary to put on does not exist, the look at
// its policy makes it, and it is put on then.
func (b *batch) do(ctx context.Context, actions []plan.Action, policy func() look) error {
	for _, a := range actions {
		_, err := b.Remedy.Do(ctx, a)
		if policy != nil {
			switch missing := errors.Is(err, plan.ErrNoBoundary); {
			case missing && policy().missing():
				err = errclass.New(errclass.Retryable, "%w", err)
			case missing && !policy().decision.Drifted(), errclass.ClassOf(err) == errclass.Gone && policy().made():
				_, err = b.Remedy.Do(ctx, a)
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// begin records the intent. A held repair is not to be made now; then the item says why.
// The error is that no durable place took the intent.
func (b *batch) begin(ctx context.Context, e *ledger.Entry) (item ledger.Item, held *hold, err error) {
	item = ledger.Item{Key: e.Key}
	for range tries {
		if h := b.hold(item, *e); h != nil {
			return item, h, nil
		}
		*e = e.Numbered(strconv.FormatInt(e.At.UnixNano(), 36) + "-" + strconv.FormatInt(item.Version, 36))
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

// finish records the outcome, and has the report told.
func (b *batch) finish(ctx context.Context, w target.Work, item ledger.Item, e ledger.Entry) Result {
	ctx, cancel := b.recording(ctx)
	defer cancel()
	seen := b.seen(w, e, e.Attempt.Outcome)
	if seen.Outcome == finding.Done {
		seen.Ended = e.Attempt.Ended
	}
	err := b.updateFrom(ctx, item, func(i ledger.Item) (ledger.Item, bool) {
		item = i.Apply(e)
		return item, true
	})
	if err == nil {
		b.owes(item)
		seen.Missed = item.Missed(e)
		return Result{Seen: []Seen{seen}}
	}
	result := Result{Seen: []Seen{seen}}
	if lost := b.journal(ctx, e); lost != nil {
		result = result.and(again(late, fmt.Errorf("recording what was done to %s: %w", w.Target, errors.Join(err, lost))))
	}
	return result
}

// unrepaired says what becomes of a target whose repair did not succeed.
func (b *batch) unrepaired(ctx context.Context, w target.Work, e ledger.Entry, err error) Result {
	if errclass.Temporary(err) {
		return again(soon, err)
	}
	// People were told, and must act. Looking again is cheap, and finds out that they did.
	return b.lookAgain(ctx, w, e, openLook).and(Result{Err: err})
}
