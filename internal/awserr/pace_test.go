package awserr

import (
	"testing"

	"golang.org/x/time/rate"
)

// A throttle slows down all calls of a client, and answers speed them up again.
func TestPace(t *testing.T) {
	p := newPace()
	if p.adapt(false); p.limiter.Limit() != rate.Inf {
		t.Errorf("limited to %v before any throttle", p.limiter.Limit())
	}
	for _, want := range []rate.Limit{2 * slowest, slowest, slowest} {
		if p.adapt(true); p.limiter.Limit() != want {
			t.Errorf("limit %v, want %v", p.limiter.Limit(), want)
		}
	}
	answers := 0
	for ; p.limiter.Limit() != rate.Inf && answers < 1000; answers++ {
		p.adapt(false)
	}
	if answers < 100 || answers > 300 {
		t.Errorf("at full speed after %d answers", answers)
	}
}

// A gentle client is never faster than at the start, and never stops.
func TestGentlePace(t *testing.T) {
	p := NewGentleRetryer().pace
	for _, want := range []rate.Limit{5, 2.5, 1.25, gentleSlowest, gentleSlowest} {
		if p.adapt(true); p.limiter.Limit() != want {
			t.Errorf("limit %v, want %v", p.limiter.Limit(), want)
		}
	}
	for range 100 {
		p.adapt(false)
	}
	if p.limiter.Limit() != gentleFastest {
		t.Errorf("limit %v after many answers", p.limiter.Limit())
	}
}
