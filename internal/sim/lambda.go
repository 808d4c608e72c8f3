package sim

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ringfence/ringfence/internal/delivery"
)

// The functions' time limits, as in template.yaml.
const (
	enforceTime = 20 * time.Second
	reportTime  = time.Minute
)

// invocation is one process that handles a batch.
type invocation struct {
	name  string
	queue *lane
	batch []*message
	begun time.Time
	calls map[string]int
	open  []*call
	lag   time.Duration // of the current read
	// hurt is set after a fault hit it, and dead after it was killed.
	hurt, dead bool
	// unkept is set if the queue did not accept an entry that the ledger had not accepted.
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

// ends is the call with which a function says that it is done.
const ends = "~ends"

// finish takes the answer of a function. It is a call, because only the scheduler may change the
// world.
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

// ended stops a function: what it left running is frozen with it.
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

// kill ends a process: nothing that it does afterwards takes effect.
func (w *World) kill(inv *invocation) {
	w.Result.Kills++
	w.ended(inv)
	w.after(time.Second, func() { w.poll(inv.queue) })
}
