// Package sweep looks at a whole account, page by page, whether or not an event said anything.
// It judges with package assess, which is the core itself, and writes nothing: what it finds
// outside it hands to the function enforce, the only one that repairs and records.
//
//	start → read a page, judge it ─┬→ … → boundary policies → open findings → decide → own parts → done
//	                               └ no time left: the state goes on as a message
//
// A sweep is its [State], and that is in its message. A message that is delivered twice, or
// whose process ended, does its part again and comes to the same next state: nobody is passed
// over. What was handed on twice is reconciled twice, and found inside the second time.
//
// A mistake in the configuration looks like an account that was let out. So what would be written
// is only gathered while pages are read. Where that is more than [plan.WriteLimit], nothing of it
// is handed on, and people are told. What is only to be told is handed on as such: nothing is
// written on account of it, whatever becomes of the sweep.
package sweep

import (
	"context"
	"time"

	"github.com/ringfence/ringfence/internal/assess"
	"github.com/ringfence/ringfence/internal/ledger"
	"github.com/ringfence/ringfence/internal/target"
)

// Ledger is what enforce remembers.
type Ledger interface {
	Load(ctx context.Context, key string) (ledger.Item, error)
	// Open is some of the items with a finding that stands, how many of these could not be read,
	// and the marker of the next page.
	Open(ctx context.Context, marker string) (page []ledger.Item, unread int, next string, err error)
}

// Outbox hands work on to enforce, durably.
type Outbox interface {
	Schedule(context.Context, target.Work, time.Duration) error
}

// Sweeper is the wiring. All fields but Override and Parts are required.
type Sweeper struct {
	Assessor *assess.Assessor
	Ledger   Ledger
	Outbox   Outbox
	// Parts is nil where nobody says what stack the function is of.
	Parts Parts
	Now   func() time.Time
	// Reserve is the time of an invocation that must be left for another page to be begun: as
	// long as the slowest one takes.
	Reserve time.Duration
	// Override is until when there is no limit to what a sweep may have written.
	Override time.Time
}

const (
	// settle is how long the event of a call may be under way. What is handed on is looked at
	// after it, and what would be written is counted after it: the event may have had it
	// repaired by then.
	settle = 2 * time.Minute
	// pause is how long a sweep waits before it looks again at what could not be judged.
	pause = 30 * time.Second
	// patience is how often a page is looked at again of which somebody cannot be judged. One
	// principal must not keep the others from being looked at.
	patience = 4
	// oldest is the age at which a sweep is given up: others began since.
	oldest = 6 * time.Hour
)

// Step does as much of a sweep as there is time for. It returns the state to go on with, and
// after how long. The error is why it waits; where that is for no time, nothing was done, and the
// message is to come back.
func (s *Sweeper) Step(ctx context.Context, st State) (next State, after time.Duration, err error) {
	if st = st.begun(s.Now()); s.Now().Sub(st.Started) > oldest {
		return st.at(Abandoned), 0, nil
	}
	end, limited := ctx.Deadline()
	for first := true; !st.Over() && (first || !limited || time.Until(end) > s.Reserve); first = false {
		next, after, err := s.one(ctx, st)
		switch {
		case after > 0:
			return next, after, err
		case err != nil && first:
			return st, 0, err
		case err != nil:
			return st, pause, err // what is done is not done again
		}
		st = next
	}
	return st, 0, nil
}

// one does the least there is to do in a state. Where it is to wait, the next state holds all
// the same, and the error is why.
func (s *Sweeper) one(ctx context.Context, st State) (next State, after time.Duration, err error) {
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

// hand has enforce look at a target: it decides, writes and records.
func (s *Sweeper) hand(ctx context.Context, st State, t target.Target, after time.Duration) error {
	return s.Outbox.Schedule(ctx, st.work(t), after)
}

// tell has enforce look at a target, and write nothing but to its ledger.
func (s *Sweeper) tell(ctx context.Context, st State, t target.Target) error {
	w := st.work(t)
	w.ReportOnly = true
	return s.Outbox.Schedule(ctx, w, settle)
}

// work is a look that the sweep asks for.
func (st State) work(t target.Target) target.Work {
	cause := target.Cause{Kind: target.Swept}
	cause.Event.ID = st.Name()
	return target.Work{Target: t, Causes: []target.Cause{cause}}
}
