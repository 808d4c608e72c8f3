package html

import (
	"strings"
	"time"

	"github.com/ringfence/ringfence/internal/audit"
	"github.com/ringfence/ringfence/internal/finding"
)

// when formats a time.
func when(t time.Time) string { return t.UTC().Format("2 January 2006, 15:04 UTC") }

// arnName returns the part of an ARN after the account: kind, path and name of a principal or
// policy.
func arnName(arn string) string {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) < 6 {
		return arn
	}
	return parts[5]
}

// request formats a witness on one line.
func request(w *finding.Witness) string { return w.Action + " on " + w.Resource }

// states are the states of a principal, in the order of the legend, with their labels.
var states = []struct {
	State audit.State
	Words string
}{
	{audit.Inside, "Inside"},
	{audit.Outside, "Outside"},
	{audit.Unknown, "Unknown"},
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

// clip shortens a label of the map, because SVG text does not wrap.
func clip(text string) string {
	const longest = 34
	if r := []rune(text); len(r) > longest {
		return string(r[:longest-1]) + "…"
	}
	return text
}
