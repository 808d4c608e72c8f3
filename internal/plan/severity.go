package plan

import (
	"github.com/ringfence/ringfence/internal/exposure"
	"github.com/ringfence/ringfence/internal/finding"
)

// Severity tells how bad a decision is. What is not known counts as if it were bad: a
// principal outside its boundary whose policies could not be read may do anything.
func Severity(d Decision, e exposure.Escape, contested bool) finding.Severity {
	s := severity(d, e)
	if d.Kept != nil {
		s = keptSeverity(d, s)
	}
	if contested {
		s = raise(s)
	}
	return s
}

func severity(d Decision, e exposure.Escape) finding.Severity {
	switch d.Drift {
	case finding.None:
		return finding.Info
	case finding.ControlTampered:
		if d.Touch != nil && (d.Touch.Unsure || d.Touch.Found) { // which part it was is not told
			return finding.High
		}
		return finding.Critical
	case finding.SweepHeld:
		return finding.Critical
	case finding.Withheld:
		return finding.High
	case finding.Moved:
		switch {
		case d.MovedOut != nil && !d.MovedOut.Certain && !d.MovedOut.Swapped:
			return finding.Low
		case e.Witness == nil: // it still carries the boundary, or has nothing to escape with
			return finding.Medium
		}
	case finding.ExemptChanged:
		if d.OutOfScope != nil {
			return finding.High // no boundary is there to say how far it may go
		}
	case finding.PolicyChanged:
		if d.Meaning.Relation.AllowsNoMore() {
			return finding.Medium
		}
		return policySeverity(d.Meaning)
	case finding.Widened, finding.Altered:
		return policySeverity(d.Meaning)
	}
	switch {
	case e.Raises:
		return finding.Critical
	case e.Witness != nil, !e.Known:
		return finding.High
	case d.Meaning.DeniesLess():
		// What the explicit denial kept back, a policy of the resource may have granted. Those
		// are not read: an escape that could not be ruled out.
		return finding.High
	case d.Meaning.Relation.AllowsNoMore():
		return finding.Low
	}
	return finding.Medium
}

// policySeverity is that of a boundary policy which does not mean what was approved:
// all that it caps are let out, or cut off.
func policySeverity(m exposure.Meaning) finding.Severity {
	switch {
	case m.Gains != nil:
		return finding.Critical
	case m.Within(): // it allows less
		return finding.Low
	}
	return finding.High
}

// raise is the next worse severity.
func raise(s finding.Severity) finding.Severity {
	switch s {
	case finding.High:
		return finding.Critical
	case finding.Medium:
		return finding.High
	case finding.Low:
		return finding.Medium
	case finding.Info:
		return finding.Low
	}
	return s
}
