package iamread

import (
	"context"
	"sync"

	"github.com/ringfence/ringfence/internal/awserr"
)

// concurrency is how many calls one read makes at a time: ten policies take the time of two or
// three, without using up the account's rate limit.
const concurrency = 5

// gather calls do for 0 … n-1, several at a time. After the first error it starts no further
// call, cancels the running ones, and returns the error.
func gather(ctx context.Context, n int, do func(ctx context.Context, i int) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var (
		group sync.WaitGroup
		once  sync.Once
		first error
		turns = make(chan struct{}, concurrency)
	)
	for i := range n {
		turns <- struct{}{}
		if ctx.Err() != nil {
			break
		}
		group.Go(func() {
			defer func() { <-turns }()
			if err := do(ctx, i); err != nil {
				once.Do(func() { first = err; cancel() })
			}
		})
	}
	group.Wait()
	if first != nil {
		return first
	}
	return awserr.Wrap(ctx.Err(), "reading several things at once")
}
