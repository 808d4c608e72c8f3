package awserr

import (
	"context"
	"sync"

	"golang.org/x/time/rate"
)

// The rates, in calls per second. AWS does not publish the limits of IAM. After the first
// throttle a client slows to twice the slowest rate, it halves the rate with each further
// throttle, and raises it with each answered call.
//
// The SDK's own adaptive mode slows to one call in two seconds after a single throttle, which
// would cost the repairs of a whole batch.
const (
	slowest = 10
	fastest = 100
	step    = 0.5
)

// The rates of a client that must not get in the way of others: it starts at the fastest.
const (
	gentleSlowest = 1
	gentleFastest = 10
)

// pace is the rate of the calls of one client: unlimited until AWS throttles.
type pace struct {
	mu      sync.Mutex
	limiter *rate.Limiter
	// most is the fastest rate; limited for a gentle client.
	most rate.Limit
}

func newPace() *pace { return &pace{limiter: rate.NewLimiter(rate.Inf, slowest), most: rate.Inf} }

func newGentlePace() *pace {
	return &pace{limiter: rate.NewLimiter(gentleFastest, gentleFastest), most: gentleFastest}
}

// wait waits for a turn. It fails at once if the context ends before that.
func (p *pace) wait(ctx context.Context) error { return p.limiter.Wait(ctx) }

// adapt adapts the pace to an answer.
func (p *pace) adapt(throttled bool) {
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
