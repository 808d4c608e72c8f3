package ledger

import (
	"slices"
	"strconv"
	"time"

	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/plan"
)

// Apply moves the item by an entry. It changes nothing that the receiver shares with
// others. An entry that was applied before changes nothing.
func (i Item) Apply(e Entry) Item {
	i = i.clone()
	i.Key, i.Kind, i.Partition, i.Account = e.Key, e.Kind, e.Partition, e.Account
	if e.ARN != "" {
		i.ARN = e.ARN
	}
	if e.ID != "" {
		i.ID = e.ID
	}
	fresh := i.fresh(e.Evidence)
	// An entry that waited in a queue may come after those of later looks.
	late := e.At.Before(i.Updated)
	switch {
	case e.Once:
		i.once(e)
	case e.Gone:
		i.gone(e)
	case e.Attempt != nil && i.knows(e.Attempt.ID):
		i.ended(e)
	case e.Attempt != nil && !i.first(e.Attempt.ID):
		// It was told and forgotten.
	case late && e.Attempt == nil:
		i.wasBack(e, i.file(e, fresh))
	case e.Decision.Drifted():
		i.drifted(e, fresh)
	default:
		i.inside(e, fresh)
	}
	i.bound(e.At)
	if e.At.After(i.Updated) {
		i.Updated = e.At
	}
	return i
}

func (i Item) clone() Item {
	i.Records = slices.Clone(i.Records)
	for n := range i.Records {
		r := &i.Records[n]
		r.Evidence, r.Attempts = slices.Clone(r.Evidence), slices.Clone(r.Attempts)
	}
	i.Repairs, i.Openers, i.Seen = slices.Clone(i.Repairs), slices.Clone(i.Openers), slices.Clone(i.Seen)
	return i
}

// fresh are the records that were not taken as evidence before. They are now.
func (i *Item) fresh(all []Evidence) []Evidence {
	var fresh []Evidence
	for _, e := range all {
		if id := e.Event.ID; id != "" && !slices.Contains(i.Seen, id) {
			i.Seen = append(i.Seen, id)
			fresh = append(fresh, e)
		}
	}
	return fresh
}

// first notes an attempt, and reports whether it was not noted before.
func (i *Item) first(attempt string) bool {
	mark := "attempt " + attempt
	if slices.Contains(i.Seen, mark) {
		return false
	}
	i.Seen = append(i.Seen, mark)
	return true
}

// once adds what a call was. The id of the record is that of the finding.
func (i *Item) once(e Entry) {
	id := finding.ID(e.Key, e.Decision.Drift, e.Light.Event.ID)
	if slices.ContainsFunc(i.Records, func(r Record) bool { return r.ID == id }) || slices.Contains(i.Seen, id) {
		return
	}
	i.Seen = append(i.Seen, id)
	i.Records = append(i.Records, Record{
		ID: id, Revision: 1, Status: finding.Open, Once: true, Found: e.At, Changed: e.At,
		Decision: e.Decision, Outcome: outcome(e.Decision), Light: e.Light,
	})
}

// outcome is that of a decision that nothing was written for.
func outcome(d plan.Decision) finding.Outcome {
	switch {
	case !d.Drifted():
		return finding.NoOutcome
	case d.Writes() || d.Mode == "observe":
		return finding.Planned
	}
	return finding.Done
}

// gone resolves what is open: nobody can be outside who does not exist.
func (i *Item) gone(e Entry) {
	i.Gone = e.At
	if r := i.open(); r != nil && !r.Found.After(e.At) {
		r.resolve(finding.Gone, e.At)
	}
}

func (r *Record) resolve(how finding.Resolution, at time.Time) {
	r.Status, r.Ended = finding.Resolved, how
	if r.To.IsZero() {
		r.To = at
	}
	r.revise(at)
}

// revise makes a revision, which each sink is then to be told of.
func (r *Record) revise(at time.Time) {
	r.Revision++
	r.Changed = at
}

