package plan

import (
	"time"

	"github.com/ringfence/ringfence/internal/config"
	"github.com/ringfence/ringfence/internal/exposure"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/policy/compare"
	"github.com/ringfence/ringfence/internal/principal"
)

// Kept is why a boundary is left on that is not the required one: another rule asks for it,
// or accepts it, or the principal may have been under no rule before.
type Kept struct {
	// Rule and Required are that other rule, and the boundary that it asks for; empty where
	// there is none.
	Rule     string `json:"rule,omitempty"`
	Required string `json:"required,omitempty"`
	// Since is when it began to be waited for a record that shows a move, without which the
	// required boundary is put on; zero where nothing is waited for.
	Since time.Time `json:"since,omitzero"`
}

// Waiting reports whether the required boundary is put on soon, unless such a record comes. It
// is false where none is left on.
func (k *Kept) Waiting() bool { return k != nil && !k.Since.IsZero() }

// GivesUp reports whether the decision puts a boundary on that lets something through, or may
// do so, that the one in its place does not. One that allows more is taken off all the same:
// the explicit denials that go with it matter less, and are told.
func (d Decision) GivesUp() bool {
	switch d.Meaning.Relation {
	case compare.Narrower, compare.Incomparable, compare.Unproven:
		return d.Action() == finding.Reattach
	case compare.Equal:
		return d.Action() == finding.Reattach && (d.Meaning.Lifts != nil || d.Meaning.MayLift)
	}
	return false
}

// Fits reports whether what a principal carries is what a requirement asks for, or accepts,
// or the quarantine that it asks for.
func Fits(other config.Requirement, s principal.Snapshot, m exposure.Meaning) bool {
	return s.Boundary == other.Boundary.ARN || accepted(other.Accept, m) || quarantined(other, s)
}

// keptSeverity is what a boundary that was left on is at least: what the required one would
// have given up is what somebody may have been after.
func keptSeverity(d Decision, s finding.Severity) finding.Severity {
	least := finding.Medium
	if d.Meaning.Relation == compare.Unproven || exposure.Raises(d.Meaning.Loses) || exposure.Raises(d.Meaning.Lifts) {
		least = finding.High
	}
	if s == finding.Critical || s == finding.High {
		return s
	}
	return least
}
