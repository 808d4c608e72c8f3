package main

import (
	"slices"
	"testing"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"

	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/logs"
	"github.com/ringfence/ringfence/internal/replay"
)

// A line names the call that let somebody out. Where no record shows it, it names the call
// at which that was found; at a second look nobody is named for it.
func TestALineNamesTheCallThatOpenedTheFinding(t *testing.T) {
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	actor := func(name string) finding.Actor { return finding.Actor{ARN: "arn:aws:iam::123456789012:user/" + name} }
	ann := finding.Call{Actor: actor("ann"), Event: finding.Event{Name: "PutRolePolicy", Time: at}}
	eve := finding.Call{Actor: actor("eve"), Event: finding.Event{Name: "DeleteRolePermissionsBoundary", Time: at.Add(-time.Minute)}}
	for _, c := range []struct {
		name   string
		opened *finding.Call
		cause  string
		want   []any
	}{
		{"the call itself", &ann, "event", []any{"2026-03-01 12:00:00", "PutRolePolicy", "123456789012:user/ann"}},
		{"found by another call", &eve, "event", []any{"2026-03-01 11:59:00", "DeleteRolePermissionsBoundary", "123456789012:user/eve"}},
		{"not known", nil, "event", []any{"2026-03-01 12:00:00", "PutRolePolicy", "123456789012:user/ann"}},
		{"found on a walk", nil, "walk", []any{"2026-03-01 12:00:00", "PutRolePolicy", "123456789012:user/ann"}},
		{"second look", nil, "second-look", []any{"2026-03-01 12:01:00", "second look", ""}},
		{"second look, and the record is found", &eve, "second-look", []any{"2026-03-01 11:59:00", "DeleteRolePermissionsBoundary (second look)", "123456789012:user/eve"}},
	} {
		f := finding.Finding{Time: at.Add(time.Minute), OpenedBy: c.opened, Cause: c.cause, Actor: ann.Actor, Event: ann.Event}
		if got := row(f); !slices.Equal(got[:3], table.Row(c.want)) {
			t.Errorf("%s: %v, want %v", c.name, got[:3], c.want)
		}
	}
}

func TestAFindingIsCountedOnceAsItEnded(t *testing.T) {
	open := finding.Finding{ID: "1", Revision: 1, Status: finding.Open, Drift: finding.Missing, Action: finding.Reattach, Outcome: finding.Failed}
	over := open
	over.Revision, over.Status, over.Outcome = 2, finding.Resolved, finding.Done
	other := finding.Finding{ID: "2", Revision: 1, Drift: finding.Widened, Action: finding.Restore, Outcome: finding.Done}
	inside := finding.Finding{Drift: finding.None}
	v := view{summary: replay.Summary{Complete: true}}
	for _, f := range []finding.Finding{open, other, inside, over} {
		v.add(replay.Step{Record: &logs.Record{}, Findings: []replay.Finding{{Finding: f}}})
	}
	if len(v.findings) != 2 || v.findings[0].Revision != 2 || v.findings[1].ID != "2" {
		t.Errorf("%+v", v.findings)
	}
	const want = "4 events, of which 0 concern no boundary; 0 principals looked at; 0 errors.\n2 findings: 1 missing, 1 widened. Actions: 1 reattach done, 1 restore done."
	if got := v.verdict(); got != want {
		t.Errorf("%s", got)
	}
}
