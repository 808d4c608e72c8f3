package report

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ringfence/ringfence/internal/config"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/ledger"
	"github.com/ringfence/ringfence/internal/plan"
	"github.com/ringfence/ringfence/internal/principal"
)

const ringfenceYAML = `
version: 1
mode: alert
boundaries:
  team: {arn: "arn:${partition}:iam::${account}:policy/team-boundary", document: team.json}
accounts:
  "123456789012": {name: shop-production, owner: shop@example.com}
rules:
  - {name: everyone, owner: team@example.com, match: {names: ["*"]}, boundary: team}
`

// Ensure that a finding does not suggest a repair that was made, even if the repair was not enough.
func TestACompletedRepairIsNotSuggestedAgain(t *testing.T) {
	r := newWorld().reporter(t)
	record := ledger.Record{Decision: entry(1).Decision}
	for outcome, want := range map[finding.Outcome]bool{finding.Done: false, finding.Failed: true, finding.Planned: true, finding.Deferred: true} {
		if f := r.aids(finding.Finding{Status: finding.Open, Outcome: outcome}, record, principal.Account{}); (f.Repair != "") != want {
			t.Errorf("%s: %q", outcome, f.Repair)
		}
	}
}

// Ensure that a finding has the owner and the next steps, in each state.
func TestFindingsCarryWhatAResponderNeeds(t *testing.T) {
	const event = "7a1f0f4b-1d0c-4b8e-9c57-2f3f6f1f2b11"
	const attach = "aws iam put-role-permissions-boundary --role-name app1 --permissions-boundary " + boundary
	create := plan.Action{Kind: finding.CreatePolicy, Policy: boundary}
	planned := func(e *ledger.Entry) { e.Attempt, e.Decision.Mode = nil, config.Alert }
	for _, c := range []struct {
		name   string
		change func(*ledger.Entry)
		repair string
	}{
		{"planned", planned, attach},
		{"failed", func(e *ledger.Entry) { e.Attempt.Outcome, e.Attempt.Error = finding.Failed, "AccessDenied" }, attach},
		{"repaired", func(*ledger.Entry) {}, ""},
		{"its policy must be created first", func(e *ledger.Entry) {
			planned(e)
			e.Decision.Actions = append([]plan.Action{create}, e.Decision.Actions...)
		}, `aws iam create-policy --policy-name team-boundary --path / --policy-document ` +
			`'{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}' && ` + attach},
		{"alert only", func(e *ledger.Entry) { planned(e); e.Decision.Actions = []plan.Action{{Kind: finding.Alert}} }, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld()
			r := w.reporter(t)
			var err error
			if r.Config, err = config.Load("ringconfig.yaml", []byte(ringfenceYAML), func(string) ([]byte, error) { return approved, nil }); err != nil {
				t.Fatal(err)
			}
			r.Region, r.Dashboard = "us-east-1", "ringfence"
			told := apply(t, r, entry(1, func(e *ledger.Entry) {
				e.Trigger.Event.ID, e.Trigger.Event.Region = event, "us-east-1"
				e.Trigger.Event.Name = "DeleteRolePermissionsBoundary"
				c.change(e)
			}))
			if len(told.Findings) != 1 {
				t.Fatalf("%+v", told)
			}
			f := told.Findings[0]
			if f.Repair != c.repair {
				t.Errorf("repair %q, want %q", f.Repair, c.repair)
			}
			if f.Title != "about everyone" {
				t.Errorf("title %q", f.Title)
			}
			if f.AccountName != "shop-production" || f.Owner != "team@example.com" {
				t.Errorf("account %q, owner %q", f.AccountName, f.Owner)
			}
			if len(f.Attack) != 1 || f.Attack[0].ID != "T1098" {
				t.Errorf("%+v", f.Attack)
			}
			runbook := "findings"
			if f.Outcome == finding.Failed {
				runbook = "repairs-failed"
			}
			if diff := cmp.Diff(finding.Links{
				Event:     "https://us-east-1.console.aws.amazon.com/cloudtrailv2/home?region=us-east-1#/events/" + event,
				Principal: "https://us-east-1.console.aws.amazon.com/iam/home?region=us-east-1#/roles/details/app1",
				Dashboard: "https://us-east-1.console.aws.amazon.com/cloudwatch/home?region=us-east-1#dashboards/dashboard/ringfence",
				Runbook:   "https://github.com/ringfence/ringfence/blob/main/docs/operations.md#" + runbook,
			}, f.Links); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Ensure that the name in the configuration is shown before that in Organizations, and that the unit is, if it is known.
func TestFindingsNameTheAccountAndItsUnit(t *testing.T) {
	units := []principal.Unit{{ID: "r-a1b2", Name: "Root"}, {ID: "ou-a1b2-11111111", Name: "Workloads"}, {ID: "ou-a1b2-22222222", Name: "Production"}}
	for name, c := range map[string]struct {
		account  string
		accounts Accounts
		name     string
		unit     string
	}{
		"both":               {"123456789012", inOrganization{Name: "renamed", Units: units}, "shop-production", "Workloads/Production"},
		"only organizations": {"210987654321", inOrganization{Name: "renamed", Units: units}, "renamed", "Workloads/Production"},
		"in the root":        {"210987654321", inOrganization{Name: "renamed", Units: units[:1]}, "renamed", ""},
		"not known":          {"210987654321", inOrganization{}, "", ""},
		"one account":        {"210987654321", nil, "", ""},
		"not of an account":  {"", inOrganization{Name: "renamed", Units: units}, "", ""},
	} {
		r := newWorld().reporter(t)
		f, err := config.Load("f", []byte(ringfenceYAML), func(string) ([]byte, error) { return approved, nil })
		if err != nil {
			t.Fatal(err)
		}
		r.Config, r.Accounts = f, c.accounts
		got := r.aids(finding.Finding{Account: c.account}, ledger.Record{}, r.account(t.Context(), c.account))
		if got.AccountName != c.name || got.AccountUnit != c.unit {
			t.Errorf("%s: name %q, unit %q", name, got.AccountName, got.AccountUnit)
		}
	}
}

// inOrganization is the one account of an organization, which cannot be asked about without a name.
type inOrganization principal.Account

func (n inOrganization) Account(context.Context, string) (principal.Account, error) {
	if n.Name == "" {
		return principal.Account{}, errors.New("no answer")
	}
	return principal.Account(n), nil
}
