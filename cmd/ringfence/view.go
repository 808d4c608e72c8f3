package main

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/ringfence/ringfence/internal/escape"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/logs"
	"github.com/ringfence/ringfence/internal/replay"
	"github.com/ringfence/ringfence/internal/target"
)

// view gathers the steps of a replay into a timeline and a summary. A finding is in both
// once, as its last revision tells it.
type view struct {
	all bool

	findings   []replay.Finding
	at         map[string]int // by id, where a finding is among them
	principals map[string]bool
	assumed    []string

	events, own, ignored, errors int

	summary replay.Summary
	tally   logs.Tally
}

func (v *view) add(s replay.Step) {
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
		v.tell(f)
	}
}

// tell adds a finding, or puts its later revision in the place of an earlier one.
func (v *view) tell(f replay.Finding) {
	if v.at == nil {
		v.at, v.principals = map[string]int{}, map[string]bool{}
	}
	if f.Principal != nil {
		v.principals[f.Principal.ARN] = true
	}
	i, known := v.at[f.ID]
	switch {
	case known:
		v.findings[i] = f
	case f.Drift != none:
		v.at[f.ID] = len(v.findings)
		v.findings = append(v.findings, f)
	case v.all: // there are as many of these as events
		v.findings = append(v.findings, f)
	}
}

// drifts are the findings that tell of drift.
func (v *view) drifts() (list []replay.Finding) {
	for _, f := range v.findings {
		if f.Drift != none {
			list = append(list, f)
		}
	}
	return list
}

// row is the line of a finding in the timeline. Its call is the one that let the target
// out; where no record shows that, the one at which it was found, or the second look.
func row(f finding.Finding) table.Row {
	subject := f.Required
	if f.Principal != nil {
		subject = f.Principal.ARN
	}
	call := finding.Call{Actor: f.Actor, Event: f.Event}
	again := f.Cause == string(target.SecondLook)
	switch {
	case f.OpenedBy != nil:
		if call = *f.OpenedBy; again {
			call.Event.Name += " (second look)"
		}
	case again: // the call is that of the finding before
		call = finding.Call{Event: finding.Event{Name: "second look", Time: f.Time}}
	}
	return table.Row{
		call.Event.Time.Format("2006-01-02 15:04:05"), clean(call.Event.Name), short(clean(call.Actor.ARN)), short(clean(subject)),
		string(f.Drift), string(f.Severity), string(f.Action), string(f.Outcome),
	}
}

func (v *view) render(w io.Writer) error {
	if len(v.findings) > 0 {
		t := newTable(w, "time (UTC)", "event", "actor", "principal", "verdict", "severity", "action", "outcome")
		for _, f := range v.findings {
			t.AppendRow(row(f.Finding))
		}
		t.Render()
	}
	v.renderAssumed(w)
	_, err := fmt.Fprintln(w, "\n"+v.verdict())
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

func (v *view) verdict() string {
	if !v.summary.Complete {
		return incomplete(v.summary.Missing)
	}
	kinds, actions := map[string]int{}, map[string]int{}
	drifts := v.drifts()
	for _, f := range drifts {
		kinds[string(f.Drift)]++
		actions[string(f.Action)+" "+string(f.Outcome)]++
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s, of which %s concern no boundary; %s looked at; %s.",
		plural(v.events, "event"), grouped(v.ignored), plural(len(v.principals), "principal"), plural(v.errors, "error"))
	if v.own > 0 {
		fmt.Fprintf(&b, " %s more of its own: the events of its repairs, and second looks.", grouped(v.own))
	}
	if len(drifts) == 0 {
		b.WriteString("\nNo drift.")
		return b.String()
	}
	fmt.Fprintf(&b, "\n%s: %s. Actions: %s.", plural(len(drifts), "finding"), counts(kinds), counts(actions))
	return b.String()
}

// incomplete says what was not read or judged.
func incomplete(missing []string) string {
	lines := make([]string, len(missing))
	for i, m := range missing {
		lines[i] = clean(m)
	}
	return "INCOMPLETE: there is no verdict, since not everything was read and judged:\n  " + strings.Join(lines, "\n  ")
}

// end ends the JSON: what is incomplete says so there too.
func (v *view) end(out *json.Encoder) error {
	if v.summary.Complete {
		return nil
	}
	return out.Encode(map[string]any{"incomplete": v.summary.Missing})
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

// clean makes text that others chose safe to print: it could drive the terminal.
func clean(s string) string { return escape.Clean(s) }

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
