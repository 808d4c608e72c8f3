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

// Listener is a [Server] that listens.
type Listener struct {
	URL    string // http://127.0.0.1:port
	server *Server
	http   *http.Server
	done   chan error
}

// Listen serves HTTP on a loopback address, such as 127.0.0.1:0, until Close, and
// says on standard error what it is. A private address, such as that of a bridge by which
// containers reach this machine, will do too. Any other is refused.
func (s *Server) Listen(address string) (*Listener, error) { return s.ListenTo(address, os.Stderr) }

// ListenTo is Listen with another place for the notice.
func (s *Server) ListenTo(address string, notice io.Writer) (*Listener, error) {
	loopback, err := checkAddress(address)
	if err != nil {
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
	if !loopback {
		fmt.Fprintln(notice, "Not only this machine: all that reaches this address can read and change what is here.")
	}
	go func() { l.done <- l.http.Serve(listener) }()
	return l, nil
}

// checkAddress refuses addresses that the world could reach, and tells whether none but this
// machine can.
func checkAddress(address string) (loopback bool, err error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return false, fmt.Errorf("address %q: %w", address, err)
	}
	ip := net.ParseIP(host)
	if ip == nil || !ip.IsLoopback() && !ip.IsPrivate() {
		return false, fmt.Errorf("address %q is neither a loopback address such as 127.0.0.1:0 nor a private one such as 172.17.0.1:0", address)
	}
	return ip.IsLoopback(), nil
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
