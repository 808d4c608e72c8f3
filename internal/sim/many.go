package sim

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"
)

// Total sums up many stories.
type Total struct {
	Seeds, Steps, Writes, Findings, Kills, Invocations, Parked, Races, Twice int
	Faults                                                                   map[string]int
	Broken                                                                   []uint64 // the seeds
}

// Many runs stories, several at a time, and prints the broken promises and a summary. It writes
// its progress to progress.
func Many(first uint64, seeds, atOnce int, tell func(seed uint64) Result, out, progress io.Writer) Total {
	t := Total{Faults: map[string]int{}}
	begun := time.Now()
	next := make(chan uint64)
	var mu sync.Mutex
	var group sync.WaitGroup
	for range atOnce {
		group.Go(func() {
			for seed := range next {
				r := tell(seed)
				mu.Lock()
				t.add(seed, r)
				for _, b := range r.Broken[:min(3, len(r.Broken))] {
					fmt.Fprintf(out, "seed %d breaks (%s): %s\n", seed, b.Promise, b.What)
				}
				if t.Seeds%20 == 0 {
					fmt.Fprintf(progress, "\r%d of %d stories, %d steps, %d broken, %v \r", t.Seeds, seeds, t.Steps, len(t.Broken), time.Since(begun).Round(time.Second))
				}
				mu.Unlock()
			}
		})
	}
	for i := range seeds {
		next <- first + uint64(i)
	}
	close(next)
	group.Wait()
	t.print(out, time.Since(begun))
	return t
}

func (t *Total) add(seed uint64, r Result) {
	t.Seeds++
	t.Steps += r.Steps
	t.Writes += r.Writes
	t.Findings += r.Findings
	t.Kills += r.Kills
	t.Invocations += r.Invocations
	t.Parked += r.Parked
	t.Races += r.Races
	t.Twice += r.Twice
	for k, n := range r.Faults {
		t.Faults[k] += n
	}
	if len(r.Broken) > 0 {
		t.Broken = append(t.Broken, seed)
	}
}

func (t *Total) print(out io.Writer, took time.Duration) {
	var faults []string
	for _, k := range slices.Sorted(maps.Keys(t.Faults)) {
		faults = append(faults, fmt.Sprintf("%s %d", k, t.Faults[k]))
	}
	fmt.Fprintf(out, "%d stories with %d steps of the adversary in %v, %d of them broken\n", t.Seeds, t.Steps, took.Round(time.Second), len(t.Broken))
	fmt.Fprintf(out, "  Ringfence: %d invocations, %d writes, %d findings, %d messages parked\n", t.Invocations, t.Writes, t.Findings, t.Parked)
	fmt.Fprintf(out, "  processes killed: %d; faults: %s\n", t.Kills, strings.Join(faults, ", "))
	fmt.Fprintf(out, "  reported twice after a fault: %d; unavoidable races: %d\n", t.Twice, t.Races)
}
