package publish_test

import (
	"context"
	"encoding/json"
	"flag"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/aws-sdk-go-v2/service/sns"

	"github.com/ringfence/ringfence/events"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/links"
	"github.com/ringfence/ringfence/internal/localaws/pattern"
	"github.com/ringfence/ringfence/internal/publish"
	"github.com/ringfence/ringfence/internal/replay"
)

// accounts is added to the configuration of each situation, so that the examples have names.
const accounts = `
accounts:
  "123456789012": {name: shop-production, owner: shop@example.com}
`

// shown are the examples of docs/alerts.md: for each the situation of events/ that it comes from.
var shown = map[string]string{
	"missing":           "mode-alert",
	"missing-repaired":  "create-role-without-boundary",
	"missing-escaped":   "delete-role-boundary",
	"missing-failed":    "boundary-name-taken",
	"replaced":          "put-user-boundary-wider",
	"widened":           "create-policy-version-default",
	"altered":           "create-policy-version-denies-less",
	"absent-policy":     "boundary-name-taken",
	"protected":         "identity-center-role-created",
	"exemption-expired": "exempt-role-expired",
	"control-tampered":  "control-rule-disabled",
	"moved":             "moved-by-tagging",
	"withheld":          "withheld-role-policy",
	"policy-changed":    "unapproved-policy-widened",
	"exempt-changed":    "exempt-role-given-admin",
}

// held is a sweep that was held: no event leads to one.
func held() finding.Finding {
	now := time.Date(2026, 3, 2, 12, 4, 0, 0, time.UTC)
	f := finding.Finding{
		SchemaVersion: finding.SchemaVersion, ID: finding.ID("sweep", finding.SweepHeld, now.String()), Revision: 1, Status: finding.Open, Time: now,
		Account: "123456789012", Partition: "aws", AccountName: "shop-production", Owner: "shop@example.com", AccountUnit: "Workloads/Production",
		Drift: finding.SweepHeld, Severity: finding.High, Mode: "enforce", Action: finding.Alert, Outcome: finding.Done,
		Reason: "it would have changed 61 principals and policies at once, and changed none", Cause: "sweep",
		Event:   finding.Event{ID: "sweep-2026-03-02T12:00:00Z", Time: now.Add(-4 * time.Minute)},
		Affects: finding.Strings{"arn:aws:iam::123456789012:role/app-1", "arn:aws:iam::123456789012:role/app-2", "arn:aws:iam::123456789012:role/app-3", "arn:aws:iam::123456789012:role/app-4"},
	}
	f.Title, f.Links.Runbook = publish.Title(f), links.Runbook(f)
	return f
}

// unreachable is an account that a sweep could not enter.
func unreachable() finding.Finding {
	f := held()
	f.ID, f.Drift, f.Affects = finding.ID("sweep", finding.Unreachable, f.Time.String()), finding.Unreachable, nil
	f.Reason = "Ringfence cannot enter the account, so it neither looks at its principals nor repairs them: reading all users and roles: " +
		"assuming the role arn:aws:iam::123456789012:role/ringfence/ringfence-member-read (is the spoke deployed in this account?): AccessDenied"
	f.Title, f.Links.Runbook = publish.Title(f), links.Runbook(f)
	return f
}

// topic keeps what was published last.
type topic struct{ last *sns.PublishInput }

func (t *topic) Publish(_ context.Context, in *sns.PublishInput, _ ...func(*sns.Options)) (*sns.PublishOutput, error) {
	t.last = in
	return &sns.PublishOutput{}, nil
}

// mail is the mail about findings, as a block of the page.
func mail(t *testing.T, findings ...finding.Finding) string {
	t.Helper()
	sent := new(topic)
	if err := publish.New(sent, nil, publish.To{Topic: "topic"}).Topic(t.Context(), "", findings); err != nil {
		t.Fatal(err)
	}
	var protocols map[string]string
	if err := json.Unmarshal([]byte(*sent.last.Message), &protocols); err != nil {
		t.Fatal(err)
	}
	return "```\nSubject: " + *sent.last.Subject + "\n\n" + protocols["email"] + "```\n"
}

// played is the finding of a kind that a situation leads to.
func played(t *testing.T, situation string, drift finding.Drift) finding.Finding {
	t.Helper()
	scenarios, err := events.All()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range scenarios {
		if s.Name != situation {
			continue
		}
		s.Config = append(s.Config[:len(s.Config):len(s.Config)], accounts...)
		step, wrong, err := replay.Scenario(t.Context(), s)
		if err != nil || len(wrong) > 0 {
			t.Fatalf("%s: %v, %v", situation, wrong, err)
		}
		for _, f := range step.Findings {
			if f.Drift == drift {
				return f.Finding
			}
		}
		t.Fatalf("%s leads to no finding of %s", situation, drift)
	}
	t.Fatalf("there is no situation %s", situation)
	return finding.Finding{}
}

