package sim

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/ringfence/ringfence/internal/delivery"
)

// lane is an SQS queue and its function.
type lane struct {
	name       string
	visibility time.Duration
	timeout    time.Duration
	most       int // invocations at a time
	running    int
	messages   []*message
}

// message is one message of a queue.
type message struct {
	id      string // receipts are ids: the latest visibility counts
	name    string
	body    string
	walks   bool // is handled alone
	visible time.Time
	serial  int
	count   int
}

// about returns the message's name without its number.
func (m *message) about() string { return m.name[:strings.LastIndexByte(m.name, '#')] }

// mostReceives is the number of receives after which SQS gives up on a message.
const mostReceives = 100

// send adds a message to a queue.
func (w *World) send(q *lane, name, body string, delay time.Duration) {
	w.counts[name]++
	w.serial++
	m := &message{id: w.ids.UUID("message"), name: name + "#" + itoa(w.counts[name]), body: body, serial: w.serial, visible: time.Now().Add(delay)}
	m.walks = walks(body)
	q.messages = append(q.messages, m)
	w.after(delay, func() { w.poll(q) })
}

// poll passes the visible messages to the function.
func (w *World) poll(q *lane) {
	now := time.Now()
	var ready []*message
	for _, m := range q.messages {
		if !m.visible.After(now) {
			ready = append(ready, m)
		}
	}
	slices.SortFunc(ready, func(a, b *message) int { return cmp.Or(a.visible.Compare(b.visible), a.serial-b.serial) })
	for len(ready) > 0 && q.running < q.most {
		n := 1 + roll(w.Seed, "batch", ready[0].name).n(min(3, len(ready)))
		if q.name == "report" {
			n = 1 // it handles a batch concurrently, in no fixed order
		}
		for i := range n {
			if ready[i].walks {
				n = max(1, i)
				break
			}
		}
		w.receive(q, ready[:n])
		ready = ready[n:]
	}
}

// receive starts an invocation with a batch.
func (w *World) receive(q *lane, batch []*message) {
	for _, m := range batch {
		m.count++
		m.visible = time.Now().Add(q.visibility)
		d := roll(w.Seed, "twice", m.name, itoa(m.count))
		if id := shortID("received twice " + m.name); d.chance(min(8, w.chaos.level)) && w.chaos.drawn(id) {
			m.visible = time.Now().Add(d.between(0, 3*time.Second))
			w.met("delivered twice", id)
		}
		if m.count == mostReceives {
			w.Result.breaks(w, "f", "message %s of queue %s was received %d times", m.name, q.name, m.count)
		}
		w.after(time.Until(m.visible), func() { w.poll(q) })
	}
	w.invoke(q, batch)
}

// settled deletes the messages of an invocation that are done.
func (q *lane) settled(batch []*message, failures []delivery.Failure) {
	for _, m := range batch {
		if !slices.ContainsFunc(failures, func(f delivery.Failure) bool { return f.Message == m.id }) {
			q.messages = slices.DeleteFunc(q.messages, func(x *message) bool { return x == m })
		}
	}
}

// find returns the message with a receipt, nil if it was deleted.
func (w *World) find(receipt string) (*lane, *message) {
	for _, name := range []string{"events", "follow-up", "report"} {
		q := w.queues[name]
		for _, m := range q.messages {
			if m.id == receipt {
				return q, m
			}
		}
	}
	return nil, nil
}
