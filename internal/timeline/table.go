package timeline

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/ringfence/ringfence/internal/count"
	"github.com/ringfence/ringfence/internal/escape"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/replay"
	"github.com/ringfence/ringfence/internal/tables"
)

// Look says how to draw a table.
type Look struct {
	// Width is the width of the terminal in columns, at least [Narrowest].
	Width int
	// Color colors the severities.
	Color bool
	// Every lists all assumptions instead of the first few.
	Every bool
}

// Narrowest is the least width of a table, in columns.
const Narrowest = 60

// fewAssumed is how many assumptions are listed without [Look.Every].
const fewAssumed = 10

// WriteTable writes the report for a terminal.
func (r *Report) WriteTable(w io.Writer, look Look) error {
	look.Width = max(look.Width, Narrowest)
	var b strings.Builder
	r.rows(&b, look)
	r.words(&b, look)
	_, err := io.WriteString(w, b.String())
	return err
}

// WriteSummary writes everything in the table except the findings.
func (r *Report) WriteSummary(w io.Writer, look Look) error {
	look.Width = max(look.Width, Narrowest)
	var b strings.Builder
	r.words(&b, look)
	_, err := io.WriteString(w, b.String())
	return err
}

// words writes what is uncertain, what was assumed and read, and the verdict.
func (r *Report) words(b *strings.Builder, look Look) {
	paragraph := func(title string, lines []string) {
		if len(lines) == 0 {
			return
		}
		if b.Len() > 0 {
			b.WriteString("\n")
		}
		if title != "" {
			b.WriteString(title + "\n")
		}
		for _, line := range lines {
			wrapped(b, escape.Clean(line), look.Width, title != "")
		}
	}
	paragraph("Not certain:", r.Doubts())
	assumed := r.Assumed
	if n := len(assumed) - fewAssumed; n > 0 && !look.Every {
		assumed = append(assumed[:fewAssumed:fewAssumed], fmt.Sprintf("and %s more: --verbose names them", count.Number(n)))
	}
	paragraph("Assumed, since the log presupposes it:", assumed)
	paragraph("", append(r.Read(), strings.Split(r.Verdict(), "\n")...))
}

// wrapped writes text on as many lines as it needs. It indents list entries, and their further lines
// more than the first.
func wrapped(b *strings.Builder, line string, width int, listed bool) {
	indent, hang := "", ""
	if listed {
		indent, hang = "  ", "    "
	} else if strings.HasPrefix(line, "  ") {
		indent, hang, line = "  ", "    ", strings.TrimSpace(line)
	}
	for i, part := range soft(line, width-len(hang)) {
		if i > 0 {
			indent = hang
		}
		b.WriteString(strings.TrimRight(indent+part, " ") + "\n")
	}
}

// soft breaks a line between words.
func soft(line string, width int) []string {
	lines := strings.Split(text.WrapSoft(line, width), "\n")
	for i := range lines { // a word that is broken counts letters, of which some are wider than one column
		lines[i] = cut(lines[i], width, false)
	}
	return lines
}

// column is a column of the table.
type column struct {
	name string
	// tail keeps the end of text that is cut: names differ there.
	tail bool
	of   func(replay.Finding) string
}

// columns are in the order in which they are shown.
var columns = []column{
	{name: "time (UTC)", of: func(f replay.Finding) string { return opening(f.Finding).Event.Time.Format(clock) }},
	{name: "severity", of: func(f replay.Finding) string { return string(f.Severity) }},
	{name: "verdict", of: func(f replay.Finding) string { return string(f.Drift) }},
	{name: "certainty", of: certainty},
	{name: "principal", tail: true, of: func(f replay.Finding) string { return subject(f.Finding) }},
	{name: "event", of: func(f replay.Finding) string { return opening(f.Finding).Event.Name }},
	{name: "actor", tail: true, of: func(f replay.Finding) string { return actor(opening(f.Finding)) }},
	{name: "action", of: func(f replay.Finding) string { return joined(f.Finding) }},
}

// sacrifice says how columns shrink if the terminal is too narrow: in this order, each to a width, where
// 0 removes the column.
var sacrifice = []struct {
	name string
	to   int
}{
	{"actor", 20},
	{"event", 16},
	{"principal", 34},
	{"actor", 0},
	{"event", 0},
	{"principal", 24},
	{"action", 0},
	{"time (UTC)", 16},
	{"certainty", 8},
	{"verdict", 8},
	{"principal", 10},
}

