package ledger

import (
	"time"

	"github.com/ringfence/ringfence/internal/errclass"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/plan"
	"github.com/ringfence/ringfence/internal/target"
)

// Entry is something that was seen, begun or done. It has all that is needed to apply it
// to an item that knows nothing yet, so that it can wait in a queue while the ledger is
// out of reach.
type Entry struct {
	Key       string      `json:"key"`
	Kind      target.Kind `json:"kind"`
	Partition string      `json:"partition"`
	Account   string      `json:"account"`
	ARN       string      `json:"arn"`
	ID        string      `json:"id,omitempty"`
	// Made is when IAM made a principal: who had its name before is another.
	Made time.Time `json:"made,omitzero"`

	At time.Time `json:"at"`
	// Light is the cause to name for what was brought to light.
	Light target.Cause `json:"light"`
	// Evidence are the records that say what became of a boundary.
	Evidence []Evidence    `json:"evidence,omitempty"`
	Decision plan.Decision `json:"decision"`
	// Attempt is a write that is about to be made, or that was made.
	Attempt *Attempt `json:"attempt,omitempty"`
	// Deferred is set where a repair is held back.
	Deferred bool `json:"deferred,omitempty"`
	// Gone is set where the target does not exist any more.
	Gone bool `json:"gone,omitempty"`
	// Once is set for what a call was; see [Record].
	Once bool `json:"once,omitempty"`
}

// Tries is the entry of a write: about to be made, or made.
func (e Entry) Tries(a Attempt) Entry {
	a.Gives = e.Decision.GivesBack()
	e.Attempt = &a
	return e
}

// Numbered is the entry whose attempt has an id.
func (e Entry) Numbered(id string) Entry {
	a := *e.Attempt
	a.ID = id
	return e.Tries(a)
}

// Ends is the entry once AWS has answered, or not, at a time.
func (e Entry) Ends(at time.Time, o finding.Outcome, err error) Entry {
	a := *e.Attempt
	a.Ended, a.Outcome = at, o
	if err != nil {
		a.Code, a.Unblock, a.Error = errclass.CodeOf(err), errclass.UnblockOf(err), err.Error()
	}
	e.At = at
	return e.Tries(a)
}

// Defers is the entry of a repair that is held back.
func (e Entry) Defers() Entry {
	e.Attempt, e.Deferred = nil, true
	return e
}

// Vanishes is the entry of a target that does not exist any more, since a time.
func (e Entry) Vanishes(at time.Time) Entry {
	e.Gone, e.At = true, at
	return e
}

// Of is the entry of a principal that was made at a time.
func (e Entry) Of(made time.Time) Entry {
	e.Made = made
	return e
}

// Shows is the entry with the records that say what became of a boundary.
func (e Entry) Shows(evidence []Evidence) Entry {
	e.Evidence = evidence
	return e
}

// Decides is the entry with another decision.
func (e Entry) Decides(d plan.Decision) Entry {
	e.Decision = d
	return e
}

// Calls is the entry of what a call on the target was; see [Record]. Each has an item of its
// own: a flood of calls would fill that of the target, and writers would wait for one another.
func (e Entry) Calls(c target.Cause) Entry {
	e.Key = key(e.Key, c.Event.ID)
	e.Light, e.Evidence, e.Once = c, nil, true
	return e
}

// Evidence is a record that says what became of a boundary.
type Evidence struct {
	target.Cause
	// Opens is set where the target was outside after the call, and Decision then is what
	// would have been decided on it. Without it, the call put the target inside.
	Opens bool `json:"opens,omitempty"`
	// Unsure is set where what the boundary meant at the time of the call is not known.
	Unsure   bool          `json:"unsure,omitempty"`
	Decision plan.Decision `json:"decision,omitzero"`
}
