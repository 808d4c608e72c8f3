package ledger

import (
	"slices"
	"time"

	"github.com/ringfence/ringfence/internal/finding"
)

// What one item keeps at most. An item of DynamoDB has 400 KB.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html#limits-items
const (
	mostRecords  = 25
	mostAttempts = 30
	mostSeen     = 200
	mostRepairs  = 100
	mostOpeners  = 30
)

// Keep is how long an item is kept after nothing is open any more.
const Keep = 90 * day

// bound drops what nobody needs any more: old repairs, and findings that everybody was
// told of and that are not the latest.
func (i *Item) bound(now time.Time) {
	i.Repairs = last(since(i.Repairs, now.Add(-week)), mostRepairs)
	i.Openers, i.Seen = last(i.Openers, mostOpeners), last(i.Seen, mostSeen)
	for n := range i.Records {
		i.Records[n].Attempts = last(i.Records[n].Attempts, mostAttempts)
	}
	for n := 0; n < len(i.Records)-1 && len(i.Records) > 1; {
		if i.Records[n].finished() {
			i.Records = slices.Delete(i.Records, n, n+1)
			continue
		}
		n++
	}
}

func last[T any](list []T, most int) []T { return list[max(0, len(list)-most):] }

// everySink is the mark that no sink is owed anything any more.
const everySink = ""

// finished reports whether nothing is to be told of a record that stands no more.
func (r *Record) finished() bool {
	return r.Told[everySink] >= r.Revision && r.Revision > 0 && (r.Status == finding.Resolved || r.Once)
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

// Owes reports whether a sink is still to be told the revision of a record.
func (r Record) Owes(sink string) bool { return r.Told[sink] < r.Revision }

// Mark notes that a sink was told a revision of a finding; an empty sink stands for all.
func (i Item) Mark(id, sink string, revision int) Item {
	i = i.clone()
	for n := range i.Records {
		r := &i.Records[n]
		if r.ID != id || r.Told[sink] >= revision {
			continue
		}
		told := make(map[string]int, len(r.Told)+1)
		for k, v := range r.Told {
			told[k] = v
		}
		told[sink] = revision
		r.Told = told
	}
	return i
}

// Note keeps what the report found out about a revision of a finding.
func (i Item) Note(id string, notes Notes) Item {
	i = i.clone()
	for n := range i.Records {
		if i.Records[n].ID == id {
			i.Records[n].Notes = &notes
		}
	}
	return i
}

// Expires is when the item is needed no more: zero while anything stands.
func (i Item) Expires() time.Time {
	if r := i.open(); r != nil || len(i.Owed()) > 0 {
		return time.Time{}
	}
	return i.Updated.Add(Keep)
}
