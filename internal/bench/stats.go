package main

import (
	"math"
	"slices"
	"time"
)

// percentile is the least value that p of all values are at or below.
func percentile(values []float64, p float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	if len(sorted) == 0 {
		return math.NaN()
	}
	return sorted[max(int(math.Ceil(p*float64(len(sorted)))), 1)-1]
}

// ms are the milliseconds of a duration.
func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
