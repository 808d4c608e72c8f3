package main

import (
	"context"
	"errors"
	"sync"

	"github.com/ringfence/ringfence/internal/bench/calls"
)

// follow makes the calls of a plan, each as soon as the calls that it waits for are done.
func (f *floor) follow(ctx context.Context, plan calls.Plan, role string) error {
	done := make([]chan struct{}, len(plan))
	for i := range done {
		done[i] = make(chan struct{})
	}
	errs := make([]error, len(plan))
	var wg sync.WaitGroup
	for i, c := range plan {
		wg.Go(func() {
			defer close(done[i])
			for _, j := range c.After {
				<-done[j]
			}
			errs[i] = f.call(ctx, c, role)
		})
	}
	wg.Wait()
	return errors.Join(errs...)
}
