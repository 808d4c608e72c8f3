package verdict

import (
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/policy/compare"
)

// Severity tells how bad a verdict is. What is not known counts as if it were bad: a
// principal outside its boundary whose policies could not be read may do anything.
func Severity(v Verdict, e Escape, contested bool) finding.Severity {
	s := severity(v, e)
	if contested {
		s = raise(s)
	}
	return s
}

func severity(v Verdict, e Escape) finding.Severity {
	switch v.Drift {
	case finding.None:
		return finding.Info
	case finding.ControlTampered:
		return finding.Critical
	case finding.Moved:
		switch {
		case v.Possible:
			return finding.Low
		case e.Witness == nil: // it still carries the boundary, or has nothing to escape with
			return finding.Medium
		}
	case finding.Widened, finding.Altered:
		return policySeverity(v.Meaning)
	}
	switch {
	case e.Raises:
		return finding.Critical
	case e.Witness != nil, !e.Known:
		return finding.High
	case v.Meaning.Relation == compare.Equal, v.Meaning.Relation == compare.Narrower:
		return finding.Low
	}
	return finding.Medium
}

// policySeverity is that of a boundary policy which does not mean what was approved:
// all that it caps are let out, or cut off.
func policySeverity(m Meaning) finding.Severity {
	switch {
	case m.Gains != nil:
		return finding.Critical
	case m.Relation == compare.Narrower:
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
