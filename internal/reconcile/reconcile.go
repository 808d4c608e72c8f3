// Package reconcile is Ringfence in one idea. Read it first:
//
//	CloudTrail event ─┐
//	second look ──────┤            ┌── pure ────────────┐
//	page of a walk ───┼→ Target ──→ observe → plan ─────→ apply ─→ record ─→ tell
//	                  │  + Cause    (Source)  (Decision)  (Remedy)  (Ledger)  (Outbox)
//
// [Reconciler.Reconcile] is the only door. It acts on what a target is now, and never on
// what an event says of it: an event is a hint that something may have changed. So
// duplicates, reordering and replays are harmless, and Ringfence's own writes come back as
// a target that is inside. What the events say is evidence, and is told.
//
// The required policy is part of what a principal is in: it is looked at first, once a
// batch, and put right. Only where a principal has no boundary at all does nothing wait
// for that: any boundary is less than none.
//
// Everything that is done is reported, whatever ends the process. The intent is in the ledger before
// the write, the outcome after it; the report is a function of its own, told only which
// target to look up. A message is done when its outcome is recorded, and comes
// back within seconds otherwise: see [Result].
//
// Targets are reconciled side by side. The failure, panic or slowness of one never
// touches another.
package reconcile

import (
	"context"
	"fmt"
	"runtime/debug"
	"time"

	"github.com/ringfence/ringfence/internal/config"
	"github.com/ringfence/ringfence/internal/exposure"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/ledger"
	"github.com/ringfence/ringfence/internal/plan"
	"github.com/ringfence/ringfence/internal/principal"
	"github.com/ringfence/ringfence/internal/tamper"
	"github.com/ringfence/ringfence/internal/target"
)

// Source reads what a target is now. Its errors have a class (see package errclass): what
// IAM does not know is errclass.Gone, and never an empty answer.
type Source interface {
	Principal(context.Context, principal.Ref) (principal.Snapshot, error)
	// Policy is a managed policy with its default version and that one's document.
	Policy(ctx context.Context, arn string) (principal.PolicyState, error)
	// Versions is a managed policy with all its versions and their documents.
	Versions(ctx context.Context, arn string) (principal.PolicyState, error)
	// Page is some of the users and roles of an account, and the marker of the next page.
	Page(ctx context.Context, account, marker string) (page []principal.Snapshot, next string, err error)
	// Carriers is some of the principals that carry a policy as their boundary, and the marker
	// of the next page.
	Carriers(ctx context.Context, account, policyARN, marker string) (page []principal.Ref, next string, err error)
	// Members is some of the users of a group, and the marker of the next page.
	Members(ctx context.Context, group, marker string) (page []principal.Ref, next string, err error)
}

// Remedy carries actions out. Doing one twice is the same as doing it once. Where the
// boundary to put on does not exist, the error is [plan.ErrNoBoundary].
type Remedy interface {
	Do(context.Context, plan.Action) (finding.Outcome, error)
}

// Ledger remembers. Save writes an item if the stored one still has its version, and
// returns a [ledger.Conflict] with the stored one otherwise.
type Ledger interface {
	Load(ctx context.Context, key string) (ledger.Item, error)
	Save(context.Context, ledger.Item) error
}

// Outbox hands on what must follow, durably.
type Outbox interface {
	// Tell has the report look up the items of these keys.
	Tell(ctx context.Context, keys ...string) error
	// Journal keeps an entry, and has it applied and told: what the ledger could not take, and
	// what a call was.
	Journal(context.Context, ledger.Entry) error
	// Later has work done after a delay.
	Later(context.Context, target.Work, time.Duration) error
}

// Reconciler is the wiring. All fields but Control are required.
type Reconciler struct {
	Config    *config.Config
	Documents *exposure.Documents
	Source    Source
	Remedy    Remedy
	Ledger    Ledger
	Outbox    Outbox
	// Control is what Ringfence itself consists of.
	Control tamper.Own
	// Now is the clock. A replay gives the log's own.
	Now func() time.Time
	// Settle is how long after a call IAM may still give the state before it.
	// https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency
	Settle time.Duration
	// AtOnce is how many targets are reconciled at a time.
	AtOnce int
}

// one reconciles one target of a batch. A panic is a failure of this target alone.
func (b *batch) one(ctx context.Context, w target.Work) (result Result) {
	defer func() {
		if p := recover(); p != nil {
			result = again(soon, fmt.Errorf("reconciling %s: panic: %v\n%s", w.Target, p, debug.Stack()))
		}
	}()
	switch w.Target.Kind {
	case target.Principal:
		return b.principal(ctx, w)
	case target.Policy:
		return b.policy(ctx, w)
	case target.Walk:
		return b.walk(ctx, w)
	case target.Sweep:
		return b.note(ctx, w, b.entry(w, ledger.TargetKey(w.Target), "", "", plan.Sweep(w.Target.Held)))
	case target.Control, target.PermissionSet, target.Withheld:
		return b.call(ctx, w)
	}
	return parked(fmt.Errorf("%q is no kind of target", w.Target.Kind))
}
