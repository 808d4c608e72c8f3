package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/ringfence/ringfence/internal/bench/stub"

	"github.com/ringfence/ringfence/internal/bench/measure"
)

// Burst is one batch of drifts handled by a new process.
type Burst struct {
	// Repairs are the milliseconds from the first call to AWS to each repair, the earliest first.
	Repairs []measure.Spread `json:"repairs"`
	// Last is the last of them.
	Last measure.Spread `json:"last"`
}

// burstLimit is the limit for the last repair of a burst, in milliseconds.
const burstLimit = 180

// burst runs bursts one after the other.
func (b *bench) burst(ctx context.Context, t target) (*Burst, error) {
	b.say("%s: a batch of %d drifts, cold, %d times", t.name, batchSize, b.Runs)
	times := make([][]float64, batchSize)
	for range b.Runs {
		sorted, err := b.oneBurst(ctx, t)
		if err != nil {
			return nil, fmt.Errorf("a batch of drifts for %s: %w", t.name, err)
		}
		for i := range times {
			times[i] = append(times[i], sorted[i])
		}
	}
	burst := &Burst{}
	for _, values := range times {
		burst.Repairs = append(burst.Repairs, measure.Of(values))
	}
	burst.Last = burst.Repairs[batchSize-1]
	return burst, nil
}

func (b *bench) oneBurst(ctx context.Context, t target) (sorted []float64, err error) {
	a, err := newAccount(ctx, b.dir)
	if err != nil {
		return nil, err
	}
	s, err := a.start(ctx, t, stub.PerService(stub.Fixed), nil)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	h, err := s.handle(ctx, batchSize)
	if err != nil {
		return nil, err
	}
	return sinceStart(h.calls[0].Start, h.repairs()), nil
}

// sinceStart returns the milliseconds from a time to each repair, in increasing order.
func sinceStart(start time.Time, repairs map[string]time.Time) []float64 {
	var all []float64
	for _, end := range repairs {
		all = append(all, ms(end.Sub(start)))
	}
	slices.Sort(all)
	return all
}
