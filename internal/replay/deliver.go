package replay

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/ringfence/ringfence/internal/handler"
	"github.com/ringfence/ringfence/internal/target"
	"github.com/ringfence/ringfence/internal/trail"
)

const (
	// rounds is the limit for Ringfence's reactions to its own writes. It should never react to them; the limit
	// shows a loop.
	rounds = 10
	// receives is how often a message is received before it goes to the dead-letter queue.
	receives = 100
	// pause is after how long such a message comes back. The function randomizes some of its pauses, which would
	// make two replays differ.
	pause = 5 * time.Second
)

// deliver gives a message to the functions of its account. It retries the message if needed, and sends the events of
// Ringfence's own writes.
func (w *world) deliver(ctx context.Context, m *message, each func(Step) error) error {
	if m.depth > rounds {
		return fmt.Errorf("after %d rounds Ringfence still reacts to what it did itself", rounds)
	}
	c, err := w.cloud(m.step.Event)
	if err != nil {
		return err
	}
	d, err := c.ringfence(ctx, m.step.Event)
	if err == nil {
		if m.step.Record != nil && m.tries == 0 {
			c.look(m.body)
		}
		err = w.handle(ctx, d, &m.step, m.body)
		w.waits(d)
		for _, event := range c.takeEvents() {
			w.sendOwn(event, m.depth+1)
		}
	}
	if handler.IsRetry(err) && m.tries < receives {
		m.tries++
		w.send(m, pause)
		return nil
	}
	if err == nil && m.step.Record != nil {
		_, err = m.raw.Change() // what cannot be read has everybody looked at, and is told all the same
	}
	if m.step.Err = err; err != nil && m.step.Record != nil {
		m.step.Err = inRecord(m.step.Record, m.raw, err)
	}
	return each(m.step)
}

// sendOwn sends the event of one of Ringfence's own writes.
func (w *world) sendOwn(event json.RawMessage, depth int) {
	raw, err := trail.Read(event)
	if err == nil { // it was just made
		w.send(&message{step: Step{Event: raw.Record}, body: event, depth: depth}, w.delay)
	}
}

// followUps gives the functions of an account the looks and digests that are due.
func (w *world) followUps(ctx context.Context, d *deployment, each func(Step) error) error {
	for _, body := range d.followUps() {
		if err := w.deliver(ctx, d.followUp(body), each); err != nil {
			return err
		}
	}
	for _, n := range d.take(d.queues.report) {
		if _, err := d.tell(ctx, n); err != nil {
			return err
		}
	}
	w.waits(d)
	return nil
}

// followUp returns a follow-up of an account as a message.
func (d *deployment) followUp(body json.RawMessage) *message {
	m := &message{body: body, step: Step{Event: trail.Record{Account: d.account, Partition: d.partition, Source: target.Source, Name: target.Form}}}
	if raw, err := trail.Read(body); err == nil {
		m.step.Event.Time = raw.Time // when it was due
	}
	return m
}
