package reconcile_test

import (
	"bytes"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ringfence/ringfence/internal/config"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/target"
)

const drop = "DeleteRolePermissionsBoundary"

// A removed boundary is repaired and reported once, with who removed it and when.
func TestARepairIsReportedOnce(t *testing.T) {
	w := newWorld(t)
	w.role("app", "")
	e := roleEvent(drop, "app")
	for range 3 { // SQS delivers it more than once
		w.deliver(e)
		w.report()
	}
	w.wantBoundary("app", boundary)
	w.wantTold("missing done resolved #1")
	f := w.events[0]
	if f.OpenedBy == nil || f.OpenedBy.Event.ID != e.EventID || !f.Exposure.From.Equal(start) || f.Exposure.To == nil {
		t.Errorf("opened by %+v, exposure %+v", f.OpenedBy, f.Exposure)
	}
	w.mail()
	if len(w.mails) != 1 || len(w.mails[0]) != 1 {
		t.Errorf("mails %v", w.mails)
	}
	if len(w.writes) != 1 {
		t.Errorf("writes %v", w.writes)
	}
}

// A repair is reported wherever the process ends: at each call, before and after its effect.
func TestARepairIsReportedWhereverTheProcessEnds(t *testing.T) {
	for _, call := range []string{"read app", "policy", "save principal", "do", "done", "save policy", "tell"} {
		for nth := 1; nth <= 3; nth++ {
			w := newWorld(t)
			w.role("app", "")
			seen := 0
			w.fail = func(name, about string) error {
				if strings.HasPrefix(name+" "+about, call) {
					if seen++; seen == nth {
						panic("the process ends")
					}
				}
				return nil
			}
			e := roleEvent(drop, "app")
			killed := func() (killed bool) {
				defer func() { killed = recover() != nil }()
				w.deliver(e)
				return false
			}()
			w.fail = func(string, string) error { return nil }
			if killed {
				w.pass(time.Minute) // the visibility time-out
			}
			w.deliver(e)
			w.report()
			w.wantBoundary("app", boundary)
			ids := map[string]bool{}
			for _, f := range w.events {
				ids[f.ID] = true
			}
			if len(ids) != 1 || w.events[len(w.events)-1].Status != finding.Resolved {
				t.Errorf("killed at %s %d: reported %+v", call, nth, w.events)
			}
			if o := w.events[len(w.events)-1].Outcome; o != finding.Done && o != finding.Unconfirmed {
				t.Errorf("killed at %s %d: outcome %s", call, nth, o)
			}
		}
	}
}

// A refused repair is reported, whatever came before, and is not retried endlessly.
func TestARefusedRepairIsReportedAfterAThrottledRead(t *testing.T) {
	w := newWorld(t)
	w.role("app", "")
	first := true
	w.fail = func(call, _ string) error {
		switch {
		case call == "read" && first:
			first = false
			return throttled
		case call == "do":
			return denied
		}
		return nil
	}
	e := roleEvent(drop, "app")
	if r := w.look(e); r.After < 2*time.Second || r.After > 10*time.Second {
		t.Errorf("a throttled read comes back after %v", r.After)
	}
	if r := w.look(e); r.After != 0 || r.Parked {
		t.Errorf("a refused repair is in the ledger, and its message is %+v", r)
	}
	w.report()
	w.wantTold("missing failed open #1")
	if len(w.later) != 1 {
		t.Errorf("%d looks are due, want one", len(w.later))
	}

	// The SCP is removed: the next look repairs the role, as a revision of the same finding.
	w.fail = func(string, string) error { return nil }
	w.pass(15 * time.Minute)
	w.followUps()
	w.report()
	w.wantTold("missing failed open #1", "missing done resolved #2")
	if w.events[0].ID != w.events[1].ID {
		t.Error("the repair that succeeded is another finding")
	}
}

// A deleted topic blocks neither the bus, nor the next event, nor the second look, of which
// there is one.
func TestADeletedSinkBlocksNothing(t *testing.T) {
	w := newWorld(t)
	w.role("app", "")
	w.role("good", boundary)
	w.fail = func(call, _ string) error {
		if call == "bus" {
			return denied
		}
		return nil
	}
	w.deliver(roleEvent(drop, "app"))
	for range 5 {
		w.report()
		if r := w.look(roleEvent("TagRole", "good")); r.After != 0 || r.Err != nil {
			t.Errorf("an event on a role that is inside: %+v", r)
		}
	}
	w.mail()
	if len(w.mails) != 1 {
		t.Errorf("%d mails", len(w.mails))
	}
	looks := slices.DeleteFunc(slices.Clone(w.later), func(l later) bool { return l.work.Causes[0].Finding == "" })
	if len(looks) != 1 {
		t.Errorf("%d second looks, want one", len(looks))
	}
	w.fail = func(string, string) error { return nil }
	w.report()
	w.wantTold("missing done resolved #1")
}

// If a sink throttles, another process reports the finding.
func TestAnotherProcessFinishesAReport(t *testing.T) {
	w := newWorld(t)
	w.role("app", "")
	w.deliver(roleEvent(drop, "app"))
	w.fail = func(call, _ string) error {
		if call == "bus" {
			return throttled
		}
		return nil
	}
	if w.report() != 1 {
		t.Error("the notice is done, and nobody was told")
	}
	w.fail = func(string, string) error { return nil }
	w.report()
	w.wantTold("missing done resolved #1")
}

