package reconcile_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/target"
	"github.com/ringfence/ringfence/internal/trail"
)

// A user renamed faster than its events arrive is found.
func TestAUserRenamedFasterThanItsEventsIsFound(t *testing.T) {
	w := newWorld(t)
	w.user("u6", "AIDA1", "")
	events := []trail.Change{event("DeleteUserPermissionsBoundary", `{"userName": "u0"}`)}
	for i := range 5 { // the last event is lost
		events = append(events, event("UpdateUser", fmt.Sprintf(`{"userName": "u%d", "newUserName": "u%d"}`, i, i+1)))
	}
	for _, e := range events {
		w.deliver(e)
	}
	for range 5 {
		w.pass(time.Minute)
		w.followUps()
	}
	w.report()
	w.wantBoundary("u6", boundary)
	w.wantTold("missing done resolved #1")
	if walks := len(w.later); walks > 1 {
		t.Errorf("%d walks are still to come", walks)
	}
}

// A principal whose deletion was seen is not searched for.
func TestADeletedPrincipalIsNotSearchedFor(t *testing.T) {
	w := newWorld(t)
	w.deliver(eventAt(start.Add(time.Second), "DeleteRole", `{"roleName": "app"}`))
	if r := w.look(roleEvent("TagRole", "app")); r.After != 0 || r.Err != nil || len(w.later) != 0 {
		t.Errorf("%+v, %d walks", r, len(w.later))
	}
}

// A principal that IAM does not know yet comes back within seconds, and delays no other.
func TestMissingRolesDelayNoOther(t *testing.T) {
	w := newWorld(t)
	w.role("app", "")
	var work []target.Work
	for i := range 10 {
		more, _ := target.FromChange(roleEvent("CreateRole", fmt.Sprintf("gone%d", i)), w.process().Control)
		work = append(work, more...)
	}
	more, _ := target.FromChange(roleEvent(drop, "app"), w.process().Control)
	began := time.Now()
	results := w.process().Batch(t.Context(), append(work, more...))
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("the batch took %v", took)
	}
	w.wantBoundary("app", boundary)
	for same, r := range results {
		if same != more[0].Target.Identity() && (r.After == 0 || r.After > 5*time.Second) {
			t.Errorf("%s comes back after %v", same, r.After)
		}
	}
}

// A group of any size is one page per message.
func TestALargeGroupIsOnePagePerMessage(t *testing.T) {
	w := newWorld(t)
	for i := range 1500 {
		name := fmt.Sprintf("u%04d", i)
		w.user(name, "AIDA"+name, "")
		w.group = append(w.group, w.principals[name].Ref)
	}
	e := event("PutGroupPolicy", `{"groupName": "g", "policyName": "p", "policyDocument": "{}"}`)
	w.deliver(e)
	if w.reads != 100 {
		t.Errorf("the first message read %d users", w.reads)
	}
	for range 15 {
		w.followUps()
	}
	for name := range w.principals {
		w.wantBoundary(name, boundary)
	}
}

// A walk that began so soon after its cause that IAM may have returned the earlier state is
// repeated once.
func TestAnEarlyWalkIsRepeated(t *testing.T) {
	w := newWorld(t)
	w.user("jane", "AIDA1", boundary) // as IAM still gives it
	cut := trail.Record{EventID: "e1", Name: "PutUserPermissionsBoundary", Time: start, Region: "us-east-1", Account: account, Partition: "aws"}
	w.reconcile(target.Undecodable(cut)...)
	w.user("jane", "AIDA1", wide)
	for range 12 {
		w.pass(10 * time.Second)
		w.followUps()
	}
	w.wantBoundary("jane", boundary)
	if len(w.later) != 0 || len(w.writes) != 1 {
		t.Errorf("%d are left, %d writes", len(w.later), len(w.writes))
	}
}

