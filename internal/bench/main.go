// Command bench measures how fast the built function repairs drift, through the Lambda runtime API
// and with a stub of AWS on this machine. It compares the cost with the minimum of a function with
// the same calls.
//
//	make bench-repair
//	go run ./internal/bench -runs 3 -base none -json
package main

import (
	"context"
	"flag"
	"io"
	"os"

	"github.com/ringfence/ringfence/internal/bench/measure"
)

// options say how much is measured.
type options struct {
	runs   int
	drifts int
	base   string
	rev    string
	json   bool
	quick  bool
}

func main() {
	var o options
	flag.IntVar(&o.runs, "runs", 5, "how often each measurement is repeated")
	flag.IntVar(&o.drifts, "drifts", 1000, "how many drifts there are at once where there are many")
	flag.StringVar(&o.base, "base", "085fdc0", "the git revision to measure too, or none")
	flag.StringVar(&o.rev, "rev", "", "the git revision to measure instead of the working tree")
	flag.BoolVar(&o.json, "json", false, "print JSON")
	flag.BoolVar(&o.quick, "quick", false, "see whether everything works: few events, once, without the base")
	flag.Parse()
	measure.Main(func(ctx context.Context) error { return run(ctx, o, os.Stdout, os.Stderr) })
}

// run measures. It prints the figures to out and the progress to progress.
func run(ctx context.Context, o options, out, progress io.Writer) error {
	b, err := prepare(ctx, o, progress)
	if err != nil {
		return err
	}
	return measure.Run(ctx, b, o.json, out)
}
