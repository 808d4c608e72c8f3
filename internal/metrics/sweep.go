package metrics

import (
	"io"
	"time"
)

// The metrics of sweeps: the principals that one looked at, the targets that it found outside,
// the writes that it held back, and the findings that no event had reported. The last one is
// counted by the enforce function when it opens a finding.
const (
	SweepPrincipals = "SweepPrincipals"
	SweepDrift      = "SweepDrift"
	SweepHeld       = "SweepHeld"
	MissedByEvents  = "MissedByEvents"
)

// Swept writes the metrics of a finished sweep.
func Swept(w io.Writer, now time.Time, principals, drift, held int) error {
	sweep := line(now, [][]string{{}})
	sweep.count(SweepPrincipals, principals)
	sweep.count(SweepDrift, drift)
	sweep.count(SweepHeld, held)
	return write(w, []*document{sweep})
}
