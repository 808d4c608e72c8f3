package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"

	"github.com/ringfence/ringfence/internal/assess"
	"github.com/ringfence/ringfence/internal/check"
)

// showCheck prints a report as text.
func showCheck(w io.Writer, columns int, r *check.Report, every bool) error {
	v := &checkView{view{w, columns, every}, r}
	for _, why := range r.Partial {
		fmt.Fprintf(w, "INCOMPLETE: %s\n", clean(why))
	}
	v.outside()
	v.policies()
	v.unknown()
	v.notes()
	v.others()
	v.lines("Assumed", r.Assumed)
	v.lines("Warnings", r.Warnings)
	_, err := fmt.Fprintln(w, "\n"+clean(r.Headline()))
	return err
}

// checkView prints a report of check.
type checkView struct {
	view
	r *check.Report
}

func (v *checkView) outside() {
	var rows []table.Row
	var fixes []string
	fixed := map[string][]string{}
	for i := range v.r.Principals {
		p := &v.r.Principals[i]
		if p.State != assess.Outside {
			continue
		}
		rows = append(rows, table.Row{string(p.Severity), v.name(&p.Place), string(p.Change), string(p.Drift), clean(p.Rule), last(p.Carries()), clean(shortAllows(p.Allows()))})
		if fixed[p.Fix] == nil && p.Fix != "" {
			fixes = append(fixes, p.Fix)
		}
		fixed[p.Fix] = append(fixed[p.Fix], p.Address)
	}
	v.rows("Outside", rows, "severity", "resource", "change", "drift", "rule", "would carry", "what that allows")
	for i, fix := range fixes {
		if i == 0 {
			fmt.Fprintln(v.w, "\nTo correct")
		}
		fmt.Fprintf(v.w, "  %s: %s\n", clean(fix), clean(few(fixed[fix], 4)))
	}
}

// notes prints what a reader should know about principals that are outside or unknown.
func (v *checkView) notes() {
	var lines []string
	for i := range v.r.Principals {
		if p := &v.r.Principals[i]; (p.State == assess.Outside || p.State == assess.Unknown) && len(p.Notes) > 0 {
			lines = append(lines, p.Address+": "+strings.Join(p.Notes, "; "))
		}
	}
	v.lines("Notes", lines)
}

func (v *checkView) policies() {
	var rows []table.Row
	for i := range v.r.Policies {
		p := &v.r.Policies[i]
		rows = append(rows, table.Row{v.name(&p.Place), string(p.Change), p.Verdict(), clean(p.Reason)})
	}
	v.rows("Boundary policies", rows, "resource", "change", "state", "why")
}

func (v *checkView) unknown() {
	var rows []table.Row
	for i := range v.r.Principals {
		if p := &v.r.Principals[i]; p.State == assess.Unknown {
			rows = append(rows, table.Row{v.name(&p.Place), string(p.Change), clean(p.Reason)})
		}
	}
	v.rows("Unknown", rows, "resource", "change", "why")
}

func (v *checkView) others() {
	var rows []table.Row
	for i := range v.r.Principals {
		if p := &v.r.Principals[i]; p.State != assess.Outside && p.State != assess.Unknown {
			rows = append(rows, table.Row{v.name(&p.Place), string(p.Change), string(p.State), clean(p.Rule), last(p.Carries())})
		}
	}
	v.rows("Others", rows, "resource", "change", "state", "rule", "would carry")
}

// name returns the address of a resource, with its line, and its file if there are several.
func (v *checkView) name(p *check.Place) string {
	switch {
	case len(v.r.Files) > 1 || p.File != v.r.Files[0].Path:
		return clean(p.Address + " " + p.At())
	case p.Line > 0:
		return clean(fmt.Sprintf("%s (line %d)", p.Address, p.Line))
	}
	return clean(p.Address)
}

// shortAllows shortens the ARN in what a principal could do.
func shortAllows(allows string) string {
	action, resource, ok := strings.Cut(allows, " on ")
	if parts := strings.SplitN(resource, ":", 6); ok && len(parts) == 6 {
		return action + " on " + parts[5]
	}
	return allows
}
