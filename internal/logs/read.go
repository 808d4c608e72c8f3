package logs

import (
	"cmp"
	"context"
	"encoding/json"
	"iter"
	"runtime"
	"sync"
	"time"
)

// Options select the events of a log.
type Options struct {
	// Matters reports whether a call may matter, by its eventSource and eventName.
	Matters func(source, name string) bool
	// Rank orders events with the same time, by eventName; nil for no such order.
	Rank func(name string) int
	// Since and Until bound the time of events, Until not included; zero for no bound.
	Since, Until time.Time
	// Accounts are the accounts whose events are kept; empty for all.
	Accounts []string
	// Parallel is how many files are read at once. Use more than the number of processors for slow sources. Zero
	// means the number of processors.
	Parallel int
	// Progress is called by several goroutines with the number of bytes read from files.
	Progress func(n int)
	// Passed is called with what was skipped in each file, one call at a time.
	Passed func(file string, why Reason, n int)

	// everything decodes each event. The result is the same.
	everything bool
	// each takes the events instead of the spool.
	each func(reader int, raw json.RawMessage) error
}

// Log is the events of a log.
type Log struct {
	Tally
	spool *spool
}

// Of returns a log of the given records, in order of time. Records without a time keep their place.
func Of(records ...Record) *Log {
	s := newSpool()
	s.records = records
	return &Log{Tally: Tally{Events: len(records), Kept: len(records)}, spool: s}
}

// All returns the events that matter in order of time: neither CloudTrail's files nor the records in them are in order.
// CloudTrail's times have whole seconds. Within one second, [Options.Rank] decides, then the order of reading.
func (l *Log) All() iter.Seq2[Record, error] { return l.spool.all() }

// Close removes what the log keeps on disk.
func (l *Log) Close() error { return l.spool.close() }

// Read reads files, several at once. What it cannot read is listed in the tally and does not stop it. Its error is that
// of the context, or of the disk on which events are sorted. The caller must close the log in any case.
func Read(ctx context.Context, sources []Source, o Options) (*Log, error) {
	r := newReader(o)
	err := r.readAll(ctx, sources)
	return &Log{Tally: r.tally, spool: r.spool}, err
}

// Readers is how many files are read at once.
func (o *Options) Readers() int { return cmp.Or(o.Parallel, runtime.GOMAXPROCS(0)) }

// Stream calls each for every event in files, of any service and time, in no order, and keeps none. Several goroutines
// call it at once, each with its own number from 0 to [Options.Readers]-1. An event is valid until each returns. What
// cannot be read is listed in the tally. The error is that of the context or of each.
func Stream(ctx context.Context, sources []Source, o Options, each func(reader int, raw json.RawMessage) error) (Tally, error) {
	o.each = each
	r := newReader(o)
	err := r.readAll(ctx, sources)
	return r.tally, err
}

// readAll reads the files, several at once.
func (r *reader) readAll(ctx context.Context, sources []Source) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	next := make(chan int)
	var workers sync.WaitGroup
	for number := range min(r.Readers(), len(sources)) {
		workers.Go(func() {
			t := &tools{goroutine: number, ahead: len(sources) < runtime.GOMAXPROCS(0)}
			for i := range next {
				f := &file{reader: r, tools: t, source: sources[i], number: i, tally: Tally{Files: 1}}
				if err := f.read(ctx); err != nil {
					cancel(err)
				}
				f.end()
			}
		})
	}
	for i := range sources {
		select {
		case next <- i:
		case <-ctx.Done():
		}
	}
	close(next)
	workers.Wait()
	return context.Cause(ctx)
}

// reader is the state that the files of a log share.
type reader struct {
	Options
	mu    sync.Mutex
	tally Tally
	spool *spool
}

func newReader(o Options) *reader {
	if o.Progress == nil {
		o.Progress = func(int) {}
	}
	if o.Passed == nil {
		o.Passed = func(string, Reason, int) {}
	}
	if o.Rank == nil {
		o.Rank = func(string) int { return 0 }
	}
	return &reader{Options: o, spool: newSpool()}
}

// keep keeps an event.
func (r *reader) keep(record Record) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.spool.add(record)
}
