package sim

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ringfence/ringfence/internal/delivery"
)

// How long the functions may run, as in template.yaml.
const (
	enforceTime = 20 * time.Second
	reportTime  = time.Minute
)

// invocation is one process that works on a batch.
type invocation struct {
	name  string
	queue *lane
	batch []*message
	begun time.Time
	calls map[string]int
	open  []*call
	lag   time.Duration // of the read that is answered
	// hurt is set once a fault has met it, and dead once it was killed.
	hurt, dead bool
	// unkept is set once the queue did not take an entry that the ledger had not taken.
	unkept bool
}

// invoke runs a function on a batch.
func (w *World) invoke(q *lane, batch []*message) {
	inv := &invocation{
		name: fmt.Sprintf("%s/%s/%d", q.name, batch[0].name, batch[0].count), queue: q,
		batch: slices.Clone(batch), begun: time.Now(), calls: map[string]int{},
	}
	q.running++
	w.edges.running[inv] = true
	w.mix(inv.name)
	w.Result.Invocations++
	w.log.add("  lambda", "%s begins, with %s", inv.name, strings.Join(called(batch), ", "))
	ctx, cancel := context.WithTimeout(context.WithValue(context.Background(), byKey{}, inv), q.timeout)
	input := w.input(q, batch)
	go func() {
		defer cancel()
		var out any
		if q.name == "report" {
			out, _ = w.edges.report.Handle(ctx, input)
		} else {
			out, _ = w.edges.enforce.Handle(ctx, input)
		}
		w.finish(inv, out)
	}()
	w.after(q.timeout, func() {
		if w.edges.running[inv] {
			w.Result.Faults["timed out"]++
			w.hurt(inv)
			w.log.add("fault", "%s ran out of time", inv.name)
			w.kill(inv)
		}
	})
}

// ends is the call by which a function says that it is done.
const ends = "~ends"

// finish takes the answer of a function. It is the one thing that a function's own
// goroutine says, and it says it as a call does.
func (w *World) finish(inv *invocation, out any) {
	c := &call{by: inv, op: ends, answer: make(chan answer, 1)}
	w.mu.Lock()
	defer w.mu.Unlock()
	if inv.dead {
		return
	}
	c.run = func() (any, error) {
		w.ended(inv)
		if r, ok := out.(delivery.Response); ok {
			inv.queue.settled(inv.batch, r.Failures)
			w.log.add("  lambda", "%s ends; %d of its messages come back", inv.name, len(r.Failures))
		}
		w.poll(inv.queue)
		return nil, nil
	}
	w.fresh = append(w.fresh, c)
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

// ended has a function do nothing any more: what it left running is frozen with it.
func (w *World) ended(inv *invocation) {
	w.mu.Lock()
	inv.dead = true
	w.mu.Unlock()
	for _, c := range inv.open {
		c.give(answer{err: errDead})
	}
	delete(w.edges.running, inv)
	inv.queue.running--
}

// kill ends a process: nothing that it does from now on takes effect.
func (w *World) kill(inv *invocation) {
	w.Result.Kills++
	w.ended(inv)
	w.after(time.Second, func() { w.poll(inv.queue) })
}
