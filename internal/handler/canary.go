package handler

import (
	"slices"

	"github.com/ringfence/ringfence/internal/tamper"
	"github.com/ringfence/ringfence/internal/trail"
)

// canaries are the calls that schedules of the stack make every few minutes, by the service:
// one for each rule by which events come. Each writes the tag [tamper.CanaryTag] on a part of
// the stack.
var canaries = map[string]string{
	"iam.amazonaws.com":      "TagPolicy",
	"sqs.amazonaws.com":      "TagQueue",
	"sns.amazonaws.com":      "TagResource",
	"dynamodb.amazonaws.com": "TagResource",
}

// canary is the service whose canary a call is, empty for every other call. A canary is only
// counted: it is handled as any call of its kind is, and who made it is not asked, since what
// it proves is its way.
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
	if slices.ContainsFunc(on, h.Reconciler.Control.Has) {
		return c.Source
	}
	return ""
}
