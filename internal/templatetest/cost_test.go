package templatetest_test

import (
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// Unit prices of us-east-1 in US dollars, from the pages that docs/organization.md lists, and the
// assumptions that it states.
const (
	million = 1e6
	month   = 730.0 // hours

	eventForwarded = 1.00 / million // to a bus of another account
	archived       = 0.10 + 0.023   // a GB, kept for a month
	message        = 0.40 / million
	invocation     = 0.20 / million
	gigabyteSecond = 0.0000133334 // arm64
	logged         = 0.50         // a GB
	traced         = 5.00 / million
	ledgerRead     = 0.125 / million
	ledgerWrite    = 0.625 / million
	alarmMetric    = 0.10

	eventsAMonth = 20_000.0 // of an account
	memory       = 0.25     // GB
	sweepSeconds = 1.5      // of an account
)

// costs returns the table of docs/organization.md.
func costs(standing float64) string {
	sizes := []struct{ accounts, sweeps float64 }{{10, month}, {400, month}, {5000, month / 6}}
	var b strings.Builder
	b.WriteString("| | how much | price | 10 accounts | 400 | 5,000 |\n|---|---|---|---|---|---|\n")
	sums := make([]float64, len(sizes))
	row := func(what, amount, price string, of func(events, sweeps float64) float64) {
		fmt.Fprintf(&b, "| %s | %s | %s |", what, amount, price)
		for i, s := range sizes {
			cost := of(s.accounts*eventsAMonth, s.accounts*s.sweeps)
			sums[i] += cost
			fmt.Fprintf(&b, " %.2f |", cost)
		}
		b.WriteString("\n")
	}
	row("EventBridge, forwarding", "each event, once", "$1.00 a million", func(events, _ float64) float64 { return events * eventForwarded })
	row("archive", "3 KB an event, for 30 days", "$0.10 a GB, $0.023 a GB-month", func(events, _ float64) float64 { return events * 3e-6 * archived })
	row("SQS", "at most 4 requests an event", "$0.40 a million", func(events, _ float64) float64 { return events * 4 * message })
	row("Lambda, requests", "at most one an event", "$0.20 a million", func(events, _ float64) float64 { return events * invocation })
	row("Lambda, time", "200 ms × 0.25 GB an event", "$0.0000133334 a GB-s", func(events, _ float64) float64 { return events * 0.2 * memory * gigabyteSecond })
	row("CloudWatch Logs", "2 KB an event", "$0.50 a GB", func(events, _ float64) float64 { return events * 2e-6 * logged })
	row("X-Ray", "every event is traced", "$5.00 a million", func(events, _ float64) float64 { return events * traced })
	row("DynamoDB, on demand", "at most 3 reads an event", "$0.125 a million", func(events, _ float64) float64 { return events * 3 * ledgerRead })
	row("sweeps", "1.5 s × 0.25 GB an account, every hour; every 6 hours of 5,000", "$0.0000133334 a GB-s", func(_, sweeps float64) float64 { return sweeps * sweepSeconds * memory * gigabyteSecond })
	row("sweeps, ledger", "a read and a write an account", "$0.125 and $0.625 a million", func(_, sweeps float64) float64 { return sweeps * (ledgerRead + ledgerWrite) })
	row("sweeps, messages", "4 requests an account", "$0.40 a million", func(_, sweeps float64) float64 { return sweeps * 4 * message })
	row("the hub, standing", "as [in one account](operations.md#cost)", fmt.Sprintf("$%.2f", standing), func(_, _ float64) float64 { return standing })
	row("alarm `org-events-lost`", "4 metrics", "$0.10 a metric", func(_, _ float64) float64 { return 4 * alarmMetric })
	b.WriteString("| **sum** | | |")
	for _, sum := range sums {
		fmt.Fprintf(&b, " **%.2f** |", sum)
	}
	b.WriteString("\n| an account | | |")
	for i, sum := range sums {
		fmt.Fprintf(&b, " %.2f |", sum/sizes[i].accounts)
	}
	return b.String() + "\n"
}

// The cost of an organization is what its prices give, with the standing cost of one account.
func TestTheCostOfAnOrganization(t *testing.T) {
	operations, err := os.ReadFile("../../docs/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	standing := regexp.MustCompile(`\| \*\*standing\*\* \| \| \| \*\*([0-9.]+)\*\* \|`).FindSubmatch(operations)
	if standing == nil {
		t.Fatal("docs/operations.md has no standing cost")
	}
	of, err := strconv.ParseFloat(string(standing[1]), 64)
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile("../../docs/organization.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), "<!-- cost -->\n")
	table, _, found := strings.Cut(rest, "<!-- /cost -->")
	if want := costs(of); !found || table != want {
		t.Errorf("docs/organization.md has other costs; these are right:\n%s", want)
	}
	if n := len(single(t).properties("OrgEventsLostAlarm")["Metrics"].([]any)); n-1 != 4 {
		t.Errorf("the alarm has %d metrics", n-1)
	}
}
