package target

import (
	"time"

	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/principal"
	"github.com/ringfence/ringfence/internal/tamper"
)

// CauseKind is the kind of a cause.
type CauseKind string

// The kinds of causes.
const (
	// Event is a CloudTrail record.
	Event CauseKind = "event"
	// SecondLook is a look after a repair, or at a finding that is still open.
	SecondLook CauseKind = "second-look"
	// Walked is a walk over many principals that something else started.
	Walked CauseKind = "walk"
	// Required is a principal that requires the policy being looked at.
	Required CauseKind = "required"
	// Swept is a look without any trigger: an audit, a sweep, or AWS Config.
	Swept CauseKind = "sweep"
)

// Cause is why a target is looked at. It is evidence for the report and decides nothing.
type Cause struct {
	Kind CauseKind `json:"why"`
	// Event and Actor come from the record, or from the record that started the chain; zero
	// without one.
	Event finding.Event `json:"event,omitzero"`
	Actor finding.Actor `json:"actor,omitzero"`
	// Finding is the id of the finding that a second look is about.
	Finding string `json:"finding,omitempty"`

	// ID is the unique id of the principal, if the record has it.
	ID string `json:"id,omitempty"`
	// Moved is what the call changed of a principal's name, path or tags.
	Moved principal.Move `json:"moved,omitzero"`
	// Made is what the call created a principal with; nil for every other call.
	Made *principal.Made `json:"made,omitempty"`
	// Boundary is the boundary that the call left the principal with: its ARN, or empty for
	// none. It is nil if the record says nothing about boundaries.
	Boundary *string `json:"boundary,omitempty"`
	// Document or Version is what the call made the default of a policy: a document, or a
	// version id.
	Document []byte `json:"document,omitempty"`
	Version  string `json:"version,omitempty"`
	// Deleted reports whether the call deleted the target.
	Deleted bool `json:"deleted,omitempty"`
	// PartChange is what the call did to a part of Ringfence itself.
	PartChange *tamper.Change `json:"touch,omitempty"`
}

// At returns the time of the call, to the second; zero for a cause without a record.
func (c Cause) At() time.Time {
	if c.Kind != Event {
		return time.Time{}
	}
	return c.Event.Time
}

// Evidence reports whether the record itself says what happened to a boundary.
func (c Cause) Evidence() bool {
	return c.Kind == Event && (c.Boundary != nil || c.Document != nil || c.Version != "" || c.Deleted)
}

// Work is a target and the causes to look at it, oldest first.
type Work struct {
	Target Target  `json:"target"`
	Causes []Cause `json:"causes"`
	// ReportOnly forbids writes because of this target: it is only reported. Even the policy
	// that it requires is not written.
	ReportOnly bool `json:"told,omitempty"`
}

func (c Cause) withKind(w CauseKind) Cause {
	return Cause{Kind: w, Event: c.Event, Actor: c.Actor, Finding: c.Finding}
}

// WalkCauses returns the causes of a walk that others started. The first one is enough to name
// them.
func WalkCauses(causes []Cause) []Cause {
	if len(causes) == 0 {
		return nil
	}
	return []Cause{causes[0].withKind(Walked)}
}

// Trigger returns the cause to name in a finding. For a second look it leaves out the first
// call: that call was not made now.
func (w Work) Trigger() Cause {
	switch {
	case len(w.Causes) == 0:
		return Cause{}
	case w.Causes[0].Kind == SecondLook:
		return Cause{Kind: SecondLook, Finding: w.Causes[0].Finding}
	}
	return w.Causes[0]
}

// ForPrincipal returns the work on a principal under the name that was read.
func (w Work) ForPrincipal(s principal.Snapshot) Work {
	w.Target = w.Target.withRef(s.Ref)
	return w
}
