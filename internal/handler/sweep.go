package handler

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"runtime/debug"
	"time"

	"github.com/ringfence/ringfence/internal/delivery"
	"github.com/ringfence/ringfence/internal/errclass"
	"github.com/ringfence/ringfence/internal/metrics"
	"github.com/ringfence/ringfence/internal/sweep"
)

// Sweep is the function that looks at the whole account.
type Sweep struct {
	Sweeper *sweep.Sweeper
	Queues  SweepQueues
	Clock   Clock
	Log     *slog.Logger
	Metrics io.Writer
	// Direct allows messages without a queue.
	Direct bool
}

// SweepVisibilityTimeout is the visibility timeout of the queue of the sweep function.
const SweepVisibilityTimeout = 4 * time.Minute

// SweepQueues are the queues of the sweep function.
type SweepQueues interface {
	delivery.Queues
	// Sweep schedules the next step of a sweep of an account.
	Sweep(ctx context.Context, account string, message any, after time.Duration) error
}

// SweepMessage is the message of a sweep. The state of a new sweep is empty.
type SweepMessage struct {
	Sweep *sweep.State `json:"sweep"`
}

// retryAfter is the delay of a message that could not be handled.
const retryAfter = 30 * time.Second

// Handle takes an SQS batch, or one message. A sweep continues in a new message, and the old
// one is done.
func (h *Sweep) Handle(ctx context.Context, input json.RawMessage) (any, error) {
	messages, ok := delivery.Parse(input)
	switch {
	case !ok && h.Direct:
		st, err := h.one(ctx, "", input)
		if err != nil {
			return nil, err
		}
		return SweepMessage{&st}, nil
	case !ok:
		return nil, h.gate().rejectDirect(ctx)
	}
	batch := h.gate().verify(ctx, messages, SweepVisibilityTimeout)
	outcomes := make([]delivery.Outcome, len(batch.Messages))
	for i, m := range batch.Messages {
		if batch.Unverified != nil {
			outcomes[i].After = retryUnverified // a forged state could count principals that were not seen
			continue
		}
		switch _, err := h.one(ctx, m.ID, []byte(m.Body)); {
		case errclass.ClassOf(err) == errclass.BadInput:
			outcomes[i].Parked = err.Error()
		case err != nil:
			outcomes[i].After = retryAfter
		}
	}
	response, err := delivery.Complete(ctx, h.Queues, batch, outcomes)
	if err != nil {
		h.Log.LogAttrs(ctx, slog.LevelError, "message not settled", slog.String("error", err.Error()))
	}
	return response, nil
}

func (h *Sweep) gate() gate { return gate{h.Queues, h.Clock, h.Log, h.Metrics} }

// one does as much as there is time for, and sends the rest as a message. A panic fails only
// this message.
func (h *Sweep) one(ctx context.Context, id string, body []byte) (st sweep.State, err error) {
	var after time.Duration
	var why error // why the sweep waits
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
		h.record(ctx, id, st, after, why, err)
	}()
	var m SweepMessage
	if err := json.Unmarshal(body, &m); err != nil || m.Sweep == nil {
		return st, errclass.New(errclass.BadInput, "not the message of a sweep")
	}
	if err := m.Sweep.Check(); err != nil {
		return st, err
	}
	if st, after, why = h.Sweeper.Step(ctx, *m.Sweep); why != nil && after == 0 {
		return st, why
	}
	if !st.Finished() {
		err = h.Queues.Sweep(ctx, st.Account, SweepMessage{&st}, after)
	}
	return st, err
}

func (h *Sweep) record(ctx context.Context, id string, st sweep.State, after time.Duration, why, err error) {
	level, text := slog.LevelInfo, "swept"
	attrs := []slog.Attr{
		slog.String("sweep", st.Name()), slog.Int("pages", st.Pages), slog.Int("principals", st.Seen), slog.Int("unjudged", st.Unjudged),
		slog.Any("drift", st.Drift), slog.Int("writes", st.Writes), slog.Int("handed", st.Handed), slog.Int("held", st.Held), slog.Int("partsDiffer", st.Differ),
	}
	if st.Account != "" {
		attrs = append(attrs, slog.String("account", st.Account))
	}
	if st.Accounts > 0 {
		attrs = append(attrs, slog.Int("accounts", st.Accounts))
	}
	if st.Unreachable != "" {
		attrs = append(attrs, slog.String("unreachable", st.Unreachable))
	}
	if len(st.Parts) > 0 {
		attrs = append(attrs, slog.Any("parts", st.Parts))
	}
	if len(st.Unread) > 0 {
		attrs = append(attrs, slog.Any("partsUnread", st.Unread))
	}
	if id != "" {
		attrs = append(attrs, slog.String("messageId", id))
	}
	switch {
	case err != nil:
		level, text = slog.LevelError, "comes back"
		attrs = append(attrs, slog.String("error", err.Error()), slog.String("class", errclass.ClassOf(err).String()))
	case st.Phase == sweep.Abandoned:
		level, text = slog.LevelError, "given up"
	case !st.Finished():
		text = "goes on"
		attrs = append(attrs, slog.Duration("after", after))
		if why != nil {
			level = slog.LevelWarn
			attrs = append(attrs, slog.String("why", why.Error()))
		}
	case st.Unreachable != "" || st.Held > 0 || st.Unjudged > 0 || st.Differ > 0 || len(st.Unread) > 0:
		level = slog.LevelWarn
	}
	h.Log.LogAttrs(ctx, level, text, attrs...)
	if err != nil || st.Phase != sweep.Done || st.Accounts > 0 || st.Unreachable != "" {
		return
	}
	if err := metrics.Swept(h.Metrics, h.Clock.Now(), st.Seen, st.Drifted(), st.Held); err != nil {
		h.Log.LogAttrs(ctx, slog.LevelError, "metrics not written", slog.String("error", err.Error()))
	}
}
