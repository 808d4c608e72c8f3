package pipeline

import (
	"strings"
	"testing"

	"github.com/ringfence/ringfence/internal/fence"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/principal"
)

// tagRule makes a pipeline whose only rules go by a tag.
func tagRule(t *testing.T, w *world) *Pipeline {
	t.Helper()
	f, err := fence.Load("ringfence.yaml", []byte(`
version: 1
mode: enforce
boundaries:
  team: {arn: "`+boundary+`", document: team.json}
  wide: {arn: "arn:aws:iam::123456789012:policy/wide", document: team.json}
rules:
  - {name: production, match: {tags: {env: prod}}, boundary: team}
  - {name: sandbox, match: {tags: {env: sandbox}}, boundary: wide, accept: exact}
`), func(string) ([]byte, error) { return approved, nil })
	if err != nil {
		t.Fatal(err)
	}
	p := w.pipeline(t, fence.Enforce)
	p.Fence = f
	return p
}

const untag = `{"roleName": "app", "tagKeys": ["env"]}`

func TestAMoveOutOfEveryRuleIsTold(t *testing.T) {
	for _, c := range []struct {
		carries  string
		severity finding.Severity
	}{
		{boundary, finding.Medium}, // which shows that the rule applied
		{"", finding.Low},          // it may have taken the boundary off since, or never had one
	} {
		w := newWorld()
		w.role("app", c.carries)
		report, err := handle(t, tagRule(t, w), w, event("UntagRole", untag), 1, "read app", "publish moved done")
		if err != nil {
			t.Fatal(err)
		}
		f := report.Findings[0]
		if f.Severity != c.severity || f.Rule != "production" || f.Required != boundary || f.Action != finding.Alert ||
			f.Attached != c.carries || f.Principal == nil || f.Mode != "enforce" {
			t.Errorf("carries %q: %+v", c.carries, f)
		}
		if !strings.Contains(f.Reason, "its tags (env)") || !strings.Contains(f.Reason, "no rule applies to it now") {
			t.Errorf("reason %q", f.Reason)
		}
	}
}

func TestWhereItDriftedTooTheMoveIsMentioned(t *testing.T) {
	w := newWorld()
	w.role("app", boundary)
	s := w.principals["app"]
	s.Tags = map[string]string{"env": "sandbox"}
	w.principals["app"] = s
	w.policies["arn:aws:iam::123456789012:policy/wide"] = state("arn:aws:iam::123456789012:policy/wide", approved)
	report, err := handle(t, tagRule(t, w), w, event("TagRole", `{"roleName": "app", "tags": [{"key": "env", "value": "sandbox"}]}`), 1,
		"read app", "reattach app", "publish replaced done")
	if err != nil {
		t.Fatal(err)
	}
	if f := report.Findings[0]; f.Rule != "sandbox" || !strings.Contains(f.Reason, "took it out of the reach of rule production") {
		t.Errorf("%+v", f)
	}
}

func TestOtherChangesAreNoMoves(t *testing.T) {
	for name, e := range map[string][]byte{
		"another tag": event("UntagRole", `{"roleName": "app", "tagKeys": ["owner"]}`),
		"no move":     roleEvent("AttachRolePolicy", "app"),
	} {
		w := newWorld()
		w.role("app", boundary)
		report, err := handle(t, tagRule(t, w), w, e, 1, "read app")
		if err != nil || report.Findings[0].Drift != finding.None {
			t.Errorf("%s: %+v, %v", name, report, err)
		}
	}
	// Nobody but its service can move a service-linked role.
	w := newWorld()
	w.role("app", boundary)
	s := w.principals["app"]
	s.Path = "/aws-service-role/x.amazonaws.com/"
	w.principals["app"] = s
	if s.Protection() != principal.ServiceLinked {
		t.Fatal("not service-linked")
	}
	if _, err := handle(t, tagRule(t, w), w, event("UntagRole", untag), 1, "read app"); err != nil {
		t.Error(err)
	}
}
