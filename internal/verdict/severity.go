package verdict

import (
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/policy/compare"
)

// Severity tells how bad a verdict is.
func Severity(v Verdict) finding.Severity {
	switch {
	case v.Drift == finding.None:
		return finding.Info
	case v.Meaning.Relation == compare.Equal || v.Meaning.Relation == compare.Narrower:
		return finding.Low
	}
	return finding.Medium
}
