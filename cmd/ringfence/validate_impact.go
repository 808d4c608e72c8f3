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
	"github.com/ringfence/ringfence/internal/policy/eval"
)

// ruleImpact shows which recorded calls each rule's boundary would have denied.
func ruleImpact(cmd *cobra.Command, f *config.Config, account *authdetails.Details, paths []string) error {
	if account == nil {
		return errors.New("--impact takes the principals under each rule from an account: give --state")
	}
	var candidates []impact.Candidate
	for _, b := range f.Boundaries(account.Partition, account.Account) {
		if b.Policy != nil {
			candidates = append(candidates, impact.Candidate{Name: b.ARN, Policy: eval.Compile(b.Policy)})
		}
	}
	if len(candidates) == 0 {
		return errors.New("--impact: no boundary of the configuration has a document")
	}
	fitting, tally, err := countCalls(cmd, &sourceFlags{}, paths, func() *impact.Fitting { return impact.NewFitting(candidates, account) })
	if err != nil {
		return err
	}
	if err := showRuleImpact(cmd.OutOrStdout(), f, account, candidates, fitting.Reports()); err != nil {
		return err
	}
	return incomplete(&tally)
}

// showRuleImpact prints, in the order of the rules, what the boundary of each would have done to its principals.
func showRuleImpact(out io.Writer, f *config.Config, account *authdetails.Details, candidates []impact.Candidate, reports []impact.Report) error {
	now := time.Now()
	rows := map[string][]table.Row{}
	for i, report := range reports {
		for _, g := range slices.Concat(report.Denials, report.Unknowns) {
			p, ok := account.Principal(g.Principal)
			if !ok {
				continue
			}
			q := f.Requirement(p.Snapshot, now)
			if q.Exempt != nil || q.Boundary.ARN != candidates[i].Name {
				continue
			}
			why := g.Reason
			if why == "" {
				why = g.Why()
			} else {
				why = "not known: " + why
			}
			rows[q.Rule] = append(rows[q.Rule], table.Row{q.Rule + " (" + string(q.Mode) + ")", clean(report.Who(g)), clean(g.Action), g.Count, clean(why)})
		}
	}
	var all []table.Row
	for _, r := range f.Rules() {
		all = append(all, rows[r.Name]...)
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
