package handler

import (
	"cmp"
	"log/slog"
	"strconv"
	"time"

	"github.com/ringfence/ringfence/internal/finding"
)

// findingAttr returns a revision of a finding for the log. The dashboard and the saved queries
// of the template use these fields, and take the latest line of an id. Unknown fields are
// empty, not absent, so that no line falls back to the value of an earlier one.
func findingAttr(f finding.Finding) slog.Attr {
	opened, known := f.Opener()
	since := opened.Event.Time
	if !known {
		opened = finding.Call{}
	}
	if f.Exposure.From != nil || !known {
		since = value(f.Exposure.From)
	}
	about := f.Required
	if f.Principal != nil {
		about = f.Principal.ARN
	}
	seconds := slog.String("seconds", "")
	if f.Exposure.Seconds != nil {
		seconds = slog.Float64("seconds", *f.Exposure.Seconds)
	}
	return slog.Group("finding",
		slog.String("id", f.ID), slog.Int("revision", f.Revision),
		slog.String("status", string(f.Status)), slog.String("resolution", string(f.Resolution)),
		slog.String("severity", string(f.Severity)), slog.String("rank", strconv.Itoa(f.Severity.Rank()+1)+" "+string(f.Severity)),
		slog.String("drift", string(f.Drift)), slog.String("about", cmp.Or(about, opened.Event.Name)), slog.String("rule", f.Rule),
		slog.String("actor", opened.Actor.Who()), slog.String("call", opened.Event.Name), slog.String("since", moment(since)), seconds,
		slog.String("action", string(f.Action)), slog.String("outcome", string(f.Outcome)), slog.String("reason", f.Reason),
	)
}

func value(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return *t
}

func moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}
