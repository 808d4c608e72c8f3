package prose

import (
	"fmt"

	"github.com/ringfence/ringfence/internal/ledger"
	"github.com/ringfence/ringfence/internal/plan"
)

func held(h plan.Held) string {
	return fmt.Sprintf("of %d principals that were looked at, %d users, roles and boundary policies would have been changed, and one sweep may change %d: nothing was; "+
		"find out whether the configuration is wrong, or many were let out at once; if they are to be changed, set SweepOverrideUntil and start a sweep", h.Seen, h.Writes, h.Limit)
}

// swept says what a sweep adds to what it found. An audit, which looks by itself as well, has
// no name, and knows of no events. A record that comes late is an event all the same.
func swept(r ledger.Record) string {
	if r.Trigger.Event.ID == "" || r.Decision.Held != nil {
		return ""
	}
	if _, known := r.OpeningCause(); known {
		return "; found by a sweep of the account"
	}
	return "; found by a sweep of the account: no event had reported it"
}
