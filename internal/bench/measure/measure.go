// Package measure has the common parts of programs that measure.
package measure

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"os/signal"
	"runtime"
	"slices"
	"syscall"
)

// Main runs a program until it is done or interrupted, and ends with its exit code.
func Main(run func(context.Context) error) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// Bench is something prepared to be measured.
type Bench[F Figures] interface {
	Measure(context.Context) (F, error)
	// Close removes what was prepared.
	io.Closer
}

// Figures are measurements. They are encoded as JSON.
type Figures interface {
	// Print writes them as text.
	Print(io.Writer)
}

// Run measures, writes the figures as text or JSON, and closes the bench.
func Run[F Figures](ctx context.Context, b Bench[F], machines bool, out io.Writer) (err error) {
	defer func() { err = cmp.Or(err, b.Close()) }()
	figures, err := b.Measure(ctx)
	if err != nil {
		return err
	}
	if machines {
		return WriteJSON(out, figures)
	}
	figures.Print(out)
	return nil
}

// Used returns the processor time of a finished process in seconds, and its peak memory in bytes.
func Used(p *os.ProcessState) (cpu float64, peak int64, err error) {
	usage, ok := p.SysUsage().(*syscall.Rusage)
	if !ok {
		return 0, 0, errors.New("this system does not report the memory of a process")
	}
	if peak = usage.Maxrss; runtime.GOOS != "darwin" { // bytes on macOS, kilobytes elsewhere
		peak *= 1024
	}
	return (p.UserTime() + p.SystemTime()).Seconds(), peak, nil
}

// Spread is a figure over several runs.
type Spread struct {
	Median float64 `json:"median"`
	Min    float64 `json:"min"`
	Max    float64 `json:"max"`
}

// Of returns the spread of values, zero without any.
func Of(values []float64) Spread {
	if len(values) == 0 {
		return Spread{}
	}
	return Spread{Median(values), slices.Min(values), slices.Max(values)}
}

// Format prints the median and, for several runs, the minimum and the maximum.
func (s Spread) Format(verb string) string {
	if s.Min == s.Max {
		return fmt.Sprintf(verb, s.Median)
	}
	return fmt.Sprintf(verb+"  ("+verb+"–"+verb+")", s.Median, s.Min, s.Max)
}

// Median returns the median, NaN without values.
func Median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	n := len(sorted)
	if n == 0 {
		return math.NaN()
	}
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}

// WriteJSON writes figures as JSON.
func WriteJSON(w io.Writer, figures any) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	if err := e.Encode(figures); err != nil {
		return fmt.Errorf("writing the figures: %w", err)
	}
	return nil
}
