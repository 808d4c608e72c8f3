package ledger

import (
	"slices"
	"time"

	"github.com/ringfence/ringfence/internal/exposure"
	"github.com/ringfence/ringfence/internal/finding"
)

// knows reports whether an attempt is on record.
func (i *Item) knows(id string) bool { return i.attempt(id) != nil }

// attempt finds the record that an attempt is of.
func (i *Item) attempt(id string) *Record {
	for n := len(i.Records) - 1; n >= 0; n-- {
		if slices.ContainsFunc(i.Records[n].Attempts, func(a Attempt) bool { return a.ID == id }) {
			return &i.Records[n]
		}
	}
	return nil
}

// begun is the attempt as it was before AWS answered.
func (a Attempt) begun() Attempt {
	return Attempt{ID: a.ID, Action: a.Action, Was: a.Was, Gives: a.Gives, Begun: a.Begun}
}

// ended notes how an attempt ended. What was taken as unconfirmed meanwhile is confirmed.
func (i *Item) ended(e Entry) {
	r := i.attempt(e.Attempt.ID)
	n := slices.IndexFunc(r.Attempts, func(a Attempt) bool { return a.ID == e.Attempt.ID })
	a, latest := &r.Attempts[n], n == len(r.Attempts)-1
	if e.Attempt.Ended.IsZero() || a.Outcome == e.Attempt.Outcome && !a.Ended.IsZero() {
		return // known already
	}
	before, code := r.Outcome, r.code(n)
	*a = *e.Attempt
	switch {
	case a.Outcome == finding.Done && r.undone(a.Ended) >= 0 && len(i.Records) < mostRecords:
		i.part(r, a.Ended, e)
	case !latest:
		r.amended(e.At) // a later attempt is what counts
	case a.Outcome != finding.Done:
		r.failed(a, before, code, e.At)
	default:
		if before != finding.Unconfirmed {
			i.repair(r, a.Ended)
		}
		r.repaired(a.Ended, e.Decision.PolicyOpen, e.At)
		i.settle(r.To)
	}
}

// part makes a finding of its own of what a repair ended, where a record says that the target
// was taken out again after that: the entry comes late.
func (i *Item) part(r *Record, at time.Time, e Entry) {
	old := r.split(i.begins(r.Decision.Drift, at), at, e.At)
	i.repair(&old, at)
	old.repaired(at, e.Decision.PolicyOpen, e.At)
	i.settle(old.To)
	i.addBefore(r.ID, old)
}

// Gave is what the writes may have given back, also those for a state that was another than
// the one that is decided on now. What AWS refused gave nothing.
func (r Record) Gave() (gave exposure.Meaning) {
	for _, a := range r.Attempts {
		if a.Outcome != finding.Failed {
			gave = gave.Or(a.Gives)
		}
	}
	return gave
}

// wrote reports whether a write was made that AWS did not refuse.
func (r *Record) wrote() bool {
	return slices.ContainsFunc(r.Attempts, func(a Attempt) bool { return a.Outcome != finding.Failed })
}

// amended notes that more is known of an attempt that is not the latest one. Who was told of
// it before is told again, unless a write is under way, whose outcome is told anyway.
func (r *Record) amended(now time.Time) {
	if r.Revision > 0 && (r.Status == finding.Resolved || !r.Attempts[len(r.Attempts)-1].Ended.IsZero()) {
		r.revise(now)
	}
}

// patience is how long a repair may go without an answer before people are told: what is
// throttled comes back within seconds.
const patience = time.Minute

// failed notes an attempt that did not succeed, or of which no answer came.
func (r *Record) failed(a *Attempt, before finding.Outcome, code string, now time.Time) {
	if r.Status == finding.Resolved {
		return // somebody else put it right
	}
	if a.Outcome == finding.Unconfirmed && now.Sub(r.Found) < patience {
		return
	}
	r.is(finding.Failed)
	if before != finding.Failed || code != a.Code {
		r.revise(now)
	}
}

// code is the error code of the attempt before.
func (r *Record) code(n int) string {
	if n == 0 {
		return ""
	}
	return r.Attempts[n-1].Code
}
