package awserr

import (
	"context"
	"sync"

	"golang.org/x/time/rate"
)

// The rates of calls in a second. AWS does not publish the limits of IAM; a throttled
// client slows to twice the slowest rate at once, then halves it with each throttle, and
// speeds up with each call that is answered.
//
// The SDK's own adaptive mode slows to one call in two seconds after a single throttle,
// which would cost the repairs of a whole batch.
const (
	slowest = 10
	fastest = 100
	step    = 0.5
)

// The rates of a client that must not be in the way of others: it begins with the fastest.
const (
	gentleSlowest = 1
	gentleFastest = 10
)

// pace is the rate at which the calls of one client are made: any, until AWS throttles.
type pace struct {
	mu      sync.Mutex
	limiter *rate.Limiter
	// most is the fastest; for a client that is in no hurry, it has a limit.
	most rate.Limit
}

func newPace() *pace { return &pace{limiter: rate.NewLimiter(rate.Inf, slowest), most: rate.Inf} }

func newGentlePace() *pace {
	return &pace{limiter: rate.NewLimiter(gentleFastest, gentleFastest), most: gentleFastest}
}

// wait waits for a turn. It fails at once where the context ends before.
func (p *pace) wait(ctx context.Context) error { return p.limiter.Wait(ctx) }

// heard adapts the pace to an answer.
func (p *pace) heard(throttled bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	limit := p.limiter.Limit()
	switch {
	case p.most != rate.Inf && throttled:
		p.limiter.SetLimit(max(gentleSlowest, limit/2))
	case p.most != rate.Inf:
		p.limiter.SetLimit(min(p.most, limit+step))
	case throttled && limit == rate.Inf:
		p.limiter.SetLimit(2 * slowest)
	case throttled:
		p.limiter.SetLimit(max(slowest, limit/2))
	case limit == rate.Inf:
	case limit >= fastest:
		p.limiter.SetLimit(rate.Inf)
	default:
		p.limiter.SetLimit(limit + step)
	}
}
