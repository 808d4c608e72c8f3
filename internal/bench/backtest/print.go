package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"

	"github.com/ringfence/ringfence/internal/bench/measure"

	"github.com/ringfence/ringfence/internal/tables"
)

// The targets: GB of JSON per second of processor time, how much faster than encoding/json, and
// events replayed per second.
const (
	coreLimit   = 1.0
	jsonLimit   = 5.0
	replayLimit = 2000.0
)

// Print prints the figures as tables. A figure is a median over the runs, with the minimum and
// maximum in parentheses.
func (f *Figures) Print(w io.Writer) {
	l := f.Log
	fmt.Fprintf(w, "Medians of %d runs (least–most), %s, %d CPUs", f.Runs, f.Go, f.CPUs)
	if len(f.Load) > 0 {
		fmt.Fprintf(w, ", load before and after each run: %s", strings.Join(f.Load, ", "))
	}
	fmt.Fprintf(w, ".\n%d files with %.2f GB of JSON, %.2f GB compressed: %d events of %d bytes, of which %d matter.\n",
		l.Files, float64(l.Bytes)/1e9, float64(l.Packed)/1e9, l.Events, l.Bytes/int64(max(l.Events, 1)), l.Kept)
	fmt.Fprintf(w, "%.2f GB, %.2f %%, were never decoded.\n", float64(l.Unread)/1e9, 100*float64(l.Unread)/float64(max(l.Bytes, 1)))
	t := grid(w, "a. Speed", "", "GB/s", "GB/s of a core", "events/s", "ratio")
	for _, name := range []string{plainOne, plainAll, decoding, packedOne, packedAll, unpacking, gzipping} {
		way := f.way(name)
		if way == nil {
			continue
		}
		core, events, ratio := way.Core.Format("%.2f"), "", ""
		if name == plainOne {
			core += ", at least " + reached(way.Core, coreLimit, "%.0f")
		}
		if way.Events.Max > 0 {
			events = way.Events.Format("%.0f")
		}
		if way.Ratio != nil {
			ratio = way.Ratio.Format("%.1f") + " to " + way.Peer
			if name == plainOne {
				ratio += ", at least " + reached(*way.Ratio, jsonLimit, "%.0f")
			}
		}
		t.AppendRow(table.Row{name, way.Rate.Format("%.2f"), core, events, ratio})
	}
	t.Render()
	fmt.Fprintln(w, "GB are of JSON that is not compressed. A core's second is one in which it was busy, so that what else runs here\n"+
		"does not count; ratios are of these. Files are in the system's memory. encoding/json decodes each file into\n"+
		"[]json.RawMessage, and each of these into eventSource and eventName.")
	t = grid(w, "b. Memory, at the most, MB", "", "the log", fmt.Sprintf("%d times as much", f.Times))
	for _, names := range [][3]string{{".json", plainAll, plainMany}, {".json.gz", packedAll, packedMany}} {
		t.AppendRow(table.Row{names[0], f.way(names[1]).Peak.Format("%.0f"), f.way(names[2]).Peak.Format("%.0f")})
	}
	t.Render()
	fmt.Fprintln(w, "8 MB of events that matter are kept in memory. From then on they are sorted on disk.")
	if len(f.Replay) == 0 {
		return
	}
	t = grid(w, "c. Replay of events that matter", "", "events/s")
	for _, r := range f.Replay {
		t.AppendRow(table.Row{r.Name, r.Events.Format("%.0f") + ", at least " + reached(r.Events, replayLimit, "%.0f")})
	}
	t.Render()
}

func reached(s measure.Spread, limit float64, verb string) string {
	if s.Median < limit {
		return fmt.Sprintf(verb+": UNDER", limit)
	}
	return fmt.Sprintf(verb+": ok", limit)
}

func grid(w io.Writer, title string, header ...any) table.Writer {
	fmt.Fprintf(w, "\n%s\n", title)
	return tables.New(w, header...)
}
