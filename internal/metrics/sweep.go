package metrics

import (
	"io"
	"time"
)

// The metrics of sweeps: how many principals one looked at, how many targets it found
// outside, how many of these it was not let write, and how many no event had reported. The last
// is counted where a finding begins, by the function enforce.
const (
	SweepPrincipals = "SweepPrincipals"
	SweepDrift      = "SweepDrift"
	SweepHeld       = "SweepHeld"
	MissedByEvents  = "MissedByEvents"
)

// Swept writes the metrics of a sweep that has come to its end.
func Swept(w io.Writer, now time.Time, principals, drift, held int) error {
	sweep := line(now, [][]string{{}})
	sweep.count(SweepPrincipals, principals)
	sweep.count(SweepDrift, drift)
	sweep.count(SweepHeld, held)
	return write(w, []*document{sweep})
}
