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
	// Direct is set where messages may come without a queue.
	Direct bool
}

// SweepHidden is the visibility time-out of the queue that sweep takes its messages from.
const SweepHidden = 4 * time.Minute

// SweepQueues are the queues of the function.
type SweepQueues interface {
	delivery.Queues
	// Sweep has a sweep go on after a delay.
	Sweep(ctx context.Context, message any, after time.Duration) error
}

// Sweeping is the message of a sweep: one that is to begin has an empty state.
type Sweeping struct {
	Sweep *sweep.State `json:"sweep"`
}

// later is how long a message waits of which nothing could be done.
const later = 30 * time.Second

// Handle takes an SQS batch, or one message. A sweep goes on as another message, and the one
// that was taken is done.
func (h *Sweep) Handle(ctx context.Context, input json.RawMessage) (any, error) {
	messages, ok := delivery.Parse(input)
	switch {
	case !ok && h.Direct:
		st, err := h.one(ctx, "", input)
		if err != nil {
			return nil, err
		}
		return Sweeping{&st}, nil
	case !ok:
		return nil, h.door().turnAway(ctx)
	}
	batch := h.door().let(ctx, messages, SweepHidden)
	outcomes := make([]delivery.Outcome, len(batch.Messages))
	for i, m := range batch.Messages {
		if batch.Unsure != nil {
			outcomes[i].After = unsure // a forged state could count what nobody saw
			continue
		}
		switch _, err := h.one(ctx, m.ID, []byte(m.Body)); {
		case errclass.ClassOf(err) == errclass.BadInput:
			outcomes[i].Parked = err.Error()
		case err != nil:
			outcomes[i].After = later
		}
	}
	response, err := delivery.Settle(ctx, h.Queues, batch, outcomes)
	if err != nil {
		h.Log.LogAttrs(ctx, slog.LevelError, "message not settled", slog.String("error", err.Error()))
	}
	return response, nil
}

func (h *Sweep) door() door { return door{h.Queues, h.Clock, h.Log, h.Metrics} }

// one does what there is time for, and sends what is left as a message. A panic is a failure of
// this message alone.
func (h *Sweep) one(ctx context.Context, id string, body []byte) (st sweep.State, err error) {
	var after time.Duration
	var why error // it waits
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
		h.record(ctx, id, st, after, why, err)
	}()
	var m Sweeping
	if err := json.Unmarshal(body, &m); err != nil || m.Sweep == nil {
		return st, errclass.New(errclass.BadInput, "no message of a sweep")
	}
	if err := m.Sweep.Check(); err != nil {
		return st, err
	}
	if st, after, why = h.Sweeper.Step(ctx, *m.Sweep); why != nil && after == 0 {
		return st, why
	}
	if !st.Over() {
		err = h.Queues.Sweep(ctx, Sweeping{&st}, after)
	}
	return st, err
}

func (h *Sweep) record(ctx context.Context, id string, st sweep.State, after time.Duration, why, err error) {
	level, text := slog.LevelInfo, "swept"
	attrs := []slog.Attr{
		slog.String("sweep", st.Name()), slog.Int("pages", st.Pages), slog.Int("principals", st.Seen), slog.Int("unjudged", st.Unjudged),
		slog.Any("drift", st.Drift), slog.Int("writes", st.Writes), slog.Int("handed", st.Handed), slog.Int("held", st.Held), slog.Int("partsDiffer", st.Differ),
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
	case !st.Over():
		text = "goes on"
		attrs = append(attrs, slog.Duration("after", after))
		if why != nil {
			level = slog.LevelWarn
			attrs = append(attrs, slog.String("why", why.Error()))
		}
	case st.Held > 0 || st.Unjudged > 0 || st.Differ > 0 || len(st.Unread) > 0:
		level = slog.LevelWarn
	}
	h.Log.LogAttrs(ctx, level, text, attrs...)
	if err != nil || st.Phase != sweep.Done {
		return
	}
	if err := metrics.Swept(h.Metrics, h.Clock.Now(), st.Seen, st.Drifted(), st.Held); err != nil {
		h.Log.LogAttrs(ctx, slog.LevelError, "metrics not written", slog.String("error", err.Error()))
	}
}
