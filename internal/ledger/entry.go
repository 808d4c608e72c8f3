package ledger

import (
	"time"

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
