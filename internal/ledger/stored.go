package ledger

import (
	"slices"
	"time"

	"github.com/ringfence/ringfence/internal/target"
)

// Stored is the item as the ledger has it: under a key, at a version.
func (i Item) Stored(key string, version int64) Item {
	i.Key, i.Version = key, version
	return i
}

// Naming is the item of a name, which leads to the principal of an entry now.
func (i Item) Naming(e Entry) Item {
	i.Kind, i.Partition, i.Account = e.Kind, e.Partition, e.Account
	i.ID, i.ARN, i.Made, i.Named, i.Updated = e.ID, e.ARN, e.Made, e.At, e.At
	return i
}

// Walking is the item of a walk that is due.
func (i Item) Walking(key string, over target.Target, due, now time.Time) Item {
	i.Key, i.Kind, i.Partition, i.Account = key, target.Walk, over.Partition, over.Account
	i.Look, i.Updated = due, now
	return i
}

// Asked is the item after a look was asked for: the latest that is due counts.
func (i Item) Asked(due time.Time) Item {
	if due.After(i.Look) {
		i.Look = due
	}
	return i
}

// Remembering is the item with a call of each sort, nil for none, that left a principal
// inside: records come in any order, and the latest call is kept.
func (i Item) Remembering(e Entry, swap, move *target.Cause) Item {
	i.as(e)
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

// Claimed is the item while somebody is at telling what is owed; a zero time gives it up.
func (i Item) Claimed(until time.Time) Item {
	i.Telling = until
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

// with is the item after a change of one record.
func (i Item) with(id string, change func(*Record)) Item {
	i = i.clone()
	for n := range i.Records {
		if i.Records[n].ID == id {
			change(&i.Records[n])
		}
	}
	return i
}
