package plan

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ringfence/ringfence/internal/config"
	"github.com/ringfence/ringfence/internal/exposure"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/policy/compare"
	"github.com/ringfence/ringfence/internal/principal"
)

const (
	required = "arn:aws:iam::123456789012:policy/team-boundary"
	other    = "arn:aws:iam::123456789012:policy/other"
	denyAll  = "arn:aws:iam::aws:policy/AWSDenyAll"
)

func roleAt(path, name, boundary string) principal.Snapshot {
	return principal.Snapshot{
		Ref:      principal.Ref{Partition: "aws", Account: "123456789012", Kind: principal.Role, Path: path, Name: name},
		ID:       "AROAEXAMPLE",
		Boundary: boundary,
	}
}

func requirement(change ...func(*config.Requirement)) config.Requirement {
	r := config.Requirement{
		Rule: "everyone", Mode: config.Enforce, Accept: config.AcceptNarrower,
		OnDrift: config.Reattach, OnIncomparable: config.Reattach,
		Boundary: config.Boundary{Name: "team", ARN: required},
	}
	for _, c := range change {
		c(&r)
	}
	return r
}

func accept(a config.Accept) func(*config.Requirement) {
	return func(r *config.Requirement) { r.Accept = a }
}

func onDrift(o config.OnDrift) func(*config.Requirement) {
	return func(r *config.Requirement) { r.OnDrift = o }
}

func onIncomparable(o config.OnDrift) func(*config.Requirement) {
	return func(r *config.Requirement) { r.OnIncomparable = o }
}

var exemption = &config.Exemption{
	Principal: "arn:aws:iam::123456789012:role/app", Owner: "sec@example.com", Reason: "incident",
	Expires: time.Date(2027, 1, 31, 0, 0, 0, 0, time.UTC),
}

