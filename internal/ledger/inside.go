package ledger

import (
	"slices"
	"time"
)

// inside is a look that found the target inside.
func (i *Item) inside(e Entry, fresh []Evidence) {
	rest := i.file(e, fresh)
	r := i.open()
	if r != nil && e.Decision.PolicyOpen != "" && r.pending() == nil {
		if r.learn(rest) { // it carries what lets it out all the same
			r.revise(e.At)
		}
		return
	}
	if r != nil {
		i.found(r, e, rest)
		i.settle(e.At)
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
	r.wasBack(rest[n].Cause, rest, i.knownInside(rest[n].Event.Time), e.At)
	i.settle(e.At)
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
	if r.pending() == nil {
		r.foundInside(fresh, e.At)
		return
	}
	i.repair(r, e.At)
	r.maybeRepaired(fresh, e.At)
}
