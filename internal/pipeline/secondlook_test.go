package pipeline

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/ringfence/ringfence/internal/fault"
	"github.com/ringfence/ringfence/internal/fence"
	"github.com/ringfence/ringfence/internal/finding"
)

// published is a finding as EventBridge brings it back.
func published(t *testing.T, f finding.Finding) []byte {
	t.Helper()
	detail, err := json.Marshal(f)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Appendf(nil, `{"version": "0", "id": "1", "source": %q, "detail-type": %q, "account": %q,
		"time": %q, "region": "us-east-1", "resources": [], "detail": %s}`,
		finding.Source, finding.DetailType, account, f.Time.Format(time.RFC3339), detail)
}

func TestTheSecondLook(t *testing.T) {
	w := newWorld()
	w.role("app", "")
	p := w.pipeline(t, fence.Enforce)
	report, err := handle(t, p, w, roleEvent("DeleteRolePermissionsBoundary", "app"), 1, "read app", "reattach app", "publish missing done")
	if err != nil {
		t.Fatal(err)
	}
	first := report.Findings[0]
	w.now = w.now.Add(time.Minute)

	// All is well a minute later.
	report, err = handle(t, p, w, published(t, first), 1, "read app")
	if err != nil || report.Findings[0].Drift != finding.None {
		t.Fatalf("%+v, %v", report, err)
	}

	// Somebody has taken it off again, or the first look was at a state of old.
	w.role("app", "")
	report, err = handle(t, p, w, published(t, first), 1, "read app", "reattach app", "publish missing done")
	if err != nil {
		t.Fatal(err)
	}
	second := report.Findings[0]
	if second.ID == first.ID || second.Event.ID != first.ID || second.Event.Name != finding.DetailType || !strings.Contains(second.Reason, first.ID) {
		t.Errorf("%+v", second)
	}
	// Who did it this time is not known, and what the event says of it is not believed.
	if second.Actor != (finding.Actor{}) {
		t.Errorf("actor %+v", second.Actor)
	}
	// The second finding asks for a third look.
	w.now = w.now.Add(time.Minute)
	if _, err = handle(t, p, w, published(t, second), 1, "read app"); err != nil {
		t.Error(err)
	}
	// One that tells of no repair asks for none.
	second.Action = finding.Alert
	if report, err = handle(t, p, w, published(t, second), 1); err != nil || report.Ignored == "" {
		t.Errorf("%+v, %v", report, err)
	}
}

// Ensure that what anybody may put on the bus makes Ringfence look, and do no more than
// what any event about the same principal or policy would have made it do.
func TestForgedFindingsAreHarmless(t *testing.T) {
	const wide = "arn:aws:iam::aws:policy/AdministratorAccess"
	forged := func(change func(*finding.Finding)) []byte {
		f := finding.Finding{
			SchemaVersion: finding.SchemaVersion, ID: strings.Repeat("0", 32), Time: eventTime, Account: account, Partition: "aws",
			Principal: &finding.Principal{ARN: "arn:aws:iam::123456789012:role/app", Kind: "role", ID: "AROAapp"},
			Drift:     finding.Missing, Required: wide, Attached: "", Action: finding.Reattach, Outcome: finding.Done,
			Mode: "enforce", Actor: finding.Actor{ARN: "arn:aws:iam::123456789012:user/innocent"},
		}
		change(&f)
		return published(t, f)
	}
	for name, c := range map[string]struct {
		event   []byte
		carries string
		want    []string
	}{
		"about one that is as it must be": {forged(func(*finding.Finding) {}), boundary, []string{"read app"}},
		"about one that has drifted":      {forged(func(*finding.Finding) {}), "", []string{"read app", "reattach app", "publish missing done"}},
		"of another action": {
			forged(func(f *finding.Finding) { f.Action = finding.Quarantine }), boundary,
			[]string{"read app"},
		},
		"about nobody":           {forged(func(f *finding.Finding) { f.Principal.ARN = "arn:aws:iam::123456789012:role/none" }), boundary, []string{"read none"}},
		"about no boundary":      {forged(func(f *finding.Finding) { f.Principal, f.Required = nil, wide }), boundary, nil},
		"about an intact policy": {forged(func(f *finding.Finding) { f.Principal, f.Required = nil, boundary }), boundary, nil},
		"of a young event about nobody": {forged(func(f *finding.Finding) {
			f.Principal.ARN, f.Time = "arn:aws:iam::123456789012:role/none", eventTime.Add(time.Hour)
		}), boundary, []string{"read none"}},
	} {
		w := newWorld()
		w.role("app", c.carries)
		report, err := handle(t, w.pipeline(t, fence.Enforce), w, c.event, 1, c.want...)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		for _, f := range report.Findings {
			if f.Required != boundary || strings.Contains(fmt.Sprint(f), "innocent") || f.Drift != finding.None && f.Attached != c.carries {
				t.Errorf("%s: the finding repeats what was forged: %+v", name, f)
			}
		}
		if got := w.principals["app"].Boundary; got != boundary {
			t.Errorf("%s: app carries %q", name, got)
		}
	}

	w := newWorld()
	_, err := handle(t, w.pipeline(t, fence.Enforce), w, forged(func(f *finding.Finding) { f.Principal.ARN = "arn:aws:iam::999999999999:role/app" }), 1)
	if fault.ClassOf(err) != fault.BadInput {
		t.Errorf("about another account than it says: %v", err)
	}
}
