package evaluating

import (
	"io"
	"io/fs"
	"strings"
	"testing"
	"time"

	"github.com/ringfence/ringfence/internal/awserr"
	"github.com/ringfence/ringfence/internal/boot"
	"github.com/ringfence/ringfence/internal/configrule"
)

// The function needs neither ledger nor queues, and says what is wrong with what it needs.
func TestNew(t *testing.T) {
	env := map[string]string{
		"AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret", boot.EnvPropagation: "45s",
		boot.EnvControl: "arn:aws:iam::123456789012:role/ringfence/ringfence-enforce",
	}
	start := func() (*configrule.Rule, error) {
		noFile := func(string) ([]byte, error) { return nil, fs.ErrNotExist }
		return New(func(name string) string { return env[name] }, noFile, awserr.NewHTTPClient(), io.Discard)
	}
	if _, err := start(); err == nil || !strings.Contains(err.Error(), "which boundary is required") {
		t.Errorf("without a boundary: %v", err)
	}
	env[boot.EnvBoundary] = "arn:aws:iam::123456789012:policy/team"
	rule, err := start()
	if err != nil {
		t.Fatal(err)
	}
	if a := rule.Assessor; rule.PropagationDelay != 45*time.Second || a.Concurrency < 10 || !a.Control.Contains(env[boot.EnvControl]) {
		t.Errorf("settles for %v, %d at once", rule.PropagationDelay, a.Concurrency)
	}
}
