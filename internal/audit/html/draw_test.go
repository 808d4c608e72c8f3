package html

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/ringfence/ringfence/internal/audit"
	"github.com/ringfence/ringfence/internal/finding"
)

func TestSegments(t *testing.T) {
	for name, c := range map[string]tally{
		"all inside":               {"inside": 10},
		"one of ten thousand":      {"inside": 9999, "critical": 1},
		"all classes, rare":        {"inside": 100000, "critical": 1, "high": 1, "medium": 1, "low": 1, "info": 1, "unknown": 1, "uncovered": 1},
		"halves":                   {"inside": 5, "high": 5},
		"nobody":                   {},
		"not counted for coverage": {"inside": 1, "exempt": 5},
		"none of them is less":     {"unknown": 3, "uncovered": 3, "low": 3},
	} {
		total, drawn := 0, 0
		for _, k := range classes {
			total += c[k.Class]
		}
		end := 0.0
		for _, s := range c.segments(total) {
			x, _ := strconv.ParseFloat(strings.TrimSuffix(s.X, "%"), 64)
			w, _ := strconv.ParseFloat(strings.TrimSuffix(s.Width, "%"), 64)
			if x < end-0.02 || x > end+0.02 || w < 0.79 {
				t.Errorf("%s: %s from %s, %s wide, after %.2f", name, s.Class, s.X, s.Width, end)
			}
			end = x + w
			drawn += s.Count
		}
		if drawn != total || end > 100.05 || total > 0 && end < 99.95 {
			t.Errorf("%s: %d of %d drawn, up to %.2f", name, drawn, total, end)
		}
	}
}

// TestFlowCountsAll checks that with many boundaries and rules the map has few nodes, and still
// counts every principal.
func TestFlowCountsAll(t *testing.T) {
	r := &audit.Report{}
	for i := range 3000 {
		p := audit.Principal{ARN: fmt.Sprintf("arn:aws:iam::111122223333:role/r%d", i), State: states[i%len(states)].State, Rule: fmt.Sprintf("rule-%d", i%70)}
		if i%5 > 0 {
			p.Attached = fmt.Sprintf("arn:aws:iam::%012d:policy/b-%d", i%4, i%300)
		}
		if i%7 == 3 {
			p.Rule = ""
		}
		r.Principals = append(r.Principals, p)
	}
	f := flow(r)
	for name, nodes := range map[string][]*node{"left": f.Left, "right": f.Right} {
		sum, bottom := 0, 0.0
		for _, n := range nodes {
			sum += n.Count
			if n.Y < bottom {
				t.Errorf("%s: %s at %.1f overlaps the one before, which ends at, %.1f", name, n.Name, n.Y, bottom)
			}
			bottom = n.Y + n.Height
		}
		if sum != 3000 || len(nodes) > maxNodes+2 || bottom > float64(f.Height) {
			t.Errorf("%s: %d principals in %d nodes, down to %.1f of %d", name, sum, len(nodes), bottom, f.Height)
		}
	}
	sum := 0
	for _, row := range f.Rows {
		for _, n := range row.Counts {
			sum += n
		}
	}
	if sum != 3000 {
		t.Errorf("the numbers count %d principals", sum)
	}
}

// TestChartsSumUp checks that a chart has few bars, and the last sums up the rest.
func TestChartsSumUp(t *testing.T) {
	r := &audit.Report{}
	for i := range 500 {
		path := fmt.Sprintf("/team-%03d/", i)
		r.Principals = append(r.Principals, audit.Principal{Path: path, State: audit.Outside, Severity: finding.High})
		r.Coverage = append(r.Coverage, audit.Coverage{By: "path", Key: path, Total: 1})
	}
	all := charts(r)
	if len(all) != 1 || len(all[0].Bars) != maxBars+1 {
		t.Fatalf("got %+v", all)
	}
	if last := all[0].Bars[maxBars]; last.Label != "492 others" || last.Total != 492 || last.Segments[0].Count != 492 || last.Percent != "0.0%" {
		t.Errorf("the last bar is %+v", last)
	}
}

// TestCutServices checks that used services come before services that are granted more often.
func TestCutServices(t *testing.T) {
	used := day
	r := &audit.Report{Principals: []audit.Principal{
		{Cut: []audit.Cut{{Service: "s3", LastUsed: &used}, {Service: "ec2"}}},
		{Cut: []audit.Cut{{Service: "s3"}, {Service: "ec2"}}},
		{Cut: []audit.Cut{{Service: "ec2"}, {Service: "*"}}},
	}}
	want := []cutService{
		{"s3", 2, 1, "33.33%", "33.33%"}, {"ec2", 3, 0, "100.00%", "0.00%"}, {"*", 1, 0, "33.33%", "0.00%"},
	}
	if got := cutServices(r); !slices.Equal(got, want) {
		t.Errorf("got %+v", got)
	}
}

func TestMark(t *testing.T) {
	show := func(all []line) string {
		var b strings.Builder
		for _, l := range all {
			if l.Mark {
				b.WriteByte('*')
			}
			b.WriteString(l.Text)
		}
		return b.String()
	}
	for _, c := range []struct{ a, b, wantA, wantB string }{
		{"a b c", "a b c", "abc", "abc"},
		{"a x c", "a b c", "a*xc", "a*bc"},
		{"a c", "a b c", "ac", "a*bc"},
		{"a b b c", "b c", "*ab*bc", "bc"},
		{"", "a", "", "*a"},
	} {
		a, b := lines(strings.ReplaceAll(c.a, " ", "\n")), lines(strings.ReplaceAll(c.b, " ", "\n"))
		mark(a, b)
		if show(a) != c.wantA || show(b) != c.wantB {
			t.Errorf("%q and %q: %s and %s, want %s and %s", c.a, c.b, show(a), show(b), c.wantA, c.wantB)
		}
	}
}
