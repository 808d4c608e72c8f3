package iamread

import (
	"context"
	"sync"

	"github.com/ringfence/ringfence/internal/awserr"
)

// atOnce is how many calls one read keeps under way: enough that ten policies take the
// time of two or three, and few enough not to use up an account's rate limit.
const atOnce = 5

// gather calls do for 0 … n-1, atOnce at a time. It returns the first error, after which
// nothing further is begun and what is under way is cancelled.
func gather(ctx context.Context, n int, do func(ctx context.Context, i int) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var (
		group sync.WaitGroup
		once  sync.Once
		first error
		turns = make(chan struct{}, atOnce)
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
