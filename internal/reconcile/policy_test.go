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

// The required policy is part of a principal's state: if it was widened and the event was lost,
// it is restored with the next principal, whatever that one carries.
func TestAPrincipalRevealsAWidenedPolicy(t *testing.T) {
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
			t.Errorf("carrying %q: reported %+v", carried, w.events)
		}
	}
}

// A principal with the required boundary is not reported as inside while that boundary allows
// everything and cannot be restored.
func TestAFindingStaysOpenWhileThePolicyIsOpen(t *testing.T) {
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

// A policy that cannot be restored is one finding, however many principals require it.
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
		t.Errorf("reported %d times of the policy", policies)
	}
}

// All principals get the boundary back whose policy was deleted, even if IAM throttles the walk
// and a principal's event arrives first.
func TestAllPrincipalsGetADeletedBoundaryBack(t *testing.T) {
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
			t.Errorf("reported for %d principals", len(told))
		}
	}
}

// A boundary is attached although its policy was created between IAM's refusal and the question
// what was missing: IAM then says that something does not exist, and everything does.
func TestABoundaryIsAttachedIfItsPolicyWasCreatedMeanwhile(t *testing.T) {
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

// A widened policy that was fixed before Ringfence looked is reported.
func TestATemporarilyWidenedPolicyIsReported(t *testing.T) {
	w := newWorld(t)
	e := policyEvent("CreatePolicyVersion", fmt.Sprintf(`, "setAsDefault": true, "policyDocument": %q`, anything))
	w.deliver(e)
	w.report()
	w.wantTold("widened none resolved #1")
	if w.events[0].OpenedBy == nil || w.events[0].OpenedBy.Event.ID != e.EventID {
		t.Errorf("%+v", w.events[0].OpenedBy)
	}
}
