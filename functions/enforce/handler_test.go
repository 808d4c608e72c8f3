package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ringfence/ringfence/internal/fault"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/pipeline"
	"github.com/ringfence/ringfence/internal/trail"
)

type fakePipeline struct {
	handle func(event string, attempt int) (pipeline.Report, error)
	seen   []string
}

func (f *fakePipeline) Handle(_ context.Context, event []byte, attempt int) (pipeline.Report, error) {
	f.seen = append(f.seen, fmt.Sprintf("%s#%d", event, attempt))
	return f.handle(string(event), attempt)
}

func newHandler(f *fakePipeline) (h handler, log, metrics *bytes.Buffer) {
	log, metrics = &bytes.Buffer{}, &bytes.Buffer{}
	return handler{
		pipeline: f, metrics: metrics,
		log: slog.New(slog.NewJSONHandler(log, nil)),
		now: func(trail.Change) time.Time { return time.Unix(1, 0) },
	}, log, metrics
}

func sqs(t *testing.T, bodies ...string) json.RawMessage {
	t.Helper()
	var b batch
	for i, body := range bodies {
		b.Records = append(b.Records, message{
			MessageID: fmt.Sprintf("m%d", i+1), EventSource: "aws:sqs", Body: body,
			Attributes: map[string]string{"ApproximateReceiveCount": fmt.Sprint(i + 1)},
		})
	}
	data, err := json.Marshal(b)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestABatchReturnsOnlyWhatFailed(t *testing.T) {
	f := &fakePipeline{handle: func(event string, _ int) (pipeline.Report, error) {
		switch event {
		case "bad":
			return pipeline.Report{}, fault.New(fault.BadInput, "not JSON")
		case "panics":
			panic("boom")
		}
		return pipeline.Report{}, nil
	}}
	h, log, metrics := newHandler(f)
	response, err := h.handle(t.Context(), sqs(t, "good", "bad", "panics", "also good"))
	if err != nil {
		t.Fatal(err)
	}
	got, err := json.Marshal(response)
	if err != nil {
		t.Fatal(err)
	}
	if want := `{"batchItemFailures":[{"itemIdentifier":"m2"},{"itemIdentifier":"m3"}]}`; string(got) != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if want := []string{"good#1", "bad#2", "panics#3", "also good#4"}; !slices.Equal(f.seen, want) {
		t.Errorf("saw %v, want %v: the attempt is the receive count", f.seen, want)
	}
	if n := strings.Count(log.String(), "\n"); n != 4 {
		t.Errorf("%d log lines for 4 events:\n%s", n, log)
	}
	if n := strings.Count(metrics.String(), `"EventsFailed":1`); n != 2 {
		t.Errorf("%d failures in the metrics, want 2", n)
	}
}

func TestAMessageForWhichThereIsNoTimeGoesBack(t *testing.T) {
	f := &fakePipeline{handle: func(string, int) (pipeline.Report, error) { return pipeline.Report{}, nil }}
	h, _, _ := newHandler(f)
	ctx, cancel := context.WithTimeout(t.Context(), enough-time.Second)
	defer cancel()
	response, err := h.handle(ctx, sqs(t, "a", "b"))
	if err != nil {
		t.Fatal(err)
	}
	if got, _ := json.Marshal(response); string(got) != `{"batchItemFailures":[{"itemIdentifier":"m1"},{"itemIdentifier":"m2"}]}` || len(f.seen) != 0 {
		t.Errorf("got %s after %v", got, f.seen)
	}
}

func TestABatchWithoutFailuresSaysSoInTheFormThatSQSWants(t *testing.T) {
	h, _, _ := newHandler(&fakePipeline{handle: func(string, int) (pipeline.Report, error) { return pipeline.Report{}, nil }})
	response, err := h.handle(t.Context(), sqs(t, "good"))
	if err != nil {
		t.Fatal(err)
	}
	if got, _ := json.Marshal(response); string(got) != `{"batchItemFailures":[]}` {
		t.Errorf("got %s", got)
	}
}

func TestADirectEventIsAnsweredWithItsFindings(t *testing.T) {
	f := finding.Finding{ID: "x", Drift: finding.Missing}
	h, log, _ := newHandler(&fakePipeline{handle: func(string, int) (pipeline.Report, error) {
		return pipeline.Report{
			Change:   trail.Change{Record: trail.Record{EventID: "e1", Name: "CreateRole"}},
			Findings: []finding.Finding{f},
		}, nil
	}})
	got, err := h.handle(t.Context(), json.RawMessage(`{"detail":{}}`))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(pipeline.Answer{Event: "e1", Findings: []finding.Finding{f}}, got); diff != "" {
		t.Errorf("answer (-want +got):\n%s", diff)
	}
	var line struct{ EventID, EventName, Msg string }
	if err := json.Unmarshal(log.Bytes(), &line); err != nil || line.EventID != "e1" || line.EventName != "CreateRole" {
		t.Errorf("log line %s (%v)", log, err)
	}
}

func TestTheErrorOfADirectEventIsReturnedSoThatLambdaRetries(t *testing.T) {
	h, log, _ := newHandler(&fakePipeline{handle: func(string, int) (pipeline.Report, error) {
		return pipeline.Report{Unsent: []finding.Finding{{ID: "kept-in-the-log"}}}, errors.New("throttled")
	}})
	if _, err := h.handle(t.Context(), json.RawMessage(`{}`)); err == nil {
		t.Error("no error")
	}
	if !strings.Contains(log.String(), "kept-in-the-log") {
		t.Errorf("the log does not hold the finding that was not sent: %s", log)
	}
}
