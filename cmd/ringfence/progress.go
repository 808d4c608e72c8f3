package main

import (
	"io"
	"time"

	"github.com/jedib0t/go-pretty/v6/progress"
)

// bar shows the progress of a long command. It prints nothing if the output is not a
// terminal.
type bar struct {
	writer  progress.Writer
	tracker *progress.Tracker
}

// progressDelay is how long a command runs before it shows its progress.
const progressDelay = 2 * time.Second

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
	time.AfterFunc(progressDelay, func() {
		if !t.IsDone() {
			t.Start()
			p.Render()
		}
	})
	return b
}

func (b *bar) step() { b.add(1) }

// add advances the bar by n steps. It is safe for concurrent use.
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
