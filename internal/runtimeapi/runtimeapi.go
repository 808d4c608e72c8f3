// Package runtimeapi runs a built Lambda function as AWS Lambda does, and takes the times:
// the process asks the runtime API for the next event, and posts its answer back.
//
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
package runtimeapi

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"sync/atomic"
	"time"
)

// Process is a running function. It handles one event at a time, as on Lambda.
type Process struct {
	// Init is the time from the start of the process to its first request for an event.
	Init time.Duration
	// Deadline is the time limit for one event that the function gets; one minute if it is zero.
	Deadline time.Duration

	cmd     *exec.Cmd
	server  *http.Server
	printed *tail
	exited  chan struct{}

	ready   chan time.Time // the first question for an event
	asked   atomic.Bool
	next    chan invocation
	answers chan answer
	count   int
}

// Answer is the response to one event.
type Answer struct {
	// HandedOver is when the process had the event, Answered when its answer was read.
	HandedOver, Answered time.Time
	Body                 []byte
}

// Took returns the duration of the invocation.
func (a Answer) Took() time.Duration { return a.Answered.Sub(a.HandedOver) }

// timeout bounds one step of a process: its init, or an event.
const timeout = 5 * time.Minute

// Start starts a binary with only the given environment and waits until it requests an event.
func Start(ctx context.Context, binary string, env map[string]string) (*Process, error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("serving the Lambda runtime API: %w", err)
	}
	p := &Process{
		printed: &tail{}, exited: make(chan struct{}), ready: make(chan time.Time, 1),
		next: make(chan invocation), answers: make(chan answer, 1),
	}
	p.server = &http.Server{Handler: p.api(), ReadHeaderTimeout: 10 * time.Second}
	go p.server.Serve(listener) //nolint:errcheck // always ErrServerClosed, by Close

	p.cmd = exec.CommandContext(ctx, binary)
	p.cmd.Env = []string{"AWS_LAMBDA_RUNTIME_API=" + listener.Addr().String(), "AWS_LAMBDA_FUNCTION_NAME=Function"}
	for name, value := range env {
		p.cmd.Env = append(p.cmd.Env, name+"="+value)
	}
	p.cmd.Stdout, p.cmd.Stderr = p.printed, p.printed
	started := time.Now()
	if err := p.cmd.Start(); err != nil {
		return nil, errors.Join(fmt.Errorf("starting the function: %w", err), p.server.Close())
	}
	go func() {
		_ = p.cmd.Wait() // how it ended is told by what it printed
		close(p.exited)
	}()
	select {
	case at := <-p.ready:
		p.Init = at.Sub(started)
		return p, nil
	case a := <-p.answers:
		err = fmt.Errorf("the function did not start: %w", a.err)
	case <-p.exited:
		err = p.ended()
	case <-time.After(timeout):
		err = errors.New("the function asked for no event")
	}
	return nil, errors.Join(err, p.Close())
}

// Invoke gives the function one event. It returns an error if the function returns one or the process ends.
func (p *Process) Invoke(ctx context.Context, event []byte) (Answer, error) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	p.count++
	select {
	case p.next <- invocation{strconv.Itoa(p.count), event}:
	case <-p.exited:
		return Answer{}, p.ended()
	case <-ctx.Done():
		return Answer{}, fmt.Errorf("handing an event over: %w", ctx.Err())
	}
	select {
	case a := <-p.answers:
		return a.Answer, a.err
	case <-p.exited:
		return Answer{}, p.ended()
	case <-ctx.Done():
		return Answer{}, fmt.Errorf("waiting for the function's answer: %w", ctx.Err())
	}
}

func (p *Process) ended() error {
	return fmt.Errorf("the function's process ended; it last printed: %s", p.printed)
}

// Printed returns the end of the process's output.
func (p *Process) Printed() string { return p.printed.String() }

// Close stops the process and the server.
func (p *Process) Close() error {
	err := p.cmd.Process.Kill()
	<-p.exited
	if errors.Is(err, os.ErrProcessDone) {
		err = nil
	}
	return errors.Join(err, p.server.Close())
}
