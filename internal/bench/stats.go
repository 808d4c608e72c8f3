package main

import (
	"fmt"
	"math"
	"slices"
	"time"
)

// Spread is a figure over several runs.
type Spread struct {
	Median float64 `json:"median"`
	Min    float64 `json:"min"`
	Max    float64 `json:"max"`
}

// spread is zero without values.
func spread(values []float64) Spread {
	if len(values) == 0 {
		return Spread{}
	}
	return Spread{median(values), slices.Min(values), slices.Max(values)}
}

// format prints the median and, where there are several runs, the least and the most.
func (s Spread) format(verb string) string {
	if s.Min == s.Max {
		return fmt.Sprintf(verb, s.Median)
	}
	return fmt.Sprintf(verb+"  ("+verb+"–"+verb+")", s.Median, s.Min, s.Max)
}

func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	n := len(sorted)
	if n == 0 {
		return math.NaN()
	}
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}

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
