package sim

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"
)

// call is one waiting call of an edge.
type call struct {
	by      *invocation
	service string // iam, dynamodb, sqs, …
	op, key string
	write   bool
	ordinal int
	run     func() (any, error)
	answer  chan answer
}

type answer struct {
	value any
	err   error
	panic bool
}

type byKey struct{}

// errDead is the error for calls of a killed process.
var errDead = errors.New("the process is dead")

// do makes a call through the scheduler. run is called when, and if, the call takes effect.
func do[Out any](ctx context.Context, w *World, service, op, key string, write bool, run func() (Out, error)) (Out, error) {
	var none Out
	inv, _ := ctx.Value(byKey{}).(*invocation)
	if inv == nil {
		panic("a call outside of an invocation: " + op)
	}
	c := &call{by: inv, service: service, op: op, key: key, write: write, answer: make(chan answer, 1)}
	c.run = func() (any, error) { return run() }
	w.mu.Lock()
	if inv.dead {
		w.mu.Unlock()
		return none, errDead
	}
	w.fresh = append(w.fresh, c)
	w.mu.Unlock()
	select {
	case w.wake <- struct{}{}:
	default:
	}
	select {
	case a := <-c.answer:
		if a.panic {
			panic("sim: a panic at " + op)
		}
		if a.err != nil {
			return none, a.err
		}
		return a.value.(Out), nil
	case <-ctx.Done():
		return none, ctx.Err() // the call may still take effect
	}
}

// intake collects the new calls in a deterministic order.
func (w *World) intake() {
	w.mu.Lock()
	fresh := w.fresh
	w.fresh = nil
	w.mu.Unlock()
	select {
	case <-w.wake:
	default:
	}
	slices.SortStableFunc(fresh, func(a, b *call) int {
		return cmp.Or(cmp.Compare(a.by.name, b.by.name), cmp.Compare(a.op, b.op), cmp.Compare(a.key, b.key))
	})
	for _, c := range fresh {
		if c.by.dead {
			c.give(answer{err: errDead})
			continue
		}
		word := c.op + " " + c.key
		c.ordinal = c.by.calls[word]
		c.by.calls[word]++
		c.by.open = append(c.by.open, c)
		w.schedule(c)
	}
}

// reply gives the answer after a time.
func (c *call) reply(w *World, after time.Duration, a answer) {
	w.after(after, func() { c.give(a) })
}

// give gives an answer, unless there is one already.
func (c *call) give(a answer) {
	select {
	case c.answer <- a:
	default:
	}
}
