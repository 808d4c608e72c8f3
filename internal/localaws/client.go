package localaws

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// Client is an HTTP client that calls the server in-process: no socket, no goroutine. It
// implements the SDK's HTTPClient and http.RoundTripper.
type Client struct{ server *Server }

// Client returns the in-process client.
func (s *Server) Client() *Client { return &Client{s} }

// Do sends a request.
func (c *Client) Do(r *http.Request) (*http.Response, error) { return c.RoundTrip(r) }

// RoundTrip sends a request. A Hang fault ends with the request's context.
func (c *Client) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	reply, err := c.server.serve(r)
	if r.Body != nil {
		_ = r.Body.Close()
	}
	if err != nil {
		return nil, err
	}
	header := make(http.Header, len(reply.header))
	for name, value := range reply.header {
		header[name] = []string{value}
	}
	return &http.Response{
		StatusCode: reply.status, Status: fmt.Sprintf("%d %s", reply.status, http.StatusText(reply.status)),
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Request: r,
		Header: header, Body: io.NopCloser(bytes.NewReader(reply.body)), ContentLength: int64(len(reply.body)),
	}, nil
}

// Config returns an SDK configuration that calls the server in-process as an account. Clients
// retry as the SDK does, with its waits: tests of faults set their own Retryer.
func (s *Server) Config(region, account string) aws.Config {
	return s.ConfigAs(region, aws.Credentials{AccessKeyID: account, SecretAccessKey: "local", Source: "localaws"})
}

// ConfigAs is Config with other credentials, such as those from AssumeRole.
func (s *Server) ConfigAs(region string, credentials aws.Credentials) aws.Config {
	return aws.Config{
		Region:       region,
		BaseEndpoint: aws.String("http://localaws"),
		HTTPClient:   s.Client(),
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return credentials, nil
		}),
	}
}
