package reconcile_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/ringfence/ringfence/internal/finding"
)

// A repair that grants access is reported as such, even if the boundary was removed after it
// and before its outcome was known.
func TestAccessGrantedByAnEarlierRepairIsReported(t *testing.T) {
	const other = "arn:aws:iam::123456789012:policy/other"
	w := newWorld(t)
	w.policies[other] = state(other, []byte(`{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sqs:*", "Resource": "*"}]}`))
	w.role("app", other)
	w.fail = func(call, _ string) error {
		if call == "done" {
			return throttled // it was done, and the answer is lost
		}
		return nil
	}
	w.look(event("PutRolePermissionsBoundary", fmt.Sprintf(`{"roleName": "app", "permissionsBoundary": %q}`, other)))
	w.wantBoundary("app", boundary)
	w.fail = func(string, string) error { return nil }
	w.pass(10 * time.Second)
	w.role("app", "")
	w.deliver(eventAt(w.clock(), drop, `{"roleName": "app"}`))
	w.report()
	f := w.events[len(w.events)-1]
	if f.Drift != finding.Missing || f.GivesUp == nil || !strings.HasPrefix(f.GivesUp.Action, "s3:") || !strings.Contains(f.Reason, "an earlier repair") {
		t.Errorf("%s, and grants %+v: %s", f.Drift, f.GivesUp, f.Reason)
	}
}
