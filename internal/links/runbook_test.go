package links

import (
	"os"
	"strings"
	"testing"

	"github.com/ringfence/ringfence/internal/finding"
)

// Ensure that the runbook has the heading that each address leads to.
func TestRunbookHasEverySection(t *testing.T) {
	page, err := os.ReadFile("../../docs/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	headings := map[string]bool{}
	for line := range strings.Lines(string(page)) {
		if heading := strings.TrimLeft(line, "#"); heading != line {
			headings[strings.ReplaceAll(strings.ToLower(strings.TrimSpace(heading)), " ", "-")] = true
		}
	}
	seen := map[string]bool{}
	for _, f := range []finding.Finding{
		{Drift: finding.Missing, Status: finding.Open, Outcome: finding.Planned},
		{Drift: finding.Missing, Status: finding.Open, Outcome: finding.Failed},
		{Drift: finding.Missing, Status: finding.Resolved, Outcome: finding.Failed},
		{Drift: finding.ControlTampered, Status: finding.Open},
		{Drift: finding.SweepHeld, Status: finding.Open},
	} {
		address := Runbook(f)
		file, anchor, _ := strings.Cut(address, "#")
		if file != Manual+"docs/operations.md" || !headings[anchor] || !Safe(address) {
			t.Errorf("%s, %s, %s: no section %q", f.Drift, f.Status, f.Outcome, address)
		}
		seen[anchor] = true
	}
	if len(seen) != 4 {
		t.Errorf("%d sections, and not 4", len(seen))
	}
}
