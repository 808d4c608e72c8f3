package plan

import (
	"github.com/ringfence/ringfence/internal/config"
	"github.com/ringfence/ringfence/internal/finding"
)

// Held is what a sweep would have had written, where that is too much to be done without
// people: a mistake in the configuration looks the same as an account that was let out.
type Held struct {
	// Writes is how many targets would have been written, of so many that were seen, where
	// Limit is allowed.
	Writes int `json:"writes"`
	Seen   int `json:"seen"`
	Limit  int `json:"limit"`
	// Names are the ARNs of the first of them.
	Names []string `json:"names,omitempty"`
}

// The limits of what one sweep may have written: the lower of the two counts, but a few
// targets are never too many, or small accounts would be held by two people.
const (
	mostWrites  = 20
	mostPercent = 10
	fewWrites   = 3
)

// WriteLimit is how many targets one sweep may have written that saw so many principals.
func WriteLimit(seen int) int { return min(mostWrites, max(fewWrites, seen*mostPercent/100)) }

// Sweep is the decision on a sweep: nil for one that was let go on.
func Sweep(held *Held) Decision {
	if held == nil {
		return Decision{Drift: finding.None, Mode: config.Enforce}
	}
	return Decision{Drift: finding.SweepHeld, Basis: TooMany, Mode: config.Enforce, Held: held}.alerts()
}
