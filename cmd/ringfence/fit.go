package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"github.com/ringfence/ringfence/internal/count"
	"github.com/ringfence/ringfence/internal/impact"
)

// fitFlags are the flags of fit.
type fitFlags struct {
	state, boundaries string
	json              bool
	from              sourceFlags
}

func fitCommand() *cobra.Command {
	var f fitFlags
	cmd := &cobra.Command{
		Use:   "fit --state FILE [--boundaries DIR] LOGS…",
		Short: "Find the narrowest boundary that fits what each principal did",
		Long: `Fit names, for each user and role in the logs, the narrowest document in DIR that would have
denied none of its calls as its permissions boundary. If no document fits, it lists what each
lacks. "Narrowest" is by what documents mean, as for compare. If several are listed, they are
equal, or none is proven to be narrower than the other.

Each call is decided as for impact, with the same limits: see ringfence impact --help. If it
is not known of some calls whether a document denies them, it fits only perhaps, and the
actions of these calls are listed.

DIR has policy documents, as files that end in .json. LOGS are as for replay. The more the
logs cover, the better the answer: a call that a principal makes once a year is not in the
logs of a month.

--json prints a list: "principal", "calls", "narrowest", "perhaps" (the narrowest documents that
deny nothing for certain), and if none fits "lacks": "candidate", "denied" and "notKnown" (numbers
of calls), "actions" (denied), "unknown" (actions that are not known).

Exit status: 0 a document fits for each principal, 1 for some none does for certain, 2 bad
input or usage, or a log that could not be read completely.`,
		Example: `  ringfence fit --state account.json --boundaries boundaries/ cloudtrail/
  ringfence fit --state account.json --json cloudtrail/ | jq '.[] | select(.narrowest == [])'`,
		Args: cobra.MinimumNArgs(1),
		RunE: f.run,
	}
	flags := cmd.Flags()
	flags.StringVar(&f.state, "state", "", "`FILE` with the output of aws iam get-account-authorization-details")
	flags.StringVar(&f.boundaries, "boundaries", "boundaries", "`DIR` with the documents to choose from")
	flags.BoolVar(&f.json, "json", false, "print the result as JSON")
	f.from.defineAll(flags)
	_ = cmd.MarkFlagRequired("state") // fails only for a flag that does not exist
	return cmd
}

func (f *fitFlags) run(cmd *cobra.Command, paths []string) error {
	candidates, err := readCandidates(f.boundaries)
	if err != nil {
		return err
	}
	state, err := readState(f.state, cmd.InOrStdin())
	if err != nil {
		return err
	}
	fitting, tally, err := countCalls(cmd, &f.from, paths, func() *impact.Fitting { return impact.NewFitting(candidates, state) })
	if err != nil {
		return err
	}
	fits := fitting.Fits()
	if err := f.write(cmd.OutOrStdout(), fits); err != nil {
		return err
	}
	if err := incomplete(&tally); err != nil {
		return err
	}
	if slices.ContainsFunc(fits, func(fit impact.Fit) bool { return len(fit.Narrowest) == 0 }) {
		return errFound
	}
	return nil
}

// readCandidates reads the policy documents of a folder, by name of their file without .json.
func readCandidates(dir string) (list []impact.Candidate, err error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("reading --boundaries: %w", err)
	}
	var errs []error
	for _, e := range entries {
		name, ok := strings.CutSuffix(e.Name(), ".json")
		if !ok || e.IsDir() {
			continue
		}
		p, err := readBoundary(filepath.Join(dir, e.Name()), nil)
		errs = append(errs, err)
		list = append(list, impact.Candidate{Name: name, Policy: p})
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, fmt.Errorf("%s has no files that end in .json", dir)
	}
	return list, nil
}

// write prints the answers.
func (f *fitFlags) write(out io.Writer, fits []impact.Fit) error {
	if f.json {
		return writeJSON(out, fits)
	}
	certain := 0
	var rows []table.Row
	for _, fit := range fits {
		if len(fit.Narrowest) > 0 {
			certain++
		}
		rows = append(rows, table.Row{clean(fit.Principal), count.Number(fit.Calls), clean(chosen(fit)), clean(strings.Join(lacks(fit), "; "))})
	}
	var b strings.Builder
	fmt.Fprintf(&b, "A boundary fits %s of %s.\n", count.Number(certain), count.Of(len(fits), "principal", "principals"))
	if len(rows) > 0 {
		b.WriteString("\n")
		renderFitted(&b, terminalWidth(out), rows, "principal", "calls", "narrowest that fits", "what is missing")
	}
	_, err := io.WriteString(out, b.String())
	return err
}

// chosen names the documents that fit.
func chosen(fit impact.Fit) string {
	switch {
	case len(fit.Narrowest) > 0:
		return strings.Join(fit.Narrowest, ", ")
	case len(fit.Perhaps) > 0:
		return "perhaps " + strings.Join(fit.Perhaps, ", ")
	}
	return "none"
}

// lacks says what each document lacks. Of those that fit perhaps it is what is not known.
func lacks(fit impact.Fit) (lines []string) {
	for _, l := range fit.Lacks {
		switch {
		case l.Denied > 0:
			lines = append(lines, l.Candidate+" lacks "+few(l.Actions, 6))
		case slices.Contains(fit.Perhaps, l.Candidate):
			lines = append(lines, l.Candidate+": not known for "+few(l.Unknown, 6))
		}
	}
	return lines
}
