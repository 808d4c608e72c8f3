package pipeline

import (
	"time"

	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/policy/diff"
	"github.com/ringfence/ringfence/internal/trail"
	"github.com/ringfence/ringfence/internal/verdict"
)

// finding is the record of the inquiry. A verdict without drift has one too.
func (q *inquiry) finding(c trail.Change, now time.Time) finding.Finding {
	v := q.verdict
	f := finding.Finding{
		SchemaVersion: finding.SchemaVersion,
		ID:            finding.ID(c.EventID, q.subject, v.Drift),
		Time:          now.UTC(),
		Account:       c.Account,
		Partition:     c.Partition,
		Rule:          q.requirement.Rule,
		Drift:         v.Drift,
		Severity:      verdict.Severity(v, q.escape, q.contested != nil),
		Required:      q.requirement.Boundary.ARN,
		Attached:      q.snapshot.Boundary,
		Relation:      string(v.Meaning.Relation),
		Mode:          string(q.requirement.Mode),
		Action:        v.Action(),
		Outcome:       q.outcome,
		Affects:       q.affects,
		Contested:     q.contested,
		Reason:        v.Reason,
		Actor:         finding.Actor{ARN: c.Actor.ARN, Type: c.Actor.Type, SourceIP: c.Actor.SourceIP, UserAgent: c.Actor.UserAgent},
		Event:         finding.Event{ID: c.EventID, Name: c.Name, Time: c.Time.UTC(), Region: c.Region},
	}
	if s := q.snapshot; s.Name != "" {
		f.Principal = &finding.Principal{ARN: s.ARN(), Kind: string(s.Kind), ID: s.ID}
		f.Escape, f.Witness, f.Services = q.escape.Witness != nil, q.escape.Witness, q.escape.Services
	} else {
		f.Witness = v.Meaning.Gains
		if v.Drift != finding.None && q.live != nil {
			f.Diff = diff.Diff(q.requirement.Boundary.Policy, q.live)
		}
	}
	if f.Action == finding.Reattach || f.Action == finding.Restore {
		if f.GivesUp = q.escape.Regains; f.GivesUp == nil {
			f.GivesUp = v.Meaning.Loses
		}
	}
	if q.outcome == finding.Done && v.Writes() {
		f.Undo = v.Actions[len(v.Actions)-1].Undo(q.was)
		f.Exposure = &finding.Exposure{From: c.Time.UTC(), To: now.UTC(), Seconds: max(0, now.Sub(c.Time).Seconds())}
	}
	if c.SecondLook() && v.Drift != finding.None {
		f.Reason += "; found at the second look, after the repair of finding " + c.EventID
	}
	if q.failure != nil {
		f.Reason += "; the repair failed: " + q.failure.Error()
	}
	for _, note := range q.notes {
		f.Reason += "; " + note
	}
	return f
}
