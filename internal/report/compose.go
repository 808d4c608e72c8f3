package report

import (
	"slices"
	"time"

	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/ledger"
	"github.com/ringfence/ringfence/internal/principal"
	"github.com/ringfence/ringfence/internal/prose"
	"github.com/ringfence/ringfence/internal/target"
)

// compose makes the finding that is published for a revision.
func compose(item ledger.Item, r ledger.Record) finding.Finding {
	d, n := r.Decision, r.Notes
	f := finding.Finding{
		SchemaVersion: finding.SchemaVersion,
		ID:            r.ID, Revision: r.Revision, Status: r.Status, Resolution: r.Ended, Time: r.Changed.UTC(),
		Account: item.Account, Partition: item.Partition, Principal: subject(item, r),
		Rule: d.Rule, Drift: d.Drift, Severity: n.Severity, Required: d.Required, Attached: d.Attached,
		Relation: string(d.Meaning.Relation), Denials: n.Denials, Escape: n.Escape, Witness: n.Witness, Services: n.Services,
		Exposure: exposureOf(r), GivesUp: n.Grants, Undenied: d.Meaning.MissingDenial, AlsoDenied: n.AlsoDenied, Affects: n.Affects, Diff: n.Diff,
		Mode: string(d.Mode), Action: d.Action(), Outcome: r.Outcome, Reason: prose.Record(r),
		Cause: string(r.Trigger.Kind), Actor: r.Trigger.Actor, Event: utc(r.Trigger.Event),
	}
	if r.Ended == finding.WasBack {
		f.Action = finding.NoAction
	}
	if f.Principal == nil && f.Witness == nil {
		f.Witness = d.Meaning.WiderWitness
	}
	if f.Action != finding.Reattach && f.Action != finding.Restore {
		f.GivesUp = nil
	} else if f.GivesUp == nil {
		f.GivesUp = d.Meaning.NarrowerWitness
	}
	if f.GivesUp == nil {
		f.GivesUp = r.Granted().NarrowerWitness
	}
	if c, ok := r.OpeningCause(); ok {
		f.OpenedBy = &finding.Call{Actor: c.Actor, Event: utc(c.Event)}
	} else if n.Opener != nil {
		f.OpenedBy = &finding.Call{Actor: n.Opener.Actor, Event: utc(n.Opener.Event)}
	}
	f.Contested = contested(r.Contested, f.OpenedBy)
	for _, e := range r.Evidence {
		f.Evidence = append(f.Evidence, finding.Call{Actor: e.Actor, Event: utc(e.Event)})
	}
	for _, a := range r.Attempts {
		attempt := finding.Attempt{Action: a.Action.Kind, Begun: a.Begun.UTC(), Outcome: a.Outcome, Error: a.Error, Unblock: a.Unblock}
		if !a.Ended.IsZero() {
			ended := a.Ended.UTC()
			attempt.Ended = &ended
		}
		if a.Outcome == "" {
			attempt.Outcome = finding.Unconfirmed
		}
		f.Attempts = append(f.Attempts, attempt)
		if a.Outcome == finding.Done {
			f.Undo = a.Action.ReverseCommand(a.Previous)
		}
	}
	return f
}

// contested adds the actor that opened this finding if only the event history shows it.
func contested(c *finding.Contested, opener *finding.Call) *finding.Contested {
	if c == nil || opener == nil {
		return c
	}
	name := target.Cause{Actor: opener.Actor}.ActorName()
	if slices.Contains(c.Actors, name) {
		return c
	}
	with := *c
	with.Actors = append(slices.Clone(c.Actors), name)
	return &with
}

// subject returns the principal of a finding, or nil if it has none.
func subject(item ledger.Item, r ledger.Record) *finding.Principal {
	arn := item.ARN
	if item.Kind == target.Control && r.Trigger.PartChange != nil && r.Trigger.PartChange.Principal != nil {
		arn = r.Trigger.PartChange.Principal.ARN()
	} else if item.Kind != target.Principal {
		return nil
	}
	ref, err := principal.Parse(arn)
	if err != nil {
		return nil
	}
	return &finding.Principal{ARN: arn, Kind: string(ref.Kind), ID: item.ID}
}

// exposureOf returns how long the target was outside, as far as that is known.
func exposureOf(r ledger.Record) finding.Exposure {
	var x finding.Exposure
	from := r.Since()
	if from.IsZero() && r.Notes != nil && r.Notes.Opener != nil {
		from = r.Notes.Opener.Event.Time
	}
	if !from.IsZero() {
		from = from.UTC()
		x.From = &from
	}
	if r.Status == finding.Resolved && !r.To.IsZero() {
		to := r.To.UTC()
		x.To = &to
	}
	if x.From != nil && x.To != nil {
		seconds := max(0, x.To.Sub(*x.From).Round(time.Millisecond).Seconds())
		x.Seconds = &seconds
	}
	return x
}

func utc(e finding.Event) finding.Event {
	e.Time = e.Time.UTC()
	return e
}
