package events

import (
	"slices"
	"testing"

	"github.com/ringfence/ringfence/internal/config"
	"github.com/ringfence/ringfence/internal/finding"
)

// routes are the ways out of a boundary, each with scenarios in which a principal uses it and the
// drifts that report it.
var routes = []struct {
	way    string
	drifts []finding.Drift
	names  []string
}{
	{
		"created without the boundary",
		[]finding.Drift{finding.Missing, finding.Replaced},
		[]string{"create-role-without-boundary", "create-user-without-boundary", "create-role-with-admin-boundary", "create-role-in-path", "cloudformation-created-role", "root-created-user"},
	},
	{
		"the boundary removed",
		[]finding.Drift{finding.Missing},
		[]string{"delete-role-boundary", "delete-user-boundary", "delete-role-boundary-in-path", "second-look-reverted", "session-named-ringfence"},
	},
	{
		"the boundary swapped for a wider one",
		[]finding.Drift{finding.Replaced},
		[]string{"put-role-boundary-wider", "put-user-boundary-wider", "put-role-boundary-incomparable", "put-role-boundary-unproven", "put-role-boundary-latent"},
	},
	{
		"explicit denials taken out, in what is carried or in the required policy itself",
		[]finding.Drift{finding.Replaced, finding.Altered},
		[]string{"put-role-boundary-denies-less", "put-user-boundary-narrower-denies-less", "create-policy-version-denies-less", "create-policy-version-narrower-denies-less"},
	},
	{
		"the boundary policy widened",
		[]finding.Drift{finding.Widened, finding.Altered},
		[]string{"create-policy-version-default", "create-policy-version-incomparable", "set-default-policy-version", "set-default-policy-version-of-five", "second-look-at-a-policy", "put-role-boundary-policy-widened"},
	},
	{
		"the boundary policy deleted, or made again",
		[]finding.Drift{finding.AbsentPolicy, finding.Widened},
		[]string{"delete-policy", "delete-policy-once-carried", "create-policy"},
	},
	{
		"moved out of a rule's reach",
		[]finding.Drift{finding.Moved, finding.Missing, finding.Replaced},
		[]string{"moved-by-renaming", "moved-by-tagging", "moved-by-untagging", "moved-and-unbounded", "moved-to-another-rule", "update-user-path", "untag-role"},
	},
	{
		"a name that needs no boundary",
		[]finding.Drift{finding.ExemptChanged, finding.Missing, finding.Moved},
		[]string{
			"exempt-name-created", "exempt-role-trusts-another-account", "exempt-role-given-admin", "exempt-id-name-taken",
			"platform-name-created", "platform-name-look-alike", "moved-out-of-scope", "moved-into-an-exemption",
		},
	},
	{
		"a boundary policy that nobody approved",
		[]finding.Drift{finding.PolicyChanged, finding.AbsentPolicy},
		[]string{"unapproved-policy-widened", "unapproved-policy-deleted"},
	},
	{
		"a permission set without its boundary",
		[]finding.Drift{finding.Protected},
		[]string{"permission-set-boundary-removed", "identity-center-role-created"},
	},
	{
		"the control switched off",
		[]finding.Drift{finding.ControlTampered},
		[]string{
			"control-rule-disabled", "control-targets-removed", "control-function-code-updated", "control-concurrency-zero", "control-mapping-disabled",
			"control-topic-deleted", "control-subscription-removed", "control-trail-stopped", "control-trail-blinded", "control-own-role-edited",
			"control-own-role-in-other-case", "control-bus-key-changed", "control-bus-opened", "control-replay-started", "control-replay-cancelled",
			"control-messages-moved", "control-queue-frozen", "control-queue-recreated", "control-subscribed", "control-subscription-filtered",
			"control-alias-moved", "control-grant-revoked", "control-log-key-changed", "control-log-masked", "control-log-shortened",
			"control-logs-of-the-account-masked", "control-alarm-muted", "control-alarm-set", "control-alarm-replaced", "control-dashboard-deleted",
			"control-function-opened", "control-function-scaled", "control-function-runtime", "control-stack-rolled-back", "control-change-set-by-arn",
			"control-stack-refactored", "control-stack-parameters-withheld", "control-trail-reconfigured", "control-ledger-streamed", "control-drifted",
			"control-config-rule-deleted", "control-config-rule-replaced", "control-config-recorder-stopped", "control-config-recorder-narrowed",
		},
	},
}

