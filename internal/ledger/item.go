package ledger

import (
	"slices"
	"time"

	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/target"
)

// Item is all that is remembered of one target.
type Item struct {
	Key string `json:"key"`
	// Version is that of the stored item, 0 for one that is not stored. Whoever writes it
	// says which version was read, so that no write is lost.
	Version int64 `json:"-"`

	Kind      target.Kind `json:"kind"`
	Partition string      `json:"partition"`
	Account   string      `json:"account"`
	// ARN and ID name the target as it was last seen.
	ARN string `json:"arn"`
	ID  string `json:"id,omitempty"`
	// Made is when the principal was made that a name leads to.
	Made time.Time `json:"made,omitzero"`

	// Opened counts the findings that were opened.
	Opened int `json:"opened"`
	// Records are the findings, oldest first: the latest one, and those before it that
	// somebody is still to be told of.
	Records []Record `json:"records,omitempty"`
	// Repairs are when repairs were done in the last seven days, oldest first.
	Repairs []time.Time `json:"repairs,omitempty"`
	// Openers are the calls that made the latest repairs necessary.
	Openers []Opener `json:"openers,omitempty"`
	// Seen are the ids of the records that were taken as evidence lately.
	Seen []string `json:"seen,omitempty"`
	// Settled is when the target was last known to be inside after it had been outside.
	Settled time.Time `json:"settled,omitzero"`
	// Look is when the latest look that was asked for is due.
	Look time.Time `json:"look,omitzero"`
	// Telling is until when somebody is at telling what is owed.
	Telling time.Time `json:"telling,omitzero"`
	// Gone is when the target was deleted.
	Gone time.Time `json:"gone,omitzero"`
	// Updated is when the item was last changed.
	Updated time.Time `json:"updated,omitzero"`
}

// Opener is a call that made a repair necessary, and who made it.
type Opener struct {
	At    time.Time `json:"at"`
	Actor string    `json:"actor"`
}

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
