package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
	"github.com/spf13/cobra"

	"github.com/ringfence/ringfence/internal/authdetails"
	"github.com/ringfence/ringfence/internal/impact"
	"github.com/ringfence/ringfence/internal/logs"
	"github.com/ringfence/ringfence/internal/policy/eval"
	"github.com/ringfence/ringfence/internal/s3logs"
	"github.com/ringfence/ringfence/internal/tables"
)

// impactFlags are the flags of impact.
type impactFlags struct {
	old, state     string
	json, markdown bool
	from           sourceFlags
}

func impactCommand() *cobra.Command {
	var f impactFlags
	cmd := &cobra.Command{
		Use:   "impact NEW.json [flags] LOGS…",
		Short: "List the recorded calls that a boundary would have denied",
		Long: `Impact answers whose calls a permissions boundary would have denied. It reads CloudTrail logs
of all services, and decides every call that succeeded as IAM would, with NEW as the permissions
boundary. It lists the calls that NEW denies and that OLD allows, or that were allowed without
a boundary if there is no --old.

--state is the output of "aws iam get-account-authorization-details". It has the callers' own
policies. Without it, only the boundaries are asked.

A CloudTrail record does not have everything that IAM decides on. A call counts as denied or
as allowed only if that is so whatever the record lacks. All other calls are listed as not
known, with the reason.

Not in the logs are:
- resource-based policies. Within one account, one that names the user or the role session
  itself allows a call although NEW does not. An explicit Deny in NEW denies it all the same.
- permissions that a call needs beside its own, such as iam:PassRole.
- calls that CloudTrail does not record, such as data events that are not switched on.

A record that is in the logs twice, for example because two trails recorded it, counts twice.

NEW and OLD are policy documents, or AWS CLI output with one in it. LOGS are as for replay:
files, directories, - for standard input, s3://BUCKET/PREFIX.

--json prints "calls", of which each is counted once in "denied", "notKnown", "allowed",
"deniedByOldToo" or "apart" (by reason: failed, awsService, serviceLinkedRole, root,
otherAccount, notIAM, needsNoPermission, noCall), the number of "principals" with denied calls,
"state" (false if only the boundaries were asked), and the groups "denials" and "unknowns":
"principal", "action", "count", "first", "last", "resource" (of one call, with * and ? for what
the record lacks, or empty), "effect" (explicit deny or implicit deny), "statement" (of an
explicit deny: "index" from 0, and "sid") and "reason" (if not known).

Exit status: 0 no call would have been denied, 1 some would have been, 2 bad input or usage,
or a log that could not be read completely.`,
		Example: `  ringfence impact new.json --old current.json --state account.json cloudtrail/
  ringfence impact new.json --json cloudtrail/ | jq -r '.denials[] | .principal + " " + .action'
  ringfence impact new.json --state account.json --markdown s3://BUCKET/AWSLogs/`,
		Args: cobra.MinimumNArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error { return f.run(cmd, args[0], args[1:]) },
	}
	flags := cmd.Flags()
	flags.StringVar(&f.old, "old", "", "JSON `FILE` with the boundary that NEW replaces (default: no boundary)")
	flags.StringVar(&f.state, "state", "", "`FILE` with the output of aws iam get-account-authorization-details")
	flags.BoolVar(&f.json, "json", false, "print the result as JSON")
	flags.BoolVar(&f.markdown, "markdown", false, "print the result as Markdown")
	f.from.defineAll(flags)
	cmd.MarkFlagsMutuallyExclusive("json", "markdown")
	return cmd
}

func (f *impactFlags) run(cmd *cobra.Command, path string, paths []string) error {
	q, err := f.question(cmd.InOrStdin(), path)
	if err != nil {
		return err
	}
	a, tally, err := f.analyse(cmd, q, paths)
	if err != nil {
		return err
	}
	r := a.Report()
	if err := f.write(cmd.OutOrStdout(), &r); err != nil {
		return err
	}
	if err := incomplete(&tally); err != nil {
		return err
	}
	if r.Denied > 0 {
		return errFound
	}
	return nil
}

// question reads the boundaries and the account.
func (f *impactFlags) question(stdin io.Reader, path string) (q impact.Question, err error) {
	var errs [2]error
	boundary, err := readBoundary(path, stdin)
	q.New, errs[0] = impact.Everyone(boundary), err
	if f.old != "" {
		q.Old, errs[1] = readBoundary(f.old, stdin)
	}
	err = errors.Join(errs[:]...)
	if f.state != "" && err == nil {
		var state *authdetails.Details
		state, err = readState(f.state, stdin)
		q.States = []*authdetails.Details{state}
	}
	return q, err
}

