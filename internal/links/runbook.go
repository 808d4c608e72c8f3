package links

import "github.com/ringfence/ringfence/internal/finding"

// Runbook is the page of the manual that says what to do about a finding.
func Runbook(f finding.Finding) string {
	const page = Manual + "docs/operations.md#"
	switch {
	case f.Drift == finding.ControlTampered:
		return page + "control-tampered"
	case f.Drift == finding.SweepHeld:
		return page + "sweep-held"
	case f.Drift == finding.Unreachable:
		return page + "unreachable"
	case f.Status == finding.Open && f.Outcome == finding.Failed:
		return page + "repairs-failed"
	}
	return page + "findings"
}
