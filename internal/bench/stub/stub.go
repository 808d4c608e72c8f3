// Package stub is the AWS of the benchmark: the embedded AWS with delays and a log of the calls.
//
// A call is answered when its delay is over, counted from its arrival: the time that the embedded
// AWS needs for the answer is part of the delay.
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

// Delay returns how long a call takes. It may be called concurrently.
type Delay func(service, operation string) time.Duration

// Call is one received call.
type Call struct {
	// Service is the name in the signature: iam, dynamodb, sqs.
	Service   string
	Operation string
	// Role is the role that the call names, if it names one.
	Role string
	// Bytes is the size of the request's body.
	Bytes  int
	Status int
	// Start is when the call arrived, End when its answer was sent.
	Start, End time.Time
}

// Endpoint is an endpoint on loopback with its own calls and delays. Each process of the function
// gets its own, so that its calls can be distinguished.
type Endpoint struct {
	URL string

	aws    http.Handler
	server *http.Server
	mu     sync.Mutex
	delay  Delay
	calls  []Call
}

// Serve opens an endpoint of an AWS. It has no delays until SetDelay.
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

// SetDelay sets the delays of later calls.
func (e *Endpoint) SetDelay(d Delay) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.delay = d
}

// Take returns the calls since the last Take, in the order of their arrival.
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

// ServeHTTP answers a call when its delay is over.
func (e *Endpoint) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	start := time.Now()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		panic(http.ErrAbortHandler) // the client disconnected
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
	_, _ = w.Write(answer.body.Bytes()) // the client has gone away

	call.Status, call.End = answer.status, time.Now()
	e.mu.Lock()
	defer e.mu.Unlock()
	e.calls = append(e.calls, call)
}

// answer stores a response until it is due.
type answer struct {
	header http.Header
	status int
	body   bytes.Buffer
}

// Header returns the header of the response.
func (a *answer) Header() http.Header { return a.header }

// WriteHeader stores the status.
func (a *answer) WriteHeader(status int) { a.status = status }

// Write stores the body.
func (a *answer) Write(p []byte) (int, error) { return a.body.Write(p) }
