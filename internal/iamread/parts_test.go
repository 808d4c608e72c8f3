package iamread

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
)

func TestGatherIsLimitedAndStopsAtAnError(t *testing.T) {
	var now, most, done atomic.Int32
	err := gather(context.Background(), 40, func(context.Context, int) error {
		if n := now.Add(1); n > most.Load() {
			most.Store(n)
		}
		defer now.Add(-1)
		done.Add(1)
		return nil
	})
	if err != nil || done.Load() != 40 || most.Load() > concurrency {
		t.Errorf("%v, %d done, %d at once", err, done.Load(), most.Load())
	}

	broken := errors.New("broken")
	done.Store(0)
	err = gather(context.Background(), 1000, func(ctx context.Context, i int) error {
		done.Add(1)
		if i == 3 {
			return broken
		}
		<-ctx.Done() // until the error cancels it
		return ctx.Err()
	})
	if !errors.Is(err, broken) || done.Load() > 2*concurrency {
		t.Errorf("%v after %d", err, done.Load())
	}

	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	if err := gather(cancelled, 3, func(context.Context, int) error { return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func FuzzDecode(f *testing.F) {
	for _, s := range []string{"%7B%22Version%22%3A%222012-10-17%22%7D", "{}", "%", "%zz", "a+b%20c", "", "%00%ff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if text, err := decode(aws.String(s), "p"); err == nil && len(text) == 0 {
			t.Errorf("%q decodes to nothing", s)
		}
	})
}