// A repair is made and reported although the ledger is unavailable, through the report queue.
func TestAnUnavailableLedger(t *testing.T) {
	for _, during := range []string{"all of it", "the outcome"} {
		w := newWorld(t)
		w.role("app", "")
		var saves atomic.Int64
		w.fail = func(call, _ string) error {
			if call == "save" {
				saves.Add(1)
			}
			if call == "load" || call == "save" && (during == "all of it" || saves.Load() > 1) {
				return throttled
			}
			return nil
		}
		e := roleEvent(drop, "app")
		r := w.look(e)
		w.wantBoundary("app", boundary)
		if len(w.journal) == 0 {
			t.Fatalf("%s: nothing is kept (%+v)", during, r)
		}
		w.fail = func(string, string) error { return nil }
		w.report()
		w.deliver(e)
		w.report()
		if len(w.events) == 0 || w.events[len(w.events)-1].Outcome != finding.Done {
			t.Errorf("%s: reported %+v", during, w.events)
		}
	}
}

// While the ledger is unavailable, a look without a write puts nothing into a queue, however
// often it is made: its message comes back.
func TestALookWithoutTheLedgerComesBack(t *testing.T) {
	w := newWorld(t)
	w.mode = "alert"
	w.role("app", "")
	w.fail = func(call, _ string) error {
		if call == "load" || call == "save" {
			return throttled
		}
		return nil
	}
	e := roleEvent(drop, "app")
	for range 5 {
		if r := w.look(e); r.After == 0 || r.Err == nil {
			t.Errorf("%+v", r)
		}
	}
	if len(w.journal)+len(w.later) != 0 {
		t.Errorf("%d entries in a queue, %d looks", len(w.journal), len(w.later))
	}
	w.fail = func(string, string) error { return nil }
	w.deliver(e)
	w.report()
	w.wantTold("missing planned open #1")
}

// Everything that a walk found while no notice could be sent is reported: the page comes back.
func TestAWalkComesBackUntilItIsReported(t *testing.T) {
	w := newWorld(t)
	w.mode = "alert"
	w.user("jane", "AIDA1", "")
	w.fail = func(call, _ string) error {
		if call == "tell" {
			return throttled
		}
		return nil
	}
	walk := target.Work{Target: target.OfWalk("aws", account, target.Scope{}), Causes: []target.Cause{{Kind: target.Walked}}}
	if r := w.reconcile(walk); r.After == 0 {
		t.Errorf("%+v", r)
	}
	w.fail = func(string, string) error { return nil }
	w.reconcile(walk)
	w.report()
	w.wantTold("missing planned open #1")
}

// A repair whose principal's name cannot be recorded leads to a second look.
func TestARepairWithoutANameIsLookedAt(t *testing.T) {
	w := newWorld(t)
	w.role("app", "")
	w.fail = func(call, about string) error {
		if call == "save" && strings.HasPrefix(about, "name#") {
			return throttled
		}
		return nil
	}
	w.look(roleEvent(drop, "app"))
	w.wantBoundary("app", boundary)
	if len(w.later) != 1 || w.later[0].work.Target.ID != "AROAapp" || w.later[0].work.Causes[0].Kind != target.SecondLook {
		t.Errorf("%+v", w.later)
	}
}

// A finding published while its rule alerted is reported to its end, even if the rule only
// observes by then. A finding that was only ever observed is not.
func TestAPublishedFindingIsReportedToItsEnd(t *testing.T) {
	for _, first := range []config.Mode{"alert", "observe"} {
		w := newWorld(t)
		w.mode = first
		w.role("app", "")
		w.deliver(roleEvent(drop, "app"))
		w.report()
		w.mode = "observe"
		w.pass(time.Minute)
		w.deliver(eventAt(w.clock(), "TagRole", `{"roleName": "app"}`))
		w.report()
		w.role("app", boundary)
		w.pass(time.Minute)
		w.deliver(putBoundary(w.clock(), "app", boundary))
		w.report()
		want := 0
		if first == "alert" {
			want = 3
		}
		if len(w.events) != want {
			t.Errorf("%s: %d told", first, len(w.events))
		}
	}
}

// Forty roles created by one deployment are one mail and forty events.
func TestADeploymentIsOneMail(t *testing.T) {
	w := newWorld(t)
	for i := range 40 {
		name := "r" + string(rune('a'+i/26)) + string(rune('a'+i%26))
		w.role(name, "")
		w.deliver(roleEvent("CreateRole", name))
		w.report()
	}
	w.mail()
	if len(w.events) != 40 || len(w.mails) != 1 || len(w.mails[0]) != 40 {
		t.Errorf("%d events, %d mails", len(w.events), len(w.mails))
	}
}

// A record stored by an older version of Ringfence, without Public, is reported: that version
// may run until a moment before the newer report function.
func TestARecordOfAnOlderVersionIsReported(t *testing.T) {
	w := newWorld(t)
	w.role("app", "")
	w.deliver(roleEvent("CreateRole", "app"))
	for key, row := range w.rows {
		w.rows[key] = bytes.ReplaceAll(row, []byte(`"public":true,`), nil)
	}
	w.report()
	w.wantTold("missing done resolved #1")
}
