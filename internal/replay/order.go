package replay

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"time"

	"github.com/ringfence/ringfence/internal/trail"
)

// Delay is how long after a call its event is delivered. Rules see an event of CloudTrail's a
// few seconds after the call, and nobody promises how many; by then the account may be further.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html
const Delay = 5 * time.Second

// message is an event on its way, or one of Ringfence's follow-ups.
type message struct {
	step Step
	raw  trail.Raw // of a recorded event
	body json.RawMessage
	due  time.Time
	// depth is 0 for what the log or a time brought, and else one more than that of the event
	// to which Ringfence reacted.
	depth int
	tries int
}

// send has a message delivered after a time, behind all that are due by then.
func (w *world) send(m *message, after time.Duration) {
	m.due = w.clock.Now().Add(after)
	at, _ := slices.BinarySearchFunc(w.pending, m.due, func(p *message, due time.Time) int {
		return cmp.Or(p.due.Compare(due), -1)
	})
	w.pending = slices.Insert(w.pending, at, m)
}

// until lets everything happen that is due by a time: events are delivered, and follow-ups
// and digests, in the order in which they are due.
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

// turn puts the clock to a time; it is never put back.
func (w *world) turn(t time.Time) {
	if t.After(w.clock.Now()) {
		w.clock.Set(t)
	}
}

// flush delivers all that is on its way.
func (w *world) flush(ctx context.Context, each func(Step) error) error {
	for len(w.pending) > 0 {
		if err := w.until(ctx, w.pending[len(w.pending)-1].due, each); err != nil {
			return err
		}
	}
	return nil
}

// waiting is the account with the follow-up or digest that is due first.
func (w *world) waiting() (first *deployment, due time.Time) {
	for d, at := range w.later {
		if first == nil || cmp.Or(at.Compare(due), cmp.Compare(d.partition+d.account, first.partition+first.account)) < 0 {
			first, due = d, at
		}
	}
	return first, due
}

// waits notes when the next follow-up or digest of an account is due.
func (w *world) waits(d *deployment) {
	delete(w.later, d)
	if at, any := d.due(); any {
		w.later[d] = at
	}
}
