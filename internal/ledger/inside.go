package ledger

import (
	"slices"
	"time"

	"github.com/ringfence/ringfence/internal/finding"
)

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
