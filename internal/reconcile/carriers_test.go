package reconcile_test

import (
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/trail"
)

// mine is a policy that the account's users wrote, accepted by the rule because it allows less.
const mine = "arn:aws:iam::123456789012:policy/mine"

var less = []byte(`{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]}`)

func ownVersion(at time.Time, document []byte) trail.Change {
	return eventAt(at, "CreatePolicyVersion", fmt.Sprintf(`{"policyArn": %q, "setAsDefault": true, "policyDocument": %q}`, mine, document))
}

// If a custom boundary is widened, all principals that carry it are repaired, however many
// there are and even if IAM throttles.
func TestAllCarriersOfAWidenedPolicyAreRepaired(t *testing.T) {
	w := newWorld(t)
	for i := range 250 {
		w.role(fmt.Sprintf("r%03d", i), mine)
	}
	w.policies[mine] = state(mine, less, anything)
	var calls atomic.Int64
	w.fail = func(call, _ string) error {
		if n := calls.Add(1); call == "carriers" && n%3 == 1 || call == "read" && n%50 == 0 {
			return throttled
		}
		return nil
	}
	w.deliver(ownVersion(start, anything))
	for range 30 {
		w.pass(10 * time.Second)
		w.followUps()
	}
	w.report()
	for name := range w.principals {
		w.wantBoundary(name, boundary)
	}
	told := map[string]bool{}
	for _, f := range w.events {
		if f.Drift != finding.Replaced || f.Event.Name != "CreatePolicyVersion" || f.OpenedBy != nil {
			t.Fatalf("reported %+v", f)
		}
		told[f.Principal.ARN] = true
	}
	if len(told) != 250 {
		t.Errorf("reported for %d principals", len(told))
	}
}

// No principal is skipped if repaired ones leave the list while its pages are read, although
// nothing else starts another walk.
func TestNoCarrierIsSkippedWhenOthersAreRepaired(t *testing.T) {
	w := newWorld(t)
	for i := range 250 {
		w.role(fmt.Sprintf("r%03d", i), mine)
	}
	w.policies[mine] = state(mine, less, anything)
	e := ownVersion(start, anything)
	w.pass(time.Hour)
	w.deliver(e)
	for range 30 {
		w.pass(10 * time.Second)
		w.followUps()
	}
	for name := range w.principals {
		w.wantBoundary(name, boundary)
	}
}

// A custom boundary that was wide for a time is reported without an opener: it is not known
// since when the role carries it.
func TestATemporarilyWidenedCarriedPolicyIsReported(t *testing.T) {
	w := newWorld(t)
	w.role("app", mine)
	w.role("other", boundary)
	w.policies[mine] = state(mine, less)
	w.deliver(ownVersion(start, anything))
	w.deliver(ownVersion(start.Add(2*time.Second), less))
	w.report()
	w.wantTold("replaced none resolved #1")
	if f := w.events[0]; f.Principal == nil || !strings.HasSuffix(f.Principal.ARN, "app") || f.OpenedBy != nil || len(f.Evidence) == 0 {
		t.Errorf("%+v", f)
	}
	if len(w.writes) != 0 {
		t.Errorf("writes %v", w.writes)
	}
}

// An actor that keeps changing a policy with many carriers cannot have all of them read each
// time: that would use up IAM's rate limit.
func TestManyPolicyChangesCauseOneWalkAMinute(t *testing.T) {
	w := newWorld(t)
	for i := range 1000 {
		w.role(fmt.Sprintf("r%04d", i), mine)
	}
	w.policies[mine] = state(mine, less)
	for n := range 20 {
		w.deliver(ownVersion(start.Add(time.Duration(n)*time.Second), less))
		w.followUps()
	}
	if most := 20*100 + 2*1000; w.reads > most {
		t.Errorf("%d reads of principals, want %d at most", w.reads, most)
	}
}

// A change of a policy that no principal carries as its boundary costs one call.
func TestAPolicyThatIsNoBoundaryCostsOneCall(t *testing.T) {
	w := newWorld(t)
	w.role("app", boundary)
	w.policies[mine] = state(mine, less)
	var calls []string
	w.fail = func(call, _ string) error {
		calls = append(calls, call)
		return nil
	}
	w.deliver(ownVersion(start, less))
	if len(calls) != 1 || calls[0] != "carriers" || len(w.later) != 0 {
		t.Errorf("calls %v, %d messages", calls, len(w.later))
	}
}

// A call with withheld parameters is reported at once, and everything that it may have changed
// is looked at. Many such calls cause one walk over the account a minute.
func TestACallWithWithheldParametersIsReported(t *testing.T) {
	w := newWorld(t)
	w.role("app", "")
	w.role("held", boundary)
	w.policies[boundary] = state(boundary, anything)
	pages := 0
	w.fail = func(call, _ string) error {
		if call == "page" {
			pages++
		}
		return nil
	}
	const omitted = `{"omitted": "true", "originalSize": "149893", "reason": "requestParameters too large"}`
	w.deliver(event("CreatePolicyVersion", omitted))
	w.report()
	w.wantTold("withheld done open #1")
	if f := w.events[0]; f.Severity != finding.High || f.Actor.ARN != "arn:aws:iam::123456789012:user/eve" || f.Event.Name != "CreatePolicyVersion" {
		t.Errorf("%+v", f)
	}
	for range 50 {
		w.deliver(event("PutRolePolicy", omitted))
	}
	w.followUps()
	w.wantBoundary("app", boundary)
	if live, _ := w.policies[boundary].Default(); string(live.Document) != string(approved) {
		t.Errorf("the policy says %s", live.Document)
	}
	if pages != 1 {
		t.Errorf("%d pages were read", pages)
	}
}

// A walk over the carriers of a policy is repeated only if it repaired one: principals that are
// only reported stay on the list and would cause endless walks.
func TestAWalkThatOnlyReportsEnds(t *testing.T) {
	w := newWorld(t)
	w.role("app", mine)
	w.policies[mine] = state(mine, anything)
	w.config = `
version: 1
mode: enforce
boundaries: {team: {arn: "arn:${partition}:iam::${account}:policy/team-boundary", document: d}}
rules: [{name: everyone, match: {names: ["*"]}, boundary: team, onDrift: alert}]
`
	w.pass(time.Minute)
	w.deliver(ownVersion(start, anything))
	for range 5 {
		w.pass(2 * time.Minute)
		w.followUps()
	}
	if len(w.later) != 0 {
		t.Errorf("%s is due", w.later[0].work.Target)
	}
}
