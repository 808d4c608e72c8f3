package audit

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/ringfence/ringfence/internal/escape"
)

// WriteMarkdown writes the report as GitHub-flavoured Markdown, for a ticket or a wiki.
func (r *Report) WriteMarkdown(w io.Writer) error {
	m := &markdown{}
	m.line("# Permissions boundaries: audit of %s", r.Time.Format("2006-01-02 15:04 UTC"))
	m.line("")
	m.line("%s", r.Headline())
	for _, why := range r.Partial {
		m.line("\n**INCOMPLETE:** %s", escape.Markdown(why))
	}
	m.outside(r)
	m.table("Boundaries", []string{"boundary", "account", "state", "carried by", "required of", "why"}, func(row func(...string)) {
		for _, b := range r.Boundaries {
			row(escape.Code(b.ARN), b.Account, b.State, fmt.Sprint(b.Carriers), fmt.Sprint(b.Required), escape.Markdown(b.Reason))
		}
	})
	m.table("Coverage", []string{"by", "", "principals", "inside", "%"}, func(row func(...string)) {
		for _, c := range r.Coverage {
			row(c.By, escape.Markdown(c.Key), fmt.Sprint(c.Total), fmt.Sprint(c.Inside), decimal(c.Percent))
		}
	})
	m.table("Granted by identity policies, but not allowed by the boundary", []string{"service", "principals", "used by"}, func(row func(...string)) {
		for _, s := range r.CutServices() {
			row(escape.Code(s.Name), fmt.Sprint(s.Principals), fmt.Sprint(s.Used))
		}
	})
	if said := r.RecordedCalls(); said != "" {
		m.line("\n%s", said)
	}
	m.table("Recorded calls that the required boundary would have denied", []string{"principal", "action", "calls", "last (UTC)", "why"}, func(row func(...string)) {
		for _, c := range r.DeniedCalls() {
			row(escape.Code(c.Principal.ARN), escape.Code(c.Group.Action), fmt.Sprint(c.Group.Count), escape.Markdown(c.Group.Latest()), escape.Markdown(c.Group.Why()))
		}
	})
	m.table("Principals that can assume a role without a boundary", []string{"principal", "can assume"}, func(row func(...string)) {
		for i := range r.Principals {
			if p := &r.Principals[i]; len(p.Reaches) > 0 {
				row(escape.Code(p.ARN), escape.Code(strings.Join(p.Reaches, " ")))
			}
		}
	})
	m.table("Principals that can assume a role without a boundary under conditions", []string{"principal", "can assume"}, func(row func(...string)) {
		for i := range r.Principals {
			if p := &r.Principals[i]; len(p.ReachesIf) > 0 {
				row(escape.Code(p.ARN), escape.Code(strings.Join(p.Conditional(), "; ")))
			}
		}
	})
	m.table("Covered by no rule", []string{"principal"}, func(row func(...string)) {
		for i := range r.Principals {
			if p := &r.Principals[i]; p.State == Uncovered {
				row(escape.Code(p.ARN))
			}
		}
	})
	m.table("Exemptions", []string{"principal", "owner", "reason", "until", "state"}, func(row func(...string)) {
		for _, e := range r.Exemptions {
			row(escape.Code(e.Principal), escape.Markdown(e.Owner), escape.Markdown(e.Reason), e.Expires.Format(time.DateOnly), e.State)
		}
	})
	for i, warning := range r.Warnings {
		if i == 0 {
			m.line("\n## Warnings\n")
		}
		m.line("- %s", escape.Markdown(warning))
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
				row(string(p.Severity), escape.Code(p.ARN), what, escape.Markdown(p.Rule), escape.Code(p.Attached), escape.Code(p.Allows()), escape.Code(p.Repair))
			}
		}
	})
}

// table writes a table, or nothing without rows.
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
