package target

import (
	"time"

	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/principal"
	"github.com/ringfence/ringfence/internal/tamper"
)

// Why is the sort of a cause.
type Why string

// The sorts of causes.
const (
	// Event is a CloudTrail record.
	Event Why = "event"
	// SecondLook is a look after a repair, or at a finding that is still open.
	SecondLook Why = "second-look"
	// Walked is a walk over many principals, which something else began.
	Walked Why = "walk"
	// Required is a principal that requires the policy which is looked at.
	Required Why = "required"
	// Swept is a look that nothing brought about: an audit, a sweep, or AWS Config.
	Swept Why = "sweep"
)

// Cause is why a target is looked at. It is evidence: it decides nothing.
type Cause struct {
	Why Why `json:"why"`
	// Event and Actor are the record, or the one that began it all; zero where there is none.
	Event finding.Event `json:"event,omitzero"`
	Actor finding.Actor `json:"actor,omitzero"`
	// Finding is the one that a second look is about.
	Finding string `json:"finding,omitempty"`

	// ID is the unique id of the principal, where the record gives it.
	ID string `json:"id,omitempty"`
	// Moved is what the call changed of a principal's name, path or tags.
	Moved principal.Move `json:"moved,omitzero"`
	// Made is what the call made a principal with; nil for every other call.
	Made *principal.Made `json:"made,omitempty"`
	// Boundary is what the call left a principal with: the ARN of a boundary, or empty for
	// none; nil where the record says nothing of boundaries.
	Boundary *string `json:"boundary,omitempty"`
	// Document and Version are what the call put in force in a policy: a document, or the
	// id of a version.
	Document []byte `json:"document,omitempty"`
	Version  string `json:"version,omitempty"`
	// Deleted is set where the call deleted the target.
	Deleted bool `json:"deleted,omitempty"`
	// Touch is what the call did to a part of Ringfence itself.
	Touch *tamper.Touch `json:"touch,omitempty"`
}

// At is when the call was made, to the second; zero for a cause without a record.
func (c Cause) At() time.Time {
	if c.Why != Event {
		return time.Time{}
	}
	return c.Event.Time
}

// Evidence reports whether the record itself says something of what became of a boundary.
func (c Cause) Evidence() bool {
	return c.Why == Event && (c.Boundary != nil || c.Document != nil || c.Version != "" || c.Deleted)
}

// Work is a target and why it is looked at. Several causes are in the order of their time.
type Work struct {
	Target Target  `json:"target"`
	Causes []Cause `json:"causes"`
	// Told is set where the target is only to be told of: nothing is written on account of it,
	// not even to the policy that it requires.
	Told bool `json:"told,omitempty"`
}

func (c Cause) because(w Why) Cause {
	return Cause{Why: w, Event: c.Event, Actor: c.Actor, Finding: c.Finding}
}

// Walking are the causes of a walk that others began: the first one is enough to name them.
func Walking(causes []Cause) []Cause {
	if len(causes) == 0 {
		return nil
	}
	return []Cause{causes[0].because(Walked)}
}

// Light is the cause to name for what comes to light. What the first look was about is no
// call that anybody made now.
func (w Work) Light() Cause {
	switch {
	case len(w.Causes) == 0:
		return Cause{}
	case w.Causes[0].Why == SecondLook:
		return Cause{Why: SecondLook, Finding: w.Causes[0].Finding}
	}
	return w.Causes[0]
}

// On is the work on a principal as it was read.
func (w Work) On(s principal.Snapshot) Work {
	w.Target = w.Target.named(s.Ref)
	return w
}
