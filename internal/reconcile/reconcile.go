// Package reconcile is Ringfence in one idea. Read it first:
//
//	CloudTrail event ─┐
//	second look ──────┤            ┌── pure ────────────┐
//	page of a walk ───┼→ Target ──→ observe → plan ─────→ apply ─→ record ─→ report
//	                  │  + Cause    (Source)  (Decision)  (Remedy)  (Ledger)  (Outbox)
//
// [Reconciler.Batch] is the only entry point. It acts on the current state of a target, never on
// what an event says: an event only hints that something may have changed. So
// duplicates, reordering and replays are harmless, and Ringfence's own writes come back as
// targets that are inside. What events say is evidence for the report.
//
// The required policy is part of a principal's state: it is looked at and repaired first, once
// per batch. Only a principal without any boundary does not wait for that: any boundary is
// better than none.
//
// Nothing that was done stays unreported, whenever the process ends. The intent is in the
// ledger before the write, the outcome after it. The report function only gets the keys of the
// items to look up. A message is done when its outcome is recorded, and otherwise comes back
// within seconds: see [Result].
//
// Targets are reconciled concurrently. The failure, panic or slowness of one does not affect
// another.
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

// Source reads the current state of a target. Its errors have a class (see package errclass):
// for what does not exist it returns errclass.Gone, never an empty answer.
type Source interface {
	Principal(context.Context, principal.Ref) (principal.Snapshot, error)
	// Policy returns a managed policy with its default version and the document of that.
	Policy(ctx context.Context, arn string) (principal.PolicyState, error)
	// Versions returns a managed policy with all versions and their documents.
	Versions(ctx context.Context, arn string) (principal.PolicyState, error)
	// Page returns some of the users and roles of an account, and the marker of the next page.
	Page(ctx context.Context, account, marker string) (page []principal.Snapshot, next string, err error)
	// Carriers returns some of the principals that carry a policy as their boundary, and the
	// marker of the next page.
	Carriers(ctx context.Context, account, policyARN, marker string) (page []principal.Ref, next string, err error)
	// Members returns some of the users of an account's group, and the marker of the next page.
	Members(ctx context.Context, account, group, marker string) (page []principal.Ref, next string, err error)
}

// Remedy carries actions out. Doing one twice has the same result as doing it once. If the
// boundary to attach does not exist, the error is [plan.ErrNoBoundary].
type Remedy interface {
	Do(context.Context, plan.Action) (finding.Outcome, error)
}

// Ledger stores items. Save writes an item if the stored one still has its version; otherwise
// it returns a [ledger.Conflict] with the stored one.
type Ledger interface {
	Load(ctx context.Context, key string) (ledger.Item, error)
	Save(context.Context, ledger.Item) error
}

// Outbox sends durable messages.
type Outbox interface {
	// Report asks the report function to look up the items with these keys.
	Report(ctx context.Context, keys ...string) error
	// Journal sends an entry that could not be written to the ledger, or a finding about a
	// call, to the report function, which applies and reports it.
	Journal(context.Context, ledger.Entry) error
	// Schedule schedules work after a delay.
	Schedule(context.Context, target.Work, time.Duration) error
}

// Reconciler reconciles targets. All fields but Accounts and Control are required.
type Reconciler struct {
	Config    *config.Config
	Documents *exposure.Documents
	Source    Source
	Remedy    Remedy
	Ledger    Ledger
	Outbox    Outbox
	// Accounts says what AWS Organizations says of accounts; nil if Ringfence is deployed for one account.
	Accounts Accounts
	// Control describes the parts of Ringfence itself.
	Control tamper.Parts
	// Now is the clock. A replay uses the time of the log.
	Now func() time.Time
	// PropagationDelay is how long after a call IAM may still return the state before it.
	// https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency
	PropagationDelay time.Duration
	// Concurrency is how many targets are reconciled at a time.
	Concurrency int
}

// one reconciles one target of a batch. A panic fails only this target.
func (b *batch) one(ctx context.Context, w target.Work) (result Result) {
	defer func() {
		if p := recover(); p != nil {
			result = retry(soon, fmt.Errorf("reconciling %s: panic: %v\n%s", w.Target, p, debug.Stack()))
		}
	}()
	if err := b.known(w.Target); err != nil {
		return retry(late, err)
	}
	switch w.Target.Kind {
	case target.Principal:
		return b.principal(ctx, w)
	case target.Policy:
		return b.policy(ctx, w)
	case target.Walk:
		return b.walk(ctx, w)
	case target.Sweep:
		return b.note(ctx, w, b.entry(w, ledger.TargetKey(w.Target), "", "", plan.Sweep(w.Target.Held, w.Target.Unreachable)))
	case target.Closed:
		return b.closed(ctx, w)
	case target.Control, target.PermissionSet, target.Withheld:
		return b.callFinding(ctx, w)
	}
	return parked(fmt.Errorf("%q is not a kind of target", w.Target.Kind))
}
