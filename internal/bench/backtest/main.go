// Command backtest measures the speed and memory of reading logs for a replay, next to
// encoding/json, which decodes the same bytes, and gzip, which only decompresses them.
//
//	make bench-backtest
//	go run ./internal/bench/backtest -size 20e9 -runs 1
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
	size   float64
	runs   int
	times  int
	dir    string
	json   bool
	replay bool
}

func main() {
	var o options
	flag.Float64Var(&o.size, "size", 2e9, "how many bytes of JSON the log has")
	flag.IntVar(&o.runs, "runs", 5, "how often each measurement is repeated")
	flag.IntVar(&o.times, "times", 10, "how often the log is read in a row to see whether memory grows with it")
	flag.StringVar(&o.dir, "dir", "", "where to put the log, which is removed in the end (default: where temporary files are)")
	flag.BoolVar(&o.replay, "replay", true, "measure the replay of what matters too")
	flag.BoolVar(&o.json, "json", false, "print JSON")
	task := flag.String("child", "", "what a process that this command starts is to do; not for people")
	flag.Parse()
	measure.Main(func(ctx context.Context) error {
		if *task != "" {
			return child(ctx, *task, flag.Args(), os.Stdout)
		}
		return run(ctx, o, os.Stdout, os.Stderr)
	})
}

// run measures. It prints the figures to out and the progress to progress.
func run(ctx context.Context, o options, out, progress io.Writer) error {
	b, err := prepare(ctx, o, progress)
	if err != nil {
		return err
	}
	return measure.Run(ctx, b, o.json, out)
}
