package handler

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"time"

	"github.com/ringfence/ringfence/internal/delivery"
	"github.com/ringfence/ringfence/internal/reconcile"
	"github.com/ringfence/ringfence/internal/target"
)

// Clock is what time it is. Setting it matters in a replay only.
type Clock interface {
	Now() time.Time
	Set(time.Time)
}

// Enforce is the function that reconciles.
type Enforce struct {
	Reconciler *reconcile.Reconciler
	Queues     delivery.Queues
	Clock      Clock
	Log        *slog.Logger
	Metrics    io.Writer
	// Direct is set where events may come without a queue.
	Direct bool
}

// EnforceHidden is the visibility time-out of the queues that enforce takes messages from.
const EnforceHidden = time.Minute

// unsure is after how long a message comes back whose queue could not be asked.
const unsure = 5 * time.Second

// Handle takes an SQS batch, or one event as EventBridge gives it. The messages of a batch
// that must come back are in its response. Of one event the answer is an [Answer], and
// what must be tried again an error, so that Lambda tries it again.
func (h *Enforce) Handle(ctx context.Context, input json.RawMessage) (any, error) {
	messages, ok := delivery.Parse(input)
	switch {
	case !ok && h.Direct:
		return h.direct(ctx, input)
	case !ok:
		return nil, h.door().turnAway(ctx)
	}
	batch := h.door().let(ctx, messages, EnforceHidden)
	letters := make([]letter, len(batch.Messages))
	for i, m := range batch.Messages {
		letters[i] = read([]byte(m.Body), h.Reconciler.Control)
		letters[i].id = m.ID
		if batch.Unsure != nil {
			letters[i] = letters[i].doubted(batch.Unsure)
		}
	}
	results := h.run(ctx, letters)
	outcomes := make([]delivery.Outcome, len(letters))
	for i := range letters {
		outcomes[i] = outcome(letters[i], results[i])
		h.record(ctx, letters[i], results[i])
	}
	response, err := delivery.Settle(ctx, h.Queues, batch, outcomes)
	if err != nil {
		h.Log.LogAttrs(ctx, slog.LevelError, "message not settled", slog.String("error", err.Error()))
	}
	return response, nil
}

// run reconciles all that the letters are about, in one batch, and gives the result of
// each letter.
func (h *Enforce) run(ctx context.Context, letters []letter) []reconcile.Result {
	var work []target.Work
	for _, l := range letters {
		h.Clock.Set(l.time)
		work = append(work, l.work...)
	}
	done := h.Reconciler.Batch(ctx, work)
	results := make([]reconcile.Result, len(letters))
	for i, l := range letters {
		for _, w := range l.work {
			results[i] = reconcile.Join(results[i], done[w.Target.Identity()])
		}
		if l.unsure != nil {
			results[i] = reconcile.Join(results[i], reconcile.Result{After: unsure, Err: l.unsure})
		}
	}
	return results
}

func (h *Enforce) door() door { return door{h.Queues, h.Clock, h.Log, h.Metrics} }

// outcome is what becomes of the message of a letter. What people were told of is done:
// a repair that can never work is in the ledger, and is looked at again from there.
func outcome(l letter, r reconcile.Result) delivery.Outcome {
	switch {
	case l.err != nil && len(l.work) == 0:
		return delivery.Outcome{Parked: l.err.Error()}
	case r.After > 0:
		return delivery.Outcome{After: r.After}
	case r.Parked:
		return delivery.Outcome{Parked: fmt.Sprint(r.Err)}
	}
	return delivery.Outcome{}
}

// Answer is what the function answers to one event: what sam local invoke prints.
type Answer struct {
	Event     string     `json:"event"`
	Ignored   string     `json:"ignored,omitempty"`
	Decisions []Decision `json:"decisions"`
}

// again begins the last line of the error of an event that is to be tried again.
const again = "to be tried again in "

// ComesBack reads in the error of one event whether it is to be tried again, also where the
// function is another process: a queue would bring the message back.
func ComesBack(err error) bool { return err != nil && strings.Contains(err.Error(), again) }

// direct handles one event that came by itself.
func (h *Enforce) direct(ctx context.Context, input []byte) (any, error) {
	l := read(input, h.Reconciler.Control)
	if l.err != nil && len(l.work) == 0 {
		h.record(ctx, l, reconcile.Result{})
		return nil, l.err
	}
	r := h.run(ctx, []letter{l})[0]
	h.record(ctx, l, r)
	switch {
	case r.After > 0:
		return nil, errors.Join(r.Err, fmt.Errorf(again+"%v", r.After.Round(time.Second)))
	case r.Parked:
		return nil, r.Err
	}
	return Answer{Event: l.record.EventID, Ignored: l.ignored, Decisions: decisions(r.Decisions)}, nil
}
