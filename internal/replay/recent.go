package replay

import (
	"time"

	"github.com/ringfence/ringfence/internal/trail"
)

// near is how far apart in time two copies of one event may stand in the input. Copies bear the
// same time, and so stand side by side in what is in order: an hour is for what is not.
const near = time.Hour

// recent remembers which events came, for as long as copies of them may come: several trails,
// several regions and an organization's trail record the same call, under the same event id.
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
type recent struct {
	since         time.Time
	young, former map[copied]bool
}

// copied is what copies of one event have in common. An addendum has the id of the event that
// it corrects, and is none; nor is a record of another time or call that somebody gave the id.
type copied struct {
	id, account, name string
	at                int64
	corrects          bool
}

// again reports whether the event came before.
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
