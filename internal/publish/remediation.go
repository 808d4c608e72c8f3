package publish

import (
	"strings"

	"github.com/ringfence/ringfence/internal/finding"
)

// Where it is written what to do.
const (
	manual      = "https://github.com/ringfence/ringfence/blob/main/"
	aboutDrift  = manual + "README.md#what-it-finds"
	aboutTamper = manual + "docs/operations.md#control-tampered"
	aboutFailed = manual + "docs/operations.md#repairs-failed"
)

// remediation is what a responder does now, as one text that is never empty, and where more of
// it is written.
func remediation(f finding.Finding) (text, url string) {
	url = aboutDrift
	switch {
	case f.Drift == finding.ControlTampered:
		url = aboutTamper
	case !resolved(f) && fateOf(f) == failed:
		url = aboutFailed
	}
	if text = strings.Join(advice(f), " "); text != "" {
		return text, url
	}
	if resolved(f) || f.Drift == finding.None {
		return "Nothing is left to repair.", url
	}
	return "Find out whether the change was meant, and put right what the finding names.", url
}
