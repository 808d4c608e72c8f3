package prose

import (
	"strings"
	"testing"

	"github.com/ringfence/ringfence/internal/config"
	"github.com/ringfence/ringfence/internal/exposure"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/plan"
	"github.com/ringfence/ringfence/internal/principal"
	"github.com/ringfence/ringfence/internal/tamper"
)

func TestMoved(t *testing.T) {
	left := config.MovedOut{Requirement: requirement(func(r *config.Requirement) { r.Rule, r.Boundary.ARN = "developers", other }), Certain: true}
	maybe := left
	maybe.Certain = false
	exempt := requirement(func(r *config.Requirement) { r.Exempt = exemption })
	compliant := plan.Principal(requirement(), role(required), exposure.Meaning{})
	for name, c := range map[string]struct {
		v        plan.Decision
		left     config.MovedOut
		move     principal.Move
		severity finding.Severity
		reason   []string
	}{
		"out of every rule": {
			v: plan.Principal(config.Requirement{}, role(""), exposure.Meaning{}), left: left, move: principal.Move{Tags: []string{"env", "team"}}, severity: finding.Medium,
			reason: []string{"it left the scope of rule developers, which requires " + other + ", because of a change of its tags (env, team)", "no rule applies to it now"},
		},
		"perhaps out of every rule": {
			v: plan.Principal(config.Requirement{}, role(""), exposure.Meaning{}), left: maybe, move: principal.Move{Path: true}, severity: finding.Low,
			reason: []string{"it may have left the scope of rule developers, which requires " + other + ", because of a change of its path"},
		},
		"into another rule": {
			v: compliant, left: left, move: principal.Move{Was: "app-dev", Path: true}, severity: finding.Medium,
			reason: []string{"because of a change of its name (it was app-dev) and its path", "rule everyone applies to it now, which requires " + required},
		},
		"into an exemption": {
			v: plan.Principal(exempt, role(""), exposure.Meaning{}), left: left, move: principal.Move{Was: "x"}, severity: finding.Medium,
			reason: []string{"it is exempt until 2027-01-31"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			got := plan.Moved(c.v, c.left, c.move)
			if got.Drift != finding.Moved || got.Action() != finding.Alert || got.Writes() {
				t.Errorf("%+v", got)
			}
			if s := plan.Severity(got, exposure.Escape{}, false); s != c.severity {
				t.Errorf("severity %s, want %s", s, c.severity)
			}
			for _, want := range c.reason {
				if !strings.Contains(Decision(got), want) {
					t.Errorf("reason %q\nlacks %q", Decision(got), want)
				}
			}
		})
	}

	// A principal that has certainly moved, and can do more than before, has escaped.
	gone := plan.Moved(plan.Principal(config.Requirement{}, role(""), exposure.Meaning{}), left, principal.Move{Path: true})
	for _, c := range []struct {
		escape exposure.Escape
		want   finding.Severity
	}{
		{exposure.Escape{Known: true, Witness: &finding.Witness{Action: "s3:GetObject"}}, finding.High},
		{exposure.Escape{Known: true, Witness: &finding.Witness{Action: "iam:CreateUser"}, PrivilegeEscalation: true}, finding.Critical},
		{exposure.Escape{Known: true}, finding.Medium},
	} {
		if got := plan.Severity(gone, c.escape, false); got != c.want {
			t.Errorf("severity %s, want %s", got, c.want)
		}
	}
}

func TestDriftPrecedesTheMove(t *testing.T) {
	drifted := plan.Principal(requirement(), role(""), exposure.Meaning{})
	got := plan.Moved(drifted, config.MovedOut{Requirement: requirement(), Certain: true}, principal.Move{Was: "x"})
	if got.Drift != finding.Missing || got.Action() != finding.Reattach {
		t.Errorf("%+v", got)
	}
	if !strings.HasPrefix(Decision(got), Decision(drifted)+"; it left the scope of rule everyone, which requires "+required+", because of a change of its name (it was x)") {
		t.Errorf("reason %q", Decision(got))
	}
}

func TestTampered(t *testing.T) {
	v := plan.Tampered("DeleteAlarms", tamper.Change{Resources: []string{"a", "b"}, Effect: "nobody is told", Remedy: "put them back"})
	if v.Drift != finding.ControlTampered || v.Action() != finding.Alert || v.Writes() || plan.Severity(v, exposure.Escape{}, false) != finding.Critical {
		t.Errorf("%+v", v)
	}
	for _, want := range []string{"DeleteAlarms on a, b: nobody is told; ", "if no deployment explains it", "put them back, and investigate the actor"} {
		if !strings.Contains(Decision(v), want) {
			t.Errorf("reason %q\nlacks %q", Decision(v), want)
		}
	}
	unsure := plan.Tampered("ExecuteChangeSet", tamper.Change{Resources: []string{"the stack"}, Unsure: true, Effect: "all may change", Remedy: "look"})
	if got := Decision(unsure); !strings.Contains(got, "ExecuteChangeSet on a resource that the record does not name, perhaps the stack: all may change") {
		t.Errorf("reason %q", got)
	}
	if got := plan.Severity(unsure, exposure.Escape{}, false); got != finding.High {
		t.Errorf("severity %s of what may have touched nothing", got)
	}
}
