package replay

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Lambda runs a built function binary as AWS Lambda does: the process asks the runtime
// API for the next event, and posts its answer back.
//
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
type Lambda struct {
	server *http.Server
	cmd    *exec.Cmd
	stderr *tail
	exited chan struct{}

	next   chan invocation
	mu     sync.Mutex
	active map[string]chan answer
	count  int
}

type invocation struct {
	id    string
	event []byte
}

type answer struct {
	body []byte
	err  error
}

// invokeTimeout is what a function has for one event: the longer of the template's two.
const invokeTimeout = 60 * time.Second

// StartLambda starts the binary with the given environment, and nothing of our own. It
// runs until Close, or until the context ends.
func StartLambda(ctx context.Context, binary string, env []string) (*Lambda, error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("serving the Lambda runtime API: %w", err)
	}
	l := &Lambda{
		stderr: &tail{}, exited: make(chan struct{}),
		next: make(chan invocation), active: map[string]chan answer{},
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /2018-06-01/runtime/invocation/next", l.serveNext)
	mux.HandleFunc("POST /2018-06-01/runtime/invocation/{id}/response", l.serveResponse)
	mux.HandleFunc("POST /2018-06-01/runtime/invocation/{id}/error", l.serveError)
	mux.HandleFunc("POST /2018-06-01/runtime/init/error", l.serveError)
	l.server = &http.Server{Handler: mux, ReadHeaderTimeout: invokeTimeout}
	go l.server.Serve(listener) //nolint:errcheck // always ErrServerClosed, by Close

	l.cmd = exec.CommandContext(ctx, binary)
	l.cmd.Env = append([]string{
		"AWS_LAMBDA_RUNTIME_API=" + listener.Addr().String(),
		"AWS_LAMBDA_FUNCTION_NAME=EnforceFunction",
	}, env...)
	l.cmd.Stderr, l.cmd.Stdout = l.stderr, io.Discard
	if err := l.cmd.Start(); err != nil {
		return nil, errors.Join(fmt.Errorf("starting the function: %w", err), l.server.Close())
	}
	go func() {
		_ = l.cmd.Wait() // how it ended is told by what it printed
		close(l.exited)
	}()
	return l, nil
}

// Invoke gives the function one event and returns its answer. A function error is an
// error, and so is a process that ends.
func (l *Lambda) Invoke(ctx context.Context, event []byte) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, invokeTimeout)
	defer cancel()
	reply := make(chan answer, 1)
	l.mu.Lock()
	l.count++
	id := strconv.Itoa(l.count)
	l.active[id] = reply
	l.mu.Unlock()
	defer func() {
		l.mu.Lock()
		delete(l.active, id)
		l.mu.Unlock()
	}()
	select {
	case l.next <- invocation{id, event}:
	case <-l.exited:
		return nil, l.ended()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	select {
	case a := <-reply:
		return a.body, a.err
	case <-l.exited:
		return nil, l.ended()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (l *Lambda) ended() error {
	return fmt.Errorf("the function's process ended; it last printed: %s", l.stderr)
}

// Close ends the process and the server.
func (l *Lambda) Close() error {
	err := l.cmd.Process.Kill()
	<-l.exited
	if errors.Is(err, net.ErrClosed) || strings.Contains(fmt.Sprint(err), "already finished") {
		err = nil
	}
	return errors.Join(err, l.server.Close())
}

func (l *Lambda) serveNext(w http.ResponseWriter, r *http.Request) {
	select {
	case inv := <-l.next:
		h := w.Header()
		h.Set("Content-Type", "application/json")
		h.Set("Lambda-Runtime-Aws-Request-Id", inv.id)
		h.Set("Lambda-Runtime-Deadline-Ms", strconv.FormatInt(time.Now().Add(invokeTimeout).UnixMilli(), 10))
		h.Set("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:us-east-1:123456789012:function:EnforceFunction")
		_, _ = w.Write(inv.event) // a lost connection shows as the process's end
	case <-r.Context().Done():
	}
}

func (l *Lambda) serveResponse(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	l.reply(r.PathValue("id"), answer{body, err})
	w.WriteHeader(http.StatusAccepted)
}

func (l *Lambda) serveError(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	var report struct {
		Message string `json:"errorMessage"`
	}
	if err == nil {
		err = json.Unmarshal(body, &report)
	}
	if err == nil {
		err = errors.New(report.Message)
	}
	l.reply(r.PathValue("id"), answer{err: err})
	w.WriteHeader(http.StatusAccepted)
}

func (l *Lambda) reply(id string, a answer) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if c := l.active[id]; c != nil {
		c <- a
		delete(l.active, id)
	}
}

// tail keeps the end of what a process prints.
type tail struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

const tailSize = 4096

func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.buf.Write(p)
	if over := t.buf.Len() - tailSize; over > 0 {
		t.buf.Next(over)
	}
	return len(p), nil
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	if s := strings.TrimSpace(t.buf.String()); s != "" {
		return s
	}
	return "nothing"
}
