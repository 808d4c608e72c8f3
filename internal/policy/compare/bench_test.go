package compare

import (
	"slices"
	"testing"
	"time"
)

func nanoseconds(do func()) int64 {
	start := time.Now()
	do()
	return time.Since(start).Nanoseconds()
}

// report gives the distribution of the last round.
func report(b *testing.B, took []int64) {
	slices.Sort(took)
	at := func(share float64) float64 { return float64(took[int(share*float64(len(took)-1))]) / 1000 }
	b.ReportMetric(at(0.5), "p50-µs")
	b.ReportMetric(at(0.99), "p99-µs")
	b.ReportMetric(at(1), "max-µs")
	b.ReportMetric(float64(len(took)), "comparisons")
}
