package ledger

import (
	"slices"
	"strconv"
	"time"

	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/target"
)

// Item is everything that Ringfence remembers about one target.
type Item struct {
	Key string `json:"key"`
	// Version is the version of the stored item, 0 if it is not stored. Each writer states the
	// version that it read, so that no write is lost.
	Version int64 `json:"-"`

	Kind      target.Kind `json:"kind"`
	Partition string      `json:"partition"`
	Account   string      `json:"account"`
	// ARN and ID identify the target as it was last seen.
	ARN string `json:"arn"`
	ID  string `json:"id,omitempty"`
	// Created is when the principal that has this name was created.
	Created time.Time `json:"made,omitzero"`
	// NamedAt is when Ringfence noted that it has this name.
	NamedAt time.Time `json:"named,omitzero"`

	// Opened counts the findings opened so far.
	Opened int `json:"opened"`
	// Records are the findings, oldest first: the latest one, the one of the latest repair (so
	// that the record of that call is recognized when it arrives), and the unreported ones.
	Records []Record `json:"records,omitempty"`
	// Repairs are the times of the repairs of the last seven days, oldest first.
	Repairs []time.Time `json:"repairs,omitempty"`
	// Openers are the calls that made the latest repairs necessary.
	Openers []Opener `json:"openers,omitempty"`
	// Seen are the ids of the latest records used as evidence.
	Seen []string `json:"seen,omitempty"`
	// LastInside is when the target was last known to be inside after it had been outside.
	LastInside time.Time `json:"settled,omitzero"`
	// NextLook is when the latest scheduled look is due.
	NextLook time.Time `json:"look,omitzero"`
	// Swap and Move are the latest calls that replaced the principal's boundary, and that
	// changed its name, path or tags, and left it inside.
	Swap *target.Cause `json:"swap,omitempty"`
	Move *target.Cause `json:"move,omitempty"`
	// ClaimedUntil is until when a process has claimed the reporting of this item.
	ClaimedUntil time.Time `json:"telling,omitzero"`
	// DeletedAt is when the target was deleted.
	DeletedAt time.Time `json:"gone,omitzero"`
	// Updated is when the item last changed.
	Updated time.Time `json:"updated,omitzero"`
}

// Opener is a call that made a repair necessary, and its actor.
type Opener struct {
	At    time.Time `json:"at"`
	Actor string    `json:"actor"`
}

// setTarget copies the identity of the target from an entry.
func (i *Item) setTarget(e Entry) {
	if e.Gone && i.Kind != "" {
		return // found by a walk, which names no principal
	}
	i.Key, i.Kind, i.Partition, i.Account = e.Key, e.Kind, e.Partition, e.Account
	if e.ARN != "" {
		i.ARN = e.ARN
	}
	if e.ID != "" {
		i.ID = e.ID
	}
}

// markSeen notes evidence, and reports whether it is new.
func (i *Item) markSeen(id string) bool {
	if slices.Contains(i.Seen, id) {
		return false
	}
	i.Seen = append(i.Seen, id)
	return true
}

// add adds the latest record.
func (i *Item) add(r Record) *Record {
	i.Records = append(i.Records, r)
	return &i.Records[len(i.Records)-1]
}

// putBefore swaps the two latest records.
func (i *Item) putBefore() {
	n := len(i.Records)
	i.Records[n-1], i.Records[n-2] = i.Records[n-2], i.Records[n-1]
}

// addBefore inserts a record before the one with an id.
func (i *Item) addBefore(id string, r Record) {
	n := slices.IndexFunc(i.Records, func(x Record) bool { return x.ID == id })
	i.Records = slices.Insert(i.Records, n, r)
}

// setInside notes when the target was known to be inside.
func (i *Item) setInside(at time.Time) {
	if at.After(i.LastInside) {
		i.LastInside = at
	}
}

// repaired notes a repair and the call that made it necessary.
func (i *Item) repaired(at time.Time, by Opener) {
	i.Repairs, i.Openers = append(i.Repairs, at), append(i.Openers, by)
	slices.SortFunc(i.Repairs, time.Time.Compare) // entries may arrive late
}

// prune drops what is no longer needed: old repairs, and findings that are reported everywhere
// and are neither the latest nor that of the latest repair.
func (i *Item) prune(now time.Time) {
	if now.After(i.Updated) {
		i.Updated = now
	}
	i.Repairs = last(since(i.Repairs, now.Add(-week)), maxRepairs)
	i.Openers, i.Seen = last(i.Openers, maxOpeners), last(i.Seen, maxSeen)
	repaired := false
	for n := len(i.Records) - 1; n >= 0; n-- {
		r := &i.Records[n]
		needed := !repaired && r.wrote()
		repaired = repaired || needed
		if !needed && n < len(i.Records)-1 && r.finished() {
			i.Records = slices.Delete(i.Records, n, n+1)
		}
	}
}

// deleted notes that the target no longer exists.
func (i *Item) deleted(at time.Time) { i.DeletedAt = at }

// nextID counts a finding and returns its id.
func (i *Item) nextID(d finding.Drift, at time.Time) string {
	i.Opened++
	return finding.ID(i.Key, d, at.UTC().Format(time.RFC3339Nano)+"#"+strconv.Itoa(i.Opened))
}
