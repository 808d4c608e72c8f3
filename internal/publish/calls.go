package publish

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ringfence/ringfence/internal/finding"
)

// causes say how something was found other than by a record of a call on it.
var causes = map[string]string{
	"second-look": "at a second look",
	"walk":        "on a walk over the account",
	"sweep":       "by a sweep of the account",
	"required":    "when a principal that requires it was looked at",
}

// callRows say who let it out, and how that was found. Those are told apart where they are
// different calls: one by which something is found can be harmless.
func callRows(f finding.Finding) []row {
	opened, known := f.Opener()
	same := opened.Event.ID == f.Event.ID && opened.Event.Name == f.Event.Name && opened.Event.Time.Equal(f.Event.Time)
	by, event := "By", "Event"
	if !same {
		by, event = "Opened by", "Call"
	}
	rows := []row{
		{label: by, value: actor(opened.Actor)},
		{label: "From", value: origin(opened.Actor)},
		{label: "Key", value: credentials(opened.Actor)},
		{label: event, value: call(opened.Event)},
	}
	switch {
	case f.Drift == finding.None:
	case !known:
		rows = []row{{label: "Opened by", value: "not known"}, {label: "Found", value: found(f, call(f.Event), clean(f.Actor.SourceIP, partLimit))}}
	case !same:
		rows = append(rows, row{label: "Found", value: found(f, call(f.Event), clean(f.Actor.SourceIP, partLimit))})
	default:
		rows = append(rows, row{label: "Found", value: causes[f.Cause]})
	}
	return append(rows, row{label: "History", value: history(f.Evidence), spare: 3})
}

// found says how a finding came to light: by which event, and by whose call from where.
func found(f finding.Finding, event, from string) string {
	how := causes[f.Cause]
	switch {
	case event == "", f.Cause == "sweep":
		return how
	case how == "":
		how = "at " + event
	default:
		how += ", after " + event
	}
	return joined(", from ", joined(", by ", how, name(f.Actor)), from)
}

// The bounds of one part of a line, so that a long one does not push out those behind it.
const (
	actorLimit = 200
	partLimit  = 80
)

// name is what a caller is called, in full.
func name(a finding.Actor) string { return clean(cmp.Or(a.ARN, a.Name), actorLimit) }

func actor(a finding.Actor) string { return joined(", ", name(a), clean(a.Type, partLimit)) }

func origin(a finding.Actor) string {
	return joined(", ", clean(a.SourceIP, partLimit), clean(a.UserAgent, lineWidth))
}

func call(e finding.Event) string {
	return joined(" ", clean(e.Name, partLimit), moment(e.Time), clean(e.Region, partLimit), clean(e.ID, partLimit))
}

// short is a caller's name for a place with little room: that of a user or a role, and for
// a session of IAM Identity Center that of the person. The name of any other session is
// left out, since the caller chooses it.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-arns
func short(a finding.Actor) string {
	parts := strings.SplitN(a.ARN, ":", 6)
	if len(parts) < 6 {
		return cmp.Or(a.ARN, a.Name, a.Type)
	}
	path := strings.Split(parts[5], "/")
	if path[0] == "assumed-role" && len(path) > 2 && !strings.HasPrefix(path[1], "AWSReservedSSO_") {
		return path[1]
	}
	return path[len(path)-1]
}

// history are the records of what happened, where one alone does not tell all.
func history(evidence finding.Calls) string {
	if len(evidence) < 2 {
		return ""
	}
	var all []string
	for _, c := range evidence {
		all = append(all, joined(" by ", joined(" ", moment(c.Event.Time), clean(c.Event.Name, 40)), clean(short(c.Actor), 30)))
	}
	if n := len(all); n > 3 {
		return joined("; ", all[0], all[1], count(n-3, "more record"), all[n-1])
	}
	return strings.Join(all, "; ")
}

// exposure says for how long it was so, or since when it is, as far as that is known.
func exposure(f finding.Finding) string {
	x := f.Exposure
	switch {
	case f.Drift == finding.None:
		return ""
	case x.From != nil && x.To != nil:
		return "for " + length(span(x)) + ", from " + moment(*x.From) + " to " + moment(*x.To)
	case x.From != nil:
		return "since " + moment(*x.From)
	case x.To != nil:
		return "until " + moment(*x.To) + "; since when is not known"
	}
	return ""
}

// span is the length of an exposure whose ends are known.
func span(x finding.Exposure) time.Duration {
	if x.Seconds != nil {
		return time.Duration(*x.Seconds * float64(time.Second))
	}
	return x.To.Sub(*x.From)
}

// length is a duration as one says it.
func length(d time.Duration) string {
	const day = 24 * time.Hour
	switch {
	case d < time.Second:
		return "less than a second"
	case d < 2*day:
		return d.Round(time.Second).String()
	}
	return count(int(d/day), "day")
}

// attempts says how often Ringfence tried, where that was more than once.
func attempts(all finding.Attempts) string {
	if len(all) < 2 {
		return ""
	}
	last := all[len(all)-1]
	said := strconv.Itoa(len(all)) + " since " + moment(all[0].Begun)
	switch {
	case last.Error != "":
		return said + "; the last one: " + last.Error
	case last.Outcome == finding.Failed:
		return said + "; the last one failed"
	}
	for _, a := range slices.Backward(all) {
		if a.Error != "" {
			return said + "; the last error: " + a.Error
		}
	}
	return said
}
