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

// Report is the function that publishes findings.
type Report struct {
	Reporter *report.Reporter
	Queues   delivery.Queues
	Clock    Clock
	Log      *slog.Logger
	Metrics  io.Writer
	// Direct allows notices without a queue.
	Direct bool
}

// ReportVisibilityTimeout is the visibility timeout of the queue of the report function.
const ReportVisibilityTimeout = 2 * time.Minute

// Findings is the response to one notice, as sam local invoke prints it.
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
		return nil, h.gate().rejectDirect(ctx)
	}
	batch := h.gate().verify(ctx, messages, ReportVisibilityTimeout)
	outcomes := make([]delivery.Outcome, len(batch.Messages))
	var group sync.WaitGroup
	for i, m := range batch.Messages {
		if batch.Unverified != nil { // a forged notice can carry a ledger entry; a report can wait
			h.record(ctx, m.ID, report.Told{After: report.Soon, Err: batch.Unverified})
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
	response, err := delivery.Complete(ctx, h.Queues, batch, outcomes)
	if err != nil {
		h.Log.LogAttrs(ctx, slog.LevelError, "message not settled", slog.String("error", err.Error()))
	}
	return response, nil
}

func (h *Report) gate() gate { return gate{h.Queues, h.Clock, h.Log, h.Metrics} }

// one handles one notice, logs a line and writes its metrics. A panic fails only this notice.
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
	return report.Told{Err: errclass.New(errclass.BadInput, "the notice is empty")}
}

// record logs a line for each published finding, and one for a notice without findings or with
// an error. It also writes the metrics.
func (h *Report) record(ctx context.Context, id string, told report.Told) {
	var attrs []slog.Attr
	if id != "" {
		attrs = append(attrs, slog.String("messageId", id))
	}
	severities := make([]finding.Severity, 0, len(told.Findings))
	for _, f := range told.Findings {
		h.Log.LogAttrs(ctx, slog.LevelInfo, "told", append(slices.Clip(attrs), findingAttr(f))...)
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
