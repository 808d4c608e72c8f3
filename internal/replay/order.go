package replay

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"time"

	"github.com/ringfence/ringfence/internal/trail"
)

// Delay is how long after a call its event is delivered. EventBridge rules get a CloudTrail event some seconds after
// the call, and AWS does not say how many. By then the account may have changed again.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html
const Delay = 5 * time.Second

// message is an event on its way, or one of Ringfence's follow-ups.
type message struct {
	step Step
	raw  trail.Raw // of a recorded event
	body json.RawMessage
	due  time.Time
	// depth is 0 for messages of the log or of a timer. For a reaction it is one more than the depth of the event
	// that caused it.
	depth int
	tries int
}

// send delivers a message after a delay, behind all that are due by then.
func (w *world) send(m *message, after time.Duration) {
	m.due = w.clock.Now().Add(after)
	at, _ := slices.BinarySearchFunc(w.pending, m.due, func(p *message, due time.Time) int {
		return cmp.Or(p.due.Compare(due), -1)
	})
	w.pending = slices.Insert(w.pending, at, m)
}

// until delivers all events, follow-ups and digests that are due by a time, in the order in which they are due.
func (w *world) until(ctx context.Context, t time.Time, each func(Step) error) error {
	for {
		d, due := w.waiting()
		if len(w.pending) > 0 && (d == nil || w.pending[0].due.Before(due)) {
			d, due = nil, w.pending[0].due
		} else if d == nil {
			break
		}
		if due.After(t) {
			break
		}
		w.turn(due)
		var err error
		if d != nil {
			err = w.followUps(ctx, d, each)
		} else {
			var m *message
			m, w.pending = w.pending[0], w.pending[1:]
			err = w.deliver(ctx, m, each)
		}
		if err != nil {
			return err
		}
	}
	w.turn(t)
	return nil
}

// turn sets the clock to a time. It never sets it back.
func (w *world) turn(t time.Time) {
	if t.After(w.clock.Now()) {
		w.clock.Set(t)
	}
}

// flush delivers everything that is pending.
func (w *world) flush(ctx context.Context, each func(Step) error) error {
	for len(w.pending) > 0 {
		if err := w.until(ctx, w.pending[len(w.pending)-1].due, each); err != nil {
			return err
		}
	}
	return nil
}

// waiting returns the account with the follow-up or digest that is due first.
func (w *world) waiting() (first *deployment, due time.Time) {
	for d, at := range w.later {
		if first == nil || cmp.Or(at.Compare(due), cmp.Compare(d.partition+d.account, first.partition+first.account)) < 0 {
			first, due = d, at
		}
	}
	return first, due
}

// waits records when the next follow-up or digest of an account is due.
func (w *world) waits(d *deployment) {
	delete(w.later, d)
	if at, any := d.due(); any {
		w.later[d] = at
	}
}
