// Package replay runs recorded events through Ringfence on the embedded AWS: what would
// it have done last month, before it is switched on?
//
// The log builds the account: each recorded write is first applied to localaws, and then
// handed to Ringfence as the event that it was. Time is the log's own, so that nothing
// waits and two runs give the same result. Ringfence itself is either the functions in
// this process or their built binaries behind Lambda's runtime API; both talk to
// localaws with the real AWS SDK.
package replay

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/ringfence/ringfence/internal/boot"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/handler"
	"github.com/ringfence/ringfence/internal/target"
	"github.com/ringfence/ringfence/internal/trail"
)

// Options say what to replay with.
type Options struct {
	// Settings are environment variables of the function, by name: the configuration
	// or the boundary, and the mode.
	Settings map[string]string
	// State is the output of aws iam get-account-authorization-details, for what
	// existed before the log begins; nil where it is not known.
	State []byte
	// Binary and ReportBinary are the built functions to drive, enforce and report, instead
	// of those in this process; empty for the latter.
	Binary, ReportBinary string
	// Log gets the log of the functions in this process; nil for none.
	Log io.Writer
	// Read reads the files that the settings name; nil takes them from disk.
	Read boot.ReadFile
}

// Step is what Ringfence made of one event.
type Step struct {
	// Record is the input, nil for an event of Ringfence's own making.
	Record *Record
	Event  trail.Record
	// Ignored says why nobody was looked at; it is empty otherwise.
	Ignored string
	// Findings has one entry for everything that was looked at, drift or not.
	Findings []finding.Finding
	// Assumed names what the event presupposes and the log did not tell, and which was
	// put in place.
	Assumed []string
	// Err is why the event could not be handled. The replay goes on.
	Err error
}

// Run replays records, which must be in order of time, and calls each for every step.
// The error is one that ends the run; those of single events are in their steps.
func Run(ctx context.Context, records []Record, options Options, each func(Step) error) (err error) {
	w, err := newWorld(options)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.Close()) }()
	for i := range records {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := w.record(ctx, &records[i], each); err != nil {
			return err
		}
	}
	w.clock.Advance(secondLook)
	return w.followUps(ctx, each)
}

// secondLook is how long after a repair Ringfence looks again.
const secondLook = time.Minute

// record plays one record, and then the events that Ringfence caused by acting on it.
func (w *world) record(ctx context.Context, r *Record, each func(Step) error) error {
	step := Step{Record: r}
	raw, err := trail.Read(r.Raw)
	if err != nil {
		step.Err = fmt.Errorf("%s, record %d: %w", r.File, r.Index, err)
		return each(step)
	}
	step.Event = raw.Record
	w.clock.Set(raw.Time)
	if err := w.followUps(ctx, each); err != nil {
		return err
	}
	c, err := w.cloud(raw.Record)
	if err != nil {
		return err
	}
	if step.Assumed, err = c.apply(raw, r.Raw); err == nil {
		err = w.handle(ctx, &step, r.Raw)
	}
	if err == nil {
		_, err = raw.Change() // what cannot be read has everybody looked at, and is told all the same
	}
	if err != nil {
		step.Err = fmt.Errorf("%s, record %d (%s %s): %w", r.File, r.Index, raw.Name, raw.EventID, err)
	}
	if err := each(step); err != nil {
		return err
	}
	return w.settle(ctx, each)
}

// rounds bounds how often Ringfence may react to what it did itself. It never should.
const rounds = 10

// settle hands Ringfence the events of its own writes, until none follow. Here it
// shows that the control does not chase its own tail.
func (w *world) settle(ctx context.Context, each func(Step) error) error {
	for range rounds {
		own := w.takeEvents()
		if len(own) == 0 {
			return nil
		}
		for _, event := range own {
			if err := w.own(ctx, event, each); err != nil {
				return err
			}
		}
	}
	return fmt.Errorf("after %d rounds Ringfence still reacts to what it did itself", rounds)
}

// own plays an event of Ringfence's own making.
func (w *world) own(ctx context.Context, event json.RawMessage, each func(Step) error) error {
	step := Step{}
	raw, err := trail.Read(event)
	if err == nil {
		step.Event = raw.Record
		err = w.handle(ctx, &step, event)
	}
	step.Err = err
	return each(step)
}

// handle gives one event to the functions of its account, with all that follows from it at
// once.
func (w *world) handle(ctx context.Context, step *Step, event json.RawMessage) error {
	c, err := w.cloud(step.Event)
	if err != nil {
		return err
	}
	p, q, err := c.ringfence(ctx, step.Event)
	if err != nil {
		return err
	}
	messages := []json.RawMessage{event}
	for first := true; len(messages) > 0; first = false {
		for _, m := range messages {
			a, err := p.decide(ctx, m)
			if err != nil {
				return err
			}
			if first {
				step.Ignored = a.Ignored
			}
			for _, d := range a.Decisions {
				if d.Drift == finding.None && first {
					step.Findings = append(step.Findings, inside(step.Event, d))
				}
			}
		}
		notices, err := q.take(ctx, q.report)
		if err != nil {
			return err
		}
		for _, n := range notices {
			told, err := p.tell(ctx, n)
			if err != nil {
				return err
			}
			step.Findings = append(step.Findings, told.Findings...)
		}
		if messages, err = q.followUps(ctx); err != nil {
			return err
		}
	}
	return nil
}

// inside is the verdict on a target that is as it must be. It is never published.
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

// followUps hands the functions of each account the looks that are due, and the digests.
func (w *world) followUps(ctx context.Context, each func(Step) error) error {
	for _, c := range w.sorted() {
		for _, account := range sortedKeys(c.queues) {
			messages, err := c.queues[account].followUps(ctx)
			if err != nil {
				return err
			}
			for _, m := range messages {
				step := Step{Event: trail.Record{Account: account, Partition: c.partition, Source: target.Source, Name: target.Form}}
				if raw, err := trail.Read(m); err == nil {
					step.Event.Time = raw.Time // when it was due
				}
				step.Err = w.handle(ctx, &step, m)
				if err := each(step); err != nil {
					return err
				}
			}
			notices, err := c.queues[account].take(ctx, c.queues[account].report)
			if err != nil {
				return err
			}
			for _, n := range notices {
				if _, err := c.pairs[account].tell(ctx, n); err != nil {
					return err
				}
			}
		}
	}
	return w.settle(ctx, each)
}
