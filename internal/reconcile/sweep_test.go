package reconcile_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/plan"
	"github.com/ringfence/ringfence/internal/principal"
	"github.com/ringfence/ringfence/internal/reconcile"
	"github.com/ringfence/ringfence/internal/target"
)

// swept is work handed over by a sweep.
func swept(t target.Target) target.Work {
	return target.Work{Target: t, Causes: []target.Cause{{Kind: target.Swept, Event: finding.Event{ID: "sweep-2026-03-01T12:00:00Z"}}}}
}

func missed(r reconcile.Result) bool {
	return slices.ContainsFunc(r.Decisions, func(s reconcile.TargetDecision) bool { return s.Missed })
}

// A held sweep is one finding, however many are held, until one is not.
func TestAHeldSweepIsReportedOnce(t *testing.T) {
	w := newWorld(t)
	held := swept(target.OfSweep("aws", "123456789012", &plan.Held{Writes: 30, Seen: 200, Limit: 20, Names: []string{"arn:aws:iam::123456789012:role/a"}}))
	for range 3 {
		if r := w.reconcile(held); r.After > 0 || r.Err != nil || missed(r) {
			t.Errorf("%+v", r)
		}
		w.report()
		w.pass(time.Hour)
	}
	w.wantTold("sweep-held done open #1")
	f := w.events[0]
	if f.Severity != finding.Critical || f.Principal != nil || !slices.Equal(f.Affects, []string{"arn:aws:iam::123456789012:role/a"}) ||
		!strings.Contains(f.Reason, "saw 200 principals") || !strings.Contains(f.Reason, "30 users") {
		t.Errorf("%+v", f)
	}
	free := swept(target.OfSweep("aws", "123456789012", nil))
	w.reconcile(free)
	w.report()
	w.reconcile(free)
	w.report()
	w.wantTold("sweep-held done open #1", "sweep-held done resolved #2")
	if f := w.events[1]; !strings.Contains(f.Reason, "a later sweep") {
		t.Errorf("%s", f.Reason)
	}
	w.pass(time.Hour)
	w.reconcile(held)
	w.report()
	if n := len(w.events); n != 3 || w.events[2].ID == f.ID {
		t.Errorf("%d were reported", n)
	}
}

// A finding first made by a sweep says so, and is counted. If an event came first, or its
// record arrives later, the finding says that instead.
func TestDriftWithoutAnEventIsReported(t *testing.T) {
	w := newWorld(t)
	w.role("lost", "")
	role := func(name string) target.Target {
		return target.OfPrincipal(principal.Ref{Partition: "aws", Account: "123456789012", Kind: principal.Role, Path: "/", Name: name}, "")
	}
	if r := w.reconcile(swept(role("lost"))); !missed(r) {
		t.Errorf("it does not count: %+v", r)
	}
	w.report()
	w.wantBoundary("lost", boundary)
	if f := w.events[0]; f.Cause != "sweep" || !strings.Contains(f.Reason, "no event had reported it") || f.Event.ID != "sweep-2026-03-01T12:00:00Z" {
		t.Errorf("%+v", f)
	}
	if r := w.reconcile(swept(role("lost"))); missed(r) {
		t.Errorf("it counts twice: %+v", r)
	}

	w.role("known", "")
	w.deliver(roleEvent("DeleteRolePermissionsBoundary", "known"))
	if r := w.reconcile(swept(role("known"))); missed(r) {
		t.Errorf("an event reported it: %+v", r)
	}
	w.report()
	if f := w.events[len(w.events)-1]; strings.Contains(f.Reason, "sweep") || f.Cause != "event" {
		t.Errorf("%+v", f)
	}

	w.deliver(roleEvent("DeleteRolePermissionsBoundary", "lost")) // its record comes late
	w.report()
	if f := w.events[len(w.events)-1]; f.ID != w.events[0].ID || f.OpenedBy == nil || strings.Contains(f.Reason, "no event had") {
		t.Errorf("%+v", f)
	}
}

