package logs

import (
	"cmp"
	"context"
	"iter"
	"runtime"
	"sync"
	"time"
)

// Options say what is wanted of a log.
type Options struct {
	// Matters reports whether a call may matter, by its eventSource and eventName.
	Matters func(source, name string) bool
	// Rank orders events of the same time, by eventName. Nil for no such order.
	Rank func(name string) int
	// Since and Until bound the time of events, Until not included; zero for no bound.
	Since, Until time.Time
	// Accounts are those whose events are wanted; empty for all.
	Accounts []string
	// Parallel is how many files are read at once: more than there are processors where each keeps
	// one waiting. Zero for as many as there are processors.
	Parallel int
	// Progress is called by several goroutines with the bytes of files that were read.
	Progress func(n int)
	// Passed is told what was passed over in each file, one call at a time.
	Passed func(file string, why Reason, n int)

	// everything has each event decoded. What is kept is the same.
	everything bool
}

// Log is what was read.
type Log struct {
	Tally
	spool *spool
}

// Of is a log of records at hand, in the order of their times; those without keep theirs.
func Of(records ...Record) *Log {
	s := newSpool()
	s.records = records
	return &Log{Tally: Tally{Events: len(records), Kept: len(records)}, spool: s}
}

// All gives the events that matter in order of their time: CloudTrail's files are not in order,
// neither among one another nor within. CloudTrail's times are of whole seconds; within one,
// [Options.Rank] orders, then the order in which they were read.
func (l *Log) All() iter.Seq2[Record, error] { return l.spool.all() }

// Close gives back what the log keeps on disk.
func (l *Log) Close() error { return l.spool.close() }

// Read reads files, several at once. What cannot be read of one is told in
// the tally and ends nothing. The error is that of the context, or of the disk that events are
// sorted on. The log is to be closed in any case.
func Read(ctx context.Context, sources []Source, o Options) (*Log, error) {
	r := newReader(o)
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	next := make(chan int)
	var workers sync.WaitGroup
	for range min(cmp.Or(o.Parallel, runtime.GOMAXPROCS(0)), len(sources)) {
		workers.Go(func() {
			t := &tools{ahead: len(sources) < runtime.GOMAXPROCS(0)}
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
	return &Log{Tally: r.tally, spool: r.spool}, context.Cause(ctx)
}

// reader is what the files of a log share.
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
