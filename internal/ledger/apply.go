package ledger

import (
	"slices"

	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/plan"
)

// Apply returns the item after an entry. It does not change data that the receiver shares with
// others. Applying an entry again changes nothing.
func (i Item) Apply(e Entry) Item {
	i, e = i.clone(), e.Bounded()
	i.setTarget(e)
	fresh := i.newEvidence(e.Evidence)
	// An entry that waited in a queue may arrive after those of later looks.
	late := e.At.Before(i.Updated)
	switch {
	case e.CallFinding:
		i.addCallFinding(e)
	case e.Gone:
		i.gone(e)
	case e.Attempt != nil && i.hasAttempt(e.Attempt.ID):
		i.attemptEnded(e)
	case e.Attempt != nil && !i.markAttempt(e.Attempt.ID):
		// It was reported and forgotten.
	case late && e.Attempt == nil:
		i.addClosed(e, i.assign(e, fresh))
	case e.Decision.Drifted():
		i.drifted(e, fresh)
	default:
		i.inside(e, fresh)
	}
	i.prune(e.At)
	return i
}

// newEvidence returns the records that were not used as evidence before, and marks them as
// used.
func (i *Item) newEvidence(all []Evidence) []Evidence {
	var fresh []Evidence
	for _, e := range all {
		if id := e.Event.ID; id != "" && i.markSeen(id) {
			fresh = append(fresh, e)
		}
	}
	return fresh
}

// markAttempt notes an attempt, and reports whether it is new.
func (i *Item) markAttempt(attempt string) bool { return i.markSeen("attempt " + attempt) }

// addCallFinding adds a finding about a call. Its id is made from that of the record.
func (i *Item) addCallFinding(e Entry) {
	id := finding.ID(e.Key, e.Decision.Drift, e.Trigger.Event.ID)
	if slices.ContainsFunc(i.Records, func(r Record) bool { return r.ID == id }) || !i.markSeen(id) {
		return
	}
	i.add(Record{
		ID: id, Status: finding.Open, CallFinding: true, Found: e.At,
		Decision: e.Decision, Outcome: e.Decision.Outcome(), Trigger: e.Trigger,
	}).revise(e.At)
}

// gone resolves an open finding: a deleted target cannot be outside.
func (i *Item) gone(e Entry) {
	i.deleted(e.At)
	if r := i.open(); r != nil && !r.Found.After(e.At) {
		how := finding.Gone
		if e.Closed {
			how = finding.AccountClosed
		}
		r.resolve(how, e.At)
	}
}

// openRecord starts a record. If too many others are still unreported, the latest one continues
// instead, so that none is dropped before it is reported.
func (i *Item) openRecord(e Entry, d plan.Decision) *Record {
	if r := i.latest(); r != nil && len(i.Records) >= maxRecords {
		r.reopen(d)
		return r
	}
	return i.add(Record{
		ID:     i.nextID(d.Drift, e.At),
		Status: finding.Open, Found: e.At, Changed: e.At, Decision: d, Outcome: finding.NoOutcome,
		Trigger: e.Trigger, After: i.LastInside,
	})
}

// drifted applies a look that found the target outside.
func (i *Item) drifted(e Entry, fresh []Evidence) {
	rest := i.assign(e, fresh)
	r := i.open()
	changed := r == nil || r.differs(e)
	if r == nil {
		r = i.openRecord(e, e.Decision)
	}
	if r.addEvidence(rest) {
		changed = true
	}
	r.setDrift(e.Decision)
	switch a := e.Attempt; {
	case a != nil:
		r.addAttempt(a.begun())
		if a.Ended.IsZero() {
			return // its outcome is reported
		}
		i.attemptEnded(e)
		return
	case e.Deferred:
		changed = r.setOutcome(finding.Deferred) // report it once, however often the repair is undone meanwhile
	case e.Decision.Acts():
		return // the repair follows, and its outcome is reported
	default:
		r.setOutcome(e.Decision.Outcome())
	}
	if changed {
		r.revise(e.At)
	}
}
