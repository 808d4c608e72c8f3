package html

import (
	"strconv"
	"strings"
	"time"

	"github.com/ringfence/ringfence/internal/audit"
	"github.com/ringfence/ringfence/internal/finding"
)

// num is a number with its thousands set apart.
func num(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// plural is a number with its noun.
func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return num(n) + " " + many
}

// when is a time for people.
func when(t time.Time) string { return t.UTC().Format("2 January 2006, 15:04 UTC") }

// arnName is what comes after the account in an ARN: of a principal or policy, its kind,
// path and name.
func arnName(arn string) string {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) < 6 {
		return arn
	}
	return parts[5]
}

// request says a witness in one line.
func request(w *finding.Witness) string { return w.Action + " on " + w.Resource }

// drifts are the kinds of drift that an audit can meet, in a few words.
var drifts = map[finding.Drift]string{
	finding.Missing:          "No boundary",
	finding.Replaced:         "Another boundary",
	finding.Widened:          "Boundary policy widened",
	finding.Altered:          "Boundary policy altered",
	finding.AbsentPolicy:     "Boundary policy does not exist",
	finding.Protected:        "Only an AWS service can repair it",
	finding.ExemptionExpired: "Exemption expired",
}

func driftWords(d finding.Drift) string {
	if words, ok := drifts[d]; ok {
		return words
	}
	return string(d)
}

// states are how a principal may stand, in the order of the legend, and in words.
var states = []struct {
	State audit.State
	Words string
}{
	{audit.Inside, "Inside"},
	{audit.Outside, "Outside"},
	{audit.Unknown, "Not judged"},
	{audit.Uncovered, "No rule"},
	{audit.Exempt, "Exempt"},
	{audit.OutOfScope, "Out of scope"},
	{audit.ServiceLinked, "Service-linked"},
}

func stateWords(s audit.State) string {
	for _, x := range states {
		if x.State == s {
			return x.Words
		}
	}
	return string(s)
}

// clip shortens a label of the map, in which nothing is wrapped.
func clip(text string) string {
	const longest = 34
	if r := []rune(text); len(r) > longest {
		return string(r[:longest-1]) + "…"
	}
	return text
}
