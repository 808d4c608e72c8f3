package main

import (
	"context"
	"fmt"

	"github.com/ringfence/ringfence/internal/bench/measure"
)

// concurrency is the number of processes of a fleet.
const concurrency = 3

// Fleet is many drifts at once, handled by several processes that take batches in turn.
type Fleet struct {
	Drifts int `json:"drifts"`
	Runs   int `json:"runs"`
	// P50, P99 and Slowest are milliseconds from the start of a batch to a repair.
	P50     measure.Spread `json:"p50"`
	P99     measure.Spread `json:"p99"`
	Slowest measure.Spread `json:"slowest"`
	// Seconds is the total time.
	Seconds measure.Spread `json:"seconds"`
	// IAMCalls is the number of IAM calls per drift until its repair, and ByOperation the calls by
	// operation.
	IAMCalls    measure.Spread     `json:"iamCalls"`
	ByOperation map[string]float64 `json:"iamCallsByOperation"`
}

// fleet runs a fleet several times.
func (b *bench) fleet(ctx context.Context, t target, drifts, runs int) (*Fleet, error) {
	b.say("%s: %d drifts on %d processes, %d times", t.name, drifts, concurrency, runs)
	f := &Fleet{Drifts: drifts, Runs: runs, ByOperation: map[string]float64{}}
	var p50, p99, slowest, seconds, perDrift []float64
	for range runs {
		times, made, took, err := b.oneFleet(ctx, t, drifts)
		if err != nil {
			return nil, fmt.Errorf("many drifts for %s: %w", t.name, err)
		}
		seconds = append(seconds, took.Seconds())
		p50 = append(p50, percentile(times, 0.5))
		p99 = append(p99, percentile(times, 0.99))
		slowest = append(slowest, percentile(times, 1))
		total := 0
		for operation, n := range made {
			total += n
			f.ByOperation[operation] += float64(n) / float64(drifts*runs)
		}
		perDrift = append(perDrift, float64(total)/float64(drifts))
	}
	f.P50, f.P99, f.Slowest, f.Seconds = measure.Of(p50), measure.Of(p99), measure.Of(slowest), measure.Of(seconds)
	f.IAMCalls = measure.Of(perDrift)
	return f, nil
}
