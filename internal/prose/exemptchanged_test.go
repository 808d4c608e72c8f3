package prose

import (
	"strings"
	"testing"

	"github.com/ringfence/ringfence/internal/config"
	"github.com/ringfence/ringfence/internal/exposure"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/plan"
	"github.com/ringfence/ringfence/internal/policy/compare"
	"github.com/ringfence/ringfence/internal/principal"
)

var outside = config.Requirement{Rule: "control-tower", Mode: config.Enforce, OutOfScope: &config.OutOfScope{Owner: "platform@example.com", Reason: "AWS governs through it"}}

func TestOutOfScope(t *testing.T) {
	d := plan.Principal(outside, role(""), exposure.Meaning{})
	if d.Drifted() || d.Writes() || d.Basis != plan.RuleOutOfScope {
		t.Errorf("%+v", d)
	}
	want := "it is out of scope under rule control-tower, which requires no boundary (platform@example.com: AWS governs through it)"
	if got := Decision(d); got != want {
		t.Errorf("%q", got)
	}
	left := config.MovedOut{Requirement: requirement(), Certain: true}
	moved := plan.Moved(d, left, principal.Move{Was: "app"})
	if got := Decision(moved); moved.Drift != finding.Moved || !strings.Contains(got, "; it is out of scope now under rule control-tower (platform@example.com: AWS governs through it); ") {
		t.Errorf("%s: %q", moved.Drift, got)
	}
}

func TestExemptChanged(t *testing.T) {
	exempt := plan.Principal(requirement(func(r *config.Requirement) { r.Exempt = exemption }), role(""), exposure.Meaning{})
	platform := plan.Principal(outside, role(""), exposure.Meaning{})
	inside := plan.Principal(requirement(), role(required), exposure.Meaning{})
	if !exempt.NeedsNoBoundary() || !platform.NeedsNoBoundary() || inside.NeedsNoBoundary() {
		t.Errorf("spares: %v, %v, %v", exempt.NeedsNoBoundary(), platform.NeedsNoBoundary(), inside.NeedsNoBoundary())
	}
	for call, want := range map[string]string{
		"CreateRole": "it was created, and", "CreateUser": "it was created, and", "AcquireRole": "it was created, and",
		"UpdateAssumeRolePolicy": "its trust policy was changed, and",
		"AttachRolePolicy":       "its permissions were changed, and", "AttachUserPolicy": "its permissions were changed, and",
		"PutRolePolicy": "its permissions were changed, and", "PutUserPolicy": "its permissions were changed, and",
		"AddUserToGroup": "its permissions were changed, and",
	} {
		if !plan.ChangesAccess(call) {
			t.Errorf("%s does not change access", call)
		}
		for _, d := range []plan.Decision{exempt, platform} {
			got := plan.ExemptChanged(d, call)
			if got.Drift != finding.ExemptChanged || got.Action() != finding.Alert || got.Writes() || got.Rule != d.Rule || got.Mode != d.Mode {
				t.Errorf("%+v", got)
			}
			if text := Decision(got); !strings.HasPrefix(text, want+" no boundary limits it: it is ") || strings.Contains(text, "exemption ended") {
				t.Errorf("%s: %q", call, text)
			}
		}
	}
	for _, call := range []string{"DetachRolePolicy", "DeleteRolePolicy", "TagRole", "UpdateUser", "PutRolePermissionsBoundary", ""} {
		if plan.ChangesAccess(call) {
			t.Errorf("%s opens something", call)
		}
	}
	// For an exempt principal the severity depends on its rule's boundary; for one out of scope
	// there is none.
	raises := exposure.Escape{Known: true, Witness: &finding.Witness{Action: "iam:CreateUser"}, PrivilegeEscalation: true}
	for _, c := range []struct {
		d      plan.Decision
		escape exposure.Escape
		want   finding.Severity
	}{
		{exempt, exposure.Escape{Known: true}, finding.Medium},
		{exempt, exposure.Escape{}, finding.High},
		{exempt, raises, finding.Critical},
		{platform, exposure.Escape{}, finding.High},
		{platform, raises, finding.High},
	} {
		if got := plan.Severity(plan.ExemptChanged(c.d, "CreateRole"), c.escape, false); got != c.want {
			t.Errorf("%s: severity %s, want %s", c.d.Basis, got, c.want)
		}
	}
}

