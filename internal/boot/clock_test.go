package boot

import (
	"testing"
	"time"
)

func TestAClockOfAReplayShowsWhatItIsSetTo(t *testing.T) {
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	c := &Clock{follows: true}
	if c.Now().Before(at.AddDate(-10, 0, 0)) {
		t.Errorf("before it is set it shows %v", c.Now())
	}
	for _, later := range []time.Time{at, at.Add(-time.Hour)} {
		if c.Set(later); !c.Now().Equal(later) {
			t.Errorf("%v, want %v", c.Now(), later)
		}
	}
	if c.Set(time.Time{}); !c.Now().Equal(at.Add(-time.Hour)) {
		t.Errorf("a message without a time sets it to %v", c.Now())
	}
}

// A replay delivers events as late as EventBridge does.
func TestAClockMayBeLate(t *testing.T) {
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	c := &Clock{follows: true, late: 5 * time.Second}
	if c.Set(at); !c.Now().Equal(at.Add(5 * time.Second)) {
		t.Errorf("it shows %v", c.Now())
	}
}

// In an account no message may say what time it is: an exemption that has lapsed would be
// honored.
func TestTheClockOfTheMachineCannotBeSet(t *testing.T) {
	c := &Clock{}
	before := time.Now()
	if c.Set(before.AddDate(-1, 0, 0)); c.Now().Before(before) {
		t.Errorf("%v", c.Now())
	}
}
