package replay

import (
	"time"

	"github.com/ringfence/ringfence/internal/trail"
)

// near is the maximum distance in time of two copies of an event. Copies have the same time, so they are adjacent in
// sorted input; an hour covers unsorted input.
const near = time.Hour

// recent remembers events for as long as copies of them may come: several trails, several regions and an
// organization trail record the same call, with the same event id.
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
type recent struct {
	since         time.Time
	young, former map[copied]bool
}

// copied is what copies of one event share. An addendum has the id of the event that it corrects and is not a copy;
// nor is a forged record with the id and another time or call.
type copied struct {
	id, account, name string
	at                int64
	corrects          bool
}

// again reports whether the event is a copy of an earlier one.
func (r *recent) again(e trail.Raw) bool {
	if e.EventID == "" {
		return false
	}
	if r.young == nil || e.Time.Sub(r.since).Abs() > near {
		r.since, r.young, r.former = e.Time, map[copied]bool{}, r.young
	}
	key := copied{e.EventID, e.Account, e.Name, e.Time.Unix(), e.Corrects}
	if r.young[key] || r.former[key] {
		return true
	}
	r.young[key] = true
	return false
}
