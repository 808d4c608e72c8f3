package timeline

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/logs"
	"github.com/ringfence/ringfence/internal/replay"
)

var update = flag.Bool("update", false, "rewrite what is compared with")

// example is a report with what a report can have.
func example() *Report {
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	eve := finding.Actor{ARN: "arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_AWSAdministratorAccess_0123456789abcdef/eve@example.com"}
	one := func(i int, role string, drift finding.Drift, severity finding.Severity, event string) replay.Finding {
		return replay.Finding{Finding: finding.Finding{
			ID: fmt.Sprint(i), Revision: 1, Status: finding.Resolved, Account: "123456789012", Rule: "workloads", Mode: "enforce",
			Principal: &finding.Principal{ARN: "arn:aws:iam::123456789012:role/" + role, Kind: "role"}, Drift: drift, Severity: severity,
			Required: "arn:aws:iam::123456789012:policy/team-boundary", Action: finding.Reattach, Outcome: finding.Done,
			Reason: "it has no permissions boundary", Actor: eve, Event: finding.Event{Name: event, Time: at.Add(time.Duration(i) * 17 * time.Minute), ID: "e" + fmt.Sprint(i)},
		}}
	}
	critical := one(2, "service/payments-worker", finding.Missing, finding.Critical, "DeleteRolePermissionsBoundary")
	critical.Witness = &finding.Witness{Action: "iam:CreateUser", Resource: "arn:aws:iam::123456789012:user/x"}
	unproven := one(3, "service/reports", finding.Replaced, finding.High, "PutRolePermissionsBoundary")
	unproven.Relation, unproven.Outcome, unproven.Status = "unproven", finding.Failed, finding.Open
	unproven.Reason = "it carries arn:aws:iam::123456789012:policy/other, which is not proven to allow no more than the required boundary: no approved document is configured; the repair failed: putting the boundary: AccessDenied"
	assumed := one(4, "ci/deploy", finding.Missing, finding.Medium, "AttachRolePolicy")
	assumed.Assumed = finding.Strings{"that it carried no boundary until the log tells of one"}
	hostile := one(5, "x", finding.ExemptionExpired, finding.Low, "TagRole\x1b[31m\u202e")
	hostile.Reason = "=HYPERLINK(\"x\") <img src=x onerror=alert(1)> | `code` 漢字"
	r := &Report{}
	for _, f := range []replay.Finding{one(1, "service/new", finding.Missing, finding.Medium, "CreateRole"), critical, unproven, assumed, hostile} {
		r.Add(replay.Step{Record: &logs.Record{}, Findings: []replay.Finding{f}})
	}
	r.Add(replay.Step{Assumed: []string{"boundary policy arn:aws:iam::123456789012:policy/team-boundary, with its approved document"}})
	r.Log = logs.Tally{
		Files: 31, Bytes: 2_093_000_000, Unread: 2_071_000_000, Events: 1_204_331, Kept: 120,
		Passed: map[logs.Reason]int{logs.Elsewhere: 1_200_000, logs.Reads: 4_211, "no event in it": 31},
	}
	r.Summary = replay.Summary{Events: 120, Duplicates: 7, Judged: 100, Ignored: 13, Findings: 5, Assumed: 1, Unproven: 1, AssumedInside: 2, Complete: true}
	return r
}

// same compares with a golden file.
func same(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs (-update rewrites it):\n%s", name, got)
	}
}

func drawn(t *testing.T, r *Report, look Look) string {
	t.Helper()
	var b strings.Builder
	if err := r.WriteTable(&b, look); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestTables(t *testing.T) {
	for _, width := range []int{60, 80, 100, 140, 200} {
		same(t, fmt.Sprintf("table-%d.txt", width), drawn(t, example(), Look{Width: width}))
	}
	r := example()
	r.Summary.Complete, r.Summary.Missing = false, []string{"2026-10/a.json.gz: the file ends in the middle, after 211 whole events", "b.json, record 3: eventTime: missing\nto be tried again"}
	same(t, "incomplete.txt", drawn(t, r, Look{Width: 100}))
	quiet := &Report{Log: logs.Tally{Files: 1, Events: 3, Kept: 3}, Summary: replay.Summary{Events: 3, Judged: 3, Complete: true}}
	same(t, "quiet.txt", drawn(t, quiet, Look{Width: 100}))
}

func TestColorsAreForTerminals(t *testing.T) {
	text.EnableColors()
	if plain := drawn(t, example(), Look{Width: 100}); strings.ContainsRune(plain, '\x1b') {
		t.Errorf("colors where none are wanted:\n%q", plain)
	}
	colored := drawn(t, example(), Look{Width: 100, Color: true})
	if !strings.Contains(colored, "\x1b[31;1mcritical\x1b[0m") || text.StripEscape(colored) != drawn(t, example(), Look{Width: 100}) {
		t.Errorf("%q", colored)
	}
}

// Ensure that no line is wider than the terminal, whatever stands in it, and that time, principal and
// verdict are always there.
func TestNoLineIsWiderThanTheTerminal(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	words := []string{"a", "漢字漢字漢字", "role/x", strings.Repeat("long", 40), "e\u0301", "\x1b[31mred", "with some words in it", "🙂", ""}
	some := func() string {
		var b strings.Builder
		for range r.IntN(6) {
			b.WriteString(words[r.IntN(len(words))])
		}
		return b.String()
	}
	for range 400 {
		report := example()
		for i := range report.Findings {
			f := &report.Findings[i]
			f.Reason, f.Rule, f.Event.Name, f.Actor.ARN = some(), some(), some(), some()
			f.Principal = &finding.Principal{ARN: "arn:aws:iam::" + fmt.Sprint(r.IntN(3)) + ":role/" + some()}
			f.Drift = []finding.Drift{finding.ExemptionExpired, finding.Missing, finding.ControlTampered}[r.IntN(3)]
		}
		report.Assumed = append(report.Assumed, some())
		width := 60 + r.IntN(141)
		got := drawn(t, report, Look{Width: width})
		for line := range strings.SplitSeq(got, "\n") {
			if text.StringWidthWithoutEscSequences(line) > width {
				t.Fatalf("wider than %d:\n%s", width, got)
			}
		}
		for _, column := range []string{"time", "verdict", "princip"} {
			if !strings.Contains(got, column) {
				t.Fatalf("no %s at %d:\n%s", column, width, got)
			}
		}
	}
}
