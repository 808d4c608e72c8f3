package handler

import (
	"slices"

	"github.com/ringfence/ringfence/internal/tamper"
	"github.com/ringfence/ringfence/internal/trail"
)

// canaries are the calls that the stack's schedules make every few minutes, by service: one for
// each rule that delivers events. Each writes the tag [tamper.CanaryTag] on a part of the
// stack.
var canaries = map[string]string{
	"iam.amazonaws.com":      "TagPolicy",
	"sqs.amazonaws.com":      "TagQueue",
	"sns.amazonaws.com":      "TagResource",
	"dynamodb.amazonaws.com": "TagResource",
}

// canary returns the service of a canary call, empty for every other call. A canary is only
// counted: it is handled like any other call. Its actor does not matter, since it only proves
// that events arrive.
func (h *Enforce) canary(c trail.Change) string {
	if canaries[c.Source] != c.Name || c.Failed() {
		return ""
	}
	var on []string
	switch s := c.Subject.(type) {
	case trail.ManagedPolicy:
		on = []string{s.ARN}
	case trail.Control:
		if tamper.IsCanary(c.Name, s) {
			on = s.Resources
		}
	}
	if slices.ContainsFunc(on, h.Reconciler.Control.Contains) {
		return c.Source
	}
	return ""
}
