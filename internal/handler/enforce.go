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

// Clock tells the time. Set has an effect only in a replay.
type Clock interface {
	Now() time.Time
	Set(time.Time)
}

// Enforce is the function that reconciles targets.
type Enforce struct {
	Reconciler *reconcile.Reconciler
	Queues     delivery.Queues
	Clock      Clock
	Log        *slog.Logger
	Metrics    io.Writer
	// Direct allows events without a queue.
	Direct bool
}

// EnforceVisibilityTimeout is the visibility timeout of the queues of the enforce function.
const EnforceVisibilityTimeout = time.Minute

// retryUnverified is the delay of a message whose queue could not be asked.
const retryUnverified = 5 * time.Second

// Handle takes an SQS batch, or one event from EventBridge. For a batch it returns the messages
// to retry. For one event it returns an [Answer], or an error if Lambda must retry it.
func (h *Enforce) Handle(ctx context.Context, input json.RawMessage) (any, error) {
	messages, ok := delivery.Parse(input)
	switch {
	case !ok && h.Direct:
		return h.direct(ctx, input)
	case !ok:
		return nil, h.gate().rejectDirect(ctx)
	}
	batch := h.gate().verify(ctx, messages, EnforceVisibilityTimeout)
	decoded := make([]message, len(batch.Messages))
	for i, m := range batch.Messages {
		decoded[i] = read([]byte(m.Body), h.Reconciler.Control)
		decoded[i].id = m.ID
		if batch.Unverified != nil {
			decoded[i] = decoded[i].asHint(batch.Unverified)
		}
	}
	results := h.run(ctx, decoded)
	outcomes := make([]delivery.Outcome, len(decoded))
	for i := range decoded {
		outcomes[i] = outcome(decoded[i], results[i])
		h.record(ctx, decoded[i], results[i])
	}
	response, err := delivery.Complete(ctx, h.Queues, batch, outcomes)
	if err != nil {
		h.Log.LogAttrs(ctx, slog.LevelError, "message not settled", slog.String("error", err.Error()))
	}
	return response, nil
}

// run reconciles the targets of all messages in one batch, and returns the result of each
// message.
func (h *Enforce) run(ctx context.Context, decoded []message) []reconcile.Result {
	var work []target.Work
	for _, l := range decoded {
		h.Clock.Set(l.time)
		work = append(work, l.work...)
	}
	done := h.Reconciler.Batch(ctx, work)
	results := make([]reconcile.Result, len(decoded))
	for i, l := range decoded {
		for _, w := range l.work {
			results[i] = reconcile.Join(results[i], done[w.Target.Identity()])
		}
		if l.unverified != nil {
			results[i] = reconcile.Join(results[i], reconcile.Result{After: retryUnverified, Err: l.unverified})
		}
	}
	return results
}

func (h *Enforce) gate() gate { return gate{h.Queues, h.Clock, h.Log, h.Metrics} }

// outcome returns what happens to a message. A message whose failure was reported is done: a
// repair that cannot work is in the ledger, which schedules the next look.
func outcome(l message, r reconcile.Result) delivery.Outcome {
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

// Answer is the response to one event, as sam local invoke prints it.
type Answer struct {
	Event     string     `json:"event"`
	Ignored   string     `json:"ignored,omitempty"`
	Decisions []Decision `json:"decisions"`
}

// retryText begins the last line of the error of an event to be retried.
const retryText = "to be tried again in "

// IsRetry reports whether the error of one event asks for a retry. It also works if the
// function is another process. A queue would deliver the message again.
func IsRetry(err error) bool { return err != nil && strings.Contains(err.Error(), retryText) }

// direct handles one event without a queue.
func (h *Enforce) direct(ctx context.Context, input []byte) (any, error) {
	l := read(input, h.Reconciler.Control)
	if l.err != nil && len(l.work) == 0 {
		h.record(ctx, l, reconcile.Result{})
		return nil, l.err
	}
	r := h.run(ctx, []message{l})[0]
	h.record(ctx, l, r)
	switch {
	case r.After > 0:
		return nil, errors.Join(r.Err, fmt.Errorf(retryText+"%v", r.After.Round(time.Second)))
	case r.Parked:
		return nil, r.Err
	}
	return Answer{Event: l.record.EventID, Ignored: l.ignored, Decisions: decisions(r.Decisions)}, nil
}
