package prose

import (
	"fmt"

	"github.com/ringfence/ringfence/internal/ledger"
	"github.com/ringfence/ringfence/internal/plan"
)

func held(h plan.Held) string {
	return fmt.Sprintf("the sweep saw %d principals and would have changed %d users, roles and boundary policies, which is more than the limit of %d, so it changed nothing; "+
		"find out whether the configuration is wrong, or many boundaries were removed at once; to allow the changes, set SweepOverrideUntil and start a sweep", h.Seen, h.Writes, h.Limit)
}

// swept says what a sweep adds to its findings. An audit also looks without an event, but has
// no name and knows no events. A record that arrives late is an event all the same.
func swept(r ledger.Record) string {
	if r.Trigger.Event.ID == "" || r.Decision.Held != nil || r.Decision.Unreachable != "" {
		return ""
	}
	if _, known := r.OpeningCause(); known {
		return "; found by a sweep of the account"
	}
	return "; found by a sweep of the account: no event had reported it"
}
