package main

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"

	"github.com/ringfence/ringfence/internal/audit"
	"github.com/ringfence/ringfence/internal/count"
)

// auditView prints a report as text.
type auditView struct {
	view
	r *audit.Report
}

func showAudit(w io.Writer, columns int, r *audit.Report, every bool) error {
	v := &auditView{view{w, columns, every}, r}
	for _, why := range r.Partial {
		fmt.Fprintf(w, "INCOMPLETE: %s\n", clean(why))
	}
	v.outside()
	v.boundaries()
	v.coverage()
	v.cut()
	v.calls()
	v.reaches()
	v.uncovered()
	v.exemptions()
	v.lines("Warnings", r.Warnings)
	fmt.Fprintln(w)
	if said := r.RecordedCalls(); said != "" {
		fmt.Fprintln(w, said)
	}
	_, err := fmt.Fprintln(w, r.Headline())
	return err
}

func (v *auditView) outside() {
	var rows []table.Row
	for i := range v.r.Principals {
		p := &v.r.Principals[i]
		switch p.State {
		case audit.Outside:
			rows = append(rows, table.Row{string(p.Severity), v.name(p.ARN), string(p.Drift), clean(p.Rule), last(p.Attached), v.allows(p)})
		case audit.Unknown:
			rows = append(rows, table.Row{"", v.name(p.ARN), "unknown", clean(p.Rule), last(p.Attached), clean(p.Reason)})
		}
	}
	v.rows("Outside", rows, "severity", "principal", "drift", "rule", "carries", "what that allows")
}

func (v *auditView) boundaries() {
	var rows []table.Row
	for _, b := range v.r.Boundaries {
		state := b.State
		if b.Drift != none {
			state = string(b.Drift)
		}
		cuts := ""
		if len(b.Cuts) > 0 {
			cuts = count.Number(len(b.Cuts))
		}
		rows = append(rows, table.Row{v.name(b.ARN), state, b.Carriers, b.Required, cuts, clean(strings.Join(b.Diff, "\n"))})
	}
	v.rows("Boundaries", rows, "policy", "state", "carried by", "required of", "repair takes from", "differs")
}

func (v *auditView) coverage() {
	var rows []table.Row
	for _, c := range v.r.Coverage {
		if c.By == "kind" || c.By == "account" && len(v.r.Accounts) == 1 {
			continue
		}
		rows = append(rows, table.Row{c.By, clean(c.Label()), c.Total, c.Inside, fmt.Sprintf("%5.1f", c.Percent), strings.Repeat("█", int(c.Percent/5)) + strings.Repeat("░", 20-int(c.Percent/5))})
	}
	v.rows("Coverage", rows, "by", "", "principals", "inside", "%", "")
}

func (v *auditView) cut() {
	var rows []table.Row
	known := false
	for i := range v.r.Principals {
		for _, c := range v.r.Principals[i].Cut {
			known = known || c.LastUsed != nil
		}
	}
	for _, s := range v.r.CutServices() {
		row := table.Row{clean(s.Name), s.Principals}
		if known {
			row = append(row, s.Used)
		}
		rows = append(rows, row)
	}
	columns := []any{"service", "principals"}
	if known {
		columns = append(columns, "used by")
	}
	v.rows("Granted by identity policies, but not allowed by the boundary", rows, columns...)
}

func (v *auditView) calls() {
	var rows []table.Row
	for _, c := range v.r.DeniedCalls() {
		rows = append(rows, table.Row{v.name(c.Principal.ARN), clean(c.Group.Action), c.Group.Count, clean(c.Group.Latest()), clean(c.Group.Why())})
	}
	v.rows("Recorded calls that the required boundary would have denied", rows, "principal", "action", "calls", "last (UTC)", "why")
}

func (v *auditView) reaches() {
	var rows []table.Row
	for i := range v.r.Principals {
		p := &v.r.Principals[i]
		if n := len(p.Reaches); n > 0 {
			name := v.name(p.Reaches[0])
			if n > 1 {
				name += fmt.Sprintf(" and %s more", count.Number(n-1))
			}
			rows = append(rows, table.Row{v.name(p.ARN), name})
		}
	}
	v.rows("Can assume a role without a boundary", rows, "principal", "role")
	rows = nil
	for i := range v.r.Principals {
		p := &v.r.Principals[i]
		if n := len(p.ReachesIf); n > 0 {
			first := p.ReachesIf[0]
			name, on := v.name(first.Role), clean(strings.Join(first.Keys, ", "))
			if first.Session != "" {
				on = strings.TrimPrefix(on+", session name "+clean(first.Session), ", ")
			}
			if n > 1 {
				name += fmt.Sprintf(" and %s more", count.Number(n-1))
			}
			rows = append(rows, table.Row{v.name(p.ARN), name, on})
		}
	}
	v.rows("Can assume one under conditions", rows, "principal", "role", "depends on")
}

func (v *auditView) uncovered() {
	var rows []table.Row
	for i := range v.r.Principals {
		if p := &v.r.Principals[i]; p.State == audit.Uncovered {
			rows = append(rows, table.Row{v.name(p.ARN), last(p.Attached)})
		}
	}
	v.rows("Covered by no rule", rows, "principal", "carries")
}

func (v *auditView) exemptions() {
	var rows []table.Row
	for _, e := range v.r.Exemptions {
		rows = append(rows, table.Row{v.name(e.Principal), clean(e.Owner), clean(e.Reason), e.Expires.Format(time.DateOnly), e.State})
	}
	v.rows("Exemptions", rows, "principal", "owner", "reason", "until", "state")
}

// name shortens an ARN by the parts that all ARNs of the report share.
func (v *auditView) name(arn string) string {
	parts := strings.SplitN(clean(arn), ":", 6)
	switch {
	case len(parts) < 6:
		return clean(arn)
	case parts[4] == "" || parts[2] != "iam":
		return strings.Join(parts[2:], ":")
	case len(v.r.Accounts) == 1 && parts[4] == v.r.Accounts[0].Account:
		return parts[5]
	}
	return parts[4] + ":" + parts[5]
}

// allows says what a principal can do outside its boundary.
func (v *auditView) allows(p *audit.Principal) string {
	action, resource, ok := strings.Cut(clean(p.Allows()), " on ")
	if !ok {
		return action
	}
	return action + " on " + v.name(resource)
}

// last returns the name of a policy without its path.
func last(arn string) string {
	if arn == "" {
		return "nothing"
	}
	return clean(arn[strings.LastIndexByte(arn, '/')+1:])
}
