// Package stub is the AWS of the benchmark: the embedded AWS behind delays, with a note of
// each call.
//
// A call is answered when its delay is over, counted from its arrival: what the embedded
// AWS takes to work the answer out is part of the delay, not on top of it.
package stub

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"
)

// Delay says how long a call takes. It may be asked concurrently.
type Delay func(service, operation string) time.Duration

// Call is one call as the stub saw it.
type Call struct {
	// Service is the name in the signature: iam, dynamodb, sqs.
	Service   string
	Operation string
	// Role is the role that the call names, if it names one.
	Role string
	// Bytes is the size of the request's body.
	Bytes  int
	Status int
	// Start is when the call arrived, End when its answer was handed over.
	Start, End time.Time
}

// Endpoint is one way in, on loopback, with calls and delays of its own. A process of the
// function gets one for itself, so that its calls can be told from those of the others.
type Endpoint struct {
	URL string

	aws    http.Handler
	server *http.Server
	mu     sync.Mutex
	delay  Delay
	calls  []Call
}

// Serve opens a way in to an AWS. It has no delays until SetDelay.
func Serve(ctx context.Context, aws http.Handler) (*Endpoint, error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("serving the stub of AWS: %w", err)
	}
	e := &Endpoint{URL: "http://" + listener.Addr().String(), aws: aws, delay: None}
	e.server = &http.Server{Handler: e, ReadHeaderTimeout: 10 * time.Second}
	go e.server.Serve(listener) //nolint:errcheck // always ErrServerClosed, by Close
	return e, nil
}

// SetDelay sets how long calls take from now on.
func (e *Endpoint) SetDelay(d Delay) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.delay = d
}

// Take gives the calls since the last Take, in the order of their arrival.
func (e *Endpoint) Take() []Call {
	e.mu.Lock()
	calls := e.calls
	e.calls = nil
	e.mu.Unlock()
	slices.SortStableFunc(calls, func(a, b Call) int { return a.Start.Compare(b.Start) })
	return calls
}

// Close stops serving.
func (e *Endpoint) Close() error { return e.server.Close() }

// ServeHTTP answers a call when its time has come.
func (e *Endpoint) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	start := time.Now()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		panic(http.ErrAbortHandler) // the client is gone
	}
	call := read(r.Header, body)
	call.Start, call.Bytes = start, len(body)
	e.mu.Lock()
	delay := e.delay
	e.mu.Unlock()
	due := start.Add(delay(call.Service, call.Operation))

	r.Body = io.NopCloser(bytes.NewReader(body))
	answer := answer{header: w.Header(), status: http.StatusOK}
	e.aws.ServeHTTP(&answer, r)
	time.Sleep(time.Until(due))
	w.WriteHeader(answer.status)
	_, _ = w.Write(answer.body.Bytes()) // the client's loss

	call.Status, call.End = answer.status, time.Now()
	e.mu.Lock()
	defer e.mu.Unlock()
	e.calls = append(e.calls, call)
}

// answer keeps a response until it is due.
type answer struct {
	header http.Header
	status int
	body   bytes.Buffer
}

// Header is that of the response to come.
func (a *answer) Header() http.Header { return a.header }

// WriteHeader keeps the status.
func (a *answer) WriteHeader(status int) { a.status = status }

// Write keeps the body.
func (a *answer) Write(p []byte) (int, error) { return a.body.Write(p) }