// rows writes the findings: each has a line of the table, and details below it.
func (r *Report) rows(b *strings.Builder, look Look) {
	if len(r.Findings) == 0 {
		return
	}
	cells := make([][]string, len(r.Findings))
	natural := make([]int, len(columns))
	for i, f := range r.Findings {
		cells[i] = make([]string, len(columns))
		for n, c := range columns {
			cells[i][n] = escape.Clean(c.of(f))
			if c.tail {
				cells[i][n] = r.short(cells[i][n])
			}
			natural[n] = max(natural[n], text.StringWidthWithoutEscSequences(cells[i][n]))
		}
	}
	widths := fit(natural, look.Width)
	var head table.Row
	for n, c := range columns {
		if widths[n] > 0 {
			head = append(head, cut(c.name, widths[n], false))
		}
	}
	t := tables.New(nil, head...)
	for i, f := range r.Findings {
		var line table.Row
		for n, c := range columns {
			if widths[n] == 0 {
				continue
			}
			cell := cut(cells[i][n], widths[n], c.tail)
			if n == 0 {
				cell = cells[i][n][:min(len(cells[i][n]), widths[n])] // without the seconds
			}
			if c.name == "severity" && look.Color {
				cell = colors[f.Severity].Sprint(cell)
			}
			line = append(line, cell)
		}
		t.AppendRow(line)
	}
	last := ""
	for i, line := range strings.Split(t.Render(), "\n") {
		b.WriteString(strings.TrimRight(line, " ") + "\n")
		if i < 2 { // the header and its rule
			continue
		}
		if said := below(r.Findings[i-2], look.Width); said != last {
			last = said
			b.WriteString(said)
		}
	}
}

// fit returns a width for each column, 0 for one that is left out, so that the table fits the terminal.
// Each column needs two more for space.
func fit(natural []int, width int) []int {
	widths := make([]int, len(columns))
	for n, c := range columns {
		if natural[n] > 0 { // a column without any text is left out
			widths[n] = max(natural[n], text.StringWidthWithoutEscSequences(c.name))
		}
	}
	room := func() int {
		left := width
		for _, w := range widths {
			if w > 0 {
				left -= w + 2
			}
		}
		return left
	}
	at := func(name string) int { return slices.IndexFunc(columns, func(c column) bool { return c.name == name }) }
	for _, s := range sacrifice {
		if n := at(s.name); room() < 0 && widths[n] > s.to {
			widths[n] = s.to
		}
	}
	for _, name := range []string{"event", "principal", "actor"} { // what gave way may have been more than was needed
		n := at(name)
		full := max(natural[n], len(name))
		switch {
		case widths[n] > 0:
			widths[n] += max(0, min(room(), full-widths[n]))
		case natural[n] > 0 && room() >= 14:
			widths[n] = min(room()-2, full)
		}
	}
	return widths
}

// cut shortens text to a width, with an ellipsis.
func cut(s string, width int, tail bool) string {
	if text.StringWidthWithoutEscSequences(s) <= width {
		return s
	}
	if !tail {
		return strings.TrimRight(text.Trim(s, width-1), " ") + "…"
	}
	runes := []rune(s)
	for len(runes) > 0 && text.StringWidthWithoutEscSequences(string(runes)) > width-1 {
		runes = runes[1:]
	}
	return "…" + string(runes)
}

// Line-drawing characters count as one column. By default, go-pretty counts them twice in some locales.
func init() { text.OverrideRuneWidthEastAsianWidth(false) }

// below returns the details of a finding: the rule, the reason and what the principal could do. They are
// not repeated for a following finding with the same details.
func below(f replay.Finding, width int) string {
	if f.Drift == finding.None {
		return ""
	}
	why := f.Reason
	if r := rule(f.Finding); r != "" {
		why = "rule " + r + ": " + why
	}
	lines := soft(escape.Clean(why), width-3)
	const most = 2
	if len(lines) > most {
		lines = append(lines[:most-1], cut(strings.Join(lines[most-1:], " "), width-3, false))
	}
	if w := witness(f.Finding); w != "" {
		lines = append(lines, cut("could do: "+escape.Clean(w), width-3, false))
	}
	if len(f.Assumed) > 0 {
		lines = append(lines, cut("assumed: "+escape.Clean(strings.Join(f.Assumed, "; ")), width-3, false))
	}
	var b strings.Builder
	for _, line := range lines {
		b.WriteString("   " + strings.TrimRight(line, " ") + "\n")
	}
	return b.String()
}

var colors = map[finding.Severity]text.Colors{
	finding.Critical: {text.FgRed, text.Bold},
	finding.High:     {text.FgRed},
	finding.Medium:   {text.FgYellow},
	finding.Low:      {text.FgCyan},
}

// short removes the prefix that all ARNs of the report share.
func (r *Report) short(arn string) string {
	parts := strings.SplitN(arn, ":", 6)
	switch {
	case len(parts) < 6:
		return arn
	case len(r.accounts) == 1 && r.accounts[parts[4]]:
		return parts[5]
	}
	return parts[4] + ":" + parts[5]
}
