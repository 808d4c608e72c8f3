package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"github.com/ringfence/ringfence/internal/bench/measure"
)

// Figures are all measurements.
type Figures struct {
	Runs  int    `json:"runs"`
	Times int    `json:"times"`
	CPUs  int    `json:"cpus"`
	Go    string `json:"go"`
	// Load is the machine's load before the first run and after each.
	Load []string `json:"load,omitempty"`
	Log  Log      `json:"log"`
	// Ways are the ways to read the log.
	Ways []*Way `json:"ways"`
	// Replay is the number of events replayed per second, by benchmark.
	Replay []Rate `json:"replay"`
}

// Log describes the log.
type Log struct {
	Bytes  int64 `json:"bytes"`
	Packed int64 `json:"packed"`
	Files  int   `json:"files"`
	Events int   `json:"events"`
	// Kept is the number of watched events, and Unread the bytes that were never decoded.
	Kept   int   `json:"kept"`
	Unread int64 `json:"unread"`
}

// Way is one way to read a log.
type Way struct {
	Name string `json:"name"`
	// Rate is in GB of JSON per second, and Core in GB per second of processor time.
	Rate measure.Spread `json:"gb_per_s"`
	Core measure.Spread `json:"gb_per_cpu_s"`
	// Events is the number of events read per second.
	Events measure.Spread `json:"events_per_s"`
	// Peak is the peak memory in MB.
	Peak measure.Spread `json:"peak_mb"`
	// Ratio is how much faster this is than Peer, on one processor, by processor time.
	Peer  string          `json:"peer,omitempty"`
	Ratio *measure.Spread `json:"ratio,omitempty"`

	do      func(context.Context) (result, error)
	results []result
}

// Rate is a result of the replay benchmark.
type Rate struct {
	Name   string         `json:"name"`
	Events measure.Spread `json:"events_per_s"`
}

// The names of ways.
const (
	plainOne, plainAll, plainMany    = ".json, 1 core", ".json, all cores", ".json, many times"
	packedOne, packedAll, packedMany = ".json.gz, 1 core", ".json.gz, all cores", ".json.gz, many times"
	decoding, unpacking, gzipping    = "encoding/json", "unpacking alone", "gzip -dc"
)

// ways returns all ways that can be measured on this machine.
func (b *bench) ways() []*Way {
	child := func(name string, processors int, task, folder, peer string) *Way {
		return &Way{Name: name, Peer: peer, do: func(ctx context.Context) (result, error) {
			return b.start(ctx, processors, task, filepath.Join(b.root, folder))
		}}
	}
	ways := []*Way{
		child(plainOne, 1, taskRead, plain, decoding), child(plainAll, 0, taskRead, plain, ""), child(decoding, 1, taskDecode, plain, ""),
		child(packedOne, 1, taskRead, packed, gzipping), child(packedAll, 0, taskRead, packed, ""), child(unpacking, 1, taskUnpack, packed, gzipping),
		child(plainMany, 0, taskRead, many(plain), ""), child(packedMany, 0, taskRead, many(packed), ""),
	}
	if path, err := exec.LookPath("gzip"); err == nil {
		ways = append(ways, &Way{Name: gzipping, do: func(ctx context.Context) (result, error) { return b.gzip(ctx, path) }})
	}
	return ways
}

// Measure measures everything. The ways alternate, so that other load on the machine affects all
// of them.
func (b *bench) Measure(ctx context.Context) (*Figures, error) {
	f := &Figures{Runs: b.runs, Times: b.times, CPUs: runtime.NumCPU(), Go: runtime.Version(), Ways: b.ways()}
	f.load()
	replay := map[string][]float64{}
	for i := range b.runs {
		for _, w := range alternate(f.Ways, i) {
			b.note("run %d of %d: %s", i+1, b.runs, w.Name)
			r, err := w.do(ctx)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", w.Name, err)
			}
			w.results = append(w.results, r)
		}
		if b.replay {
			b.note("run %d of %d: the replay", i+1, b.runs)
			if err := replayed(ctx, replay); err != nil {
				return nil, err
			}
		}
		f.load()
	}
	for name, rates := range replay {
		f.Replay = append(f.Replay, Rate{name, measure.Of(rates)})
	}
	slices.SortFunc(f.Replay, func(a, b Rate) int { return strings.Compare(a.Name, b.Name) })
	return f, f.sum(b.stored)
}

// sum computes figures from results, which must be for the same events.
func (f *Figures) sum(packed int64) error {
	first := f.way(plainOne).results[0]
	f.Log = Log{Bytes: first.Bytes, Packed: packed, Files: first.Files, Events: first.Events, Kept: first.Kept, Unread: first.Unread}
	for _, w := range f.Ways {
		n := 1
		if w.Name == plainMany || w.Name == packedMany {
			n = f.Times
		}
		var rate, core, events, peak []float64
		for _, r := range w.results {
			if r.Events > 0 && (r.Events != n*first.Events || r.Kept != n*first.Kept) || r.Bytes > 0 && r.Bytes != int64(n)*first.Bytes {
				return fmt.Errorf("%s: %+v, and %s: %+v: they read different events", w.Name, r, plainOne, first)
			}
			size := float64(n) * float64(first.Bytes) / 1e9
			rate, core = append(rate, size/r.Seconds), append(core, size/r.CPU)
			events, peak = append(events, float64(r.Events)/r.Seconds), append(peak, float64(r.Peak)/1e6)
		}
		w.Rate, w.Core, w.Events, w.Peak = measure.Of(rate), measure.Of(core), measure.Of(events), measure.Of(peak)
		if peer := f.way(w.Peer); peer != nil {
			var ratios []float64
			for i := range w.results {
				ratios = append(ratios, peer.results[i].CPU/w.results[i].CPU)
			}
			ratio := measure.Of(ratios)
			w.Ratio = &ratio
		}
	}
	return nil
}

func (f *Figures) way(name string) *Way {
	for _, w := range f.Ways {
		if w.Name == name {
			return w
		}
	}
	return nil
}

// load notes the machine's load, if it is available.
func (f *Figures) load() {
	if data, err := os.ReadFile("/proc/loadavg"); err == nil {
		one, _, _ := strings.Cut(string(data), " ")
		f.Load = append(f.Load, one)
	}
}

// rates matches the figures of a benchmark.
var rates = regexp.MustCompile(`(?m)^BenchmarkReplay/(\S+?)(?:-\d+)?\s.*\s(\S+) events/s`)

// replayed adds the number of events replayed per second.
func replayed(ctx context.Context, to map[string][]float64) error {
	out, err := exec.CommandContext(ctx, "go", "test", "-run", "^$", "-bench", "^BenchmarkReplay$", "-benchtime", "1x", "github.com/ringfence/ringfence/internal/replay").CombinedOutput()
	if err != nil {
		return fmt.Errorf("the replay: %w\n%s", err, out)
	}
	found := rates.FindAllSubmatch(out, -1)
	if len(found) == 0 {
		return errors.New("the replay benchmark printed no rate: " + string(out))
	}
	for _, m := range found {
		rate, err := strconv.ParseFloat(string(m[2]), 64)
		if err != nil {
			return err
		}
		to[string(m[1])] = append(to[string(m[1])], rate)
	}
	return nil
}

// alternate returns the ways in order, and in reverse order every other time.
func alternate(ways []*Way, i int) []*Way {
	if i%2 == 0 {
		return ways
	}
	back := slices.Clone(ways)
	slices.Reverse(back)
	return back
}
