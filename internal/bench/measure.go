package main

import (
	"context"
	"runtime"
)

// Figures are all measurements.
type Figures struct {
	Size      size       `json:"size"`
	CPUs      int        `json:"cpus"`
	Go        string     `json:"go"`
	Functions []Function `json:"functions"`
	// Floor is compared with the first function.
	Floor *Floor   `json:"floor,omitempty"`
	Notes []string `json:"notes"`
}

// Function has the measurements of one function.
type Function struct {
	Name  string `json:"name"`
	Burst *Burst `json:"burst"`
	Fleet *Fleet `json:"fleet"`
	Bare  *Bare  `json:"bare"`
}

// Measure measures everything.
func (b *bench) Measure(ctx context.Context) (*Figures, error) {
	f := &Figures{Size: b.size, CPUs: runtime.NumCPU(), Go: runtime.Version()}
	if err := b.measureBare(ctx, f); err != nil {
		return nil, err
	}
	for i, t := range b.targets {
		drifts, runs := b.Drifts, b.Runs
		if i > 0 {
			drifts, runs = b.BaseDrifts, 1
		}
		var err error
		if f.Functions[i].Burst, err = b.burst(ctx, t); err != nil {
			return nil, err
		}
		if f.Functions[i].Fleet, err = b.fleet(ctx, t, drifts, runs); err != nil {
			return nil, err
		}
	}
	f.Notes = b.notes
	return f, nil
}

// measureBare measures the functions and the floor alternately.
func (b *bench) measureBare(ctx context.Context, f *Figures) error {
	var contenders []*contender
	for _, t := range b.targets {
		contenders = append(contenders, &contender{target: t})
	}
	if b.floor == "" {
		if err := b.compareBare(ctx, contenders); err != nil {
			return err
		}
		f.add(contenders)
		return nil
	}
	first, next, err := b.learn(ctx, contenders[0])
	if err != nil {
		return err
	}
	floor := &contender{
		target: target{name: "floor", binary: b.floor, ledger: true},
		env:    map[string]string{"FLOOR_FIRST": first.JSON(), "FLOOR_NEXT": next.JSON()},
	}
	if err := b.compareBare(ctx, append([]*contender{floor}, contenders...)); err != nil {
		return err
	}
	f.add(contenders)
	f.Floor = compare(contenders[0], floor)
	f.Floor.FirstCalls, f.Floor.WarmCalls = first.String(), next.String()
	return nil
}

func (f *Figures) add(contenders []*contender) {
	for _, c := range contenders {
		f.Functions = append(f.Functions, Function{Name: c.name, Bare: c.bare()})
	}
}
