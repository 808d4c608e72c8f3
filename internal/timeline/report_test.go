package timeline

import (
	"slices"
	"testing"
	"time"

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
		want   []string
	}{
		{"the call itself", &ann, "event", []string{"2026-03-01 12:00:00", "PutRolePolicy", "123456789012:user/ann"}},
		{"found by another call", &eve, "event", []string{"2026-03-01 11:59:00", "DeleteRolePermissionsBoundary", "123456789012:user/eve"}},
		{"not known", nil, "event", []string{"2026-03-01 12:00:00", "PutRolePolicy", "123456789012:user/ann"}},
		{"found on a walk", nil, "walk", []string{"2026-03-01 12:00:00", "PutRolePolicy", "123456789012:user/ann"}},
		{"second look", nil, "second-look", []string{"2026-03-01 12:01:00", "second look", ""}},
		{"second look, and the record is found", &eve, "second-look", []string{"2026-03-01 11:59:00", "DeleteRolePermissionsBoundary (second look)", "123456789012:user/eve"}},
	} {
		f := finding.Finding{Time: at.Add(time.Minute), OpenedBy: c.opened, Cause: c.cause, Actor: ann.Actor, Event: ann.Event}
		call := opening(f)
		if got := []string{call.Event.Time.Format(clock), call.Event.Name, new(Report).short(call.Actor.ARN)}; !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

func TestAFindingIsCountedOnceAsItEnded(t *testing.T) {
	open := finding.Finding{ID: "1", Revision: 1, Status: finding.Open, Drift: finding.Missing, Action: finding.Reattach, Outcome: finding.Failed}
	over := open
	over.Revision, over.Status, over.Outcome = 2, finding.Resolved, finding.Done
	other := finding.Finding{ID: "2", Revision: 1, Drift: finding.Widened, Action: finding.Restore, Outcome: finding.Done}
	inside := finding.Finding{Drift: finding.None}
	var r Report
	for _, f := range []finding.Finding{open, other, inside, over} {
		r.Add(replay.Step{Record: &logs.Record{}, Findings: []replay.Finding{{Finding: f}}})
	}
	if len(r.Findings) != 2 || r.Findings[0].Revision != 2 || r.Findings[1].ID != "2" {
		t.Errorf("%+v", r.Findings)
	}
	r.Summary.Complete = true
	if got, want := r.Verdict(), "2 findings: 1 missing, 1 widened. Actions: 1 reattach done, 1 restore done."; got != want {
		t.Errorf("%s", got)
	}
}

// Ensure that nothing is called free of drift where something is not certain.
func TestNoDriftIsSaidOfWhatIsCertain(t *testing.T) {
	for want, s := range map[string]replay.Summary{
		"No drift.": {Complete: true, Judged: 1},
		"No drift was found, as far as what is not certain allows to say.": {Complete: true, AssumedInside: 1},
	} {
		if got := (&Report{Summary: s}).Verdict(); got != want {
			t.Errorf("%+v: %s", s, got)
		}
	}
	if got := (&Report{Summary: replay.Summary{Complete: true, Contradictions: []string{"x"}}}).Verdict(); got == "No drift." {
		t.Error(got)
	}
}

// Ensure that times are UTC, and never those of the year 1.
func TestTimesAreUTC(t *testing.T) {
	at := time.Date(2026, 3, 1, 14, 0, 0, 0, time.FixedZone("", 7200))
	for name, f := range map[string]finding.Finding{"elsewhere": {Event: finding.Event{Time: at}}, "none": {Time: at}} {
		if got := opening(f).Event.Time.Format(clock); got != "2026-03-01 12:00:00" {
			t.Errorf("%s: %s", name, got)
		}
	}
	if got := actor(finding.Call{Actor: finding.Actor{Name: "Root"}}); got != "Root" {
		t.Error(got)
	}
}
