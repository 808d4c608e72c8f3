package audit

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/ringfence/ringfence/internal/escape"
	"github.com/ringfence/ringfence/internal/markdown"
)

// WriteMarkdown writes the report as GitHub-flavoured Markdown, for a ticket or a wiki.
func (r *Report) WriteMarkdown(w io.Writer) error {
	m := &markdown.Document{}
	m.Line("# Permissions boundaries: audit of %s", r.Time.Format("2006-01-02 15:04 UTC"))
	m.Line("")
	m.Line("%s", r.Headline())
	for _, why := range r.Partial {
		m.Line("\n**INCOMPLETE:** %s", escape.Markdown(why))
	}
	outside(m, r)
	m.Table("Boundaries", []string{"boundary", "account", "state", "carried by", "required of", "why"}, func(row func(...string)) {
		for _, b := range r.Boundaries {
			row(escape.Code(b.ARN), b.Account, b.State, fmt.Sprint(b.Carriers), fmt.Sprint(b.Required), escape.Markdown(b.Reason))
		}
	})
	m.Table("Coverage", []string{"by", "", "principals", "inside", "%"}, func(row func(...string)) {
		for _, c := range r.Coverage {
			row(c.By, escape.Markdown(c.Label()), fmt.Sprint(c.Total), fmt.Sprint(c.Inside), decimal(c.Percent))
		}
	})
	m.Table("Granted by identity policies, but not allowed by the boundary", []string{"service", "principals", "used by"}, func(row func(...string)) {
		for _, s := range r.CutServices() {
			row(escape.Code(s.Name), fmt.Sprint(s.Principals), fmt.Sprint(s.Used))
		}
	})
	if said := r.RecordedCalls(); said != "" {
		m.Line("\n%s", said)
	}
	m.Table("Recorded calls that the required boundary would have denied", []string{"principal", "action", "calls", "last (UTC)", "why"}, func(row func(...string)) {
		for _, c := range r.DeniedCalls() {
			row(escape.Code(c.Principal.ARN), escape.Code(c.Group.Action), fmt.Sprint(c.Group.Count), escape.Markdown(c.Group.Latest()), escape.Markdown(c.Group.Why()))
		}
	})
	m.Table("Principals that can assume a role without a boundary", []string{"principal", "can assume"}, func(row func(...string)) {
		for i := range r.Principals {
			if p := &r.Principals[i]; len(p.Reaches) > 0 {
				row(escape.Code(p.ARN), escape.Code(strings.Join(p.Reaches, " ")))
			}
		}
	})
	m.Table("Principals that can assume a role without a boundary under conditions", []string{"principal", "can assume"}, func(row func(...string)) {
		for i := range r.Principals {
			if p := &r.Principals[i]; len(p.ReachesIf) > 0 {
				row(escape.Code(p.ARN), escape.Code(strings.Join(p.Conditional(), "; ")))
			}
		}
	})
	m.Table("Covered by no rule", []string{"principal"}, func(row func(...string)) {
		for i := range r.Principals {
			if p := &r.Principals[i]; p.State == Uncovered {
				row(escape.Code(p.ARN))
			}
		}
	})
	m.Table("Exemptions", []string{"principal", "owner", "reason", "until", "state"}, func(row func(...string)) {
		for _, e := range r.Exemptions {
			row(escape.Code(e.Principal), escape.Markdown(e.Owner), escape.Markdown(e.Reason), e.Expires.Format(time.DateOnly), e.State)
		}
	})
	for i, warning := range r.Warnings {
		if i == 0 {
			m.Line("\n## Warnings\n")
		}
		m.Line("- %s", escape.Markdown(warning))
	}
	_, err := io.WriteString(w, m.String())
	return err
}

func outside(m *markdown.Document, r *Report) {
	m.Table("Outside", []string{"severity", "principal", "drift", "rule", "carries", "allows", "repair"}, func(row func(...string)) {
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
