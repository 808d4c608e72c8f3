package publish

import (
	"strings"

	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/links"
)

// remediation is what a responder does now, as one text that is never empty, and where more of
// it is written.
func remediation(f finding.Finding) (text, url string) {
	url = links.Runbook(f)
	var all []string
	for _, step := range append(advice(f, inJSON), revoke(f)) {
		if step != "" {
			all = append(all, strings.TrimSuffix(step, ".")+".")
		}
	}
	if text = strings.Join(all, " "); text != "" {
		return text, url
	}
	if resolved(f) || f.Drift == finding.None {
		return "Nothing is left to repair.", url
	}
	return "Find out whether the change was meant, and put right what the finding names.", url
}
