package plan

import (
	"github.com/ringfence/ringfence/internal/exposure"
	"github.com/ringfence/ringfence/internal/finding"
)

// Severity returns the severity of a decision. The unknown counts as bad: a principal outside
// its boundary may be able to do anything if its policies could not be read.
func Severity(d Decision, e exposure.Escape, contested bool) finding.Severity {
	s := severity(d, e)
	if d.Kept != nil {
		s = keptSeverity(d, s)
	}
	if contested {
		s = nextWorse(s)
	}
	return s
}

func severity(d Decision, e exposure.Escape) finding.Severity {
	switch d.Drift {
	case finding.None:
		return finding.Info
	case finding.ControlTampered:
		if d.PartChange != nil && (d.PartChange.Unsure || d.PartChange.Found) { // the finding does not say which part was affected
			return finding.High
		}
		return finding.Critical
	case finding.SweepHeld:
		return finding.Critical
	case finding.Withheld, finding.Unreachable:
		return finding.High
	case finding.Moved:
		switch {
		case d.MovedOut != nil && !d.MovedOut.Certain && !d.MovedOut.Swapped:
			return finding.Low
		case e.Witness == nil: // it still carries the boundary, or its policies grant nothing beyond it
			return finding.Medium
		}
	case finding.ExemptChanged:
		if d.OutOfScope != nil {
			return finding.High // no boundary limits it
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
	case e.PrivilegeEscalation:
		return finding.Critical
	case e.Witness != nil, !e.Known:
		return finding.High
	case d.Meaning.DeniesLess():
		// A resource policy may grant what the explicit denial blocked. Ringfence does not read
		// resource policies, so it cannot rule out an escape.
		return finding.High
	case d.Meaning.Relation.AllowsNoMore():
		return finding.Low
	}
	return finding.Medium
}

// policySeverity returns the severity of a boundary policy that differs from the approved one:
// every principal that carries it is affected.
func policySeverity(m exposure.Meaning) finding.Severity {
	switch {
	case m.WiderWitness != nil:
		return finding.Critical
	case m.Within(): // it allows less
		return finding.Low
	}
	return finding.High
}

// nextWorse returns the next higher severity.
func nextWorse(s finding.Severity) finding.Severity {
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
