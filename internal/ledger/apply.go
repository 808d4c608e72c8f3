package ledger

import (
	"slices"

	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/plan"
)

// Apply moves the item by an entry. It changes nothing that the receiver shares with
// others. An entry that was applied before changes nothing.
func (i Item) Apply(e Entry) Item {
	i, e = i.clone(), e.Bounded()
	i.as(e)
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
	return i
}

// fresh are the records that were not taken as evidence before. They are now.
func (i *Item) fresh(all []Evidence) []Evidence {
	var fresh []Evidence
	for _, e := range all {
		if id := e.Event.ID; id != "" && i.saw(id) {
			fresh = append(fresh, e)
		}
	}
	return fresh
}

// first notes an attempt, and reports whether it was not noted before.
func (i *Item) first(attempt string) bool { return i.saw("attempt " + attempt) }

// once adds what a call was. The id of the record is that of the finding.
func (i *Item) once(e Entry) {
	id := finding.ID(e.Key, e.Decision.Drift, e.Light.Event.ID)
	if slices.ContainsFunc(i.Records, func(r Record) bool { return r.ID == id }) || !i.saw(id) {
		return
	}
	i.add(Record{
		ID: id, Status: finding.Open, Once: true, Found: e.At,
		Decision: e.Decision, Outcome: e.Decision.Outcome(), Light: e.Light,
	}).revise(e.At)
}

// gone resolves what is open: nobody can be outside who does not exist.
func (i *Item) gone(e Entry) {
	i.deleted(e.At)
	if r := i.open(); r != nil && !r.Found.After(e.At) {
		r.resolve(finding.Gone, e.At)
	}
}

// opening begins a record. Where somebody is still to be told of too many others, the
// latest one goes on instead, so that nothing is dropped without a report.
func (i *Item) opening(e Entry, d plan.Decision) *Record {
	if r := i.latest(); r != nil && len(i.Records) >= mostRecords {
		r.reopen(d)
		return r
	}
	return i.add(Record{
		ID:     i.begins(d.Drift, e.At),
		Status: finding.Open, Found: e.At, Changed: e.At, Decision: d, Outcome: finding.NoOutcome,
		Light: e.Light, After: i.Settled,
	})
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
	r.drift(e.Decision)
	switch a := e.Attempt; {
	case a != nil:
		r.try(a.begun())
		if a.Ended.IsZero() {
			return // its outcome is what is told
		}
		i.ended(e)
		return
	case e.Deferred:
		told = r.is(finding.Deferred) // once, however often it is undone meanwhile
	case e.Decision.Acts():
		return // found, and about to be repaired
	default:
		r.is(e.Decision.Outcome())
	}
	if told {
		r.revise(e.At)
	}
}
