package reconcile_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/principal"
	"github.com/ringfence/ringfence/internal/target"
	"github.com/ringfence/ringfence/internal/trail"
)

func putBoundary(at time.Time, role, arn string) trail.Change {
	return eventAt(at, "PutRolePermissionsBoundary", fmt.Sprintf(`{"roleName": %q, "permissionsBoundary": %q}`, role, arn))
}

func removeAt(at time.Time, role string) trail.Change {
	return eventAt(at, drop, fmt.Sprintf(`{"roleName": %q}`, role))
}

// A finding that only came to light does not name an opener or a time since when it was open.
func TestALatentDriftHasNoKnownBeginning(t *testing.T) {
	w := newWorld(t)
	w.role("app", "")
	w.deliver(roleEvent("TagRole", "app"))
	w.report()
	w.wantTold("missing done resolved #1")
	f := w.events[0]
	if f.OpenedBy != nil || f.Exposure.From != nil || f.Exposure.Seconds != nil || f.Exposure.To == nil {
		t.Errorf("opened by %v, exposure %+v", f.OpenedBy, f.Exposure)
	}
	if f.Cause != "event" || f.Event.Name != "TagRole" {
		t.Errorf("brought to light by %s %+v", f.Cause, f.Event)
	}
}

// The exposure ends after the write, not when the event was handled.
func TestTheExposureEndsAfterTheWrite(t *testing.T) {
	w := newWorld(t)
	w.role("app", "")
	began := w.clock()
	w.fail = func(call, _ string) error {
		if call == "do" {
			w.pass(300 * time.Millisecond)
		}
		return nil
	}
	w.deliver(roleEvent(drop, "app"))
	w.report()
	if to := w.events[0].Exposure.To; to.Before(began.Add(300 * time.Millisecond)) {
		t.Errorf("the exposure ends %v after the handling began", to.Sub(began))
	}
}

// The actor that removed a boundary is reported although another event arrived first.
func TestALateOpenerIsReported(t *testing.T) {
	w := newWorld(t)
	w.role("app", "")
	w.deliver(roleEvent("TagRole", "app"))
	w.report()
	e := removeAt(start.Add(-time.Second), "app")
	w.deliver(e)
	w.report()
	w.wantTold("missing done resolved #1", "missing done resolved #2")
	f := w.events[1]
	if f.ID != w.events[0].ID || f.OpenedBy == nil || f.OpenedBy.Event.ID != e.EventID || !f.Exposure.From.Equal(e.Time) {
		t.Errorf("%+v, exposure %+v", f.OpenedBy, f.Exposure)
	}
}

// A boundary that was removed and set again before Ringfence looked is reported, and looked at
// again.
func TestATemporaryRemovalIsReported(t *testing.T) {
	w := newWorld(t)
	w.role("app", boundary)
	off, on := removeAt(start, "app"), putBoundary(start.Add(2*time.Second), "app", boundary)
	if r := w.look(off); r.After == 0 {
		t.Error("IAM may still give the state before the call, and is believed")
	}
	w.deliver(off)
	w.deliver(on)
	w.report()
	w.wantTold("missing none resolved #1")
	f := w.events[0]
	if f.OpenedBy == nil || f.OpenedBy.Event.ID != off.EventID || f.Action != finding.NoAction {
		t.Errorf("%+v %s", f.OpenedBy, f.Action)
	}
	if len(w.later) != 1 || len(w.writes) != 0 {
		t.Errorf("%d looks, writes %v", len(w.later), w.writes)
	}
	w.deliver(off)
	w.report()
	w.wantTold("missing none resolved #1")
}

// A narrower boundary is not drift, and stays.
func TestAQuarantineStays(t *testing.T) {
	const denyAll = "arn:aws:iam::aws:policy/AWSDenyAll"
	w := newWorld(t)
	w.policies[denyAll] = state(denyAll, []byte(`{"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}]}`))
	w.role("app", denyAll)
	w.deliver(putBoundary(start, "app", denyAll))
	w.report()
	w.wantTold()
	w.wantBoundary("app", denyAll)
}

// Drift that another actor fixed is reported as resolved, not as a repair of Ringfence.
func TestAFixByAnotherActorResolvesTheFinding(t *testing.T) {
	w := newWorld(t)
	w.mode = "alert"
	w.role("app", "")
	w.deliver(roleEvent(drop, "app"))
	w.report()
	w.wantTold("missing planned open #1")
	s := w.principals["app"]
	s.Boundary = boundary
	w.principals["app"] = s
	w.pass(time.Minute)
	w.deliver(putBoundary(w.clock(), "app", boundary))
	w.report()
	w.wantTold("missing planned open #1", "missing planned resolved #2")
	if f := w.events[1]; f.Undo != "" || len(f.Attempts) != 0 {
		t.Errorf("undo %q, attempts %v", f.Undo, f.Attempts)
	}
}

// A principal that was created again under the same name is another one.
func TestAnotherPrincipalOfTheSameNameHasItsOwnFinding(t *testing.T) {
	w := newWorld(t)
	w.openAndAway()
	w.pass(time.Minute)
	w.deliver(eventAt(w.clock(), "DeleteUser", `{"userName": "jane"}`))
	w.report()
	w.user("jane", "AIDA2", "")
	w.pass(time.Minute)
	w.deliver(eventAt(w.clock(), "CreateUser", `{"userName": "jane"}`))
	w.report()
	w.wantTold("missing planned open #1", "missing planned resolved #2", "missing planned open #1")
	if w.events[0].ID == w.events[2].ID || w.events[2].Principal.ID != "AIDA2" {
		t.Errorf("%s %+v", w.events[2].ID, w.events[2].Principal)
	}
}

