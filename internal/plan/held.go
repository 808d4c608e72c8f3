package plan

import (
	"github.com/ringfence/ringfence/internal/config"
	"github.com/ringfence/ringfence/internal/finding"
)

// Held describes a sweep that was stopped because it would have written too much without
// approval by people: a mistake in the configuration looks the same as an account whose
// boundaries were removed.
type Held struct {
	// Writes is the number of targets to be written, Seen the number of principals seen, and
	// Limit the allowed number of writes.
	Writes int `json:"writes"`
	Seen   int `json:"seen"`
	Limit  int `json:"limit"`
	// Names are the ARNs of the first targets.
	Names []string `json:"names,omitempty"`
}

// The limits on the writes of one sweep. The lower one counts, but a few writes are always
// allowed: otherwise two of them would stop the sweep of a small account.
const (
	maxWrites     = 20
	maxPercent    = 10
	alwaysAllowed = 3
)

// WriteLimit returns how many targets a sweep that saw this number of principals may write.
func WriteLimit(seen int) int { return min(maxWrites, max(alwaysAllowed, seen*maxPercent/100)) }

// Sweep returns the decision on a sweep. held is nil unless the sweep was held, and unreachable is empty unless it could
// not enter the account.
func Sweep(held *Held, unreachable string) Decision {
	switch {
	case unreachable != "":
		return Decision{Drift: finding.Unreachable, Basis: NoEntry, Mode: config.Enforce, Unreachable: unreachable}.alertOnly()
	case held == nil:
		return Decision{Drift: finding.None, Mode: config.Enforce}
	}
	return Decision{Drift: finding.SweepHeld, Basis: TooManyWrites, Mode: config.Enforce, Held: held}.alertOnly()
}
