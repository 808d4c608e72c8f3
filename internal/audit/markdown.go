package audit

import (
	"fmt"
	"io"
	"strings"
	"time"
)

// WriteMarkdown writes the report as GitHub-flavoured Markdown, for a ticket or a wiki.
func (r *Report) WriteMarkdown(w io.Writer) error {
	m := &markdown{}
	m.line("# Permissions boundaries: audit of %s", r.Time.Format("2006-01-02 15:04 UTC"))
	m.line("")
	m.line("%s", r.Headline())
	for _, why := range r.Partial {
		m.line("\n**INCOMPLETE:** %s", text(why))
	}
	m.outside(r)
	m.table("Boundaries", []string{"boundary", "account", "state", "carried by", "required of", "why"}, func(row func(...string)) {
		for _, b := range r.Boundaries {
			row(code(b.ARN), b.Account, b.State, fmt.Sprint(b.Carriers), fmt.Sprint(b.Required), text(b.Reason))
		}
	})
	m.table("Coverage", []string{"by", "", "principals", "inside", "%"}, func(row func(...string)) {
		for _, c := range r.Coverage {
			row(c.By, text(c.Key), fmt.Sprint(c.Total), fmt.Sprint(c.Inside), decimal(c.Percent))
		}
	})
	m.table("What boundaries take", []string{"service", "principals", "of which have used it"}, func(row func(...string)) {
		for _, s := range r.CutServices() {
			row(code(s.Name), fmt.Sprint(s.Principals), fmt.Sprint(s.Used))
		}
	})
	m.table("Roles without a boundary, and who may assume them", []string{"principal", "may assume"}, func(row func(...string)) {
		for i := range r.Principals {
			if p := &r.Principals[i]; len(p.Reaches) > 0 {
				row(code(p.ARN), code(strings.Join(p.Reaches, " ")))
			}
		}
	})
	m.table("Roles without a boundary that may be assumed under conditions", []string{"principal", "may assume"}, func(row func(...string)) {
		for i := range r.Principals {
			if p := &r.Principals[i]; len(p.ReachesIf) > 0 {
				row(code(p.ARN), code(strings.Join(p.Conditional(), "; ")))
			}
		}
	})
	m.table("Under no rule", []string{"principal"}, func(row func(...string)) {
		for i := range r.Principals {
			if p := &r.Principals[i]; p.State == Uncovered {
				row(code(p.ARN))
			}
		}
	})
	m.table("Exemptions", []string{"principal", "owner", "reason", "until", "state"}, func(row func(...string)) {
		for _, e := range r.Exemptions {
			row(code(e.Principal), text(e.Owner), text(e.Reason), e.Expires.Format(time.DateOnly), e.State)
		}
	})
	for i, warning := range r.Warnings {
		if i == 0 {
			m.line("\n## Warnings\n")
		}
		m.line("- %s", text(warning))
	}
	_, err := io.WriteString(w, m.String())
	return err
}

type markdown struct{ strings.Builder }

func (m *markdown) line(format string, args ...any) { fmt.Fprintf(m, format+"\n", args...) }

func (m *markdown) outside(r *Report) {
	m.table("Outside", []string{"severity", "principal", "drift", "rule", "carries", "allows", "repair"}, func(row func(...string)) {
		for i := range r.Principals {
			if p := &r.Principals[i]; p.State == Outside || p.State == Unknown {
				what := string(p.Drift)
				if p.State == Unknown {
					what = string(Unknown)
				}
				row(string(p.Severity), code(p.ARN), what, text(p.Rule), code(p.Attached), code(p.Allows()), code(p.Repair))
			}
		}
	})
}

// table is left out where it has no row.
func (m *markdown) table(title string, columns []string, rows func(row func(...string))) {
	begun := false
	rows(func(cells ...string) {
		if !begun {
			begun = true
			m.line("\n## %s\n", title)
			m.line("| %s |", strings.Join(columns, " | "))
			m.line("|%s", strings.Repeat("---|", len(columns)))
		}
		m.line("| %s |", strings.Join(cells, " | "))
	})
}

// text escapes what Markdown and HTML would take for something else, an address for a link included.
func text(s string) string {
	var b strings.Builder
	for _, r := range Clean(s) {
		if strings.ContainsRune("\\`*_{}[]<>()#+!|~@$&:", r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// code is text as code: only backquotes and bars mean something in it.
func code(s string) string {
	if s = Clean(s); s == "" {
		return ""
	}
	fence := "`"
	for strings.Contains(s, fence) {
		fence += "`"
	}
	return fence + " " + strings.ReplaceAll(s, "|", `\|`) + " " + fence
}
