package ledger

import (
	"slices"
	"time"

	"github.com/ringfence/ringfence/internal/exposure"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/target"
)

// Repaired reports whether a record is that of a repair by Ringfence itself.
func (i Item) Repaired(c target.Cause) bool { return i.ownRepair(Evidence{Cause: c}) }

// Swapped reports whether a record is that of a swap that left the principal inside, or of an
// earlier call.
func (i Item) Swapped(c target.Cause) bool {
	return i.Swap != nil && (i.Swap.Event.ID == c.Event.ID || c.At().Before(i.Swap.At()))
}

// Replaced returns the boundary that a repair replaced with the given one after a call, if the
// repair may have granted access. A repair that follows a swap after the call does not count.
func (i Item) Replaced(boundary string, called time.Time) (was string, ok bool) {
	for _, r := range slices.Backward(i.Records) {
		for _, a := range slices.Backward(r.Attempts) {
			if a.Outcome == finding.Done && a.Action.Boundary == boundary && a.Previous != "" && !a.Begun.Before(called) && a.Grants != (exposure.Meaning{}) {
				return a.Previous, !r.shows(a.Previous, called)
			}
		}
	}
	return "", false
}

// shows reports whether a record shows that a boundary was attached after a time.
func (r Record) shows(boundary string, after time.Time) bool {
	return slices.ContainsFunc(r.Evidence, func(e Evidence) bool {
		return e.Boundary != nil && *e.Boundary == boundary && e.Event.Time.After(after)
	})
}
