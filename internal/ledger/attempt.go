package ledger

import (
	"slices"
	"time"

	"github.com/ringfence/ringfence/internal/exposure"
	"github.com/ringfence/ringfence/internal/finding"
)

// hasAttempt reports whether an attempt is recorded.
func (i *Item) hasAttempt(id string) bool { return i.attempt(id) != nil }

// attempt returns the record of an attempt, or nil.
func (i *Item) attempt(id string) *Record {
	for n := len(i.Records) - 1; n >= 0; n-- {
		if slices.ContainsFunc(i.Records[n].Attempts, func(a Attempt) bool { return a.ID == id }) {
			return &i.Records[n]
		}
	}
	return nil
}

// begun returns the attempt as it was before AWS answered.
func (a Attempt) begun() Attempt {
	return Attempt{ID: a.ID, Action: a.Action, Previous: a.Previous, Grants: a.Grants, Begun: a.Begun}
}

// attemptEnded notes the outcome of an attempt, also of one that was taken as unconfirmed
// meanwhile.
func (i *Item) attemptEnded(e Entry) {
	r := i.attempt(e.Attempt.ID)
	n := slices.IndexFunc(r.Attempts, func(a Attempt) bool { return a.ID == e.Attempt.ID })
	a, latest := &r.Attempts[n], n == len(r.Attempts)-1
	if e.Attempt.Ended.IsZero() || a.Outcome == e.Attempt.Outcome && !a.Ended.IsZero() {
		return // already known
	}
	before, code := r.Outcome, r.code(n)
	*a = *e.Attempt
	switch {
	case a.Outcome == finding.Done && r.undone(a.Ended) >= 0 && len(i.Records) < maxRecords:
		i.splitOff(r, a.Ended, e)
	case !latest:
		r.attemptChanged(e.At) // a later attempt counts
	case a.Outcome != finding.Done:
		r.failed(a, before, code, e.At)
	default:
		if before != finding.Unconfirmed {
			i.countRepair(r, a.Ended)
		}
		r.repaired(a.Ended, e.Decision.PolicyOpen, e.At)
		i.setInside(r.To)
	}
}

// splitOff makes a finding of its own for the time before a repair if a record says that the
// target was taken out again afterwards. This happens if the entry of the repair arrives late.
func (i *Item) splitOff(r *Record, at time.Time, e Entry) {
	old := r.split(i.nextID(r.Decision.Drift, at), at, e.At)
	i.countRepair(&old, at)
	old.repaired(at, e.Decision.PolicyOpen, e.At)
	i.setInside(old.To)
	i.addBefore(r.ID, old)
}

// Granted returns what all writes of the record may have granted, also those for an earlier
// state than the one now decided on. A write that AWS refused granted nothing.
func (r Record) Granted() (gave exposure.Meaning) {
	for _, a := range r.Attempts {
		if a.Outcome != finding.Failed {
			gave = gave.Merge(a.Grants)
		}
	}
	return gave
}

// wrote reports whether there was a write that AWS did not refuse.
func (r *Record) wrote() bool {
	return slices.ContainsFunc(r.Attempts, func(a Attempt) bool { return a.Outcome != finding.Failed })
}

// attemptChanged makes a revision if the outcome of an earlier attempt becomes known and the
// record was reported before. While a write is under way its outcome is reported anyway.
func (r *Record) attemptChanged(now time.Time) {
	if r.Revision > 0 && (r.Status == finding.Resolved || !r.Attempts[len(r.Attempts)-1].Ended.IsZero()) {
		r.revise(now)
	}
}

// quietFor is how long a repair may fail without an answer before it is reported: throttled
// calls succeed within seconds.
const quietFor = time.Minute

// failed notes an attempt that failed or was not answered.
func (r *Record) failed(a *Attempt, before finding.Outcome, code string, now time.Time) {
	if r.Status == finding.Resolved {
		return // another actor repaired it
	}
	if a.Outcome == finding.Unconfirmed && now.Sub(r.Found) < quietFor {
		return
	}
	r.setOutcome(finding.Failed)
	if before != finding.Failed || code != a.Code {
		r.revise(now)
	}
}

// code returns the error code of the attempt before attempt n.
func (r *Record) code(n int) string {
	if n == 0 {
		return ""
	}
	return r.Attempts[n-1].Code
}
