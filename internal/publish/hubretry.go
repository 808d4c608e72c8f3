package publish

import (
	"context"
	"time"
)

// patience is how long one attempt may hang.
const patience = 3 * time.Second

// persist makes a call, and makes it again where that can be of use, as the SDK does it in its
// clients.
func (h *Hub) persist(ctx context.Context, call func(context.Context) error) error {
	release := func(error) error { return nil }
	for attempt := 1; ; attempt++ {
		again, err := h.attempt(ctx, call)
		_ = release(err) // gives back what the retry took, where it was of use
		if err == nil || !again || attempt == h.retryer.MaxAttempts() {
			return err
		}
		var refused error
		if release, refused = h.retryer.GetRetryToken(ctx, err); refused != nil {
			return err
		}
		delay, refused := h.retryer.RetryDelay(attempt, err)
		if refused != nil {
			return err
		}
		select {
		case <-time.After(delay):
		case <-ctx.Done():
			return err
		}
	}
}

// attempt makes one attempt, and says whether another one can be of use.
func (h *Hub) attempt(ctx context.Context, call func(context.Context) error) (again bool, err error) {
	ended, err := h.retryer.GetAttemptToken(ctx)
	if err != nil {
		return false, err
	}
	within, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	err = call(within)
	_ = ended(err)
	return within.Err() == nil && h.retryer.IsErrorRetryable(err), err
}
