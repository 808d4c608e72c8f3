package sweeping

import (
	"io"
	"io/fs"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/ringfence/ringfence/internal/awserr"
	"github.com/ringfence/ringfence/internal/boot"
	"github.com/ringfence/ringfence/internal/handler"
)

// needed are the variables without which the function cannot do anything.
var needed = []string{boot.EnvLedgerTable, boot.EnvSweepQueue, boot.EnvFollowUpQueue, boot.EnvDeadLetters}

func start(env map[string]string) (*handler.Sweep, error) {
	noFile := func(string) ([]byte, error) { return nil, fs.ErrNotExist }
	return New(func(name string) string { return env[name] }, noFile, awserr.NewHTTPClient(), io.Discard, io.Discard)
}

func TestNewNamesAllThatIsMissing(t *testing.T) {
	env := map[string]string{
		"AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret",
		boot.EnvSweepOverride: "2026-03-01T12:00:00Z",
		boot.EnvBoundary:      "arn:aws:iam::123456789012:policy/team",
	}
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
	if got := f.Sweeper.Override; !got.Equal(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)) {
		t.Errorf("no limit until %v", got)
	}
	for _, name := range needed {
		one := maps.Clone(env)
		delete(one, name)
		if _, err := start(one); err == nil || err.Error() != name+" is not set" {
			t.Errorf("without %s: %v", name, err)
		}
	}
}
