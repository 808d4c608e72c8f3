package html

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/ringfence/ringfence/internal/audit"
	"github.com/ringfence/ringfence/internal/count"
)

// maxBars is how many bars a chart has. One more bar sums up the rest.
const maxBars = 8

// tally counts principals by the class in which they are drawn.
type tally map[string]int

// class is how a principal is drawn: by its severity if it is outside, otherwise by its state.
func class(p *audit.Principal) string {
	if p.State == audit.Outside {
		return string(p.Severity)
	}
	return string(p.State)
}

// classes are in the order of the segments of a bar. Those of principals that need no boundary
// do not count for coverage.
var classes = []struct{ Class, Words string }{
	{"inside", "Inside"},
	{"critical", "Critical"},
	{"high", "High"},
	{"medium", "Medium"},
	{"low", "Low"},
	{"info", "Info"},
	{"unknown", "Unknown"},
	{"uncovered", "No rule"},
}

// segment is a part of a bar. X and Width are percentages of the bar.
type segment struct {
	Class, Words, X, Width string
	Count                  int
}

// segments lays out the segments of a bar. The smallest segment is still visible: one principal
// in ten thousand may be the one that matters.
func (t tally) segments(whole int) (all []segment) {
	const least = 0.8
	var used, wide float64
	for _, c := range classes {
		if w := float64(t[c.Class]) * 100 / float64(max(whole, 1)); w > least {
			wide += w
		} else if t[c.Class] > 0 {
			used += least
		}
	}
	var x float64
	for _, c := range classes {
		n := t[c.Class]
		if n == 0 {
			continue
		}
		w := float64(n) * 100 / float64(max(whole, 1))
		if w <= least {
			w = least
		} else if used+wide > 100 {
			w *= (100 - used) / wide
		}
		all = append(all, segment{c.Class, c.Words, fmt.Sprintf("%.2f%%", x), fmt.Sprintf("%.2f%%", w), n})
		x += w
	}
	return all
}

// bar is a line of a chart.
type bar struct {
	Label string
	// Filter is the table filter that shows the same principals, empty if there is none.
	Filter   string
	Segments []segment
	Total    int
	Percent  string
	// Others is set on the bar that sums up the rest.
	Others bool
}

// chart is bars of one kind.
type chart struct {
	By, Title string
	Bars      []bar
}

// charts returns the coverage by organizational unit, account, rule and path.
func charts(r *audit.Report) []chart {
	tallies, units := map[[2]string]tally{}, r.Units()
	for i := range r.Principals {
		p := &r.Principals[i]
		for _, key := range [][2]string{{"unit", units[p.Account]}, {"account", p.Account}, {"rule", cmp.Or(p.Rule, none)}, {"path", p.Path}} {
			if tallies[key] == nil {
				tallies[key] = tally{}
			}
			tallies[key][class(p)]++
		}
	}
	all := []chart{{By: "unit", Title: "By organizational unit"}, {By: "account", Title: "By account"}, {By: "rule", Title: "By rule"}, {By: "path", Title: "By path"}}
	for i := range all {
		c := &all[i]
		var rest audit.Coverage
		others, sum := 0, tally{}
		for _, part := range r.Coverage {
			t := tallies[[2]string{part.By, part.Key}]
			switch {
			case part.By != c.By:
			case len(c.Bars) < maxBars:
				c.Bars = append(c.Bars, newBar(part, t))
			default:
				others++
				rest.Total, rest.Inside = rest.Total+part.Total, rest.Inside+part.Inside
				for class, n := range t {
					sum[class] += n
				}
			}
		}
		if others > 0 {
			rest.Percent = percent(rest.Inside, rest.Total)
			rest.Key = count.Of(others, "other", "others")
			b := newBar(rest, sum)
			b.Others, b.Filter = true, ""
			c.Bars = append(c.Bars, b)
		}
	}
	return slices.DeleteFunc(all, func(c chart) bool { return len(c.Bars) == 0 })
}

func newBar(c audit.Coverage, t tally) bar {
	b := bar{Label: c.Label(), Filter: c.Key, Segments: t.segments(c.Total), Total: c.Total, Percent: fmt.Sprintf("%.1f%%", c.Percent)}
	switch {
	case c.By == "rule" && c.Key == none:
		b.Label = "no rule"
	case c.By == "unit":
		b.Filter = "" // the table has no filter for it
	}
	return b
}

// percent is a share, rounded down. It is 100 only if nothing is missing.
func percent(part, whole int) float64 {
	if whole == 0 {
		return 100
	}
	return float64(part*1000/whole) / 10
}

// width formats a part of a whole as a CSS length.
func width(part, whole int) string {
	return fmt.Sprintf("%.2f%%", float64(part)*100/float64(max(whole, 1)))
}
