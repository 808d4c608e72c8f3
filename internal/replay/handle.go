package replay

import (
	"context"
	"encoding/json"

	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/handler"
	"github.com/ringfence/ringfence/internal/target"
	"github.com/ringfence/ringfence/internal/trail"
)

// handle gives one message to the functions of its account, with everything that follows from it at once.
func (w *world) handle(ctx context.Context, d *deployment, step *Step, body json.RawMessage) error {
	messages := []json.RawMessage{body}
	for first := true; len(messages) > 0; first = false {
		for _, m := range messages {
			a, err := d.decide(ctx, m)
			if handler.IsRetry(err) && !first {
				w.send(d.followUp(m), pause) // the event itself is done
				continue
			}
			if err != nil {
				return err
			}
			if first {
				step.Ignored = a.Ignored
			}
			for _, decision := range a.Decisions {
				if decision.Drift == finding.None && first {
					step.Findings = append(step.Findings, w.marks.within(d.cloud, inside(step.Event, decision)))
				}
			}
		}
		for _, n := range d.take(d.queues.report) {
			told, err := d.tell(ctx, n)
			if err != nil {
				return err
			}
			step.Findings = append(step.Findings, w.marks.mark(d.cloud, told.Findings)...)
		}
		messages = d.followUps()
	}
	return nil
}

// inside is the verdict on a compliant target. It is never published.
func inside(event trail.Record, d handler.Decision) finding.Finding {
	light, why := target.FromRecord(event), target.Event
	if event.Source == target.Source {
		why = target.SecondLook
	}
	var about *finding.Principal
	if d.Principal != "" {
		about = &finding.Principal{ARN: d.Principal, Kind: d.Kind, ID: d.ID}
	}
	return finding.Finding{
		SchemaVersion: finding.SchemaVersion, Time: event.Time, Account: event.Account, Partition: event.Partition,
		Drift: finding.None, Severity: finding.Info, Status: finding.Resolved,
		Rule: d.Rule, Required: d.Required, Attached: d.Attached, Action: finding.NoAction, Outcome: finding.NoOutcome,
		Reason: d.Reason, Cause: string(why), Actor: light.Actor, Event: light.Event, Principal: about,
	}
}
