package ledger

import (
	"slices"
	"time"

	"github.com/ringfence/ringfence/internal/config"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/plan"
	"github.com/ringfence/ringfence/internal/target"
)

func (r Record) clone() Record {
	r.Evidence, r.Attempts = slices.Clone(r.Evidence), slices.Clone(r.Attempts)
	return r
}

// maxEvidence limits the evidence of one record: the first half, which shows how it began, and
// the latest half.
const maxEvidence = 20

// addEvidence adds evidence to a record, ordered by time, and reports whether there was any.
func (r *Record) addEvidence(fresh []Evidence) bool {
	if len(fresh) == 0 {
		return false
	}
	r.Evidence = append(r.Evidence, fresh...)
	slices.SortStableFunc(r.Evidence, func(a, b Evidence) int { return a.Event.Time.Compare(b.Event.Time) })
	if n := len(r.Evidence); n > maxEvidence {
		r.Evidence = slices.Delete(r.Evidence, maxEvidence/2, n-maxEvidence/2)
	}
	return true
}

// split moves what happened before a repair into a new record, with the given id, and returns
// that. If the record was already reported, the rest is reported again.
func (r *Record) split(id string, repair, now time.Time) Record {
	n := r.undone(repair)
	after := func(a Attempt) bool { return a.Begun.After(repair) }
	before := func(a Attempt) bool { return !after(a) }
	old := *r
	old.ID, old.Revision, old.Reported, old.Notes, old.To = id, 0, nil, nil, time.Time{}
	old.Evidence, old.Attempts = slices.Clone(r.Evidence[:n]), slices.DeleteFunc(slices.Clone(r.Attempts), after)
	r.Evidence, r.Attempts, r.After = slices.Clone(r.Evidence[n:]), slices.DeleteFunc(slices.Clone(r.Attempts), before), repair
	if r.Revision > 0 {
		r.revise(now)
	}
	return old
}

// reopen opens a resolved finding again.
func (r *Record) reopen(d plan.Decision) {
	r.Status = finding.Open
	r.setDrift(d)
}

// setDrift notes that the target is outside, and what to do about it.
func (r *Record) setDrift(d plan.Decision) {
	r.Decision, r.To, r.Ended = d, time.Time{}, ""
}

// addAttempt notes a write that is about to be made, or was made. If there are too many,
// refused attempts are dropped first: they wrote nothing.
func (r *Record) addAttempt(a Attempt) {
	if len(r.Attempts) >= maxAttempts {
		n := slices.IndexFunc(r.Attempts, func(a Attempt) bool { return a.Outcome == finding.Failed })
		r.Attempts = slices.Delete(r.Attempts, max(n, 0), max(n, 0)+1)
	}
	r.Attempts = append(r.Attempts, a)
}

// setOutcome notes the outcome, and reports whether it changed.
func (r *Record) setOutcome(o finding.Outcome) bool {
	changed := r.Outcome != o
	r.Outcome = o
	return changed
}

// repaired notes a successful write. The finding stays open while the required policy differs
// from the approved one.
func (r *Record) repaired(at time.Time, policyOpen string, now time.Time) {
	r.Outcome, r.Decision = finding.Done, r.Decision.WithPolicyOpen(policyOpen)
	if policyOpen != "" {
		r.To = time.Time{}
		r.revise(now)
		return
	}
	r.To = at
	r.resolve(finding.Repaired, now)
}

// maybeRepaired notes that the target is inside, and that it is not known whether the latest
// attempt put it there.
func (r *Record) maybeRepaired(fresh []Evidence, at time.Time) {
	r.pending().Outcome, r.Outcome = finding.Unconfirmed, finding.Unconfirmed
	r.addEvidence(fresh)
	r.Decision = r.Decision.WithPolicyOpen("")
	r.resolve(finding.MaybeRepaired, at)
}

// foundInside notes that another actor put the target inside.
func (r *Record) foundInside(fresh []Evidence, at time.Time) {
	r.addEvidence(fresh)
	r.To, r.Decision = r.until(), r.Decision.WithPolicyOpen("")
	r.resolve(finding.FoundInside, at)
}

// closedUnseen notes that the target was outside for a time, and inside again before Ringfence
// looked. known is when it was inside again if no record says so.
func (r *Record) closedUnseen(light target.Cause, rest []Evidence, known, at time.Time) {
	r.Trigger = light
	r.addEvidence(rest)
	if r.Revision == 0 {
		r.Outcome = finding.NoOutcome
	}
	if r.To = r.until(); r.To.IsZero() {
		r.To = known
	}
	r.resolve(finding.WasBack, at)
}

// setContested notes that the repair is one of many, or nil if it is not.
func (r *Record) setContested(c *finding.Contested) { r.Contested = c }

func (r *Record) resolve(how finding.Resolution, at time.Time) {
	r.Status, r.Ended = finding.Resolved, how
	if r.To.IsZero() {
		r.To = at
	}
	r.revise(at)
}

// revise makes a revision, which is then reported to each sink. Its time is never before that
// of the previous one, even if the entry is older: some readers ignore older revisions.
func (r *Record) revise(at time.Time) {
	r.Revision++
	if at.After(r.Changed) {
		r.Changed = at
	}
	r.Public = !r.LogOnly()
}

// LogOnly reports whether a record goes to the log only. An older version of Ringfence may have
// stored the record without Public, so the other signs count as well.
func (r Record) LogOnly() bool {
	return !r.Public && r.Decision.Mode == config.Observe && len(r.Attempts) == 0
}