// opening begins a record. Where somebody is still to be told of too many others, the
// latest one goes on instead, so that nothing is dropped untold.
func (i *Item) opening(e Entry, d plan.Decision) *Record {
	if r := i.latest(); r != nil && len(i.Records) >= mostRecords {
		r.Status, r.Ended, r.To = finding.Open, "", time.Time{}
		r.Decision = d
		return r
	}
	i.Opened++
	i.Records = append(i.Records, Record{
		ID:     finding.ID(e.Key, d.Drift, e.At.UTC().Format(time.RFC3339Nano)+"#"+strconv.Itoa(i.Opened)),
		Status: finding.Open, Found: e.At, Changed: e.At, Decision: d, Outcome: finding.NoOutcome,
		Light: e.Light, After: i.Settled,
	})
	return &i.Records[len(i.Records)-1]
}

// drifted is a look that found the target outside.
func (i *Item) drifted(e Entry, fresh []Evidence) {
	rest := i.file(e, fresh)
	r := i.open()
	told := r == nil || r.differs(e)
	if r == nil {
		r = i.opening(e, e.Decision)
	}
	if r.learn(rest) {
		told = true
	}
	r.Decision, r.To, r.Ended = e.Decision, time.Time{}, ""
	switch a := e.Attempt; {
	case a != nil:
		r.Attempts = append(r.Attempts, *a)
		if a.Ended.IsZero() {
			return // its outcome is what is told
		}
		i.ended(e)
		return
	case e.Deferred:
		told = r.Outcome != finding.Deferred // once, however often it is undone meanwhile
		r.Outcome = finding.Deferred
	case e.Decision.Acts():
		return // found, and about to be repaired
	default:
		r.Outcome = outcome(e.Decision)
	}
	if told {
		r.revise(e.At)
	}
}

// differs reports whether what is found now is told otherwise than before.
func (r *Record) differs(e Entry) bool {
	was, is := r.Decision, e.Decision
	return r.Revision == 0 && !e.Deferred && !is.Acts() ||
		was.Drift != is.Drift || was.Attached != is.Attached || was.Required != is.Required || was.Rule != is.Rule ||
		was.Mode != is.Mode || was.Action() != is.Action() || was.Meaning.Relation != is.Meaning.Relation || was.PolicyOpen != is.PolicyOpen
}

// inside is a look that found the target inside.
func (i *Item) inside(e Entry, fresh []Evidence) {
	rest := i.file(e, fresh)
	if r := i.open(); r != nil {
		i.found(r, e, rest)
		i.Settled = e.At
		return
	}
	i.wasBack(e, rest)
}

// wasBack opens and closes a record for what was outside and inside again before anybody
// looked.
func (i *Item) wasBack(e Entry, rest []Evidence) {
	n := slices.IndexFunc(rest, func(v Evidence) bool { return v.Opens })
	if n < 0 {
		return
	}
	r := i.opening(e, rest[n].Decision)
	r.Light = rest[n].Cause
	r.learn(rest)
	if r.Revision == 0 {
		r.Outcome = finding.NoOutcome
	}
	if r.To = r.until(); r.To.IsZero() {
		r.To = i.knownInside(rest[n].Event.Time)
	}
	r.resolve(finding.WasBack, e.At)
	if e.At.After(i.Settled) {
		i.Settled = e.At
	}
}

// knownInside is when the target was first known to be inside again after a time, zero
// where it is not.
func (i *Item) knownInside(after time.Time) time.Time {
	for _, at := range append(slices.Clone(i.Repairs), i.Settled) {
		if at.After(after) {
			return at
		}
	}
	return time.Time{}
}

// found closes an open record whose target is inside now.
func (i *Item) found(r *Record, e Entry, fresh []Evidence) {
	how := finding.FoundInside
	if a := r.pending(); a != nil {
		how = finding.MaybeRepaired
		a.Outcome = finding.Unconfirmed
		r.Outcome = finding.Unconfirmed
		i.repaired(r, e.At)
	}
	r.learn(fresh)
	if how == finding.FoundInside {
		r.To = r.until()
	}
	r.Decision.PolicyOpen = ""
	r.resolve(how, e.At)
}
