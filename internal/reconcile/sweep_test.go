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

// swept is what a sweep hands on.
func swept(t target.Target) target.Work {
	return target.Work{Target: t, Causes: []target.Cause{{Why: target.Swept, Event: finding.Event{ID: "sweep-2026-03-01T12:00:00Z"}}}}
}

func missed(r reconcile.Result) bool {
	return slices.ContainsFunc(r.Seen, func(s reconcile.Seen) bool { return s.Missed })
}

// A sweep that is held is one finding, however many are held, until one is not.
func TestASweepThatIsHeldIsToldOnce(t *testing.T) {
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
		!strings.Contains(f.Reason, "of 200 principals") || !strings.Contains(f.Reason, "30 users") {
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
		t.Errorf("%d were told", n)
	}
}

// What a sweep finds first says so, and counts. Where an event came first, or its record comes
// later, that is what is told.
func TestWhatNoEventReportedIsTold(t *testing.T) {
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
