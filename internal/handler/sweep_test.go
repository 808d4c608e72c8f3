package handler

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/ringfence/ringfence/internal/assess"
	"github.com/ringfence/ringfence/internal/authdetails"
	"github.com/ringfence/ringfence/internal/config"
	"github.com/ringfence/ringfence/internal/delivery"
	"github.com/ringfence/ringfence/internal/errclass"
	"github.com/ringfence/ringfence/internal/exposure"
	"github.com/ringfence/ringfence/internal/ledger"
	"github.com/ringfence/ringfence/internal/principal"
	"github.com/ringfence/ringfence/internal/sweep"
	"github.com/ringfence/ringfence/internal/target"
)

const allowS3 = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}`

// sweptAccount is an account of one role, with its queues and ledger.
type sweptAccount struct {
	authdetails.Directory
	page         func() error
	send, ask    error
	receipt      string // "r" where it is empty
	sent, parked []string
	back         []time.Duration
	handed       []target.Work
	log, metrics bytes.Buffer
}

func (a *sweptAccount) Page(context.Context, string, string) ([]principal.Snapshot, string, error) {
	if err := a.page(); err != nil {
		return nil, "", err
	}
	return []principal.Snapshot{{Ref: app, ID: "AROA1"}}, "", nil
}

func (a *sweptAccount) Policy(_ context.Context, arn string) (principal.PolicyState, error) {
	return principal.PolicyState{ARN: arn, DefaultVersion: "v1", Versions: []principal.PolicyVersion{{ID: "v1", Default: true, Document: []byte(allowS3)}}}, nil
}

func (a *sweptAccount) Principal(context.Context, principal.Ref) (principal.Snapshot, error) {
	return principal.Snapshot{Ref: app, ID: "AROA1"}, nil
}

func (a *sweptAccount) Load(_ context.Context, key string) (ledger.Item, error) {
	return ledger.Item{Key: key}, nil
}

func (a *sweptAccount) Open(context.Context, string) ([]ledger.Item, int, string, error) {
	return nil, 0, "", nil
}

func (a *sweptAccount) Schedule(_ context.Context, w target.Work, _ time.Duration) error {
	a.handed = append(a.handed, w)
	return nil
}

func (a *sweptAccount) Sweep(_ context.Context, _ string, message any, _ time.Duration) error {
	text, err := json.Marshal(message)
	if a.send == nil {
		a.sent = append(a.sent, string(text))
	}
	return errors.Join(err, a.send)
}

func (a *sweptAccount) RetryAfter(_ context.Context, _, _ string, after time.Duration) error {
	a.back = append(a.back, after)
	return nil
}

func (a *sweptAccount) Park(_ context.Context, body, _, _ string) error {
	a.parked = append(a.parked, body)
	return nil
}

func (a *sweptAccount) Verify(_ context.Context, _ string, receipts []string, hidden time.Duration) ([]string, error) {
	if hidden != SweepVisibilityTimeout {
		return nil, errors.New("another visibility time-out")
	}
	unknown := make([]string, len(receipts))
	for i, receipt := range receipts {
		if receipt != "r" {
			unknown[i] = "ReceiptHandleIsInvalid"
		}
	}
	return unknown, a.ask
}

func (a *sweptAccount) Set(time.Time)  {}
func (a *sweptAccount) Now() time.Time { return time.Unix(1e9, 0) }

func (a *sweptAccount) function(t *testing.T) *Sweep {
	t.Helper()
	f, err := config.Single("arn:aws:iam::123456789012:policy/team-boundary", []byte(allowS3), config.Enforce)
	if err != nil {
		t.Fatal(err)
	}
	return &Sweep{
		Sweeper: &sweep.Sweeper{
			Assessor: &assess.Assessor{Config: f, Documents: new(exposure.Documents), Source: a, Now: a.Now, Concurrency: 1},
			Ledger:   a, Outbox: a, Now: a.Now,
		},
		Queues: a, Clock: a, Log: slog.New(slog.NewTextHandler(&a.log, nil)), Metrics: &a.metrics,
	}
}

// take lets the function handle one message, and returns whether it comes back.
func (a *sweptAccount) take(t *testing.T, body string) bool {
	t.Helper()
	input, err := json.Marshal(map[string]any{"Records": []map[string]any{{
		"messageId": "m", "eventSource": "aws:sqs", "body": body, "receiptHandle": cmp.Or(a.receipt, "r"),
		"eventSourceARN": "arn:aws:sqs:us-east-1:123456789012:ringfence-sweep",
	}}})
	if err != nil {
		t.Fatal(err)
	}
	out, err := a.function(t).Handle(t.Context(), input)
	if err != nil {
		t.Fatal(err)
	}
	return len(out.(delivery.Response).Failures) > 0
}

func TestASweepGoesOnAsItsMessage(t *testing.T) {
	a := &sweptAccount{page: func() error { return nil }}
	if a.take(t, `{"sweep": {}}`) || len(a.sent) != 1 || len(a.handed) != 0 {
		t.Fatalf("%+v", a)
	}
	if a.take(t, a.sent[0]) || len(a.sent) != 1 || len(a.handed) != 1 || a.handed[0].Target.ID != "AROA1" {
		t.Errorf("sent %v, handed %v\n%s", a.sent, a.handed, &a.log)
	}
	if got := a.metrics.String(); strings.Count(got, "\n") != 1 || !strings.Contains(got, `"SweepPrincipals":1`) || !strings.Contains(got, `"SweepHeld":0`) {
		t.Errorf("metrics %s", got)
	}
}

// A sweep state that the queue does not know is refused: it could claim that all principals
// were looked at.
func TestAForgedSweepIsRefused(t *testing.T) {
	for name, a := range map[string]*sweptAccount{
		"not of the queue":       {receipt: "forged"},
		"the queue is not asked": {ask: &errclass.Error{Class: errclass.Retryable, Err: errors.New("throttled")}},
	} {
		a.page = func() error { return errors.New("it was read") }
		if !a.take(t, `{"sweep": {}}`) || len(a.sent)+len(a.parked)+len(a.handed) > 0 || strings.Contains(a.log.String(), "it was read") {
			t.Errorf("%s: %+v\n%s", name, a, &a.log)
		}
	}
	if _, err := new(sweptAccount).function(t).Handle(t.Context(), []byte(`{"sweep": {}}`)); err == nil {
		t.Error("a message without a queue is taken")
	}
}

func TestASweepThatFailsComesBack(t *testing.T) {
	for name, page := range map[string]func() error{
		"an error": func() error { return errors.New("no") },
		"a panic":  func() error { panic("no") },
	} {
		a := &sweptAccount{page: page}
		if !a.take(t, `{"sweep": {}}`) || len(a.back) != 1 || len(a.sent)+len(a.parked)+a.metrics.Len() > 0 {
			t.Errorf("%s: %+v", name, a)
		}
	}
	a := &sweptAccount{page: func() error { return nil }, send: errors.New("no")}
	if !a.take(t, `{"sweep": {}}`) || len(a.back) != 1 {
		t.Errorf("what could not be sent on is lost: %+v", a)
	}
}

func TestAMalformedSweepMessageIsParked(t *testing.T) {
	for _, body := range []string{"", "{}", "[]", `{"sweep": 1}`, `{"sweep": {"phase": "done"}}`, `{"sweep": {"marker": "x"}}`} {
		a := &sweptAccount{}
		if a.take(t, body) || len(a.parked) != 1 || a.parked[0] != body {
			t.Errorf("%q: %+v", body, a)
		}
	}
}