// people is a configuration in which users are only reported and roles are repaired; both must
// carry the same policy.
const people = `
version: 1
mode: enforce
boundaries:
  team: {arn: "` + boundary + `", document: d}
rules:
  - {name: people, match: {kinds: [user]}, boundary: team, mode: alert}
  - {name: workloads, match: {kinds: [role]}, boundary: team}
`

func told(t target.Target) target.Work {
	w := swept(t)
	w.ReportOnly = true
	return w
}

func (w *world) of(name string) target.Target {
	s := w.principals[name]
	return target.OfPrincipal(s.Ref, s.ID)
}

// Work that a sweep hands over for a report only writes nothing: not to the required policy,
// not to the principal even if it is to be repaired by now, and not to others if it no longer
// exists. If there is an event as well, the event counts.
func TestReportOnlyWorkWritesNothing(t *testing.T) {
	w := newWorld(t)
	w.config = people
	w.policies[boundary] = state(boundary, approved, anything)
	w.user("jane", "AIDA1", "")
	w.user("joe", "AIDA2", wide)
	w.role("app", "")
	w.role("other", "")
	gone := w.of("app")
	gone.Ref.Name, gone.ID = "gone", "AROAgone"
	for range 3 {
		w.reconcile(told(w.of("jane")), told(w.of("joe")), told(w.of("app")), told(gone), told(target.OfPolicy("aws", account, boundary)))
		w.report()
		w.pass(20 * time.Minute)
		w.followUps()
		w.report()
	}
	if len(w.writes) > 0 {
		t.Errorf("wrote %v", w.writes)
	}
	if len(w.events) != 2 || w.events[0].Principal == nil || w.events[1].Principal == nil ||
		w.events[0].Principal.Kind != "user" || w.events[1].Principal.Kind != "user" {
		t.Errorf("reported %+v", w.events)
	}
	w.reconcile(told(w.of("jane")), swept(w.of("app")))
	if len(w.writes) == 0 || w.principals["app"].Boundary != boundary || w.principals["other"].Boundary != "" {
		t.Errorf("wrote %v", w.writes)
	}
	w.report()
	w.role("late", "")
	w.reconcile(told(w.of("late")), swept(w.of("late")))
	w.wantBoundary("late", boundary)
}

// Open findings of principals that are inside or deleted are resolved by a sweep.
func TestASweepResolvesFindings(t *testing.T) {
	w := newWorld(t)
	w.config = people
	for _, name := range []string{"jane", "joe"} {
		w.user(name, "AIDA"+name, "")
		w.deliver(event("CreateUser", `{"userName": "`+name+`"}`))
	}
	w.report()
	w.wantTold("missing planned open #1", "missing planned open #1")
	w.user("jane", "AIDAjane", boundary)
	joe := w.of("joe")
	delete(w.principals, "joe")
	w.pass(time.Hour)
	w.reconcile(told(w.of("jane")), told(joe))
	for range 5 {
		w.pass(time.Minute)
		w.followUps()
	}
	w.report()
	w.wantTold("missing planned open #1", "missing planned open #1", "missing planned resolved #2", "missing planned resolved #2")
	for _, f := range w.events[2:] {
		if want := map[string]finding.Resolution{"AIDAjane": finding.FoundInside, "AIDAjoe": finding.Gone}[f.Principal.ID]; f.Resolution != want {
			t.Errorf("%s is resolved as %s", f.Principal.ID, f.Resolution)
		}
	}
	if len(w.writes) > 0 {
		t.Errorf("wrote %v", w.writes)
	}
}

// An open finding about a policy that no rule requires any more is resolved too.
func TestASweepResolvesUnrequiredPolicies(t *testing.T) {
	w := newWorld(t)
	w.mode = "alert"
	w.policies[boundary] = state(boundary, approved, anything)
	policy := told(target.OfPolicy("aws", account, boundary))
	w.reconcile(policy)
	w.config = strings.ReplaceAll(people, boundary, wide)
	w.pass(time.Hour)
	w.reconcile(policy)
	w.report()
	w.wantTold("widened planned resolved #2")
}
