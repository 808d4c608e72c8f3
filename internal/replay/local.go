package replay

import (
	"context"
	"encoding/json"
	"fmt"
	"io"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/ringfence/ringfence/internal/boot"
	"github.com/ringfence/ringfence/internal/boot/enforcing"
	"github.com/ringfence/ringfence/internal/boot/reporting"
	"github.com/ringfence/ringfence/internal/handler"
)

// function is one of the two functions: in this process, or a binary.
type function interface {
	// Invoke gives the function one event, and returns its answer as JSON.
	Invoke(ctx context.Context, event []byte) ([]byte, error)
	io.Closer
}

// local is a function in this process.
type local func(context.Context, json.RawMessage) (any, error)

// Invoke implements function.
func (l local) Invoke(ctx context.Context, event []byte) ([]byte, error) {
	answer, err := l(ctx, event)
	if err != nil {
		return nil, err
	}
	return json.Marshal(answer)
}

// Close does nothing.
func (local) Close() error { return nil }

// pair is Ringfence in one account.
type pair struct{ enforce, report function }

func newLocal(env map[string]string, read boot.ReadFile, client aws.HTTPClient, log io.Writer) (p pair, err error) {
	getenv := func(name string) string { return env[name] }
	e, err := enforcing.New(getenv, read, client, log, io.Discard)
	if err != nil {
		return p, err
	}
	e.Reconciler.Concurrency = 1 // a walk would write in another order each time
	r, err := reporting.New(getenv, read, client, log, io.Discard)
	if err != nil {
		return p, err
	}
	return pair{local(e.Handle), local(r.Handle)}, nil
}

// decide gives one message to enforce.
func (p pair) decide(ctx context.Context, message []byte) (a handler.Answer, err error) {
	return a, invoke(ctx, p.enforce, message, &a)
}

// tell gives one notice to report.
func (p pair) tell(ctx context.Context, notice []byte) (f handler.Findings, err error) {
	return f, invoke(ctx, p.report, notice, &f)
}

func invoke(ctx context.Context, f function, event []byte, answer any) error {
	body, err := f.Invoke(ctx, event)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(body, answer); err != nil {
		return fmt.Errorf("the function's answer is of another form: %w", err)
	}
	return nil
}
