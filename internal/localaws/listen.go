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

// Notice is printed when the server starts to listen.
const Notice = "localaws is a test and demonstration tool: it checks no signatures, authorizes no callers and forgets everything when it stops."

// Listener is a [Server] that listens.
type Listener struct {
	URL    string // http://127.0.0.1:port
	server *Server
	http   *http.Server
	done   chan error
}

// Listen serves HTTP on a loopback address, such as 127.0.0.1:0, until Close, and prints [Notice]
// to standard error. A private address also works, such as that of a bridge through which
// containers reach this machine. Any other address is refused.
func (s *Server) Listen(address string) (*Listener, error) { return s.ListenTo(address, os.Stderr) }

// ListenTo is Listen with another writer for the notice.
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
		fmt.Fprintln(notice, "This address is not only for this machine: anything that reaches it can read and change the state.")
	}
	go func() { l.done <- l.http.Serve(listener) }()
	return l, nil
}

// checkAddress refuses addresses that are not private, and reports whether only this machine can
// reach the address.
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

// Wait blocks until the server stops. It returns the reason unless that was Close.
func (l *Listener) Wait() error {
	err := <-l.done
	l.done <- err
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}

// Close stops listening and ends calls in progress, including hanging ones.
func (l *Listener) Close() error {
	err := l.http.Close()
	return errors.Join(err, l.Wait())
}

// Config returns an SDK configuration that calls the server over HTTP as an account.
func (l *Listener) Config(region, account string) aws.Config {
	config := l.server.Config(region, account)
	config.BaseEndpoint = aws.String(l.URL)
	config.HTTPClient = plainClient{&http.Client{Transport: &http.Transport{}}}
	return config
}

// plainClient sends bodies as plain bytes. The SDK closes its own request bodies as soon as an
// answer begins. On loopback, that can be before the transport has sent the whole body; the
// transport then closes the connection during the answer.
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
