package handler_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ringfence/ringfence/internal/boot"
)

// own returns a message that claims to come from Ringfence.
func own(form, detail string) string {
	return fmt.Sprintf(`{"version": "0", "id": "x", "source": "ringfence", "detail-type": %q, "account": "123456789012", "time": "2026-03-02T12:00:00Z", "region": "us-east-1", "detail": %s}`, form, detail)
}

// A malformed message that claims to come from Ringfence is never retried: otherwise it would
// come back a hundred times before it becomes a dead letter. Ignored and parked messages have a
// line in the log, the latter with the reason.
func TestMalformedOwnMessagesAreNotRetried(t *testing.T) {
	for name, c := range map[string]struct {
		body   string
		parked bool
	}{
		"a finding":                       {own("Ringfence Finding", `{"id": "x"}`), false},
		"a finding of another account":    {own("Ringfence Finding", `{"id": "0123456789abcdef0123456789abcdef", "account": "999999999999", "principal": {"arn": "arn:aws:iam::999999999999:role/app"}}`), false},
		"a finding that is no object":     {own("Ringfence Finding", `"x"`), false},
		"a form that is none":             {own("Ringfence Whatever", `{}`), false},
		"a follow-up without a target":    {own("Ringfence Follow-Up", `{}`), true},
		"a follow-up that is no object":   {own("Ringfence Follow-Up", `[1]`), true},
		"a follow-up of another account":  {own("Ringfence Follow-Up", `{"target": {"kind": "principal", "account": "123456789012", "ref": {"Partition": "aws", "Account": "999999999999", "Kind": "role", "Name": "app"}}}`), true},
		"a follow-up on the control":      {own("Ringfence Follow-Up", `{"target": {"kind": "control", "account": "123456789012", "arn": "arn:aws:sns:us-east-1:123456789012:x"}}`), true},
		"a follow-up with a wrong type":   {own("Ringfence Follow-Up", `{"target": {"kind": 7}}`), true},
		"a follow-up that is a principal": {own("Ringfence Follow-Up", `{"target": {"kind": "principal", "account": "123456789012", "ref": {"Name": "../x"}}}`), true},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			if back := d.batch(c.body); len(back) != 0 {
				t.Errorf("it comes back: %v", back)
			}
			parked := d.bodies(boot.EnvDeadLetters)
			if want := map[bool]int{true: 1}[c.parked]; len(parked) != want {
				t.Errorf("%d are parked, want %d: %q", len(parked), want, parked)
			}
			if lines := strings.Count(d.log.String(), "\n"); c.parked && (lines != 1 || !strings.Contains(d.log.String(), `"msg":"parked"`) || !strings.Contains(d.log.String(), `"error":"detail`)) {
				t.Errorf("the log says\n%s", d.log.String())
			}
			if more := append(d.bodies(boot.EnvReportQueue), d.bodies(boot.EnvFollowUpQueue)...); len(more) != 0 {
				t.Errorf("it has led to %q", more)
			}
		})
	}
}

// The same applies to malformed notices.
func TestAMalformedNoticeIsParked(t *testing.T) {
	for _, body := range []string{
		`{}`, `[]`, `"x"`, `null`, `not JSON`, `{"tell": 7}`, `{"tell": ""}`, `{"digest": ""}`, `{"entry": 7}`, `{"entry": {}}`, `{"entry": {"key": "principal#1#A"}}`,
		`{"entry": {"key": "principal#123456789012#A", "kind": "principal", "account": "123456789012"}}`, `{"entry": {"key": "policy#123456789012#A", "kind": "principal", "account": "123456789012", "at": "2026-03-02T12:00:00Z"}}`,
		own("Ringfence Finding", `{"id": "x"}`),
	} {
		d := newDesk(t)
		if back := d.handled(d.report.Handle, d.received("ringfence-report", body)); len(back) != 0 {
			t.Errorf("%s: comes back: %v", body, back)
		}
		if parked := d.bodies(boot.EnvDeadLetters); len(parked) != 1 {
			t.Errorf("%s: %d are parked", body, len(parked))
		}
		if mails := d.server.SNS.Published(); len(mails) != 0 {
			t.Errorf("%s: %d mails", body, len(mails))
		}
	}
}
