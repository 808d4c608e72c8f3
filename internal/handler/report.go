package handler

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"github.com/ringfence/ringfence/internal/delivery"
	"github.com/ringfence/ringfence/internal/errclass"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/ledger"
	"github.com/ringfence/ringfence/internal/metrics"
	"github.com/ringfence/ringfence/internal/report"
)

// Report is the function that tells.
type Report struct {
	Reporter *report.Reporter
	Queues   delivery.Queues
	Clock    Clock
	Log      *slog.Logger
	Metrics  io.Writer
	// Direct is set where notices may come without a queue.
	Direct bool
}

// ReportHidden is the visibility time-out of the queue that report takes notices from.
const ReportHidden = 2 * time.Minute

// Findings is what the function answers to one notice: what sam local invoke prints.
type Findings struct {
	Findings []finding.Finding `json:"findings"`
}

// Handle takes an SQS batch of notices, or one notice.
func (h *Report) Handle(ctx context.Context, input json.RawMessage) (any, error) {
	messages, ok := delivery.Parse(input)
	switch {
	case !ok && h.Direct:
		told := h.one(ctx, "", input)
		if told.Err != nil {
			return nil, told.Err
		}
		return Findings{append([]finding.Finding{}, told.Findings...)}, nil
	case !ok:
		return nil, h.door().turnAway(ctx)
	}
	batch := h.door().let(ctx, messages, ReportHidden)
	outcomes := make([]delivery.Outcome, len(batch.Messages))
	var group sync.WaitGroup
	for i, m := range batch.Messages {
		if batch.Unsure != nil { // a forged notice can carry an entry of the ledger; telling can wait
			h.record(ctx, m.ID, report.Told{After: report.Soon, Err: batch.Unsure})
			outcomes[i].After = report.Soon
			continue
		}
		group.Go(func() {
			told := h.one(ctx, m.ID, []byte(m.Body))
			outcomes[i].After = told.After
			if errclass.ClassOf(told.Err) == errclass.BadInput {
				outcomes[i] = delivery.Outcome{Parked: told.Err.Error()}
			}
		})
	}
	group.Wait()
	response, err := delivery.Settle(ctx, h.Queues, batch, outcomes)
	if err != nil {
		h.Log.LogAttrs(ctx, slog.LevelError, "message not settled", slog.String("error", err.Error()))
	}
	return response, nil
}

func (h *Report) door() door { return door{h.Queues, h.Clock, h.Log, h.Metrics} }

// one handles one notice, logs a line and writes its metrics. A panic is a failure of this
// notice alone.
func (h *Report) one(ctx context.Context, id string, body []byte) (told report.Told) {
	defer func() {
		if p := recover(); p != nil {
			told = report.Told{After: report.Soon, Err: fmt.Errorf("panic: %v\n%s", p, debug.Stack())}
		}
		h.record(ctx, id, told)
	}()
	var n ledger.Notice
	if err := json.Unmarshal(body, &n); err != nil {
		return report.Told{Err: errclass.New(errclass.BadInput, "not a notice: %w", err)}
	}
	h.Clock.Set(n.Due)
	switch {
	case n.Tell != "":
		return h.Reporter.Tell(ctx, n.Tell)
	case n.Digest != "":
		return h.Reporter.Digest(ctx, n.Digest)
	case n.Entry != nil:
		if err := n.Entry.Check(); err != nil {
			return report.Told{Err: err}
		}
		return h.Reporter.Apply(ctx, *n.Entry)
	}
	return report.Told{Err: errclass.New(errclass.BadInput, "a notice that says nothing")}
}

// record logs a line for each finding that was told, and one for a notice that tells of none
// or failed; and writes their metrics.
func (h *Report) record(ctx context.Context, id string, told report.Told) {
	var attrs []slog.Attr
	if id != "" {
		attrs = append(attrs, slog.String("messageId", id))
	}
	severities := make([]finding.Severity, 0, len(told.Findings))
	for _, f := range told.Findings {
		h.Log.LogAttrs(ctx, slog.LevelInfo, "told", append(slices.Clip(attrs), line(f))...)
		severities = append(severities, f.Severity)
	}
	switch {
	case told.Err != nil:
		h.Log.LogAttrs(ctx, slog.LevelError, "not told", append(attrs, slog.String("error", told.Err.Error()), slog.Duration("after", told.After))...)
	case len(told.Findings) == 0:
		h.Log.LogAttrs(ctx, slog.LevelInfo, "told", attrs...)
	}
	if err := metrics.Told(h.Metrics, h.Clock.Now(), severities, told.Unsent); err != nil {
		h.Log.LogAttrs(ctx, slog.LevelError, "metrics not written", slog.String("error", err.Error()))
	}
}
