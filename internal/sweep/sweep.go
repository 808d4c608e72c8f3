// Package sweep looks at a whole account, page by page, whether or not there was an event. It
// evaluates with package assess, which uses the core itself, and writes nothing: what it finds
// outside it hands over to the enforce function, the only one that repairs and records.
//
//	start → read a page, evaluate it ─┬→ … → boundary policies → open findings → decide → own parts → done
//	                                  └ no time left: the state goes on as a message
//
// In an organization, the first sweep only lists the accounts and starts one sweep for each, so that no account waits
// for another. An account that cannot be entered is reported.
//
// A sweep is its [State], and the state is in its message. If a message is delivered twice, or
// its process ends, its step is repeated with the same next state, and no principal is skipped.
// A target handed over twice is inside at the second look.
//
// A mistake in the configuration looks like an account whose boundaries were removed. So
// targets to be written are only collected while pages are read. If there are more than
// [plan.WriteLimit], none is handed over, and that is reported. Targets to be reported only are
// handed over as such: nothing is written because of them, whatever happens to the sweep.
package sweep

import (
	"context"
	"slices"
	"time"

	"github.com/ringfence/ringfence/internal/assess"
	"github.com/ringfence/ringfence/internal/errclass"
	"github.com/ringfence/ringfence/internal/ledger"
	"github.com/ringfence/ringfence/internal/principal"
	"github.com/ringfence/ringfence/internal/target"
)

// Ledger reads what enforce remembers.
type Ledger interface {
	Load(ctx context.Context, key string) (ledger.Item, error)
	// Open returns some of the items with an open finding, the number of unreadable ones, and
	// the marker of the next page.
	Open(ctx context.Context, marker string) (page []ledger.Item, unread int, next string, err error)
}

// Outbox hands work over to enforce, durably.
type Outbox interface {
	Schedule(context.Context, target.Work, time.Duration) error
}

// Organization lists accounts, and starts the sweep of each.
type Organization interface {
	// Accounts returns some of the accounts that are in use, and the marker of the next page.
	Accounts(ctx context.Context, marker string) (page []principal.Account, next string, err error)
	// Keep stores what is known of an account, as of a time.
	Keep(ctx context.Context, a principal.Account, at time.Time) error
	// Kept returns some of the stored accounts, with the times at which they were last kept, and the marker of the next page.
	Kept(ctx context.Context, marker string) (page []ledger.Account, next string, err error)
	// Closed reports whether an account is closed, suspended, or not in the organization any more. One that was kept since
	// a time is not. An error is no answer.
	Closed(ctx context.Context, account string, since time.Time) (bool, error)
	// Forget removes a stored account.
	Forget(context.Context, ledger.Account) error
	// Start starts a sweep of one account, durably.
	Start(context.Context, State) error
}

// Sweeper runs sweeps. All fields but Override, Parts, Organization and Excluded are required.
type Sweeper struct {
	Assessor *assess.Assessor
	Ledger   Ledger
	Outbox   Outbox
	// Parts is nil if the stack of the function is unknown.
	Parts Parts
	// Organization is nil if Ringfence is deployed for one account. Otherwise Partition and Account are where this
	// function runs.
	Organization       Organization
	Partition, Account string
	// Excluded are accounts of the organization that are not swept.
	Excluded []string
	Now      func() time.Time
	// Reserve is the time that must be left of an invocation to start another page: the time of
	// the slowest one.
	Reserve time.Duration
	// Override is until when there is no limit on the writes of a sweep.
	Override time.Time
}

const (
	// eventDelay is how long the event of a call may take to arrive. Targets are looked at
	// after that time, and those to be written are counted after it: the event may have caused
	// the repair by then.
	eventDelay = 2 * time.Minute
	// pause is the delay before another try to evaluate.
	pause = 30 * time.Second
	// maxTries limits the tries of a page with a principal that cannot be evaluated. One
	// principal must not block the others.
	maxTries = 4
	// maxAge is the age at which a sweep is abandoned: newer ones have started.
	maxAge = 6 * time.Hour
)

// Step does as much of a sweep as there is time for. It returns the next state, and the delay
// before it. err says why it waits; if the delay is zero, nothing was done, and the message
// must come back.
func (s *Sweeper) Step(ctx context.Context, st State) (next State, after time.Duration, err error) {
	if st.Started.IsZero() && st.Account == "" && s.Organization != nil {
		st = st.inPhase(Listing)
	}
	if slices.Contains(s.Excluded, st.Account) { // enforce starts sweeps too, and does not know
		return st.inPhase(Done), 0, nil
	}
	if st = st.started(s.Now()); s.Now().Sub(st.Started) > maxAge {
		return st.inPhase(Abandoned), 0, nil
	}
	end, limited := ctx.Deadline()
	for first := true; !st.Finished() && (first || !limited || time.Until(end) > s.Reserve); first = false {
		next, after, err := s.one(ctx, st)
		switch {
		case after > 0:
			return next, after, err
		case err != nil && first:
			return st, 0, err
		case err != nil:
			return st, pause, err // finished steps are not repeated
		}
		st = next
	}
	return st, 0, nil
}

// one does the smallest step of a state. If it must wait, the next state is valid as well, and
// err says why.
func (s *Sweeper) one(ctx context.Context, st State) (next State, after time.Duration, err error) {
	switch st.Phase {
	case Listing:
		next, err = s.list(ctx, st)
		return next, 0, err
	case Forgetting:
		next, err = s.forget(ctx, st)
		return next, 0, err
	}
	switch s, err = s.in(ctx, st); {
	case errclass.ClassOf(err) == errclass.Gone: // it has left the organization since the sweep was started
		return st.inPhase(Done), 0, nil
	case err != nil:
		return st, 0, err
	}
	switch st.Phase {
	case Policies:
		return s.policies(ctx, st)
	case Findings:
		return s.findings(ctx, st)
	case Deciding:
		next, err = s.decide(ctx, st)
		return next, 0, err
	case OwnParts:
		return s.parts(ctx, st)
	}
	return s.page(ctx, st)
}

// overridden reports whether there is no limit now.
func (s *Sweeper) overridden() bool { return s.Now().Before(s.Override) }

// handOver has enforce look at a target: it decides, writes and records.
func (s *Sweeper) handOver(ctx context.Context, st State, t target.Target, after time.Duration) error {
	return s.Outbox.Schedule(ctx, st.work(t), after)
}

// reportOnly has enforce look at a target without writing to IAM.
func (s *Sweeper) reportOnly(ctx context.Context, st State, t target.Target) error {
	w := st.work(t)
	w.ReportOnly = true
	return s.Outbox.Schedule(ctx, w, eventDelay)
}

// work returns the work on a target of the sweep.
func (st State) work(t target.Target) target.Work {
	cause := target.Cause{Kind: target.Swept}
	cause.Event.ID = st.Name()
	return target.Work{Target: t, Causes: []target.Cause{cause}}
}
