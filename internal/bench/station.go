package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/ringfence/ringfence/internal/bench/stub"
	"github.com/ringfence/ringfence/internal/runtimeapi"
)

// station is a running process of a function with its own endpoint of AWS.
type station struct {
	*runtimeapi.Process
	aws     *stub.Endpoint
	account *account
}

// start starts a function. It has made no calls and handled no events yet.
func (a *account) start(ctx context.Context, t target, delay stub.Delay, more map[string]string) (*station, error) {
	endpoint, err := stub.Serve(ctx, a.server)
	if err != nil {
		return nil, err
	}
	endpoint.SetDelay(delay)
	env := a.env(t, endpoint.URL)
	for name, value := range more {
		env[name] = value
	}
	p, err := runtimeapi.Start(ctx, t.binary, env)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", t.name, err), endpoint.Close())
	}
	return &station{p, endpoint, a}, nil
}

// Close ends the process and its endpoint.
func (s *station) Close() error { return errors.Join(s.Process.Close(), s.aws.Close()) }

// handled is a handled batch.
type handled struct {
	runtimeapi.Answer
	roles []string
	calls []stub.Call
}

// handle makes the function handle a batch for n roles that have just drifted, and checks that all
// of them are repaired.
func (s *station) handle(ctx context.Context, n int) (handled, error) {
	h := handled{roles: s.account.drifted(n)}
	event, err := s.account.batch(ctx, h.roles)
	if err != nil {
		return h, err
	}
	s.aws.Take() // calls of its init
	if h.Answer, err = s.Invoke(ctx, event); err != nil {
		return h, err
	}
	h.calls = s.aws.Take()
	var response struct {
		Failures []json.RawMessage `json:"batchItemFailures"`
	}
	if err := json.Unmarshal(h.Body, &response); err != nil {
		return h, fmt.Errorf("reading the function's answer %s: %w", h.Body, err)
	}
	if repaired := s.account.bounded(h.roles); repaired < n || len(response.Failures) > 0 {
		return h, fmt.Errorf("%d of %d drifts were repaired, and %d messages came back; the function last printed: %s",
			repaired, n, len(response.Failures), s.Printed())
	}
	return h, nil
}