// A repair in a walk is reported wherever the process ends: the page is read again, and skips
// principals that are inside by then.
func TestARepairInAWalkIsReportedWhereverTheProcessEnds(t *testing.T) {
	walk := target.Work{Target: target.OfWalk("aws", account, target.Scope{}), Causes: []target.Cause{{Kind: target.Walked}}}
	for end := int64(1); ; end++ {
		w := newWorld(t)
		w.user("jane", "AIDA1", "")
		var calls atomic.Int64
		var ended atomic.Bool
		w.fail = func(string, string) error {
			if calls.Add(1) >= end {
				ended.Store(true)
				return throttled // from here on, nothing takes effect
			}
			return nil
		}
		w.reconcile(walk)
		w.fail = func(string, string) error { return nil }
		w.reconcile(walk)
		for range 4 {
			w.pass(2 * time.Minute)
			w.report()
			w.followUps()
		}
		w.report()
		w.wantBoundary("jane", boundary)
		if n := len(w.events); n == 0 || w.events[n-1].Status != finding.Resolved || len(w.events[n-1].Attempts) == 0 {
			t.Errorf("ends at call %d: reported %+v", end, w.events)
		}
		if !ended.Load() {
			return
		}
	}
}

// A finding of a walk is reported wherever the process ends, even if it is resolved when the
// page is read again.
func TestAFindingOfAWalkIsReportedWhereverTheProcessEnds(t *testing.T) {
	walk := target.Work{Target: target.OfWalk("aws", account, target.Scope{}), Causes: []target.Cause{{Kind: target.Walked}}}
	w := newWorld(t)
	w.mode = "alert"
	w.user("jane", "AIDA1", "")
	w.fail = func(call, _ string) error {
		if call == "tell" {
			return throttled // the process ends before it
		}
		return nil
	}
	w.reconcile(walk)
	w.fail = func(string, string) error { return nil }
	w.user("jane", "AIDA1", boundary)
	w.reconcile(walk)
	for range 2 {
		w.pass(2 * time.Minute)
		w.followUps()
	}
	w.report()
	if n := len(w.events); n == 0 || w.events[n-1].Status != finding.Resolved {
		t.Errorf("reported %+v", w.events)
	}
}

// A principal counts as deleted only if a second walk does not find it either: it may have been
// renamed during the first one.
func TestARenameDuringAWalkIsNotADeletion(t *testing.T) {
	w := newWorld(t)
	w.openAndAway()
	walk := target.Work{Target: target.OfWalk("aws", account, target.Scope{ID: "AIDA1"}), Causes: []target.Cause{{Kind: target.Walked}}}
	w.reconcile(walk) // on its way from one page to another, say
	w.user("june", "AIDA1", "")
	w.followUps()
	w.report()
	if last := w.events[len(w.events)-1]; last.Status != finding.Open {
		t.Errorf("reported %+v", last)
	}
	delete(w.principals, "june")
	w.reconcile(walk)
	w.followUps()
	w.report()
	if last := w.events[len(w.events)-1]; last.Resolution != finding.Gone {
		t.Errorf("then reported %+v", last)
	}
}

// A read that hangs is given up while there is time to record, and the other targets of its
// batch are repaired.
func TestAHangingReadIsGivenUpInTime(t *testing.T) {
	w := newWorld(t)
	w.role("app", "")
	w.role("slow", "")
	ctx, cancel := context.WithTimeout(t.Context(), 4500*time.Millisecond)
	defer cancel()
	p := w.process()
	p.Source = hanging{w, "slow"}
	slow, _ := target.FromChange(roleEvent(drop, "slow"), p.Control)
	app, _ := target.FromChange(roleEvent(drop, "app"), p.Control)
	results := p.Batch(ctx, append(slow, app...))
	if left := time.Until(deadline(ctx)); left < 3*time.Second {
		t.Errorf("%v are left to record", left)
	}
	if results[slow[0].Target.Identity()].After == 0 {
		t.Error("the hung one is done")
	}
	w.wantBoundary("app", boundary)
	w.report()
	w.wantTold("missing done resolved #1")
}

func deadline(ctx context.Context) time.Time { d, _ := ctx.Deadline(); return d }

// The panic of one target does not affect others.
func TestAPanicDoesNotAffectOthers(t *testing.T) {
	w := newWorld(t)
	w.role("app", "")
	w.role("bad", "")
	w.fail = func(call, about string) error {
		if call == "read" && about == "bad" {
			panic("bug")
		}
		return nil
	}
	bad, _ := target.FromChange(roleEvent(drop, "bad"), w.process().Control)
	app, _ := target.FromChange(roleEvent(drop, "app"), w.process().Control)
	r := w.reconcile(append(bad, app...)...)
	if r.After == 0 || r.Err == nil {
		t.Errorf("%+v", r)
	}
	w.wantBoundary("app", boundary)
}
