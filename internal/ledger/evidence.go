package ledger

import (
	"slices"
	"time"

	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/target"
)

// file gives evidence to the records whose time it falls into, and returns the rest: what
// belongs to what is open, or begins something new. A record that shows how an older
// opening came about is told as a revision of that.
func (i *Item) file(e Entry, fresh []Evidence) (rest []Evidence) {
	var old []Evidence
	current := i.Settled
	if r := i.open(); r != nil {
		current = r.After
	}
	for _, v := range fresh {
		if v.Opens && i.ours(v) {
			continue
		}
		// Records have whole seconds, so that one of the same second is not older.
		if !v.Event.Time.Before(current.Truncate(time.Second)) {
			if r := i.covering(v); r == nil || i.open() != nil || e.Decision.Drifted() {
				rest = append(rest, v)
				continue
			}
		}
		if !v.Opens {
			continue // that it was put inside again is known
		}
		if r := i.covering(v); r != nil {
			r.learn([]Evidence{v})
			r.revise(e.At)
			continue
		}
		old = append(old, v)
	}
	if len(old) > 0 {
		standing := i.open() != nil
		i.wasBack(e, old)
		if n := len(i.Records); standing && n > 1 && i.Records[n-1].Status == finding.Resolved {
			i.putBefore() // what stands is the latest
		}
	}
	return rest
}

// ours reports whether a record is of a repair: what it left can have been judged by a state
// from before it.
func (i *Item) ours(v Evidence) bool {
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

// covering is the record of a finding that is over and whose time a record falls into.
func (i *Item) covering(v Evidence) *Record {
	for n := len(i.Records) - 1; n >= 0; n-- {
		r := &i.Records[n]
		if !r.Once && r.Status == finding.Resolved && v.Event.Time.After(r.After) && !v.Event.Time.After(r.To) {
			return r
		}
	}
	return nil
}

// Opening is the record that shows how the target got outside, and whether there is one:
// the first after which it was outside, since it was last inside. Where that is not sure,
// nothing shows it. A call on what was found outside before did not bring it there.
func (r Record) Opening() (target.Cause, bool) {
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

// undone is the evidence, by its number, that undid a repair; negative where none did.
func (r Record) undone(repair time.Time) int {
	return slices.IndexFunc(r.Evidence, func(e Evidence) bool { return e.Opens && e.Event.Time.After(repair) })
}

func (r Record) laterOpens(n int) bool {
	return slices.ContainsFunc(r.Evidence[n+1:], func(e Evidence) bool { return e.Opens })
}

// Since is when the target got outside, zero where no record shows it.
func (r Record) Since() time.Time {
	c, _ := r.Opening()
	return c.Event.Time
}

// until is when the records alone say that the target was inside again, zero where they do
// not.
func (r *Record) until() (to time.Time) {
	from := r.Since()
	for _, e := range r.Evidence {
		if !e.Opens && !from.IsZero() && !e.Event.Time.Before(from) {
			to = e.Event.Time
		}
	}
	return to
}
