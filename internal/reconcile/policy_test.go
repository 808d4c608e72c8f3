package reconcile_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/trail"
)

func policyEvent(name, rest string) trail.Change {
	return event(name, fmt.Sprintf(`{"policyArn": %q%s}`, boundary, rest))
}

// Ensure that the required policy is part of what a principal is in: widened with its event
// lost, it is restored with the next principal, whatever that one carries.
func TestAWidenedPolicyIsSeenThroughAPrincipal(t *testing.T) {
	for _, carried := range []string{"", boundary, wide} {
		w := newWorld(t)
		w.role("app", carried)
		w.policies[boundary] = state(boundary, anything)
		w.deliver(roleEvent("TagRole", "app"))
		w.report()
		w.wantBoundary("app", boundary)
		if live, _ := w.policies[boundary].Default(); string(live.Document) != string(approved) {
			t.Errorf("carrying %q: the policy still says %s", carried, live.Document)
		}
		i := slices.IndexFunc(w.events, func(f finding.Finding) bool { return f.Principal == nil })
		if i < 0 || w.events[i].Drift != finding.Widened || w.events[i].Cause != "required" {
			t.Errorf("carrying %q: told %+v", carried, w.events)
		}
	}
}

// Ensure that a principal with the required boundary is not told to be inside while that
// allows anything and cannot be restored.
func TestARepairBehindAnOpenPolicyIsNotOver(t *testing.T) {
	w := newWorld(t)
	w.role("app", "")
	w.policies[boundary] = state(boundary, anything)
	w.fail = func(call, about string) error {
		if call == "do" && strings.HasPrefix(about, "restore") {
			return denied
		}
		return nil
	}
	w.deliver(roleEvent(drop, "app"))
	w.report()
	w.wantBoundary("app", boundary)
	for _, f := range w.events {
		if f.Status != finding.Open {
			t.Errorf("%s %s is %s: %s", f.Drift, f.Outcome, f.Status, f.Reason)
		}
	}
	w.fail = func(string, string) error { return nil }
	w.pass(15 * time.Minute)
	w.followUps()
	w.followUps()
	w.report()
	last := map[string]finding.Status{}
	for _, f := range w.events {
		last[f.ID] = f.Status
	}
	for id, status := range last {
		if status != finding.Resolved {
			t.Errorf("finding %s is %s in the end", id, status)
		}
	}
}

// Ensure that a policy that cannot be restored is one finding, however many principals
// require it.
func TestAPolicyIsOneFindingPerOpening(t *testing.T) {
	w := newWorld(t)
	for i := range 20 {
		w.role(fmt.Sprintf("m%d", i), wide)
		w.group = append(w.group, w.principals[fmt.Sprintf("m%d", i)].Ref)
	}
	w.policies[boundary] = state(boundary, anything)
	w.fail = func(call, about string) error {
		if call == "do" && strings.HasPrefix(about, "restore") {
			return denied
		}
		return nil
	}
	w.deliver(event("PutGroupPolicy", `{"groupName": "g", "policyName": "p", "policyDocument": "{}"}`))
	w.report()
	policies := 0
	for _, f := range w.events {
		if f.Principal == nil {
			policies++
		}
	}
	if policies != 1 {
		t.Errorf("told %d times of the policy", policies)
	}
}

// Ensure that everybody gets the boundary back whose policy was deleted, though IAM
// throttles the walk, and though a principal's event comes first.
func TestEverybodyGetsADeletedBoundaryBack(t *testing.T) {
	for _, principalFirst := range []bool{false, true} {
		w := newWorld(t)
		for i := range 250 {
			w.role(fmt.Sprintf("r%03d", i), "")
		}
		delete(w.policies, boundary)
		pages := 0
		w.fail = func(call, _ string) error {
			if call == "page" {
				if pages++; pages%2 == 1 {
					return throttled
				}
			}
			return nil
		}
		if principalFirst {
			w.deliver(roleEvent(drop, "r007"))
		}
		w.deliver(policyEvent("DeletePolicy", ""))
		for range 30 {
			w.pass(10 * time.Second)
			w.followUps()
		}
		w.report()
		for name := range w.principals {
			w.wantBoundary(name, boundary)
		}
		if len(w.policies[boundary].Versions) != 1 {
			t.Errorf("the policy: %+v", w.policies[boundary])
		}
		told := map[string]bool{}
		for _, f := range w.events {
			if f.Principal != nil {
				told[f.Principal.ARN] = true
			}
		}
		if len(told) != 250 {
			t.Errorf("told of %d principals", len(told))
		}
	}
}

// Ensure that a boundary is put on though its policy is made between IAM's refusal and the
// question what was missing: IAM says then that something does not exist, and everything does.
func TestABoundaryIsPutOnThoughItsPolicyWasMadeMeanwhile(t *testing.T) {
	w := newWorld(t)
	w.role("r1", "")
	delete(w.policies, boundary)
	refused := false
	w.fail = func(call, about string) error {
		if call == "do" && about == "reattach r1" && !refused {
			refused = true
			return gone
		}
		return nil
	}
	if r := w.look(roleEvent(drop, "r1")); r.After > 0 {
		t.Errorf("comes back in %s", r.After)
	}
	w.wantBoundary("r1", boundary)
}

// Ensure that a widened policy that was put right before anybody looked is told.
func TestAPolicyThatWasWideForATimeIsTold(t *testing.T) {
	w := newWorld(t)
	e := policyEvent("CreatePolicyVersion", fmt.Sprintf(`, "setAsDefault": true, "policyDocument": %q`, anything))
	w.deliver(e)
	w.report()
	w.wantTold("widened none resolved #1")
	if w.events[0].OpenedBy == nil || w.events[0].OpenedBy.Event.ID != e.EventID {
		t.Errorf("%+v", w.events[0].OpenedBy)
	}
}