// settings are what a rule can set, each with scenarios in which it decides, and the resulting
// actions.
var settings = []struct {
	setting string
	has     func(config.Rule) bool
	names   []string
	actions []finding.Action
}{
	{
		"accept: exact", func(r config.Rule) bool { return r.Accept == config.AcceptExact },
		[]string{"accept-exact", "accept-exact-same-meaning"},
		[]finding.Action{finding.Reattach, finding.Reattach},
	},
	{
		"accept: equal", func(r config.Rule) bool { return r.Accept == config.AcceptEqual },
		[]string{"accept-equal-same-meaning", "accept-equal-narrower"},
		[]finding.Action{finding.NoAction, finding.Reattach},
	},
	{
		"accept: narrower", func(r config.Rule) bool { return r.Accept == config.AcceptNarrower },
		[]string{"put-user-boundary-narrower", "put-role-boundary-quarantine", "put-role-boundary-latent"},
		[]finding.Action{finding.NoAction, finding.NoAction, finding.Reattach},
	},
	{
		"boundary: none", func(r config.Rule) bool { return r.OutOfScope != nil },
		[]string{"platform-role-left-alone", "platform-name-created", "platform-name-look-alike"},
		[]finding.Action{finding.NoAction, finding.Alert, finding.Reattach},
	},
	{
		"onDrift: reattach", func(r config.Rule) bool { return r.OnDrift == config.Reattach },
		[]string{"delete-role-boundary", "put-role-boundary-wider"},
		[]finding.Action{finding.Reattach, finding.Reattach},
	},
	{
		"onDrift: quarantine", func(r config.Rule) bool { return r.OnDrift == config.Quarantine },
		[]string{"rule-quarantines", "rule-quarantines-already"},
		[]finding.Action{finding.Quarantine, finding.NoAction},
	},
	{
		"onDrift: alert", func(r config.Rule) bool { return r.OnDrift == config.OnlyAlert },
		[]string{"rule-only-alerts"},
		[]finding.Action{finding.Alert},
	},
	{
		"onIncomparable: reattach", func(r config.Rule) bool { return r.OnIncomparable == config.Reattach },
		[]string{"put-role-boundary-incomparable", "put-role-boundary-unproven"},
		[]finding.Action{finding.Reattach, finding.Reattach},
	},
	{
		"onIncomparable: alert", func(r config.Rule) bool { return r.OnIncomparable == config.OnlyAlert },
		[]string{"incomparable-alerts"},
		[]finding.Action{finding.Alert},
	},
	{
		"onIncomparable: quarantine", func(r config.Rule) bool { return r.OnIncomparable == config.Quarantine },
		[]string{"incomparable-quarantines", "unproven-quarantines"},
		[]finding.Action{finding.Quarantine, finding.Quarantine},
	},
	{
		"mode: observe", func(r config.Rule) bool { return r.Mode == config.Observe },
		[]string{"mode-observe"},
		[]finding.Action{finding.Reattach},
	},
	{
		"mode: alert", func(r config.Rule) bool { return r.Mode == config.Alert },
		[]string{"mode-alert"},
		[]finding.Action{finding.Reattach},
	},
	{
		"mode: enforce", func(r config.Rule) bool { return r.Mode == config.Enforce },
		[]string{"delete-role-boundary"},
		[]finding.Action{finding.Reattach},
	},
}

func byName(t *testing.T) map[string]Scenario {
	t.Helper()
	named := map[string]Scenario{}
	for _, s := range all(t) {
		named[s.Name] = s
	}
	return named
}

func TestThereIsASituationForEachWayOut(t *testing.T) {
	named := byName(t)
	for i, r := range routes {
		if len(r.names) == 0 {
			t.Errorf("route %d, %s: no scenario", i+1, r.way)
		}
		for _, name := range r.names {
			s, ok := named[name]
			told := slices.ContainsFunc(s.Expect, func(e Expectation) bool { return slices.Contains(r.drifts, e.Drift) })
			if !ok || !told {
				t.Errorf("route %d, %s: %s exists: %v, expects %+v", i+1, r.way, name, ok, s.Expect)
			}
		}
	}
	if len(routes) != 11 {
		t.Errorf("%d routes, want 11", len(routes))
	}
}

func TestThereIsASituationForEachSetting(t *testing.T) {
	named := byName(t)
	for _, c := range settings {
		for i, name := range c.names {
			s, ok := named[name]
			if !ok {
				t.Errorf("%s: there is no %s", c.setting, name)
				continue
			}
			f, err := config.Load("ringfence.yaml", s.Config, Open)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.ContainsFunc(f.Rules(), c.has) {
				t.Errorf("%s: no rule of %s has this setting", c.setting, name)
			}
			if len(s.Expect) != 1 || s.Expect[0].Action != c.actions[i] {
				t.Errorf("%s: %s expects %+v, want %s", c.setting, name, s.Expect, c.actions[i])
			}
		}
	}
}
