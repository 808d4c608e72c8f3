package localaws

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// Notice is what people are told when the server starts to listen.
const Notice = "localaws is a test and demonstration tool: it checks no signature, authorizes nobody and forgets everything when it stops."

// Listener is a [Server] that listens on loopback.
type Listener struct {
	URL    string // http://127.0.0.1:port
	server *Server
	http   *http.Server
	done   chan error
}

// Listen serves HTTP on a loopback address, such as 127.0.0.1:0, until Close, and
// says on standard error what it is. Any other address is refused.
func (s *Server) Listen(address string) (*Listener, error) { return s.ListenTo(address, os.Stderr) }

// ListenTo is Listen with another place for the notice.
func (s *Server) ListenTo(address string, notice io.Writer) (*Listener, error) {
	if err := checkLoopback(address); err != nil {
		return nil, err
	}
	listener, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("listening on %s: %w", address, err)
	}
	l := &Listener{
		URL: "http://" + listener.Addr().String(), server: s, done: make(chan error, 1),
		http: &http.Server{Handler: s, ReadHeaderTimeout: 10 * time.Second},
	}
	fmt.Fprintf(notice, "%s\nListening on %s\n", Notice, l.URL)
	go func() { l.done <- l.http.Serve(listener) }()
	return l, nil
}

// checkLoopback refuses every address that others could reach.
func checkLoopback(address string) error {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return fmt.Errorf("address %q: %w", address, err)
	}
	if ip := net.ParseIP(host); ip == nil || !ip.IsLoopback() {
		return fmt.Errorf("address %q is not a loopback address such as 127.0.0.1:0: localaws serves this machine only", address)
	}
	return nil
}

// Wait blocks until the server stops, and gives the reason unless it was Close.
func (l *Listener) Wait() error {
	err := <-l.done
	l.done <- err
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}

// Close stops listening and ends what is under way, hanging calls included.
func (l *Listener) Close() error {
	err := l.http.Close()
	return errors.Join(err, l.Wait())
}

// Config is an SDK configuration that calls the server over HTTP as an account.
func (l *Listener) Config(region, account string) aws.Config {
	config := l.server.Config(region, account)
	config.BaseEndpoint = aws.String(l.URL)
	config.HTTPClient = plainClient{&http.Client{Transport: &http.Transport{}}}
	return config
}

// plainClient sends bodies as plain bytes. The SDK's own request bodies are closed as
// soon as an answer begins; where that comes before the transport is done with the
// body, as happens on loopback, the transport closes the connection under the answer.
type plainClient struct{ http *http.Client }

// Do sends a request.
func (c plainClient) Do(r *http.Request) (*http.Response, error) {
	if r.Body != nil {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
	}
	return c.http.Do(r)
}
