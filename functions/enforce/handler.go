package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"runtime/debug"
	"strconv"
	"time"

	"github.com/ringfence/ringfence/internal/fault"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/metrics"
	"github.com/ringfence/ringfence/internal/pipeline"
	"github.com/ringfence/ringfence/internal/trail"
)

// events is the pipeline, as this function uses it.
type events interface {
	Handle(ctx context.Context, event []byte, attempt int) (pipeline.Report, error)
}

type handler struct {
	pipeline events
	log      *slog.Logger
	now      func(trail.Change) time.Time
	metrics  io.Writer
}

// batch is what SQS sends.
// https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
type batch struct {
	Records []message `json:"Records"`
}

type message struct {
	MessageID   string            `json:"messageId"`
	EventSource string            `json:"eventSource"`
	Body        string            `json:"body"`
	Attributes  map[string]string `json:"attributes"`
}

// batchResponse names the messages that SQS must deliver again; the others are deleted.
// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting
type batchResponse struct {
	Failures []batchFailure `json:"batchItemFailures"`
}

type batchFailure struct {
	Message string `json:"itemIdentifier"`
}

// handle takes either form of input. The error of a single event is returned, so that
// Lambda tries it again; those of a batch become its partial response.
func (h handler) handle(ctx context.Context, input json.RawMessage) (any, error) {
	var b batch
	if err := json.Unmarshal(input, &b); err == nil && len(b.Records) > 0 && b.Records[0].EventSource == "aws:sqs" {
		return h.batch(ctx, b.Records), nil
	}
	report, err := h.one(ctx, input, 1, "")
	if err != nil {
		return nil, err
	}
	return report.Answer(), nil
}

func (h handler) batch(ctx context.Context, messages []message) batchResponse {
	response := batchResponse{Failures: []batchFailure{}}
	for _, m := range messages {
		if short(ctx) {
			response.Failures = append(response.Failures, batchFailure{m.MessageID})
			continue
		}
		attempt, err := strconv.Atoi(m.Attributes["ApproximateReceiveCount"])
		if err != nil {
			attempt = 1
		}
		if _, err := h.one(ctx, []byte(m.Body), attempt, m.MessageID); err != nil {
			response.Failures = append(response.Failures, batchFailure{m.MessageID})
		}
	}
	return response
}

// enough is the time without which no message is begun: it goes back to the queue, which
// beats being cut off in the middle of a repair.
const enough = 10 * time.Second

// short reports whether the invocation is about to end.
func short(ctx context.Context) bool {
	deadline, ok := ctx.Deadline()
	return ok && time.Until(deadline) < enough
}

// one runs one event through the pipeline, and logs one line and its metrics. A panic is
// an error of this event alone: the rest of its batch is not to suffer.
func (h handler) one(ctx context.Context, event []byte, attempt int, messageID string) (report pipeline.Report, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
		h.record(ctx, report, err, attempt, messageID)
	}()
	return h.pipeline.Handle(ctx, event, attempt)
}

func (h handler) record(ctx context.Context, report pipeline.Report, err error, attempt int, messageID string) {
	c := report.Change
	attrs := []slog.Attr{
		slog.String("eventId", c.EventID), slog.String("eventName", c.Name), slog.String("account", c.Account),
		slog.Int("attempt", attempt),
	}
	if messageID != "" {
		attrs = append(attrs, slog.String("messageId", messageID))
	}
	level, text := slog.LevelInfo, "handled"
	if report.Ignored != "" {
		level, text = slog.LevelDebug, "ignored"
		attrs = append(attrs, slog.String("why", report.Ignored))
	}
	if len(report.Findings) > 0 {
		attrs = append(attrs, slog.Any("verdicts", summaries(report.Findings)))
	}
	if len(report.Unsent) > 0 {
		// In full: this line may be all that is left of them.
		attrs = append(attrs, slog.Any("unsent", report.Unsent))
	}
	if err != nil {
		level, text = slog.LevelError, "failed"
		attrs = append(attrs, slog.String("error", err.Error()), slog.String("class", fault.ClassOf(err).String()))
	}
	h.log.LogAttrs(ctx, level, text, attrs...)
	if err := metrics.Write(h.metrics, h.now(c), report, err); err != nil {
		h.log.LogAttrs(ctx, slog.LevelError, "metrics not written", slog.String("error", err.Error()))
	}
}

// summary is a finding as the log shows it.
type summary struct {
	Finding   string `json:"finding"`
	Principal string `json:"principal,omitempty"`
	Rule      string `json:"rule,omitempty"`
	Drift     string `json:"drift"`
	Severity  string `json:"severity"`
	Action    string `json:"action"`
	Outcome   string `json:"outcome"`
	Reason    string `json:"reason"`
}

func summaries(findings []finding.Finding) []summary {
	out := make([]summary, 0, len(findings))
	for _, f := range findings {
		s := summary{f.ID, "", f.Rule, string(f.Drift), string(f.Severity), string(f.Action), string(f.Outcome), f.Reason}
		if f.Principal != nil {
			s.Principal = f.Principal.ARN
		}
		out = append(out, s)
	}
	return out
}