// Ensure that the page shows the mails as they are, and one of every kind.
func TestThePageShowsRealMails(t *testing.T) {
	const page = "../../docs/alerts.md"
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[finding.Drift]bool{}
	now := regexp.MustCompile(`(?s)<!-- example ([a-z-]+) -->\n.*?<!-- end -->`).ReplaceAllStringFunc(string(text), func(block string) string {
		name := strings.Fields(block)[2]
		var example string
		switch situation := shown[name]; {
		case name == "sweep-held":
			example, kinds[finding.SweepHeld] = mail(t, held()), true
		case name == "unreachable":
			example, kinds[finding.Unreachable] = mail(t, unreachable()), true
		case name == "digest":
			role, user := played(t, "create-role-without-boundary", finding.Missing), played(t, "create-user-without-boundary", finding.Missing)
			example = mail(t, role, user)
		case situation == "":
			t.Errorf("%s: there is no such example", name)
		default:
			drift := finding.Drift(name)
			if strings.HasPrefix(name, "missing-") {
				drift = finding.Missing
			}
			f := played(t, situation, drift)
			example, kinds[f.Drift] = mail(t, f), true
		}
		return "<!-- example " + name + " -->\n" + example + "<!-- end -->"
	})
	var schema struct {
		Properties struct {
			Drift struct{ Enum []finding.Drift }
		}
	}
	if err := json.Unmarshal([]byte(finding.Schema), &schema); err != nil {
		t.Fatal(err)
	}
	for _, drift := range schema.Properties.Drift.Enum {
		if drift != finding.None && !kinds[drift] {
			t.Errorf("%s has no example of %s", page, drift)
		}
	}
	if now == string(text) {
		return
	}
	if flag.Lookup("update").Value.String() != "true" {
		t.Fatalf("%s does not show the mails of today: go test ./internal/publish -run %s -update", page, t.Name())
	}
	if err := os.WriteFile(page, []byte(now), 0o644); err != nil {
		t.Fatal(err)
	}
}

// Ensure that the event patterns of the page select what the page says.
func TestThePageRoutesFindings(t *testing.T) {
	text, err := os.ReadFile("../../docs/alerts.md")
	if err != nil {
		t.Fatal(err)
	}
	patterns := map[string]*pattern.Pattern{}
	for _, m := range regexp.MustCompile("(?s)<!-- pattern ([a-z]+) -->\n```json\n(.*?)```").FindAllStringSubmatch(string(text), -1) {
		if patterns[m[1]], err = pattern.Compile([]byte(m[2])); err != nil {
			t.Errorf("%s: %v", m[1], err)
		}
	}
	planned := played(t, "mode-alert", finding.Missing) // of the account's owner, open
	repaired := played(t, "create-role-without-boundary", finding.Missing)
	milder, unowned, other := planned, planned, planned
	milder.Severity = finding.Medium
	unowned.Owner = ""
	other.Owner, other.Account, other.Actor.MFA = "ops@example.com", "210987654321", "false"
	for _, c := range []struct {
		name string
		f    finding.Finding
		want []string
	}{
		{"open and critical", planned, []string{"account", "owner"}},
		{"open and medium", milder, []string{"owner"}},
		{"repaired, by a session without MFA", repaired, []string{"mfa", "owner"}},
		{"unowned", unowned, []string{"account", "nobody"}},
		{"of another team, without MFA", other, []string{"mfa"}},
	} {
		bus := new(entries)
		if err := publish.New(nil, bus, publish.To{Bus: "default"}).Bus(t.Context(), c.f); err != nil {
			t.Fatal(err)
		}
		event, err := json.Marshal(map[string]any{"source": bus.last.Source, "detail-type": bus.last.DetailType, "detail": json.RawMessage(*bus.last.Detail)})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for name, p := range patterns {
			if ok, err := p.Match(event); err != nil {
				t.Fatal(err)
			} else if ok {
				got = append(got, name)
			}
		}
		slices.Sort(got)
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %v select it, and not %v", c.name, got, c.want)
		}
	}
}

// entries keeps what was put on the bus last.
type entries struct{ last types.PutEventsRequestEntry }

func (e *entries) PutEvents(_ context.Context, in *eventbridge.PutEventsInput, _ ...func(*eventbridge.Options)) (*eventbridge.PutEventsOutput, error) {
	e.last = in.Entries[0]
	return &eventbridge.PutEventsOutput{}, nil
}