// readBoundary reads a policy document that is, or may become, a permissions boundary.
func readBoundary(path string, stdin io.Reader) (*eval.Policy, error) {
	list, err := readPolicies(path, stdin)
	switch {
	case err != nil:
		return nil, err
	case len(list) != 1:
		return nil, fmt.Errorf("%s has %d policies, but a permissions boundary is one", path, len(list))
	}
	return list[0].Policy, nil
}

// analyse counts the calls of the logs.
func (f *impactFlags) analyse(cmd *cobra.Command, q impact.Question, paths []string) (*impact.Analysis, logs.Tally, error) {
	return countCalls(cmd, &f.from, paths, func() *impact.Analysis { return impact.New(q) })
}

// counter counts events of logs.
type counter[T any] interface {
	Add(raw []byte)
	Merge(other T)
}

// countCalls reads logs with several counters at once, and returns their sum.
func countCalls[T counter[T]](cmd *cobra.Command, from *sourceFlags, paths []string, start func() T) (sum T, tally logs.Tally, err error) {
	for _, path := range paths {
		if isQuery(path) {
			return sum, tally, fmt.Errorf("%s: %s needs the calls of all services, and a query selects those on IAM: give the trail's files", path, cmd.Name())
		}
	}
	all := *from
	if len(all.regions) == 0 {
		all.regions = []string{s3logs.AllRegions}
	}
	var o logs.Options
	sources, err := all.sources(cmd, paths, &o, func(string, logs.Reason) {})
	if err != nil {
		return sum, tally, err
	}
	parts := make([]T, o.Readers())
	for i := range parts {
		parts[i] = start()
	}
	track := trackReading(cmd, sources, &o)
	defer track.stop()
	tally, err = logs.Stream(cmd.Context(), sources, o, func(reader int, raw json.RawMessage) error {
		parts[reader].Add(raw)
		return nil
	})
	for _, part := range parts[1:] {
		parts[0].Merge(part)
	}
	if err == nil && tally.Events == 0 && len(tally.Incomplete) == 0 {
		tally.Incomplete = []string{"no event found in " + strings.Join(paths, ", ")}
	}
	return parts[0], tally, err
}

// incomplete returns an error if a log could not be read completely.
func incomplete(tally *logs.Tally) error {
	if len(tally.Incomplete) == 0 {
		return nil
	}
	return fmt.Errorf("INCOMPLETE: not everything was read:\n  %s", strings.Join(tally.Incomplete, "\n  "))
}

// write prints the report.
func (f *impactFlags) write(out io.Writer, r *impact.Report) error {
	if f.json {
		return writeJSON(out, r)
	}
	var b strings.Builder
	summary := r.Summary()
	if !f.markdown {
		summary = text.WrapSoft(summary, terminalWidth(out))
	}
	for line := range strings.Lines(summary + "\n") {
		b.WriteString(strings.TrimRight(line, " \n") + "\n")
	}
	var denials, unknowns []table.Row
	for _, g := range r.Denials {
		denials = append(denials, table.Row{clean(r.Who(g)), clean(g.Action), g.Count, clean(g.When()), clean(g.On()), clean(g.Why())})
	}
	for _, g := range r.Unknowns {
		unknowns = append(unknowns, table.Row{clean(r.Who(g)), clean(g.Action), g.Count, clean(g.Reason)})
	}
	f.table(&b, out, denials, "principal", "action", "calls", "when (UTC)", "for example on", "why")
	if len(unknowns) > 0 {
		b.WriteString("\nNot known:\n")
		f.table(&b, out, unknowns, "principal", "action", "calls", "why not")
		b.WriteString("\n" + impact.Advice + "\n")
	}
	_, err := io.WriteString(out, b.String())
	return err
}

// table prints rows, if there are any.
func (f *impactFlags) table(b *strings.Builder, out io.Writer, rows []table.Row, header ...any) {
	switch {
	case len(rows) == 0:
	case f.markdown:
		t := tables.New(nil, header...)
		t.AppendRows(rows)
		b.WriteString("\n" + t.RenderMarkdown() + "\n")
	default:
		b.WriteString("\n")
		renderFitted(b, terminalWidth(out), rows, header...)
	}
}
