// Package replay runs recorded events through Ringfence on the embedded AWS: what would
// it have done last month, before it is switched on?
//
// The log builds the account: each recorded write is applied to localaws at its time, and
// handed to Ringfence as late as EventBridge would have: see [Delay]. Time is the log's own, so
// that nothing waits and two runs give the same result. Ringfence itself is either the
// functions in this process or their built binaries behind Lambda's runtime API; both talk to
// localaws with the real AWS SDK.
package replay

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/ringfence/ringfence/internal/boot"
	"github.com/ringfence/ringfence/internal/logs"
	"github.com/ringfence/ringfence/internal/trail"
)

// Options say what to replay with.
type Options struct {
	// Settings are environment variables of the function, by name: the configuration
	// or the boundary, and the mode.
	Settings map[string]string
	// States tell what existed before the log begins, of any of its accounts.
	States []State
	// StateTaken is when the states were taken, where that was not before the log begins. What
	// the log tells until then is taken back first; what it cannot take back is assumed.
	StateTaken time.Time
	// Instant has each event delivered before the next one is applied.
	Instant bool
	// Binary and ReportBinary are the built functions to drive, enforce and report, instead
	// of those in this process; empty for the latter.
	Binary, ReportBinary string
	// Log gets the log of the functions in this process; nil for none.
	Log io.Writer
	// Read reads the files that the settings name; nil takes them from disk.
	Read boot.ReadFile
}

// State is text in the form of aws iam get-account-authorization-details: one page or several, of
// one account or several.
type State struct {
	Source string // the name of the file
	Data   []byte
}

// Step is what Ringfence made of one event.
type Step struct {
	// Record is the input, nil for an event of Ringfence's own making.
	Record *logs.Record
	Event  trail.Record
	// Duplicate is set for a copy of an event that came before: it is passed over.
	Duplicate bool
	// Ignored says why nobody was looked at; it is empty otherwise.
	Ignored string
	// Findings has one entry for everything that was looked at, drift or not.
	Findings []Finding
	// Assumed names what the event presupposes and the log did not tell, and which was
	// put in place.
	Assumed []string
	// Err is why the event could not be handled. The replay goes on.
	Err error
}

// Replay is ready to run, once.
type Replay struct{ world *world }

// New reads the configuration and the states: what is wrong with them is known before a log is read.
func New(o Options) (*Replay, error) {
	w, err := newWorld(o)
	if err != nil {
		return nil, err
	}
	return &Replay{w}, nil
}

// Run replays a log, which was read with [Reading], and calls each for every step, in the order
// of delivery. The error is one that ends the run; those of single events are in their steps.
// Only a summary that is complete is a verdict on the log.
func (r *Replay) Run(ctx context.Context, log *logs.Log, each func(Step) error) (Summary, error) {
	t := &tally{log: log.Tally, marks: r.world.marks}
	err := r.world.play(ctx, log, func(s Step) error {
		t.add(s)
		return each(s)
	})
	err = errors.Join(err, r.world.Close())
	t.Contradictions = r.world.contradictions
	return t.summary(err), err
}

// Run is [New] and [Replay.Run] in one.
func Run(ctx context.Context, log *logs.Log, options Options, each func(Step) error) (Summary, error) {
	r, err := New(options)
	if err != nil {
		t := &tally{log: log.Tally, marks: newMarks()}
		return t.summary(err), err
	}
	return r.Run(ctx, log, each)
}

// secondLook is how long after a repair Ringfence looks again.
const secondLook = time.Minute

func (w *world) play(ctx context.Context, log *logs.Log, each func(Step) error) error {
	if err := w.load(log); err != nil {
		return err
	}
	for record, err := range log.All() {
		if err := cmp.Or(err, ctx.Err()); err != nil {
			return err
		}
		if err := w.record(ctx, &record, each); err != nil {
			return err
		}
	}
	if err := w.flush(ctx, each); err != nil {
		return err
	}
	if err := w.until(ctx, w.clock.Now().Add(secondLook), each); err != nil {
		return err
	}
	if err := w.flush(ctx, each); err != nil {
		return err
	}
	return w.strange()
}

// record applies one record, and sends it on its way.
func (w *world) record(ctx context.Context, r *logs.Record, each func(Step) error) error {
	step := Step{Record: r}
	raw, err := trail.Read(r.Raw)
	if err != nil {
		step.Err = fmt.Errorf("%s, record %d: %w", r.File, r.Index, err)
		return each(step)
	}
	step.Event = raw.Record
	if step.Duplicate = w.recent.again(raw); step.Duplicate {
		return each(step)
	}
	if err := w.until(ctx, raw.Time, each); err != nil {
		return err
	}
	w.about[raw.Account] = true
	c, err := w.cloud(raw.Record)
	if err != nil {
		return err
	}
	if step.Assumed, err = c.apply(raw); err != nil {
		step.Err = inRecord(r, raw, err)
		return each(step)
	}
	w.send(&message{step: step, raw: raw, body: r.Raw}, w.delay)
	return nil
}

func inRecord(r *logs.Record, raw trail.Raw, err error) error {
	return fmt.Errorf("%s, record %d (%s %s): %w", r.File, r.Index, raw.Name, raw.EventID, err)
}
