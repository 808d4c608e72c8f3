package plan

import (
	"testing"

	"github.com/ringfence/ringfence/internal/config"
	"github.com/ringfence/ringfence/internal/exposure"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/policy/compare"
)

// meaning returns the meaning of a document that allows the same or less, and omits denials.
func meaning(r compare.Relation, d compare.Containment) exposure.Meaning {
	m := exposure.Meaning{Relation: r, DeniesAll: d}
	if d == compare.Refuted {
		m.MissingDenial = &finding.Witness{Action: "s3:GetObject", Resource: "*"}
	}
	return m
}

var anyDenials = []compare.Containment{compare.Proven, compare.Refuted, compare.Unknown, ""}

// No rule accepts a boundary that is not proven to explicitly deny everything that the required
// one does.
func TestABoundaryThatDeniesLessIsNotAccepted(t *testing.T) {
	app := roleAt("/", "app", other)
	for _, a := range []config.Accept{config.AcceptEqual, config.AcceptNarrower, config.AcceptExact} {
		for _, r := range []compare.Relation{compare.Equal, compare.Narrower} {
			for _, denials := range anyDenials {
				d := Principal(requirement(accept(a), onIncomparable(config.OnlyAlert)), app, meaning(r, denials))
				passes := denials == compare.Proven && (a == config.AcceptNarrower || a == config.AcceptEqual && r == compare.Equal)
				if passes != !d.Drifted() || passes != (d.Basis == Accepted) || !passes && d.Drift != finding.Replaced {
					t.Errorf("accept %s, %s, denies %q: %s, %s", a, r, denials, d.Drift, d.Basis)
				}
				// A document that allows less and denies less has something that the other
				// lacks, and vice versa.
				want := finding.Reattach
				if r == compare.Narrower && denials != compare.Proven {
					want = finding.Alert
				}
				if !passes && d.Action() != want {
					t.Errorf("accept %s, %s, denies %q: %s, want %s", a, r, denials, d.Action(), want)
				}
				severity := finding.Low
				if denials != compare.Proven {
					severity = finding.High
				}
				if got := Severity(d, exposure.Escape{Known: true}, false); !passes && got != severity {
					t.Errorf("accept %s, %s, denies %q: %s, want %s", a, r, denials, got, severity)
				}
			}
		}
	}
	if d := Principal(requirement(onDrift(config.Quarantine)), app, meaning(compare.Equal, compare.Refuted)); d.Action() != finding.Quarantine {
		t.Errorf("%+v", d)
	}
}

// A boundary policy without an approved explicit Deny is restored, and principals that carry it
// meanwhile are not inside.
func TestAPolicyThatDeniesLessIsRestored(t *testing.T) {
	b := config.Boundary{ARN: required, Mode: config.Enforce}
	for _, r := range []compare.Relation{compare.Equal, compare.Narrower, compare.Wider, compare.Incomparable, compare.Unproven} {
		for _, denials := range anyDenials {
			m := meaning(r, denials)
			d := Policy(b, m)
			within := denials == compare.Proven && (r == compare.Equal || r == compare.Narrower)
			if within == d.Writes() || within != d.AllowsNoMore() {
				t.Errorf("%s, denies %q: %s, %s; allows no more: %v", r, denials, d.Drift, d.Action(), d.AllowsNoMore())
			}
			if d.Drifted() != (r != compare.Equal || denials != compare.Proven) || d.Drifted() && (d.Drift == finding.Widened) != (r == compare.Wider) {
				t.Errorf("%s, denies %q: %s", r, denials, d.Drift)
			}
			if got := Severity(d, exposure.Escape{}, false); d.Drifted() && got != map[bool]finding.Severity{true: finding.Low, false: finding.High}[within] {
				t.Errorf("%s, denies %q: %s", r, denials, got)
			}
			open := string(r)
			switch {
			case within:
				open = ""
			case r == compare.Equal || r == compare.Narrower:
				open = PolicyDeniesLess
			}
			if got := (Decision{}).WithPolicy(d).PolicyOpen; got != open {
				t.Errorf("%s, denies %q: open %q, want %q", r, denials, got, open)
			}
		}
	}
	if d := Policy(config.Boundary{ARN: "arn:aws:iam::aws:policy/ReadOnlyAccess"}, meaning(compare.Equal, compare.Refuted)); d.Action() != finding.Alert || d.Drift != finding.Altered {
		t.Errorf("%+v", d)
	}
}

// A repair that may remove a denial is one that may grant access.
func TestARepairThatMayRemoveADenialMayGrant(t *testing.T) {
	w := &finding.Witness{Action: "s3:GetObject", Resource: "*"}
	for m, want := range map[exposure.Meaning]bool{
		{Relation: compare.Equal, DeniesAll: compare.Proven}:                            false,
		{Relation: compare.Equal, DeniesAll: compare.Proven, ExtraDenial: w}:            true,
		{Relation: compare.Equal, DeniesAll: compare.Refuted, MayHaveExtraDenial: true}: true,
		{Relation: compare.Wider, DeniesAll: compare.Refuted, MayHaveExtraDenial: true}: false,
	} {
		d := Principal(requirement(accept(config.AcceptExact)), roleAt("/", "app", other), m)
		if d.RepairMayGrant() != want {
			t.Errorf("%+v: gives up %v", m, d.RepairMayGrant())
		}
		if lifts := m.ExtraDenial != nil || m.MayHaveExtraDenial; lifts != (d.RepairGrants() != exposure.Meaning{}) {
			t.Errorf("%+v: gives back %+v", m, d.RepairGrants())
		}
	}
}
