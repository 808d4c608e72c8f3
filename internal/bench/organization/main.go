// Command organization measures Ringfence in an organization: the built functions in a hub account, and members whose
// events reach it through a custom event bus, all on the embedded AWS. One member floods the hub. The command says whether
// everything was repaired, and how long the repairs of the others took.
//
//	make bench-organization
//	go run ./internal/bench/organization -accounts 40 -events 4000 -json
package main

import (
	"context"
	"flag"
	"io"
	"os"

	"github.com/ringfence/ringfence/internal/bench/measure"
)

// options say what is measured.
type options struct {
	accounts, events int
	flood            float64
	processes        int
	unfair, json     bool
}

func main() {
	var o options
	flag.IntVar(&o.accounts, "accounts", 400, "number of member accounts")
	flag.IntVar(&o.events, "events", 100_000, "number of roles that are created without their boundary")
	flag.Float64Var(&o.flood, "flood", 0.6, "share of the events that one account sends at once")
	flag.IntVar(&o.processes, "processes", 3, "number of processes of the function enforce, as the template has")
	flag.BoolVar(&o.unfair, "unfair", false, "use no message groups, for comparison")
	flag.BoolVar(&o.json, "json", false, "print JSON")
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
