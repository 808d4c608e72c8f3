package timeline

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ringfence/ringfence/internal/count"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/replay"
)

// chart draws findings over time.
type chart struct {
	Bars        []bar
	Unit        string // hour, day or week
	First, Last string
	Most        int
	BarsSay     string
}

// bar is one hour, day or week.
type bar struct {
	Says  string
	Count int
	Parts []part
}

// part is the part of a bar with one severity, in a drawing of 1000 by 120.
type part struct {
	Severity            finding.Severity
	X, Y, Width, Height float64
	Says                string
}

const (
	wide = 1000
	high = 120
	// slots is the approximate maximum number of bars.
	slots = 100
)

// units are the time spans of a bar.
var units = []struct {
	name   string
	long   time.Duration
	format string
}{
	{"hour", time.Hour, "2006-01-02 15:00"},
	{"day", 24 * time.Hour, time.DateOnly},
	{"week", 7 * 24 * time.Hour, time.DateOnly},
}

// chartOf draws the findings that have a time. It draws nothing for fewer than two.
func chartOf(all []replay.Finding) chart {
	type one struct {
		at       time.Time
		severity finding.Severity
	}
	var list []one
	for _, f := range all {
		if at := opening(f.Finding).Event.Time; !at.IsZero() {
			list = append(list, one{at.UTC(), f.Severity})
		}
	}
	if len(list) < 2 {
		return chart{}
	}
	slices.SortStableFunc(list, func(a, b one) int { return a.at.Compare(b.at) })
	first, last := list[0].at, list[len(list)-1].at
	unit := units[len(units)-1]
	for _, u := range slices.Backward(units) {
		if last.Sub(first) <= slots*u.long {
			unit = u
		}
	}
	begin := first.Truncate(unit.long)
	n := int(last.Sub(begin)/unit.long) + 1
	counted := map[int]map[finding.Severity]int{}
	c := chart{Unit: unit.name, First: first.Format(clock), Last: last.Format(clock) + " UTC"}
	for _, f := range list {
		slot := int(f.at.Sub(begin) / unit.long)
		if counted[slot] == nil {
			counted[slot] = map[finding.Severity]int{}
		}
		counted[slot][f.severity]++
	}
	total := func(slot int) (sum int) {
		for _, n := range counted[slot] {
			sum += n
		}
		return sum
	}
	for slot := range counted {
		c.Most = max(c.Most, total(slot))
	}
	step := float64(wide) / float64(n)
	for slot := range n {
		if total(slot) == 0 {
			continue
		}
		b := bar{Says: begin.Add(time.Duration(slot) * unit.long).Format(unit.format), Count: total(slot)}
		y := float64(high)
		for _, s := range finding.Severities {
			if n := counted[slot][s]; n > 0 {
				tall := float64(high) * float64(n) / float64(c.Most)
				y -= tall
				b.Parts = append(b.Parts, part{s, float64(slot) * step, y, max(step*0.86, 1), tall, fmt.Sprintf("%s: %d %s", b.Says, n, s)})
			}
		}
		c.Bars = append(c.Bars, b)
	}
	c.BarsSay = fmt.Sprintf("%d findings from %s to %s, at most %d at once", len(list), c.First, c.Last, c.Most)
	return c
}

// span returns the accounts of the findings and the time between the first and the last one.
func (v *view) span() string {
	parts := []string{count.Of(v.Number, "finding", "findings")}
	switch n := len(v.Accounts); {
	case n == 1:
		parts = append(parts, "account "+v.Accounts[0])
	case n > 1:
		parts = append(parts, count.Of(n, "account", "accounts"))
	}
	if v.First != "" {
		parts = append(parts, v.First+" to "+v.Last)
	}
	return strings.Join(parts, " · ")
}

// accountOf returns the account in an ARN, or "" if it has none.
func accountOf(arn string) string {
	if parts := strings.SplitN(arn, ":", 6); len(parts) == 6 {
		return parts[4]
	}
	return ""
}
