// Package boottest has what the tests of all functions do alike.
package boottest

import (
	"io"
	"io/fs"
	"maps"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/ringfence/ringfence/internal/awserr"
	"github.com/ringfence/ringfence/internal/boot"
)

// NewFunc makes a function of type F out of its environment.
type NewFunc[F any] func(getenv func(string) string, read boot.ReadFile, client aws.HTTPClient, log, metrics io.Writer) (F, error)

// Needs makes sure that a function cannot be made without each of the variables that it
// needs, and that the error names all that are missing. It returns the function as it is
// with them, and with some more.
func Needs[F any](t *testing.T, newFunc NewFunc[F], needed []string, more map[string]string) F {
	t.Helper()
	start := func(env map[string]string) (F, error) {
		noFile := func(string) ([]byte, error) { return nil, fs.ErrNotExist }
		return newFunc(func(name string) string { return env[name] }, noFile, awserr.NewHTTPClient(), io.Discard, io.Discard)
	}
	env := map[string]string{
		"AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret",
		boot.EnvBoundary: "arn:aws:iam::123456789012:policy/team",
	}
	maps.Copy(env, more)
	_, err := start(env)
	for _, name := range needed {
		if err == nil || !strings.Contains(err.Error(), name+" is not set") {
			t.Errorf("the error does not name %s: %v", name, err)
		}
	}
	for _, name := range needed {
		env[name] = "here"
	}
	f, err := start(env)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range needed {
		one := maps.Clone(env)
		delete(one, name)
		if _, err := start(one); err == nil || err.Error() != name+" is not set" {
			t.Errorf("without %s: %v", name, err)
		}
	}
	return f
}
