package boot

import (
	"sync/atomic"
	"time"
)

// Clock is what time it is: the machine's, or, for a replay, that of what is replayed.
type Clock struct {
	follows bool
	late    time.Duration // after what is replayed
	at      atomic.Pointer[time.Time]
}

// Now is the time.
func (c *Clock) Now() time.Time {
	if at := c.at.Load(); at != nil {
		return *at
	}
	return time.Now()
}

// Set puts a clock that follows what is replayed to a time. It does nothing to the
// machine's, nor with a zero time.
func (c *Clock) Set(at time.Time) {
	if c.follows && !at.IsZero() {
		at = at.Add(c.late)
		c.at.Store(&at)
	}
}
