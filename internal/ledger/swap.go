package ledger

import (
	"slices"
	"time"

	"github.com/ringfence/ringfence/internal/exposure"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/target"
)

// Repaired reports whether a record is of a repair by Ringfence itself.
func (i Item) Repaired(c target.Cause) bool { return i.ours(Evidence{Cause: c}) }

// Swapped reports whether a record is of a swap that left the principal inside, or of one
// before that.
func (i Item) Swapped(c target.Cause) bool {
	return i.Swap != nil && (i.Swap.Event.ID == c.Event.ID || c.At().Before(i.Swap.At()))
}

// Replaced is what a repair took off, for a boundary that it put on after a call of some time
// and that gave something up, and whether there was such a repair. One that a swap after the
// call led to is none.
func (i Item) Replaced(boundary string, called time.Time) (was string, ok bool) {
	for _, r := range slices.Backward(i.Records) {
		for _, a := range slices.Backward(r.Attempts) {
			if a.Outcome == finding.Done && a.Action.Boundary == boundary && a.Was != "" && !a.Begun.Before(called) && a.Gives != (exposure.Meaning{}) {
				return a.Was, !r.shows(a.Was, called)
			}
		}
	}
	return "", false
}

// shows reports whether a record shows that a boundary was put on after a time.
func (r Record) shows(boundary string, after time.Time) bool {
	return slices.ContainsFunc(r.Evidence, func(e Evidence) bool {
		return e.Boundary != nil && *e.Boundary == boundary && e.Event.Time.After(after)
	})
}
