package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/ringfence/ringfence/internal/count"
	"github.com/ringfence/ringfence/internal/localaws/events"
)

// Figures are what was measured.
type Figures struct {
	Accounts int  `json:"accounts"`
	Events   int  `json:"events"`
	Fair     bool `json:"fair"`
	// Lost counts the roles that were not repaired, and Dead the messages among the dead letters.
	Lost int `json:"lost"`
	Dead int `json:"deadLetters"`
	// Seconds is the time from the first event to the last repair, and Backlog the most events of the flood that waited.
	Seconds float64 `json:"seconds"`
	// Quiet are the times from event to repair in the accounts that do not flood, in seconds; Before those of a run
	// without the flood.
	Quiet  Times `json:"quiet"`
	Before Times `json:"withoutFlood"`
	// Flood are the times of the account that floods.
	Flood Times `json:"flood"`
}

// Times are seconds from event to repair.
type Times struct {
	Median float64 `json:"median"`
	P99    float64 `json:"p99"`
	Most   float64 `json:"most"`
}

func timesOf(all []float64) Times {
	slices.Sort(all)
	if len(all) == 0 {
		return Times{}
	}
	return Times{all[len(all)/2], all[len(all)*99/100], all[len(all)-1]}
}

// Print writes the figures as text.
func (f *Figures) Print(out io.Writer) {
	fmt.Fprintf(out, "%s, %s in %.0f s: %s not repaired, %s\n", count.Of(f.Accounts, "account", "accounts"), count.Of(f.Events, "event", "events"), f.Seconds,
		count.Number(f.Lost), count.Of(f.Dead, "dead letter", "dead letters"))
	for _, row := range []struct {
		what string
		Times
	}{{"quiet accounts, without a flood", f.Before}, {"quiet accounts, beside the flood", f.Quiet}, {"the account that floods", f.Flood}} {
		fmt.Fprintf(out, "  %-34s half within %7.3f s, 99 of 100 within %7.3f s, all within %7.3f s\n", row.what, row.Median, row.P99, row.Most)
	}
	fmt.Fprintf(out, "  so the flood delays the repairs of others by %.3f s (median), and by at most %.3f s\n", f.Quiet.Median-f.Before.Median, f.Quiet.Most-f.Before.Most)
}

// bench is a built function and what it is measured with.
type bench struct {
	options
	dir, binary string
	progress    io.Writer
}

// prepare builds the function.
func prepare(ctx context.Context, o options, progress io.Writer) (*bench, error) {
	dir, err := os.MkdirTemp("", "ringfence-organization")
	if err != nil {
		return nil, err
	}
	b := &bench{options: o, dir: dir, binary: filepath.Join(dir, "enforce"), progress: progress}
	if err := build(ctx, "enforce", b.binary); err != nil {
		return nil, errors.Join(err, b.Close())
	}
	return b, nil
}

// build builds a function as the template does.
func build(ctx context.Context, function, binary string) error {
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-buildvcs=false", "-tags", "lambda.norpc", "-o", binary, "github.com/ringfence/ringfence/functions/"+function)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("building %s: %w\n%s", function, err, out)
	}
	return nil
}

// Close removes what was built.
func (b *bench) Close() error { return os.RemoveAll(b.dir) }

// Measure implements [measure.Bench].
func (b *bench) Measure(ctx context.Context) (*Figures, error) {
	f := &Figures{Accounts: b.accounts, Events: b.events, Fair: !b.unfair}
	flood := int(float64(b.events) * b.flood)
	fmt.Fprintf(b.progress, "%d accounts, without a flood\n", b.accounts)
	before, err := b.once(ctx, 0, min(b.events-flood, 2000))
	if err != nil {
		return nil, err
	}
	f.Before = timesOf(before.quiet)
	fmt.Fprintf(b.progress, "%d accounts, of which one sends %d events at once, and the others %d\n", b.accounts, flood, b.events-flood)
	r, err := b.once(ctx, flood, b.events-flood)
	if err != nil {
		return nil, err
	}
	f.Quiet, f.Flood, f.Lost, f.Dead, f.Seconds = timesOf(r.quiet), timesOf(r.flood), r.lost, r.dead, r.took.Seconds()
	return f, nil
}

