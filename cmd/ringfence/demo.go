package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"github.com/ringfence/ringfence/events"
	"github.com/ringfence/ringfence/internal/audit"
	"github.com/ringfence/ringfence/internal/authdetails"
	"github.com/ringfence/ringfence/internal/config"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/replay"
)

func demoCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "demo",
		Short: "Play the built-in situations on an embedded AWS and show the result of each",
		Long: `Demo plays every situation of the events folder on an embedded AWS, each in its own
account, and shows what Ringfence does. Then it audits a made-up account.

Exit status: 0 every situation came out as expected, 1 some did not; they are listed.`,
		Args: cobra.NoArgs,
		RunE: runDemo,
	}
}

func runDemo(cmd *cobra.Command, _ []string) error {
	scenarios, err := events.All()
	if err != nil {
		return err
	}
	var (
		w      = cmd.OutOrStdout()
		rows   []table.Row
		track  = newProgress(cmd.ErrOrStderr(), "playing", len(scenarios))
		failed []string
		drifts int
	)
	for _, s := range scenarios {
		step, wrong, err := replay.Scenario(cmd.Context(), s)
		track.step()
		if err != nil {
			wrong = append(wrong, err.Error())
		}
		mark := "ok"
		if len(wrong) > 0 {
			mark = "WRONG"
			failed = append(failed, s.Name+": "+strings.Join(wrong, "; "))
		}
		for i, row := range demoRows(s, step) {
			if i == 0 {
				row = append(row, mark)
			}
			rows = append(rows, row)
		}
		for _, f := range step.Findings {
			if f.Drift != none {
				drifts++
			}
		}
	}
	track.stop()
	renderFitted(w, terminalWidth(w), rows, "situation", "verdict", "severity", "action", "outcome", "")
	fmt.Fprintf(w, "\n%d situations, %d findings; %d came out as expected, %d did not.\n",
		len(scenarios), drifts, len(scenarios)-len(failed), len(failed))
	if len(failed) == 0 {
		return auditShop(cmd.Context(), w)
	}
	for _, f := range failed {
		fmt.Fprintln(w, "  "+f)
	}
	return errors.Join(errFound)
}

// auditShop audits a made-up account, as ringfence audit does.
func auditShop(ctx context.Context, w io.Writer) error {
	const dir = "shop"
	yaml, err := events.Open(dir + "/" + defaultConfig)
	if err != nil {
		return err
	}
	rules, err := config.Load(defaultConfig, yaml, func(name string) ([]byte, error) { return events.Open(dir + "/" + name) })
	if err != nil {
		return err
	}
	state, err := events.Open(dir + "/state.json")
	if err != nil {
		return err
	}
	details, err := authdetails.Read(bytes.NewReader(state))
	if err != nil {
		return err
	}
	fmt.Fprintln(w, "\nThe audit of an account: ringfence audit --config events/shop/ringfence.yaml --state events/shop/state.json")
	a := audit.Auditor{Config: rules, Now: time.Now()}
	return showAudit(w, terminalWidth(w), a.Run(ctx, []audit.Input{{Details: details}}), false)
}

// demoRows returns a row for each finding of a situation. The first has the description.
func demoRows(s events.Scenario, step replay.Step) []table.Row {
	if len(step.Findings) == 0 {
		return []table.Row{{s.Situation, "ignored", "", "", ""}}
	}
	rows := make([]table.Row, 0, len(step.Findings))
	for i, f := range step.Findings {
		situation := s.Situation
		if i > 0 {
			situation = ""
		}
		rows = append(rows, demoRow(situation, f.Finding))
	}
	return rows
}

func demoRow(situation string, f finding.Finding) table.Row {
	if f.Drift == none {
		return table.Row{situation, "as it must be", "", "", ""}
	}
	return table.Row{situation, string(f.Drift), string(f.Severity), string(f.Action), string(f.Outcome)}
}
