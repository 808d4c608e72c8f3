package verdict

import "github.com/ringfence/ringfence/internal/finding"

// Severity tells how bad a verdict is.
func Severity(v Verdict) finding.Severity {
	switch {
	case v.Drift == finding.None:
		return finding.Info
	case v.Meaning.Relation == Equal || v.Meaning.Relation == Narrower:
		return finding.Low
	}
	return finding.Medium
}