// result is one run.
type result struct {
	quiet, flood []float64
	lost, dead   int
	took         time.Duration
}

// once runs a flood of one account, and drifts of the others while it lasts.
func (b *bench) once(ctx context.Context, flood, quiet int) (r result, err error) {
	w, err := newWorld(ctx, b.dir, b.accounts, b.unfair, io.Discard)
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, w.listener.Close()) }()
	var f fleet
	defer func() { err = errors.Join(err, f.Close()) }()
	for range b.processes {
		c, err := w.consume(ctx, b.binary, "ringfence-member-enforce", eventQueue, 10)
		if err != nil {
			return r, err
		}
		f = append(f, c)
	}
	watch := watchRepairs(w)
	start := time.Now()
	for i := range flood {
		if err := watch.drift(ctx, w, w.members[0], fmt.Sprintf("app-%06d", i)); err != nil {
			return r, err
		}
	}
	done, failed := make(chan struct{}), make(chan error, 1)
	go func() {
		defer close(done)
		failed <- b.quiet(ctx, w, watch, quiet)
	}()
	if err := errors.Join(f.run(ctx, done), <-failed); err != nil {
		return r, err
	}
	r.took = time.Since(start)
	r.quiet, r.flood, r.lost = watch.times(w.members[0])
	r.dead = len(w.server.SQS.Bodies(queueARN("ringfence-dead-letters")))
	return r, nil
}

// quiet lets the other accounts drift in turn, a hundred at a time: no account has more than a few at once.
func (b *bench) quiet(ctx context.Context, w *world, watch *repairs, n int) error {
	const atOnce = 20
	for i := range n {
		account := w.members[1+i%(len(w.members)-1)]
		for watch.waiting(w.members[0]) >= atOnce && ctx.Err() == nil {
			time.Sleep(time.Millisecond)
		}
		if err := watch.drift(ctx, w, account, fmt.Sprintf("app-%06d", i)); err != nil {
			return err
		}
	}
	return nil
}

// repairs takes the times of drifts and repairs.
type repairs struct {
	mu     sync.Mutex
	begun  map[string]time.Time // by account and name
	ended  map[string]time.Time
	undone map[string]int // by account
}

// watchRepairs sees the repairs of all accounts.
func watchRepairs(w *world) *repairs {
	r := &repairs{begun: map[string]time.Time{}, ended: map[string]time.Time{}, undone: map[string]int{}}
	w.server.Subscribe(func(e events.Event) {
		name, ok := repaired(e)
		if !ok {
			return
		}
		r.mu.Lock()
		defer r.mu.Unlock()
		key := e.Account + "/" + name
		if _, twice := r.ended[key]; !twice && !r.begun[key].IsZero() {
			r.ended[key] = time.Now()
			r.undone[e.Account]--
		}
	})
	return r
}

// drift creates a role without its boundary.
func (r *repairs) drift(ctx context.Context, w *world, account, name string) error {
	r.mu.Lock()
	r.begun[account+"/"+name] = time.Now()
	r.undone[account]++
	r.mu.Unlock()
	return w.drift(ctx, account, name)
}

// waiting returns how many drifts wait for their repair in all accounts but one.
func (r *repairs) waiting(except string) (n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for account, undone := range r.undone {
		if account != except {
			n += undone
		}
	}
	return n
}

// times returns the seconds to each repair, and how many there are not.
func (r *repairs) times(flooding string) (quiet, flood []float64, lost int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for key, begun := range r.begun {
		ended, ok := r.ended[key]
		switch seconds := ended.Sub(begun).Seconds(); {
		case !ok:
			lost++
		case key[:len(flooding)] == flooding:
			flood = append(flood, seconds)
		default:
			quiet = append(quiet, seconds)
		}
	}
	return quiet, flood, lost
}
