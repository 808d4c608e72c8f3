// Package replay runs recorded events through Ringfence on the embedded AWS: what would it have done last month?
//
// The log builds the account: each recorded write is applied to localaws at its time, and delivered to Ringfence as late
// as EventBridge would deliver it: see [Delay]. The clock is that of the log, so nothing waits and two runs have the
// same result. Ringfence is either the functions in this process or their binaries behind Lambda's runtime API. Both use
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

// Options are the options of a replay.
type Options struct {
	// Settings are environment variables of the functions, by name: the configuration or the boundary, and the mode.
	Settings map[string]string
	// States describe what existed before the log begins, in any of its accounts.
	States []State
	// StateTaken is when the states were taken, if the log had begun by then. The changes that the log has until then
	// are undone first; what cannot be undone is assumed.
	StateTaken time.Time
	// Instant delivers each event before the next one is applied.
	Instant bool
	// Binary and ReportBinary are the built functions enforce and report. If they are empty, the functions in this
	// process run.
	Binary, ReportBinary string
	// Log gets the log of the functions in this process; nil for none.
	Log io.Writer
	// Read reads the files that the settings name; nil reads them from disk.
	Read boot.ReadFile
}

// State is output of aws iam get-account-authorization-details: one or more pages of one or more accounts.
type State struct {
	Source string // the name of the file
	Data   []byte
}

// Step is the result of one event.
type Step struct {
	// Record is the input; nil for an event of Ringfence's own write.
	Record *logs.Record
	Event  trail.Record
	// Duplicate is set for a copy of an earlier event, which is ignored.
	Duplicate bool
	// Ignored says why nothing was looked at; it is empty otherwise.
	Ignored string
	// Findings has one entry for each target that was looked at, with or without drift.
	Findings []Finding
	// Assumed names what the event presupposes and the log does not show. The replay created it.
	Assumed []string
	// Err is why the event could not be handled. The replay continues.
	Err error
}

// Replay is a replay that can run once.
type Replay struct{ world *world }

// New reads the configuration and the states, so that their errors are known before a log is read.
func New(o Options) (*Replay, error) {
	w, err := newWorld(o)
	if err != nil {
		return nil, err
	}
	return &Replay{w}, nil
}

// Run replays a log that was read with [Reading] and calls each for every step, in the order of delivery. Its error ends
// the run; errors of single events are in their steps. Only a complete summary is a verdict on the log.
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

// Run calls [New] and [Replay.Run].
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

// record applies one record and sends its event.
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
