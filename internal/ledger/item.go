package ledger

import (
	"slices"
	"strconv"
	"time"

	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/target"
)

// Item is all that is remembered of one target.
type Item struct {
	Key string `json:"key"`
	// Version is that of the stored item, 0 for one that is not stored. Each writer
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
	// Named is when that was noted.
	Named time.Time `json:"named,omitzero"`

	// Opened counts the findings that were opened.
	Opened int `json:"opened"`
	// Records are the findings, oldest first: the latest one, the one of the latest repair, by
	// which its record is known when it comes, and those that somebody is still to be told of.
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
	// Swap and Move are the latest calls that put another boundary on the principal, and that
	// changed what rules go by, while it was inside.
	Swap *target.Cause `json:"swap,omitempty"`
	Move *target.Cause `json:"move,omitempty"`
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

// as takes over what an entry says of the target.
func (i *Item) as(e Entry) {
	if e.Gone && i.Kind != "" {
		return // a walk found out, which names no principal
	}
	i.Key, i.Kind, i.Partition, i.Account = e.Key, e.Kind, e.Partition, e.Account
	if e.ARN != "" {
		i.ARN = e.ARN
	}
	if e.ID != "" {
		i.ID = e.ID
	}
}

// saw notes what was taken into account, and reports whether it was not before.
func (i *Item) saw(id string) bool {
	if slices.Contains(i.Seen, id) {
		return false
	}
	i.Seen = append(i.Seen, id)
	return true
}

// add adds a record, which is the latest.
func (i *Item) add(r Record) *Record {
	i.Records = append(i.Records, r)
	return &i.Records[len(i.Records)-1]
}

// putBefore puts the latest record before the one that stands.
func (i *Item) putBefore() {
	n := len(i.Records)
	i.Records[n-1], i.Records[n-2] = i.Records[n-2], i.Records[n-1]
}

// addBefore adds a record before another one.
func (i *Item) addBefore(id string, r Record) {
	n := slices.IndexFunc(i.Records, func(x Record) bool { return x.ID == id })
	i.Records = slices.Insert(i.Records, n, r)
}

// settle notes that the target is known to be inside.
func (i *Item) settle(at time.Time) {
	if at.After(i.Settled) {
		i.Settled = at
	}
}

// repaired notes a repair, and the call that made it necessary.
func (i *Item) repaired(at time.Time, by Opener) {
	i.Repairs, i.Openers = append(i.Repairs, at), append(i.Openers, by)
	slices.SortFunc(i.Repairs, time.Time.Compare) // entries may come late
}

// bound drops what nobody needs any more: old repairs, and findings that everybody was told
// of and that are neither the latest nor that of the latest repair.
func (i *Item) bound(now time.Time) {
	if now.After(i.Updated) {
		i.Updated = now
	}
	i.Repairs = last(since(i.Repairs, now.Add(-week)), mostRepairs)
	i.Openers, i.Seen = last(i.Openers, mostOpeners), last(i.Seen, mostSeen)
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

// deleted notes that the target does not exist any more.
func (i *Item) deleted(at time.Time) { i.Gone = at }

// begins counts a finding, and gives its id.
func (i *Item) begins(d finding.Drift, at time.Time) string {
	i.Opened++
	return finding.ID(i.Key, d, at.UTC().Format(time.RFC3339Nano)+"#"+strconv.Itoa(i.Opened))
}
