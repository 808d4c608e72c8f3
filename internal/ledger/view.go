package ledger

import (
	"slices"
	"time"

	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/target"
)

// open returns the record of a target that is outside, nil if it is inside.
func (i *Item) open() *Record {
	for n := len(i.Records) - 1; n >= 0; n-- {
		if r := &i.Records[n]; !r.CallFinding {
			if r.Status == finding.Open {
				return r
			}
			return nil
		}
	}
	return nil
}

// Open returns the open finding, if there is one.
func (i Item) Open() (Record, bool) {
	if r := i.open(); r != nil {
		return *r, true
	}
	return Record{}, false
}

// latest returns the latest record about the target's state, nil if there is none.
func (i *Item) latest() *Record {
	for n := len(i.Records) - 1; n >= 0; n-- {
		if !i.Records[n].CallFinding {
			return &i.Records[n]
		}
	}
	return nil
}

// Pending returns the latest attempt on the open finding if its outcome is unknown.
func (i Item) Pending() (Attempt, bool) {
	if r := i.open(); r != nil {
		if a := r.pending(); a != nil {
			return *a, true
		}
	}
	return Attempt{}, false
}

// LastAttempt returns the latest write, whatever its outcome; ok is false if there is none.
func (i Item) LastAttempt() (a Attempt, ok bool) {
	if r := i.latest(); r != nil && len(r.Attempts) > 0 {
		return r.Attempts[len(r.Attempts)-1], true
	}
	return Attempt{}, false
}

// Covers reports whether the records of the item already include a piece of evidence.
func (i Item) Covers(e Evidence) bool {
	return slices.Contains(i.Seen, e.Event.ID) || i.covering(e) != nil
}

// Missed reports whether an entry has just made the first revision of a finding that a sweep
// made and no event had reported.
func (i Item) Missed(e Entry) bool {
	r := i.latest()
	if r == nil || !e.Decision.Drifted() || r.Trigger.Kind != target.Swept || r.Decision.Held != nil || r.Decision.Unreachable != "" || r.Revision != 1 || !r.Changed.Equal(e.At) {
		return false
	}
	_, known := r.OpeningCause()
	return !known
}

// Unreported returns the records that at least one sink does not have yet, oldest first.
func (i Item) Unreported() []Record {
	var owed []Record
	for _, r := range i.Records {
		if r.Revision > 0 && r.Reported[everySink] < r.Revision {
			owed = append(owed, r)
		}
	}
	return owed
}

// NeedsReport reports whether something is unreported and no process has claimed it.
func (i Item) NeedsReport(now time.Time) bool {
	return len(i.Unreported()) > 0 && !i.ClaimedUntil.After(now)
}

// Expires returns when the item is no longer needed; zero while a finding is open or
// unreported.
func (i Item) Expires() time.Time {
	if r := i.open(); r != nil || len(i.Unreported()) > 0 {
		return time.Time{}
	}
	return i.Updated.Add(Retention)
}
