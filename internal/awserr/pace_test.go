package awserr

import (
	"testing"

	"golang.org/x/time/rate"
)

// Ensure that a throttle slows all calls of a client down, and that answers speed them up
// again.
func TestPace(t *testing.T) {
	p := newPace()
	if p.heard(false); p.limiter.Limit() != rate.Inf {
		t.Errorf("limited to %v before any throttle", p.limiter.Limit())
	}
	for _, want := range []rate.Limit{2 * slowest, slowest, slowest} {
		if p.heard(true); p.limiter.Limit() != want {
			t.Errorf("limit %v, want %v", p.limiter.Limit(), want)
		}
	}
	answers := 0
	for ; p.limiter.Limit() != rate.Inf && answers < 1000; answers++ {
		p.heard(false)
	}
	if answers < 100 || answers > 300 {
		t.Errorf("at full speed after %d answers", answers)
	}
}