// An attempt on a deleted principal whose name was never recorded is reported: the next look is
// for the principal, whatever its name leads to.
func TestALookIsForThePrincipalAndNotItsName(t *testing.T) {
	for _, successor := range []bool{false, true} {
		w := newWorld(t)
		w.user("jane", "AIDA1", "")
		w.fail = func(call, about string) error {
			// The process ends after the write.
			if call == "save" && strings.HasPrefix(about, "name#") || call == "save" && len(w.writes) > 0 || call == "journal" {
				return throttled
			}
			return nil
		}
		w.look(event("CreateUser", `{"userName": "jane"}`))
		if len(w.writes) != 1 {
			t.Fatalf("%d writes", len(w.writes))
		}
		w.fail = func(string, string) error { return nil }
		delete(w.principals, "jane")
		w.pass(time.Minute)
		w.deliver(eventAt(w.clock(), "DeleteUser", `{"userName": "jane"}`))
		if successor {
			w.user("jane", "AIDA2", boundary)
			w.pass(time.Second)
			w.deliver(eventAt(w.clock(), "CreateUser", `{"userName": "jane", "permissionsBoundary": "`+boundary+`"}`))
		}
		w.pass(time.Minute)
		ref := principal.Ref{Partition: "aws", Account: account, Kind: principal.User, Path: "/", Name: "jane"}
		w.reconcile(target.Work{Target: target.OfPrincipal(ref, "AIDA1"), Causes: []target.Cause{{Kind: target.SecondLook}}})
		for range 3 {
			w.pass(2 * time.Minute)
			w.followUps()
		}
		w.report()
		if len(w.events) != 1 || w.events[0].Status != finding.Resolved {
			t.Errorf("successor %v: reported %+v", successor, w.events)
		}
	}
}

// The deletion of another principal of the same name does not resolve findings about one that
// was renamed.
func TestARenamedPrincipalIsNotTheOneDeleted(t *testing.T) {
	w := newWorld(t)
	w.openAndAway()
	w.user("june", "AIDA1", "")
	w.pass(time.Minute)
	w.deliver(eventAt(w.clock(), "UpdateUser", `{"userName": "jane", "newUserName": "june"}`))
	w.pass(time.Minute)
	w.deliver(eventAt(w.clock(), "DeleteUser", `{"userName": "jane"}`)) // of another one, never seen
	w.report()
	if last := w.events[len(w.events)-1]; last.Status != finding.Open {
		t.Errorf("reported %+v", last)
	}
}

// A late record of a deletion does not resolve findings about a principal that took the name
// later.
func TestALateDeletionIsOfTheEarlierPrincipal(t *testing.T) {
	w := newWorld(t)
	w.mode = "alert"
	w.user("jane", "AIDA1", "")
	w.pass(time.Minute)
	w.deliver(eventAt(w.clock(), "UpdateUser", `{"userName": "june", "newUserName": "jane"}`))
	w.report()
	delete(w.principals, "jane")
	w.user("joan", "AIDA1", "")
	w.deliver(eventAt(start.Add(10*time.Second), "DeleteUser", `{"userName": "jane"}`))
	w.report()
	w.wantTold("missing planned open #1")
	for range 6 {
		w.pass(20 * time.Second)
		w.followUps()
	}
	w.report()
	if last := w.events[len(w.events)-1]; last.Status != finding.Open {
		t.Errorf("reported %+v", last)
	}
}

// A fight is reported as such, once, and repairs pause after ten in an hour.
func TestAFightIsPaused(t *testing.T) {
	w := newWorld(t)
	w.role("app", boundary)
	for range 60 {
		w.pass(time.Minute)
		s := w.principals["app"]
		s.Boundary = ""
		w.principals["app"] = s
		w.deliver(removeAt(w.clock(), "app"))
		w.report()
		w.followUps()
		w.report()
	}
	if n := len(w.writes); n < 15 || n > 24 {
		t.Errorf("%d repairs in an hour, of at most 10 and one every five minutes", n)
	}
	deferred := 0
	for _, f := range w.events {
		if f.Outcome == finding.Deferred {
			deferred++
			if f.Severity != finding.Critical {
				t.Errorf("severity %s", f.Severity)
			}
		}
	}
	if deferred == 0 || deferred > 15 {
		t.Errorf("reported %d times that the repair is held back", deferred)
	}
	if c := w.events[5].Contested; c == nil || c.Repairs < 3 || len(c.Actors) != 1 {
		t.Errorf("contested %+v", c)
	}
}

// A boundary removed every night is contested on the third night.
func TestANightlyRemovalIsContested(t *testing.T) {
	w := newWorld(t)
	w.role("app", boundary)
	for range 3 {
		w.pass(24 * time.Hour)
		s := w.principals["app"]
		s.Boundary = ""
		w.principals["app"] = s
		w.deliver(removeAt(w.clock(), "app"))
		w.report()
	}
	if c := w.events[len(w.events)-1].Contested; c == nil || c.Repairs != 3 {
		t.Errorf("contested %+v", c)
	}
}

// A deletion by a name in other case leads to the finding: IAM treats it as the same name.
func TestADeletionInOtherCaseResolves(t *testing.T) {
	w := newWorld(t)
	w.openAndAway()
	w.pass(time.Minute)
	w.deliver(eventAt(w.clock(), "DeleteUser", `{"userName": "JANE"}`))
	w.report()
	last := w.events[len(w.events)-1]
	if last.Status != finding.Resolved || last.Resolution != finding.Gone {
		t.Errorf("%s %s", last.Status, last.Resolution)
	}
}
