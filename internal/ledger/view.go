package ledger

import (
	"slices"
	"time"

	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/target"
)

// open is the record of what the target is now, nil where it is inside.
func (i *Item) open() *Record {
	for n := len(i.Records) - 1; n >= 0; n-- {
		if r := &i.Records[n]; !r.Once {
			if r.Status == finding.Open {
				return r
			}
			return nil
		}
	}
	return nil
}

// Open gives the finding that stands, and whether there is one.
func (i Item) Open() (Record, bool) {
	if r := i.open(); r != nil {
		return *r, true
	}
	return Record{}, false
}

// latest is the latest record of what the target was, nil where there is none.
func (i *Item) latest() *Record {
	for n := len(i.Records) - 1; n >= 0; n-- {
		if !i.Records[n].Once {
			return &i.Records[n]
		}
	}
	return nil
}

// Pending is the latest attempt on what is open, where nobody knows what it did.
func (i Item) Pending() (Attempt, bool) {
	if r := i.open(); r != nil {
		if a := r.pending(); a != nil {
			return *a, true
		}
	}
	return Attempt{}, false
}

// LastAttempt is the latest write, whatever became of it; ok is false where there is none.
func (i Item) LastAttempt() (a Attempt, ok bool) {
	if r := i.latest(); r != nil && len(r.Attempts) > 0 {
		return r.Attempts[len(r.Attempts)-1], true
	}
	return Attempt{}, false
}

// Covers reports whether the records of the item already tell of a piece of evidence.
func (i Item) Covers(e Evidence) bool {
	return slices.Contains(i.Seen, e.Event.ID) || i.covering(e) != nil
}

// Missed reports whether an entry has just made the first revision of what a sweep found, and no
// event had reported.
func (i Item) Missed(e Entry) bool {
	r := i.latest()
	if r == nil || !e.Decision.Drifted() || r.Light.Why != target.Swept || r.Decision.Held != nil || r.Revision != 1 || !r.Changed.Equal(e.At) {
		return false
	}
	_, known := r.Opening()
	return !known
}

// Owed are the records of which somebody is still to be told, oldest first.
func (i Item) Owed() []Record {
	var owed []Record
	for _, r := range i.Records {
		if r.Revision > 0 && r.Told[everySink] < r.Revision {
			owed = append(owed, r)
		}
	}
	return owed
}

// Unreported reports whether something must still be published and no claim on it is in force.
func (i Item) Unreported(now time.Time) bool { return len(i.Owed()) > 0 && !i.Telling.After(now) }

// Expires is when the item is needed no more: zero while anything stands.
func (i Item) Expires() time.Time {
	if r := i.open(); r != nil || len(i.Owed()) > 0 {
		return time.Time{}
	}
	return i.Updated.Add(Keep)
}