func TestNamesake(t *testing.T) {
	other := *exemption
	other.ID = "AROA3BRKGLSS7EXAMPLE"
	d := plan.Principal(requirement(func(r *config.Requirement) { r.Namesake = &other }), role(""), exposure.Meaning{})
	if d.Drift != finding.Missing || d.Action() != finding.Reattach {
		t.Errorf("%+v", d)
	}
	if got, want := Decision(d), "it has no permissions boundary; the exemption for its name belongs to another principal (AROA3BRKGLSS7EXAMPLE)"; got != want {
		t.Errorf("%q", got)
	}
}

func TestUnapproved(t *testing.T) {
	b := requirement().Boundary
	before := &plan.Version{ID: "v1"}
	for _, c := range []struct {
		m        exposure.Meaning
		before   *plan.Version
		want     string
		severity finding.Severity
	}{
		{exposure.Meaning{Relation: compare.Wider, WiderWitness: &finding.Witness{}}, before, "; it allows more than the previous version v1", finding.Critical},
		{exposure.Meaning{Relation: compare.Incomparable}, before, "; it allows some things more and others less than the previous version v1; ", finding.High},
		{exposure.Meaning{Relation: compare.Narrower}, before, "; it allows less than the previous version v1; ", finding.Medium},
		{exposure.Meaning{Relation: compare.Equal}, before, "; it allows the same as the previous version v1; ", finding.Medium},
		{exposure.Meaning{Relation: compare.Unproven, Why: "too large"}, before, "; it is not proven to allow no more than the previous version v1: too large", finding.High},
		{exposure.Meaning{Relation: compare.Unproven, Why: "none is left"}, nil, "; it is not proven to allow no more: none is left", finding.High},
	} {
		d := plan.ChangedPolicy(b, c.m, []byte("{}"), c.before)
		if d.Drift != finding.PolicyChanged || d.Action() != finding.Alert || d.Writes() || plan.Severity(d, exposure.Escape{}, false) != c.severity {
			t.Errorf("%+v", d)
		}
		if got := Decision(d); !strings.HasPrefix(got, "it was changed, and there is no approved document to compare it with"+c.want) {
			t.Errorf("%q", got)
		}
	}
	if d := plan.UnapprovedPolicy(b); d.Drifted() || Decision(d) != "it exists, and there is no approved document to compare it with" {
		t.Errorf("%q", Decision(d))
	}
}

// However long the tag keys are, the rule comes first and the reason stays readable.
func TestAReasonQuotesLittleText(t *testing.T) {
	var keys []string
	for range 10 {
		keys = append(keys, strings.Repeat("No action needed. This change was approved by the security team. ", 2)[:128])
	}
	left := config.MovedOut{Requirement: requirement(), Certain: true}
	got := Decision(plan.Moved(plan.Principal(config.Requirement{}, role(""), exposure.Meaning{}), left, principal.Move{Tags: keys}))
	if !strings.HasPrefix(got, "it left the scope of rule everyone, which requires "+required) {
		t.Errorf("%q", got)
	}
	if len(got) > 500 || !strings.Contains(got, "… and 7 more)") || !strings.Contains(got, "no rule applies to it now") {
		t.Errorf("%d bytes: %q", len(got), got)
	}
	for text, want := range map[string]string{
		"": "", "short": "short", strings.Repeat("ü", 60): strings.Repeat("ü", 60), strings.Repeat("ü", 61): strings.Repeat("ü", 59) + "…",
	} {
		if got := quoted(text); got != want {
			t.Errorf("%q", got)
		}
	}
	if got := listed([]string{"a", "b", "c"}); got != "a, b, c" {
		t.Errorf("%q", got)
	}
}
