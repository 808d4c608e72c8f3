package compare

import (
	"math"
	"slices"
	"testing"
	"time"
)

func nanoseconds(do func()) int64 {
	start := time.Now()
	do()
	return time.Since(start).Nanoseconds()
}

// distribution does each of n things once a round, and reports how the times of the
// things are spread, each by its fastest round: what else the machine does is no part
// of it.
func distribution(b *testing.B, n int, do func(i int)) {
	took := make([]int64, n)
	for i := range took {
		took[i] = math.MaxInt64
	}
	for b.Loop() {
		for i := range took {
			took[i] = min(took[i], nanoseconds(func() { do(i) }))
		}
	}
	slices.Sort(took)
	at := func(share float64) float64 { return float64(took[int(share*float64(n-1))]) / 1000 }
	b.ReportMetric(at(0.5), "p50-µs")
	b.ReportMetric(at(0.99), "p99-µs")
	b.ReportMetric(at(1), "max-µs")
	b.ReportMetric(float64(n), "things")
}
