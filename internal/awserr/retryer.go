package awserr

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"

	"github.com/ringfence/ringfence/internal/errclass"
)

// How often and how long a call is tried. An invocation is short and the queue retries, so the
// pauses are short: at most 100, 200, 400 and 800 ms.
const (
	maxAttempts = 5
	firstPause  = 100 * time.Millisecond
	maxPause    = 800 * time.Millisecond

	// attemptTime limits one attempt that hangs.
	attemptTime = 5 * time.Second

	// room is the time before the deadline that makes another attempt worthwhile: the longest
	// pause, an ordinary call, and the time to record the outcome.
	room = maxPause + 700*time.Millisecond
)

// ErrNoTime is returned if a call is not retried because the deadline of its context is too
// near. It is joined to the error of the last attempt.
var ErrNoTime = errors.New("no time left to try again")

// Retryer is the SDK's standard retryer with this package's error table. All calls of one
// client share a [pace]. It never sleeps into the deadline of a call, so that there is time to
// record what was done.
// https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
type Retryer struct {
	*retry.Standard
	pace *pace
}

// NewRetryer returns the retryer of one client; [aws.Config].Retryer takes it as
//
//	func() aws.Retryer { return awserr.NewRetryer() }
func NewRetryer() *Retryer { return newRetryer(pause) }

// NewGentleRetryer returns the retryer of a client that leaves AWS's limits to others: it makes
// at most ten calls a second, half as many after each throttle, down to one. Each answered call
// raises the rate by half a call.
func NewGentleRetryer() *Retryer {
	r := newRetryer(pause)
	r.pace = newGentlePace()
	return r
}

func newRetryer(backoff retry.BackoffDelayerFunc) *Retryer {
	standard := retry.NewStandard(func(o *retry.StandardOptions) {
		o.MaxAttempts = maxAttempts
		o.Backoff = backoff
		o.Retryables = append([]retry.IsErrorRetryable{
			retry.NoRetryCanceledError{},
			retry.IsErrorRetryableFunc(isRetryable),
		}, o.Retryables...)
	})
	return &Retryer{Standard: standard, pace: newPace()}
}

// GetAttemptToken is called by the SDK before each attempt. The returned function gets the
// result.
func (r *Retryer) GetAttemptToken(ctx context.Context) (func(error) error, error) {
	if err := r.pace.wait(ctx); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNoTime, err)
	}
	release, err := r.Standard.GetAttemptToken(ctx)
	if err != nil {
		return nil, err
	}
	return func(ended error) error {
		r.pace.adapt(isThrottle(ended))
		return release(ended)
	}, nil
}

// isThrottle reports whether AWS throttled the call. The SDK's own list contains
// LimitExceededException, which IAM returns if a policy has five versions.
func isThrottle(err error) bool {
	if err == nil {
		return false
	}
	class, code := Classify(err)
	return class == errclass.Retryable && (strings.Contains(code, "Thrott") || strings.HasPrefix(code, "RequestLimit") ||
		strings.HasPrefix(code, "TooManyRequests") || strings.HasPrefix(code, "ProvisionedThroughput") || code == "SlowDown")
}

// isRetryable leaves only the errors that Classify does not know to the SDK.
func isRetryable(err error) aws.Ternary {
	switch class, _ := Classify(err); class {
	case errclass.Unknown:
		return aws.UnknownTernary
	case errclass.Retryable:
		return aws.TrueTernary
	default:
		return aws.FalseTernary
	}
}

// pause is exponential back-off with full jitter, so that functions that were throttled
// together do not come back together.
// https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
func pause(attempt int, _ error) (time.Duration, error) {
	return rand.N(bound(attempt) + 1), nil
}

// bound returns the longest pause after an attempt; the first attempt is number 1.
func bound(attempt int) time.Duration {
	b := firstPause
	for range attempt - 1 {
		if b *= 2; b >= maxPause {
			return maxPause
		}
	}
	return b
}

// GetRetryToken is called by the SDK before each pause. It returns an error if the deadline
// leaves no room for the pause and another attempt.
func (r *Retryer) GetRetryToken(ctx context.Context, err error) (func(error) error, error) {
	if deadline, ok := ctx.Deadline(); ok {
		if left := time.Until(deadline); left < room {
			return nil, fmt.Errorf("%w: %v before the deadline", ErrNoTime, left.Round(time.Millisecond))
		}
	}
	return r.Standard.GetRetryToken(ctx, err)
}

// NewHTTPClient returns the HTTP client for all AWS clients. It ends an attempt that hangs
// after 5 s, so that the retryer can try again; the SDK's default would wait until the function
// is killed.
func NewHTTPClient() *awshttp.BuildableClient {
	return awshttp.NewBuildableClient().WithTimeout(attemptTime)
}
