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

// mostEvidence bounds what one record keeps: the first ones, which say how it began, and
// the latest.
const mostEvidence = 20

// learn adds evidence to a record, in the order of time, and reports whether there was any.
func (r *Record) learn(fresh []Evidence) bool {
	if len(fresh) == 0 {
		return false
	}
	r.Evidence = append(r.Evidence, fresh...)
	slices.SortStableFunc(r.Evidence, func(a, b Evidence) int { return a.Event.Time.Compare(b.Event.Time) })
	if n := len(r.Evidence); n > mostEvidence {
		r.Evidence = slices.Delete(r.Evidence, mostEvidence/2, n-mostEvidence/2)
	}
	return true
}

// split takes out of a record what came before a repair was done, as a record with an id of
// its own. Who was told of the record is told what is left of it.
func (r *Record) split(id string, repair, now time.Time) Record {
	n := r.undone(repair)
	after := func(a Attempt) bool { return a.Begun.After(repair) }
	before := func(a Attempt) bool { return !after(a) }
	old := *r
	old.ID, old.Revision, old.Told, old.Notes, old.To = id, 0, nil, nil, time.Time{}
	old.Evidence, old.Attempts = slices.Clone(r.Evidence[:n]), slices.DeleteFunc(slices.Clone(r.Attempts), after)
	r.Evidence, r.Attempts, r.After = slices.Clone(r.Evidence[n:]), slices.DeleteFunc(slices.Clone(r.Attempts), before), repair
	if r.Revision > 0 {
		r.revise(now)
	}
	return old
}

// reopen has a finding that is over go on.
func (r *Record) reopen(d plan.Decision) {
	r.Status = finding.Open
	r.drift(d)
}

// drift notes that the target is outside, and what is to be done.
func (r *Record) drift(d plan.Decision) {
	r.Decision, r.To, r.Ended = d, time.Time{}, ""
}

// try notes a write that is about to be made, or that was made. Where there are too many, those
// go first that AWS refused: they wrote nothing.
func (r *Record) try(a Attempt) {
	if len(r.Attempts) >= mostAttempts {
		n := slices.IndexFunc(r.Attempts, func(a Attempt) bool { return a.Outcome == finding.Failed })
		r.Attempts = slices.Delete(r.Attempts, max(n, 0), max(n, 0)+1)
	}
	r.Attempts = append(r.Attempts, a)
}

// is notes what became of the drift, and reports whether that is new.
func (r *Record) is(o finding.Outcome) bool {
	changed := r.Outcome != o
	r.Outcome = o
	return changed
}

// repaired notes a write that was done. The finding stands while the required policy is not
// as approved.
func (r *Record) repaired(at time.Time, policyOpen string, now time.Time) {
	r.Outcome, r.Decision = finding.Done, r.Decision.Behind(policyOpen)
	if policyOpen != "" {
		r.To = time.Time{}
		r.revise(now)
		return
	}
	r.To = at
	r.resolve(finding.Repaired, now)
}

// maybeRepaired notes that the target is inside, and that nobody knows whether the latest
// attempt put it there.
func (r *Record) maybeRepaired(fresh []Evidence, at time.Time) {
	r.pending().Outcome, r.Outcome = finding.Unconfirmed, finding.Unconfirmed
	r.learn(fresh)
	r.Decision = r.Decision.Behind("")
	r.resolve(finding.MaybeRepaired, at)
}

// foundInside notes that somebody else put the target inside.
func (r *Record) foundInside(fresh []Evidence, at time.Time) {
	r.learn(fresh)
	r.To, r.Decision = r.until(), r.Decision.Behind("")
	r.resolve(finding.FoundInside, at)
}

// wasBack notes that the target was outside for a time, and inside again before anybody
// looked. It was inside at known, where no record says since when.
func (r *Record) wasBack(light target.Cause, rest []Evidence, known, at time.Time) {
	r.Light = light
	r.learn(rest)
	if r.Revision == 0 {
		r.Outcome = finding.NoOutcome
	}
	if r.To = r.until(); r.To.IsZero() {
		r.To = known
	}
	r.resolve(finding.WasBack, at)
}

// contested notes that the repair is one of many, nil where it is not.
func (r *Record) contested(c *finding.Contested) { r.Contested = c }

func (r *Record) resolve(how finding.Resolution, at time.Time) {
	r.Status, r.Ended = finding.Resolved, how
	if r.To.IsZero() {
		r.To = at
	}
	r.revise(at)
}

// revise makes a revision, which each sink is then to be told of. It is never older than the one
// before, though what it tells may be: there are readers that pass over what is.
func (r *Record) revise(at time.Time) {
	r.Revision++
	if at.After(r.Changed) {
		r.Changed = at
	}
	r.Public = !r.Quiet()
}

// Quiet reports whether the log alone is told of a record. A version of Ringfence that did not
// note what is public may have stored it: so all counts that makes it so.
func (r Record) Quiet() bool {
	return !r.Public && r.Decision.Mode == config.Observe && len(r.Attempts) == 0
}
