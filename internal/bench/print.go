package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/ringfence/ringfence/internal/bench/measure"
)

// Print prints the figures as tables. A figure is a median over the runs, with the minimum and
// maximum in parentheses.
func (f *Figures) Print(w io.Writer) {
	fmt.Fprintf(w, "Medians of %d runs (least–most), %s, %d CPUs. Function, stub of AWS and runtime API share the machine.\n",
		f.Size.Runs, f.Go, f.CPUs)
	f.printBurst(w)
	f.printFleet(w)
	f.printBare(w)
	for _, note := range f.Notes {
		fmt.Fprintf(w, "\n%s\n", note)
	}
}

const delays = "Delays: 60 ms IAM, SNS and EventBridge; 10 ms DynamoDB and SQS; 600 ms LookupEvents."

func (f *Figures) printBurst(w io.Writer) {
	t := f.table("repair", func(fn Function) string { return fn.Name + ", ms" })
	for i := range batchSize {
		t.row(fmt.Sprint(i+1), func(fn Function) string { return fn.Burst.Repairs[i].Format("%.0f") })
	}
	t.row("limit "+fmt.Sprint(burstLimit), func(fn Function) string { return within(fn.Burst.Last.Median, burstLimit) })
	t.render(w, "a. A batch of 10 drifts, cold",
		"From the first call to AWS of a process that has handled nothing, to the end of each PutRolePermissionsBoundary. "+delays)
}

func (f *Figures) printFleet(w io.Writer) {
	t := f.table("", func(fn Function) string {
		return fmt.Sprintf("%s, %d drifts, runs: %d", fn.Name, fn.Fleet.Drifts, fn.Fleet.Runs)
	})
	t.row("time to repair, p50, ms", func(fn Function) string { return fn.Fleet.P50.Format("%.0f") })
	t.row("time to repair, p99, ms", func(fn Function) string { return fn.Fleet.P99.Format("%.0f") })
	t.row("time to repair, slowest, ms", func(fn Function) string { return fn.Fleet.Slowest.Format("%.0f") })
	t.row("all handled, s", func(fn Function) string { return fn.Fleet.Seconds.Format("%.1f") })
	t.row("calls on IAM per drift until its repair", func(fn Function) string { return fn.Fleet.IAMCalls.Format("%.2f") })
	t.row("of which", func(fn Function) string { return byOperation(fn.Fleet.ByOperation) })
	t.render(w, fmt.Sprintf("b. Many drifts, in batches of 10, on %d processes", concurrency),
		"From the handing over of a batch to its process, to the end of each PutRolePermissionsBoundary; the first batches are cold. "+delays)
}

func (f *Figures) printBare(w io.Writer) {
	t := f.table("", func(fn Function) string { return fn.Name })
	t.with(f.Floor)
	t.compared("init, ms", "%.2f", func(b *Bare) measure.Spread { return b.Init }, func(fl *Floor) measure.Spread { return fl.InitRatio }, initLimit)
	t.compared("first event, ms", "%.2f", func(b *Bare) measure.Spread { return b.First }, func(fl *Floor) measure.Spread { return fl.FirstRatio }, 0)
	t.compared("warm event, ms", "%.2f", func(b *Bare) measure.Spread { return b.Warm }, func(fl *Floor) measure.Spread { return fl.WarmRatio }, warmLimit)
	t.compared("peak memory, MB", "%.1f", func(b *Bare) measure.Spread { return b.Memory }, nil, 0)
	t.row("calls, warm event", func(fn Function) string { return strings.ReplaceAll(fn.Bare.Calls.String(), " ", "\n") })
	t.render(w, "c. One drift per event, AWS without delays",
		fmt.Sprintf("Alternating; in each run the median of %d processes for init and first event, of %d events for the warm one, "+
			"from delivery to answer.", f.Size.Processes, f.Size.Warm))
	if f.Floor == nil {
		return
	}
	fmt.Fprintf(w, "The floor is a Go function that makes the same calls and nothing else.\nFirst event: %s.\nWarm event: %s.\n",
		f.Floor.FirstCalls, f.Floor.WarmCalls)
	if len(f.Floor.Differences) == 0 {
		fmt.Fprintln(w, "Floor and function made the same calls for every event.")
	}
	for _, d := range f.Floor.Differences {
		fmt.Fprintln(w, "NOT COMPARABLE:", d)
	}
}

func within(value, limit float64) string {
	if value <= limit {
		return "ok"
	}
	return "MISSED"
}

func byOperation(calls map[string]float64) string {
	var parts []string
	for operation, n := range calls {
		parts = append(parts, fmt.Sprintf("%s %.2f", operation, n))
	}
	slices.Sort(parts)
	return strings.Join(parts, "\n")
}
