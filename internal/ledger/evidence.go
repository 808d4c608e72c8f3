package ledger

import (
	"slices"
	"time"

	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/target"
)

// assign adds evidence to the resolved records whose period it falls into, and returns the
// rest, which belongs to the open record or starts a new one. Evidence that explains a resolved
// record makes a revision of it.
func (i *Item) assign(e Entry, fresh []Evidence) (rest []Evidence) {
	var old []Evidence
	current := i.LastInside
	if r := i.open(); r != nil {
		current = r.After
	}
	for _, v := range fresh {
		if v.Opens && i.ownRepair(v) {
			continue
		}
		// Records have whole seconds, so one of the same second is not older.
		if !v.Event.Time.Before(current.Truncate(time.Second)) {
			if r := i.covering(v); r == nil || i.open() != nil || e.Decision.Drifted() {
				rest = append(rest, v)
				continue
			}
		}
		if !v.Opens {
			continue // it is known that the target is inside again
		}
		if r := i.covering(v); r != nil {
			r.addEvidence([]Evidence{v})
			r.revise(e.At)
			continue
		}
		old = append(old, v)
	}
	if len(old) > 0 {
		standing := i.open() != nil
		i.addClosed(e, old)
		if n := len(i.Records); standing && n > 1 && i.Records[n-1].Status == finding.Resolved {
			i.putBefore() // the open one is the latest
		}
	}
	return rest
}

// ownRepair reports whether a record is that of a repair. What it left may have been judged by
// an earlier state.
func (i *Item) ownRepair(v Evidence) bool {
	for _, r := range i.Records {
		for _, a := range r.Attempts {
			if v.Boundary != nil && a.Action.Boundary == *v.Boundary && a.Outcome != finding.Failed &&
				!v.Event.Time.Before(a.Begun.Truncate(time.Second)) && (a.Ended.IsZero() || !v.Event.Time.After(a.Ended)) {
				return true
			}
		}
	}
	return false
}

// covering returns the record of a resolved finding whose period evidence falls into, or nil.
func (i *Item) covering(v Evidence) *Record {
	for n := len(i.Records) - 1; n >= 0; n-- {
		r := &i.Records[n]
		if !r.CallFinding && r.Status == finding.Resolved && v.Event.Time.After(r.After) && !v.Event.Time.After(r.To) {
			return r
		}
	}
	return nil
}

// OpeningCause returns the record that shows how the target got outside, if one does: the first
// one after which it was outside, since it was last inside. It returns none if that is
// uncertain. A call on a target that was already outside did not bring it there.
func (r Record) OpeningCause() (target.Cause, bool) {
	var opening *Evidence
	back := false
	for n := range r.Evidence {
		e := &r.Evidence[n]
		switch {
		case !e.Opens:
			if back = true; n < len(r.Evidence)-1 && r.laterOpens(n) {
				opening = nil
			}
		case opening == nil && (back || !e.Event.Time.After(r.Found)):
			opening = e
		}
	}
	if opening == nil || opening.Unsure || !r.To.IsZero() && opening.Event.Time.After(r.To) {
		return target.Cause{}, false
	}
	return opening.Cause, true
}

// undone returns the index of the evidence that undid a repair, negative if none did.
func (r Record) undone(repair time.Time) int {
	return slices.IndexFunc(r.Evidence, func(e Evidence) bool { return e.Opens && e.Event.Time.After(repair) })
}

func (r Record) laterOpens(n int) bool {
	return slices.ContainsFunc(r.Evidence[n+1:], func(e Evidence) bool { return e.Opens })
}

// Since returns when the target got outside, zero if no record shows it.
func (r Record) Since() time.Time {
	c, _ := r.OpeningCause()
	return c.Event.Time
}

// until returns when the target was inside again according to the records, zero if they do not
// say.
func (r *Record) until() (to time.Time) {
	from := r.Since()
	for _, e := range r.Evidence {
		if !e.Opens && !from.IsZero() && !e.Event.Time.Before(from) {
			to = e.Event.Time
		}
	}
	return to
}
