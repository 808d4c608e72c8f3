// Package localawstest starts the embedded AWS for tests of the edges.
package localawstest

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/ringfence/ringfence/internal/awserr"
	"github.com/ringfence/ringfence/internal/localaws"
)

// Start starts an empty AWS on a loopback port until the test ends. It returns the server and the
// configuration of a client in us-east-1 for the account, with the HTTP client and the retries of
// the functions.
func Start(t testing.TB, account string) (*localaws.Server, aws.Config) {
	t.Helper()
	server := localaws.New(localaws.Options{Seed: 1})
	listener, err := server.ListenTo("127.0.0.1:0", t.Output())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	config := listener.Config("us-east-1", account)
	config.HTTPClient = awserr.NewHTTPClient()
	config.Retryer = func() aws.Retryer { return awserr.NewRetryer() }
	return server, config
}
