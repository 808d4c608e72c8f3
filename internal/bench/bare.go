package main

import (
	"context"
	"fmt"

	"github.com/ringfence/ringfence/internal/bench/calls"

	"github.com/ringfence/ringfence/internal/bench/measure"
)

// Bare is what a function costs if AWS answers at once. All but Memory are in milliseconds.
type Bare struct {
	// Init is the time from the start of the process to its first request for an event.
	Init measure.Spread `json:"init"`
	// First is the first event of a process, Warm a later one.
	First measure.Spread `json:"first"`
	Warm  measure.Spread `json:"warm"`
	// Memory is the peak resident set size in MB.
	Memory measure.Spread `json:"memory"`
	// Calls are the calls of the last event.
	Calls calls.Count `json:"calls"`
}

// contender is a function that is measured alternately with others.
type contender struct {
	target
	env  map[string]string // in addition to the target's
	runs []bareRun
}

// bareRun has one run's medians, and the calls of each of its events.
type bareRun struct {
	init, first, warm, memory float64
	calls                     []calls.Count
}

// compareBare measures functions alternately, so that other load on the machine affects all of
// them.
func (b *bench) compareBare(ctx context.Context, contenders []*contender) error {
	for run := range b.Runs {
		b.say("without delays, by turns: run %d of %d", run+1, b.Runs)
		if err := b.oneBare(ctx, contenders); err != nil {
			return fmt.Errorf("without delays: %w", err)
		}
	}
	return nil
}

// bare summarizes the runs.
func (c *contender) bare() *Bare {
	last := c.runs[len(c.runs)-1]
	return &Bare{
		Init:   c.over(func(r bareRun) float64 { return r.init }),
		First:  c.over(func(r bareRun) float64 { return r.first }),
		Warm:   c.over(func(r bareRun) float64 { return r.warm }),
		Memory: c.over(func(r bareRun) float64 { return r.memory }),
		Calls:  last.calls[len(last.calls)-1],
	}
}

func (c *contender) over(figure func(bareRun) float64) measure.Spread {
	var values []float64
	for _, r := range c.runs {
		values = append(values, figure(r))
	}
	return measure.Of(values)
}