func TestPrincipal(t *testing.T) {
	app := func(boundary string) principal.Snapshot { return roleAt("/", "app", boundary) }
	sso := func(boundary string) principal.Snapshot {
		return roleAt("/aws-reserved/sso.amazonaws.com/", "AWSReservedSSO_Admin_0123456789abcdef", boundary)
	}
	tests := []struct {
		name     string
		req      config.Requirement
		snapshot principal.Snapshot
		relation compare.Relation
		drift    finding.Drift
		action   finding.Action
		boundary string // that the action puts on
		basis    Basis
	}{
		{"no rule", config.Requirement{}, app(""), "", finding.None, finding.NoAction, "", NoRule},
		{"carries it", requirement(), app(required), "", finding.None, finding.NoAction, "", CarriesRequired},
		{"has none", requirement(), app(""), "", finding.Missing, finding.Reattach, required, NoBoundary},
		{"has none, alert only", requirement(onDrift(config.OnlyAlert)), app(""), "", finding.Missing, finding.Alert, "", NoBoundary},
		{"has none, quarantine", requirement(onDrift(config.Quarantine)), app(""), "", finding.Missing, finding.Quarantine, denyAll, NoBoundary},
		{"another, not compared", requirement(accept(config.AcceptExact)), app(other), "", finding.Replaced, finding.Reattach, required, OtherBoundary},
		{"another, equal", requirement(), app(other), compare.Equal, finding.None, finding.NoAction, "", Accepted},
		{"another, narrower", requirement(), app(denyAll), compare.Narrower, finding.None, finding.NoAction, "", Accepted},
		{"another, wider", requirement(), app(other), compare.Wider, finding.Replaced, finding.Reattach, required, OtherBoundary},
		{"another, incomparable", requirement(), app(other), compare.Incomparable, finding.Replaced, finding.Reattach, required, OtherBoundary},
		{"unproven is drift", requirement(), app(other), compare.Unproven, finding.Replaced, finding.Reattach, required, OtherBoundary},
		{"narrower where only equal will do", requirement(accept(config.AcceptEqual)), app(other), compare.Narrower, finding.Replaced, finding.Reattach, required, OtherBoundary},
		{"equal where only exact will do", requirement(accept(config.AcceptExact)), app(other), compare.Equal, finding.Replaced, finding.Reattach, required, OtherBoundary},
		{"incomparable, alert", requirement(onIncomparable(config.OnlyAlert)), app(other), compare.Incomparable, finding.Replaced, finding.Alert, "", OtherBoundary},
		{"incomparable, quarantine", requirement(onIncomparable(config.Quarantine)), app(other), compare.Incomparable, finding.Replaced, finding.Quarantine, denyAll, OtherBoundary},
		{"unproven counts as incomparable", requirement(onIncomparable(config.OnlyAlert)), app(other), compare.Unproven, finding.Replaced, finding.Alert, "", OtherBoundary},
		{"wider is not incomparable", requirement(onIncomparable(config.OnlyAlert)), app(other), compare.Wider, finding.Replaced, finding.Reattach, required, OtherBoundary},
		{"a quarantine that its rule made stays", requirement(accept(config.AcceptExact), onDrift(config.Quarantine)), app(denyAll), compare.Narrower, finding.None, finding.NoAction, "", InQuarantine},
		{"service-linked", requirement(), roleAt("/aws-service-role/x.amazonaws.com/", "AWSServiceRoleForX", ""), "", finding.None, finding.NoAction, "", ServiceLinked},
		{"service-role path is ordinary", requirement(), roleAt("/service-role/", "lambda", ""), "", finding.Missing, finding.Reattach, required, NoBoundary},
		{"identity center", requirement(), sso(""), "", finding.Protected, finding.Alert, "", NoBoundary},
		{"identity center, compliant", requirement(), sso(required), "", finding.None, finding.NoAction, "", CarriesRequired},
		{"identity center, expired exemption", requirement(func(r *config.Requirement) { r.Lapsed = exemption }), sso(""), "", finding.Protected, finding.Alert, "", NoBoundary},
		{"exempt", requirement(func(r *config.Requirement) { r.Exempt = exemption }), app(""), "", finding.None, finding.NoAction, "", Exempt},
		{"exemption expired", requirement(func(r *config.Requirement) { r.Lapsed = exemption }), app(""), "", finding.ExemptionExpired, finding.Reattach, required, NoBoundary},
		{"exemption expired, compliant", requirement(func(r *config.Requirement) { r.Lapsed = exemption }), app(required), "", finding.None, finding.NoAction, "", CarriesRequired},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			v := Principal(tt.req, tt.snapshot, exposure.Meaning{Relation: tt.relation, DeniesAll: compare.Proven, Why: "too many states"})
			if v.Drift != tt.drift || v.Action() != tt.action {
				t.Errorf("got %s, %s; want %s, %s", v.Drift, v.Action(), tt.drift, tt.action)
			}
			if v.Basis != tt.basis {
				t.Errorf("basis %s, want %s", v.Basis, tt.basis)
			}
			var want []Action
			switch {
			case tt.boundary != "":
				want = []Action{{Kind: tt.action, Principal: tt.snapshot.Ref, Boundary: tt.boundary}}
			case tt.action == finding.Alert:
				want = []Action{{Kind: finding.Alert}}
			}
			if diff := cmp.Diff(want, v.Actions); diff != "" {
				t.Errorf("actions (-want +got):\n%s", diff)
			}
		})
	}
}

func TestNeedsMeaningOnlyWhereTheARNDoesNotDecide(t *testing.T) {
	for _, tt := range []struct {
		name     string
		req      config.Requirement
		snapshot principal.Snapshot
		want     bool
	}{
		{"no boundary", requirement(), roleAt("/", "app", ""), false},
		{"the required one", requirement(), roleAt("/", "app", required), false},
		{"another one", requirement(), roleAt("/", "app", other), true},
		{"another one, where no rule applies", config.Requirement{}, roleAt("/", "app", other), false},
		{"another one, exempt", requirement(func(r *config.Requirement) { r.Exempt = exemption }), roleAt("/", "app", other), false},
		{"another one, service-linked", requirement(), roleAt("/aws-service-role/x/", "x", other), false},
	} {
		if got := NeedsMeaning(tt.req, tt.snapshot); got != tt.want {
			t.Errorf("%s: got %v", tt.name, got)
		}
	}
}
