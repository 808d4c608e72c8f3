package sweeping

import (
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ringfence/ringfence/internal/awserr"
	"github.com/ringfence/ringfence/internal/boot"
	"github.com/ringfence/ringfence/internal/boot/boottest"
	"github.com/ringfence/ringfence/internal/ownparts"
	"github.com/ringfence/ringfence/internal/ownstate"
)

func TestNewNamesAllThatIsMissing(t *testing.T) {
	needed := []string{boot.EnvLedgerTable, boot.EnvSweepQueue, boot.EnvFollowUpQueue, boot.EnvDeadLetters}
	f := boottest.Needs(t, New, needed, map[string]string{boot.EnvSweepOverride: "2026-03-01T12:00:00Z"})
	if got := f.Sweeper.Override; !got.Equal(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)) {
		t.Errorf("no limit until %v", got)
	}
}

func TestThePartsAreThoseOfTheStack(t *testing.T) {
	needed := []string{boot.EnvLedgerTable, boot.EnvSweepQueue, boot.EnvFollowUpQueue, boot.EnvDeadLetters}
	if f := boottest.Needs(t, New, needed, nil); f.Sweeper.Parts != nil {
		t.Errorf("no stack is named, and parts are compared: %v", f.Sweeper.Parts)
	}
	f := boottest.Needs(t, New, needed, map[string]string{
		boot.EnvStack: "arn:aws-us-gov:cloudformation:us-gov-west-1:123456789012:stack/fence/1", boot.EnvKey: "arn:aws-us-gov:kms:us-gov-west-1:123456789012:key/k",
	})
	parts := f.Sweeper.Parts.(*ownstate.Reader).Parts
	const queue = "arn:aws-us-gov:sqs:us-gov-west-1:123456789012:fence-events"
	if !slices.ContainsFunc(parts, func(p ownparts.Part) bool { return p.ARN == queue }) {
		t.Errorf("%v", parts)
	}
	f = boottest.Needs(t, New, needed, map[string]string{
		boot.EnvStack: "arn:aws:cloudformation:us-east-1:123456789012:stack/fence/1", boot.EnvMemberRole: "arn:aws:iam::${account}:role/acme-fence-member-read",
		boot.EnvExternalID: "0123456789abcdef", boot.EnvAccount: "123456789012", boot.EnvRolePath: "/platform/", boot.EnvRoleNamePrefix: "acme-",
	})
	said := fmt.Sprint(f.Sweeper.Parts.(*ownstate.Reader).Parts)
	for _, arn := range []string{"arn:aws:events:us-east-1:123456789012:rule/fence-org/fence-org-changes", "arn:aws:iam::123456789012:role/platform/acme-fence-enforce"} {
		if !strings.Contains(said, arn) {
			t.Errorf("no part names %s: %s", arn, said)
		}
	}
	env := map[string]string{"AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x", boot.EnvBoundary: "arn:aws:iam::123456789012:policy/team", boot.EnvStack: "ringfence"}
	for _, name := range needed {
		env[name] = "here"
	}
	none := func(string) ([]byte, error) { return nil, fs.ErrNotExist }
	if _, err := New(func(name string) string { return env[name] }, none, awserr.NewHTTPClient(), io.Discard, io.Discard); err == nil || !strings.Contains(err.Error(), boot.EnvStack) {
		t.Errorf("a stack that is none: %v", err)
	}
}
