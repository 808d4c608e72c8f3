package ledger

import (
	"slices"
	"time"

	"github.com/ringfence/ringfence/internal/target"
)

// Stored returns the item with its key and version in the ledger.
func (i Item) Stored(key string, version int64) Item {
	i.Key, i.Version = key, version
	return i
}

// WithPrincipal returns the item of a name, with the principal of an entry as its owner.
func (i Item) WithPrincipal(e Entry) Item {
	i.Kind, i.Partition, i.Account = e.Kind, e.Partition, e.Account
	i.ID, i.ARN, i.Created, i.NamedAt, i.Updated = e.ID, e.ARN, e.Created, e.At, e.At
	return i
}

// WithWalk returns the item of a walk that is due.
func (i Item) WithWalk(key string, over target.Target, due, now time.Time) Item {
	i.Key, i.Kind, i.Partition, i.Account = key, target.Walk, over.Partition, over.Account
	i.NextLook, i.Updated = due, now
	return i
}

// WithNextLook returns the item with a scheduled look. The latest one counts.
func (i Item) WithNextLook(due time.Time) Item {
	if due.After(i.NextLook) {
		i.NextLook = due
	}
	return i
}

// WithCalls returns the item with the latest calls that left a principal inside, nil for none.
// Records arrive in any order; the latest call is kept.
func (i Item) WithCalls(e Entry, swap, move *target.Cause) Item {
	i.setTarget(e)
	i.Swap, i.Move, i.Updated = later(i.Swap, swap), later(i.Move, move), e.At
	return i
}

func later(known, c *target.Cause) *target.Cause {
	if c == nil || known != nil && known.At().After(c.At()) {
		return known
	}
	short := bounded(*c)
	return &short
}

// Claimed returns the item claimed for reporting until a time; a zero time releases it.
func (i Item) Claimed(until time.Time) Item {
	i.ClaimedUntil = until
	return i
}

func (i Item) clone() Item {
	i.Records = slices.Clone(i.Records)
	for n := range i.Records {
		i.Records[n] = i.Records[n].clone()
	}
	i.Repairs, i.Openers, i.Seen = slices.Clone(i.Repairs), slices.Clone(i.Openers), slices.Clone(i.Seen)
	return i
}

// with returns the item with one record changed.
func (i Item) with(id string, change func(*Record)) Item {
	i = i.clone()
	for n := range i.Records {
		if i.Records[n].ID == id {
			change(&i.Records[n])
		}
	}
	return i
}
