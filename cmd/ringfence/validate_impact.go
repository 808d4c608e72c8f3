package main

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"github.com/ringfence/ringfence/internal/authdetails"
	"github.com/ringfence/ringfence/internal/config"
	"github.com/ringfence/ringfence/internal/impact"
)

// ruleImpact shows which recorded calls each rule's boundary would have denied.
func ruleImpact(cmd *cobra.Command, f *config.Config, account *authdetails.Details, paths []string) error {
	if account == nil {
		return errors.New("--impact takes the principals under each rule from an account: give --state")
	}
	if err := mustKnow(f, account.Account); err != nil {
		return err
	}
	now := time.Now()
	q := impact.Question{States: []*authdetails.Details{account}}
	q.New = impact.Required(f, q.States, now)
	if !slices.ContainsFunc(account.Principals, func(p authdetails.Principal) bool { return q.New(p.ARN()) != nil }) {
		return errors.New("--impact: no principal of --state is under a rule whose boundary has a document")
	}
	a, tally, err := countCalls(cmd, &sourceFlags{}, paths, func() *impact.Analysis { return impact.New(q) })
	if err != nil {
		return err
	}
	r := a.Report()
	if err := showRuleImpact(cmd.OutOrStdout(), f, account, &r, now); err != nil {
		return err
	}
	return incomplete(&tally)
}

// showRuleImpact prints, in the order of the rules, what the boundary of each would have done to its principals.
func showRuleImpact(out io.Writer, f *config.Config, account *authdetails.Details, r *impact.Report, now time.Time) error {
	rows := map[string][]table.Row{}
	for _, g := range slices.Concat(r.Denials, r.Unknowns) {
		p, ok := account.Principal(g.Principal)
		if !ok {
			continue
		}
		q := f.Requirement(p.Snapshot, now)
		rows[q.Rule] = append(rows[q.Rule], table.Row{q.Rule + " (" + string(q.Mode) + ")", clean(r.Who(g)), clean(g.Action), g.Count, clean(g.Why())})
	}
	var all []table.Row
	for _, rule := range f.Rules() {
		all = append(all, rows[rule.Name]...)
	}
	var b strings.Builder
	if len(all) == 0 {
		b.WriteString("No boundary would have denied a recorded call of the principals under its rule.\n")
	} else {
		renderFitted(&b, terminalWidth(out), all, "rule (mode)", "principal", "action", "calls", "why")
	}
	_, err := fmt.Fprint(out, b.String())
	return err
}
