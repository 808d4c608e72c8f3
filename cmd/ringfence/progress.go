package main

import (
	"io"
	"time"

	"github.com/jedib0t/go-pretty/v6/progress"
)

// bar shows how far a long command is. It is silent where nobody watches: when the
// output is not a terminal.
type bar struct {
	writer  progress.Writer
	tracker *progress.Tracker
}

// patience is how long a command may run before it shows progress.
const patience = 2 * time.Second

func newProgress(w io.Writer, what string, total int) *bar {
	if !isTerminal(w) {
		return &bar{}
	}
	p := progress.NewWriter()
	p.SetOutputWriter(w)
	p.SetAutoStop(true)
	p.SetUpdateFrequency(200 * time.Millisecond)
	p.Style().Visibility.ETA = total > 0
	p.Style().Visibility.Speed = true
	t := &progress.Tracker{Message: what, Total: int64(total), DeferStart: true}
	p.AppendTracker(t)
	b := &bar{writer: p, tracker: t}
	time.AfterFunc(patience, func() {
		if !t.IsDone() {
			t.Start()
			p.Render()
		}
	})
	return b
}

func (b *bar) step() { b.add(1) }

// add is n steps. It may be called by any goroutine.
func (b *bar) add(n int) {
	if b.tracker != nil {
		b.tracker.Increment(int64(n))
	}
}

func (b *bar) stop() {
	if b.tracker != nil {
		b.tracker.MarkAsDone()
		b.writer.Stop()
	}
}
