package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// bench holds what is measured, and how much.
type bench struct {
	size
	targets  []target // the function, and that of the base, if any
	floor    string   // the floor's binary; empty if it is not measured
	notes    []string
	progress io.Writer
	dir      string
}

// target is a built function.
type target struct {
	name   string
	binary string
	// ledger is set if the function has a ledger and leaves reporting to another function. Its
	// environment depends on this.
	ledger bool
}

// size is how much is measured.
type size struct {
	Runs       int `json:"runs"`
	Drifts     int `json:"drifts"`     // of a fleet
	BaseDrifts int `json:"baseDrifts"` // of the base's fleet, which takes minutes
	Processes  int `json:"processes"`  // in a run, for the init and the first event
	Warm       int `json:"warm"`       // events in a run
}

// prepare builds everything.
func prepare(ctx context.Context, o options, progress io.Writer) (b *bench, err error) {
	b = &bench{size: size{Runs: o.runs, Drifts: o.drifts, BaseDrifts: min(o.drifts, 300), Processes: 20, Warm: 100}, progress: progress}
	if o.quick {
		b.size, o.base = size{Runs: 1, Drifts: 6 * batchSize, Processes: 1, Warm: 3}, none
	}
	if b.dir, err = os.MkdirTemp("", "ringfence-bench-"); err != nil {
		return nil, fmt.Errorf("making a folder for what is built: %w", err)
	}
	defer func() {
		if err != nil {
			_ = b.Close() // the first error is reported
		}
	}()
	root, err := moduleRoot(ctx)
	if err != nil {
		return nil, err
	}
	return b, b.build(ctx, root, o)
}

// build builds the function, the floor and the base.
func (b *bench) build(ctx context.Context, root string, o options) error {
	name := "working tree"
	if o.rev != "" {
		name = o.rev
	}
	b.say("building the function (%s)", name)
	t, err := buildTarget(ctx, root, o.rev, filepath.Join(b.dir, "function"))
	if err != nil {
		return err
	}
	t.name = name
	b.targets = append(b.targets, t)
	if t.ledger {
		b.floor = filepath.Join(b.dir, "floor")
		if err := goBuild(ctx, root, "./internal/bench/floor", b.floor); err != nil {
			return err
		}
	} else {
		b.notes = append(b.notes, name+" has no ledger: the floor makes other calls, and is left out.")
	}
	switch {
	case o.base == none:
		return nil
	case !hasRevision(ctx, root, o.base):
		b.notes = append(b.notes, "The base is left out: revision "+o.base+" is not in this repository.")
		return nil
	}
	b.say("building the base (%s)", o.base)
	if t, err = buildTarget(ctx, root, o.base, filepath.Join(b.dir, "base")); err != nil {
		return err
	}
	t.name = o.base
	b.targets = append(b.targets, t)
	return nil
}

// none is the base if there is none.
const none = "none"

func (b *bench) say(format string, args ...any) { fmt.Fprintf(b.progress, format+"\n", args...) }

// Close removes what was built.
func (b *bench) Close() error {
	if err := os.RemoveAll(b.dir); err != nil {
		return fmt.Errorf("removing what was built: %w", err)
	}
	return nil
}
