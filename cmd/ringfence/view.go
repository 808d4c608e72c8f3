package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"unicode"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/replay"
)

// view gathers the steps of a replay into a timeline and a summary.
type view struct {
	all bool

	rows    []table.Row
	assumed []string

	events, own, ignored, errors, drifts int
	principals                           map[string]bool
	kinds, actions                       map[string]int
}

func (v *view) add(s replay.Step) {
	if v.principals == nil {
		v.principals, v.kinds, v.actions = map[string]bool{}, map[string]int{}, map[string]int{}
	}
	if s.Record == nil {
		v.own++
	} else {
		v.events++
	}
	if s.Record != nil && s.Ignored != "" {
		v.ignored++
	}
	if s.Err != nil {
		v.errors++
	}
	v.assumed = append(v.assumed, s.Assumed...)
	for _, f := range s.Findings {
		if f.Drift != none {
			v.drifts++
			v.kinds[string(f.Drift)]++
			v.actions[string(f.Action)+" "+string(f.Outcome)]++
		}
		if f.Principal != nil {
			v.principals[f.Principal.ARN] = true
		}
		if v.all || f.Drift != none {
			v.rows = append(v.rows, row(f))
		}
	}
}

func row(f finding.Finding) table.Row {
	subject := f.Required
	if f.Principal != nil {
		subject = f.Principal.ARN
	}
	return table.Row{
		f.Event.Time.Format("2006-01-02 15:04:05"), clean(f.Event.Name), short(clean(f.Actor.ARN)), short(clean(subject)),
		string(f.Drift), string(f.Severity), string(f.Action), string(f.Outcome),
	}
}

func (v *view) render(w io.Writer) error {
	if len(v.rows) > 0 {
		t := newTable(w, "time (UTC)", "event", "actor", "principal", "verdict", "severity", "action", "outcome")
		t.AppendRows(v.rows)
		t.Render()
	}
	v.renderAssumed(w)
	_, err := fmt.Fprintln(w, "\n"+v.summary())
	return err
}

// renderAssumed names what was put in place without the log saying so.
func (v *view) renderAssumed(w io.Writer) {
	if len(v.assumed) == 0 {
		return
	}
	fmt.Fprintln(w, "\nAssumed, since the log presupposes it:")
	for _, a := range v.assumed {
		fmt.Fprintln(w, "  "+clean(a))
	}
}

func (v *view) summary() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s, of which %s concern no boundary; %s looked at; %s.",
		plural(v.events, "event"), grouped(v.ignored), plural(len(v.principals), "principal"), plural(v.errors, "error"))
	if v.own > 0 {
		fmt.Fprintf(&b, " %s more came of its own repairs: their writes, and the second looks.", grouped(v.own))
	}
	if v.drifts == 0 {
		b.WriteString("\nNo drift.")
		return b.String()
	}
	fmt.Fprintf(&b, "\n%s: %s. Actions: %s.", plural(v.drifts, "finding"), counts(v.kinds), counts(v.actions))
	return b.String()
}

// counts lists what was counted, by name.
func counts(m map[string]int) string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(m)) {
		parts = append(parts, grouped(m[name])+" "+name)
	}
	return strings.Join(parts, ", ")
}

// newTable is an empty table with a header, in the one style that all commands print.
func newTable(w io.Writer, columns ...any) table.Writer {
	t := table.NewWriter()
	t.SetOutputMirror(w)
	t.SetStyle(table.StyleLight)
	t.Style().Options.DrawBorder = false
	t.Style().Options.SeparateColumns = false
	t.Style().Format.Header = text.FormatDefault
	t.AppendHeader(columns)
	return t
}

// short cuts what all ARNs have in common off an ARN.
func short(arn string) string {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) < 6 {
		return arn
	}
	return parts[4] + ":" + parts[5]
}

// clean makes text that others chose safe to print: control characters, which could
// drive the terminal, become spaces.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
			return ' '
		}
		return r
	}, s)
}

// plural counts things.
func plural(n int, thing string) string {
	if n != 1 {
		thing += "s"
	}
	return grouped(n) + " " + thing
}

// grouped writes a number with separators between its thousands.
func grouped(n int) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
