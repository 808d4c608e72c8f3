package replay

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/ringfence/ringfence/internal/handler"
	"github.com/ringfence/ringfence/internal/target"
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

const (
	// rounds bounds how often Ringfence may react to what it did itself. It never should: here
	// it shows that the control does not chase its own tail.
	rounds = 10
	// receives is how often a queue gives a message before it is put aside.
	receives = 100
)

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

// deliver gives a message to the functions of its account. One that must come back comes back,
// and the events of what Ringfence wrote are sent on their way.
func (w *world) deliver(ctx context.Context, m *message, each func(Step) error) error {
	if m.depth > rounds {
		return fmt.Errorf("after %d rounds Ringfence still reacts to what it did itself", rounds)
	}
	c, err := w.cloud(m.step.Event)
	if err != nil {
		return err
	}
	d, err := c.ringfence(ctx, m.step.Event)
	if err != nil {
		return err
	}
	if m.step.Record != nil && m.tries == 0 {
		c.look(m.body)
	}
	err = w.handle(ctx, d, &m.step, m.body)
	w.waits(d)
	for _, event := range c.takeEvents() {
		w.sendOwn(event, m.depth+1)
	}
	if after, ok := handler.ComesBack(err); ok && m.tries < receives {
		m.tries++
		w.send(m, after)
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
	if at, any := d.queues.due(); any {
		w.later[d] = at
	}
}

// followUps hands the functions of an account the looks that are due, and the digests.
func (w *world) followUps(ctx context.Context, d *deployment, each func(Step) error) error {
	for _, body := range d.queues.followUps() {
		m := &message{body: body, step: Step{Event: trail.Record{Account: d.account, Partition: d.partition, Source: target.Source, Name: target.Form}}}
		if raw, err := trail.Read(body); err == nil {
			m.step.Event.Time = raw.Time // when it was due
		}
		if err := w.deliver(ctx, m, each); err != nil {
			return err
		}
	}
	for _, n := range d.queues.take(d.queues.report) {
		if _, err := d.tell(ctx, n); err != nil {
			return err
		}
	}
	w.waits(d)
	return nil
}
