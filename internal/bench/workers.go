package main

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/ringfence/ringfence/internal/bench/calls"
	"github.com/ringfence/ringfence/internal/bench/stub"
)

// work is the work of a fleet.
type work struct {
	mu    sync.Mutex
	times []float64   // milliseconds to each repair
	made  calls.Count // IAM calls until then
	errs  []error
}

// oneFleet returns the milliseconds to each repair, the IAM calls until then, and the total time.
func (b *bench) oneFleet(ctx context.Context, t target, drifts int) (times []float64, made calls.Count, took time.Duration, err error) {
	a, err := newAccount(ctx, b.dir)
	if err != nil {
		return nil, nil, 0, err
	}
	var stations []*station
	defer func() {
		for _, s := range stations {
			err = errors.Join(err, s.Close())
		}
	}()
	for range concurrency {
		s, err := a.start(ctx, t, stub.PerService(stub.Fixed), nil)
		if err != nil {
			return nil, nil, 0, err
		}
		stations = append(stations, s)
	}
	w := &work{made: calls.Count{}}
	begin := time.Now()
	batches := sizes(drifts)
	var wg sync.WaitGroup
	for _, s := range stations {
		wg.Go(func() {
			for n := range batches {
				h, err := s.handle(ctx, n)
				w.add(h, err)
			}
		})
	}
	wg.Wait()
	return w.times, w.made, time.Since(begin), errors.Join(w.errs...)
}

// sizes returns the sizes of the batches of drifts.
func sizes(drifts int) <-chan int {
	batches := make(chan int, drifts/batchSize+1)
	for left := drifts; left > 0; left -= batchSize {
		batches <- min(left, batchSize)
	}
	close(batches)
	return batches
}

func (w *work) add(h handled, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if err != nil {
		w.errs = append(w.errs, err)
		return
	}
	w.times = append(w.times, sinceStart(h.HandedOver, h.repairs())...)
	for operation, n := range h.iamUntilRepair() {
		w.made[operation] += n
	}
}
