package main

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/ringfence/ringfence/internal/bench/calls"
	"github.com/ringfence/ringfence/internal/bench/stub"

	"github.com/ringfence/ringfence/internal/bench/measure"
)

// turn is a contender in one run.
type turn struct {
	*contender
	station           *station // its newest process
	init, first, warm []float64
	calls             []calls.Count
}

// oneBare starts each function several times alternately, and then lets the last processes handle
// warm events alternately.
func (b *bench) oneBare(ctx context.Context, contenders []*contender) (err error) {
	a, err := newAccount(ctx, b.dir)
	if err != nil {
		return err
	}
	var turns []*turn
	for _, c := range contenders {
		turns = append(turns, &turn{contender: c})
	}
	defer func() {
		for _, t := range turns {
			err = errors.Join(err, t.stop())
		}
	}()
	for i := range b.Processes {
		for _, t := range alternate(turns, i) {
			if err := t.begin(ctx, a); err != nil {
				return fmt.Errorf("%s: %w", t.name, err)
			}
		}
	}
	for i := range b.Warm {
		for _, t := range alternate(turns, i) {
			if err := t.handle(ctx, &t.warm); err != nil {
				return fmt.Errorf("%s: %w", t.name, err)
			}
		}
	}
	for _, t := range turns {
		rss, err := t.station.PeakRSS()
		if err != nil {
			return fmt.Errorf("%s: %w", t.name, err)
		}
		t.runs = append(t.runs, bareRun{measure.Median(t.init), measure.Median(t.first), measure.Median(t.warm), float64(rss) / (1 << 20), t.calls})
	}
	return nil
}

// begin starts a new process and lets it handle its first event.
func (t *turn) begin(ctx context.Context, a *account) (err error) {
	if err := t.stop(); err != nil {
		return err
	}
	if t.station, err = a.start(ctx, t.target, stub.None, t.env); err != nil {
		return err
	}
	t.init = append(t.init, ms(t.station.Init))
	return t.handle(ctx, &t.first)
}

func (t *turn) handle(ctx context.Context, took *[]float64) error {
	h, err := t.station.handle(ctx, 1)
	if err != nil {
		return err
	}
	*took = append(*took, ms(h.Took()))
	t.calls = append(t.calls, counted(h.calls))
	return nil
}

func (t *turn) stop() error {
	if t.station == nil {
		return nil
	}
	err := t.station.Close()
	t.station = nil
	return err
}

// alternate returns the turns in order, and in reverse order every other time.
func alternate(turns []*turn, i int) []*turn {
	if i%2 == 0 {
		return turns
	}
	back := slices.Clone(turns)
	slices.Reverse(back)
	return back
}
