package ledger

import (
	"slices"
	"time"
)

// inside applies a look that found the target inside.
func (i *Item) inside(e Entry, fresh []Evidence) {
	rest := i.assign(e, fresh)
	r := i.open()
	if r != nil && e.Decision.PolicyOpen != "" && r.pending() == nil {
		if r.addEvidence(rest) { // it still carries a policy that lets it out
			r.revise(e.At)
		}
		return
	}
	if r != nil {
		i.resolveOpen(r, e, rest)
		i.setInside(e.At)
		return
	}
	i.addClosed(e, rest)
}

// addClosed opens and resolves a record for a target that was outside, and inside again before
// Ringfence looked.
func (i *Item) addClosed(e Entry, rest []Evidence) {
	n := slices.IndexFunc(rest, func(v Evidence) bool { return v.Opens })
	if n < 0 {
		return
	}
	r := i.openRecord(e, rest[n].Decision)
	r.closedUnseen(rest[n].Cause, rest, i.knownInside(rest[n].Event.Time), e.At)
	i.setInside(e.At)
}

// knownInside returns when the target was first known to be inside after a time, zero if it is
// not known.
func (i *Item) knownInside(after time.Time) time.Time {
	for _, at := range append(slices.Clone(i.Repairs), i.LastInside) {
		if at.After(after) {
			return at
		}
	}
	return time.Time{}
}

// resolveOpen resolves the open record of a target that is inside now.
func (i *Item) resolveOpen(r *Record, e Entry, fresh []Evidence) {
	if r.pending() == nil {
		r.foundInside(fresh, e.At)
		return
	}
	i.countRepair(r, e.At)
	r.maybeRepaired(fresh, e.At)
}
