package ledger

import (
	"time"

	"github.com/ringfence/ringfence/internal/errclass"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/plan"
	"github.com/ringfence/ringfence/internal/target"
)

// Entry is something that was seen, started or done. It is self-contained: it can be applied to
// a new item, so it can wait in a queue while the ledger is unavailable.
type Entry struct {
	Key       string      `json:"key"`
	Kind      target.Kind `json:"kind"`
	Partition string      `json:"partition"`
	Account   string      `json:"account"`
	ARN       string      `json:"arn"`
	ID        string      `json:"id,omitempty"`
	// Created is when IAM created the principal. An earlier principal of the same name is
	// another one.
	Created time.Time `json:"made,omitzero"`

	At time.Time `json:"at"`
	// Trigger is the cause to name in the finding.
	Trigger target.Cause `json:"light"`
	// Evidence are the records that say what happened to a boundary.
	Evidence []Evidence    `json:"evidence,omitempty"`
	Decision plan.Decision `json:"decision"`
	// Attempt is a write that is about to be made, or was made.
	Attempt *Attempt `json:"attempt,omitempty"`
	// Deferred is set if a repair is held back.
	Deferred bool `json:"deferred,omitempty"`
	// Gone is set if the target no longer exists.
	Gone bool `json:"gone,omitempty"`
	// Closed is set if it is gone with its account.
	Closed bool `json:"closed,omitempty"`
	// CallFinding is set if the finding is about a call, not about a state; see [Record].
	CallFinding bool `json:"once,omitempty"`
}

// WithAttempt returns the entry with a write that is about to be made, or was made.
func (e Entry) WithAttempt(a Attempt) Entry {
	a.Grants = e.Decision.RepairGrants()
	e.Attempt = &a
	return e
}

// WithAttemptID returns the entry with an id for its attempt.
func (e Entry) WithAttemptID(id string) Entry {
	a := *e.Attempt
	a.ID = id
	return e.WithAttempt(a)
}

// WithOutcome returns the entry with the outcome of its attempt, at the time when AWS answered
// or Ringfence gave up.
func (e Entry) WithOutcome(at time.Time, o finding.Outcome, err error) Entry {
	a := *e.Attempt
	a.Ended, a.Outcome = at, o
	if err != nil {
		a.Code, a.Unblock, a.Error = errclass.CodeOf(err), errclass.UnblockOf(err), err.Error()
	}
	e.At = at
	return e.WithAttempt(a)
}

// AsDeferred returns the entry of a repair that is held back.
func (e Entry) AsDeferred() Entry {
	e.Attempt, e.Deferred = nil, true
	return e
}

// AsGone returns the entry of a target that no longer exists, since a time.
func (e Entry) AsGone(at time.Time) Entry {
	e.Gone, e.At = true, at
	return e
}

// AsClosed returns the entry of a target whose account is closed, as was found at a time.
func (e Entry) AsClosed(at time.Time) Entry {
	e = e.AsGone(at)
	e.Closed = true
	return e
}

// WithCreated returns the entry with the time when its principal was created.
func (e Entry) WithCreated(made time.Time) Entry {
	e.Created = made
	return e
}

// WithEvidence returns the entry with the records that say what happened to a boundary.
func (e Entry) WithEvidence(evidence []Evidence) Entry {
	e.Evidence = evidence
	return e
}

// WithDecision returns the entry with another decision.
func (e Entry) WithDecision(d plan.Decision) Entry {
	e.Decision = d
	return e
}

// ForCall returns the entry of a finding about a call; see [Record]. Each such finding has its
// own item: a flood of calls would fill the target's item, and its writers would block each
// other.
func (e Entry) ForCall(c target.Cause) Entry {
	e.Key = key(e.Key, c.Event.ID)
	e.Trigger, e.Evidence, e.CallFinding = c, nil, true
	return e
}

// Evidence is a record that says what happened to a boundary.
type Evidence struct {
	target.Cause
	// Opens is set if the target was outside after the call; Decision is then what would have
	// been decided right after it. If unset, the call put the target inside.
	Opens bool `json:"opens,omitempty"`
	// Unsure is set if it is not known what the boundary policy meant at the time of the call.
	Unsure   bool          `json:"unsure,omitempty"`
	Decision plan.Decision `json:"decision,omitzero"`
}
