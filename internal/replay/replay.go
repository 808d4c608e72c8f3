// Package replay runs recorded events through Ringfence on the embedded AWS: what would
// it have done last month, before it is switched on?
//
// The log builds the account: each recorded write is first applied to localaws, and then
// handed to Ringfence as the event that it was. Time is the log's own, so that nothing
// waits and two runs give the same result. Ringfence itself is either the pipeline in
// this process or the built function binary behind Lambda's runtime API; both talk to
// localaws with the real AWS SDK.
package replay

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/ringfence/ringfence/internal/boot"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/pipeline"
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
	// Binary is the built function to drive instead of the pipeline in this process;
	// empty for the latter.
	Binary string
	// Log gets the log of the pipeline in this process; nil for none.
	Log io.Writer
	// Read reads the files that the settings name; nil takes them from disk.
	Read boot.ReadFile
}

// Step is what came of one event.
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

// function is Ringfence, as it handles one event.
type function interface {
	invoke(ctx context.Context, event []byte) (pipeline.Answer, error)
	io.Closer
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
	w.clock.Advance(delay)
	return w.secondLooks(ctx, each)
}

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
	if err := w.secondLooks(ctx, each); err != nil {
		return err
	}
	c, err := w.cloud(raw.Record)
	if err != nil {
		return err
	}
	if step.Assumed, err = c.apply(raw, r.Raw); err == nil {
		err = w.handle(ctx, &step, r.Raw)
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

// handle gives one event to the function of its account.
func (w *world) handle(ctx context.Context, step *Step, event json.RawMessage) error {
	c, err := w.cloud(step.Event)
	if err != nil {
		return err
	}
	f, err := c.function(ctx, step.Event)
	if err != nil {
		return err
	}
	a, err := f.invoke(ctx, event)
	step.Ignored, step.Findings = a.Ignored, a.Findings
	return err
}
