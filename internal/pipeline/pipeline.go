// Package pipeline is Ringfence in one function. Read it first:
//
//	EventBridge JSON ─trail→ Change ─directory→ Snapshot ─verdict→ Verdict ─remedy→ Outcome ─notify→ Finding
//	                            │                  ▲                 ▲
//	                            └── principal ref ─┘   fence ────────┘
//
// An event is only a hint that something may have changed: everything after trail works
// from the live state. So duplicates, reordering and replays are harmless, and
// Ringfence's own writes come back as "already as it must be".
//
// The order is: act first, enrich after, report last. A failed enrichment or report
// never undoes or blocks the act.
package pipeline

import (
	"context"
	"time"

	"github.com/ringfence/ringfence/internal/control"
	"github.com/ringfence/ringfence/internal/fence"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/principal"
	"github.com/ringfence/ringfence/internal/trail"
	"github.com/ringfence/ringfence/internal/verdict"
)

// Directory reads the live state of IAM. Its errors have a class (see package fault):
// what IAM does not know is fault.Gone, and never an empty answer.
type Directory interface {
	Principal(context.Context, principal.Ref) (principal.Snapshot, error)
	// All visits every user and role of an account.
	All(ctx context.Context, account string, visit func(principal.Snapshot) error) error
	GroupMembers(context.Context, trail.Group) ([]principal.Ref, error)
	// Document is the default version of a managed policy, as JSON.
	Document(ctx context.Context, policyARN string) ([]byte, error)
	// Policy is a managed policy with its default version and that one's document.
	Policy(ctx context.Context, policyARN string) (principal.PolicyState, error)
	// Versions is a managed policy with all its versions and their documents.
	Versions(ctx context.Context, policyARN string) (principal.PolicyState, error)
	// BoundedBy names the principals that carry a policy as their boundary.
	BoundedBy(ctx context.Context, account, policyARN string) ([]principal.Ref, error)
	// AttachedTo names what a managed policy is attached to for its permissions.
	AttachedTo(ctx context.Context, policyARN string) ([]string, error)
	IdentityPolicies(context.Context, principal.Ref) ([]principal.IdentityPolicy, error)
}

// Remedy carries actions out. Doing one twice is the same as doing it once. Where the
// boundary to put on does not exist, the error is verdict.ErrNoBoundary.
type Remedy interface {
	Do(context.Context, verdict.Action) (finding.Outcome, error)
}

// Notifier publishes a finding.
type Notifier interface {
	Publish(context.Context, finding.Finding) error
}

// History tells what was done to a principal lately, late and incompletely.
type History interface {
	Calls(ctx context.Context, ref principal.Ref, since time.Time) ([]trail.Raw, error)
}

// Pipeline is the wiring. All fields but Propagation, History and
// Control are required.
type Pipeline struct {
	Fence     *fence.Fence
	Directory Directory
	Remedy    Remedy
	Notifier  Notifier
	History   History
	// Control is what Ringfence itself consists of.
	Control control.Own

	// Now is the time at which a change is handled. A replay gives the log's own.
	Now func(trail.Change) time.Time
	// Propagation is how long after an event IAM may still not know a principal that
	// the event is about; until then "no such entity" is tried again.
	// https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency
	Propagation time.Duration
	// Pause waits between two tries, and returns an error when the context ends first.
	Pause func(context.Context, time.Duration) error

	outbox    outbox
	documents verdict.Documents
}

// Handle runs one event, which is an EventBridge event or a bare CloudTrail record,
// through the diagram. Attempt counts the deliveries of this message, from 1.
//
// An error means that the message must be delivered again, or, when that does not help,
// that somebody must look at it; the report tells what was nevertheless found and done.
// No error is ever a verdict.
func (p *Pipeline) Handle(ctx context.Context, event []byte, attempt int) (Report, error) {
	change, err := trail.Parse(event)
	if err != nil {
		return Report{}, err
	}
	r := &run{Pipeline: p, change: change, now: p.Now(change), guarded: map[string]bool{}}
	tampered := r.tampered()
	switch why := ignored(change); {
	case why == "":
		r.lookAndAct(ctx)
	case !tampered:
		return Report{Change: change, Ignored: why}, nil
	}
	r.enrichAll(ctx)
	return r.report(ctx, attempt)
}

// ignored says why a change concerns nobody, in a few words for the log; it is empty
// for one that must be looked into. Nothing about the actor is asked here.
func ignored(c trail.Change) string {
	if c.Failed() {
		return "the call failed with " + c.ErrorCode
	}
	switch s := c.Subject.(type) {
	case trail.Unwatched:
		if c.SecondLook() {
			return "the finding tells of no repair"
		}
		return "the call can change no boundary"
	case trail.Control:
		return "the call is on no part of Ringfence"
	case trail.Principal:
		if s.Deleted {
			return "the principal was deleted"
		}
	}
	return ""
}
