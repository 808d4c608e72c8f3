package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/ringfence/ringfence/internal/boot"
	"github.com/ringfence/ringfence/internal/config"
	"github.com/ringfence/ringfence/internal/count"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/logs"
	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/replay"
	"github.com/ringfence/ringfence/internal/timeline"
)

// replayFlags are the flags of replay.
type replayFlags struct {
	config, boundary, document, taken, mode, function, reporter, since, until string

	states, accounts                    []string
	lambda, json, all, instant, verbose bool
	csv, markdown, dryRun               bool
	html                                string
	from                                sourceFlags
	organization                        accountsFlag
}

func replayCommand() *cobra.Command {
	var f replayFlags
	cmd := &cobra.Command{
		Use:   "replay [flags] PATH…",
		Short: "Run recorded CloudTrail events through Ringfence on an embedded AWS",
		Long: `Replay runs recorded events through Ringfence and shows what Ringfence would have done.
The log itself builds an embedded AWS on this machine. Nothing is sent to an AWS account,
except to read the log if the log is on AWS.

The table has one entry for each finding, in its final state. What is uncertain comes first.
--csv and --markdown print the same content. --html FILE also writes it as a web page.
--json prints each revision of a finding as it is published, for example open first and
resolved later. The summary then goes to standard error.

PATH is a file, a directory, or - for standard input. The format can be CloudTrail's own
files, AWS CLI output, or an export of CloudWatch Logs, Athena, CloudTrail Lake, Splunk and
others, compressed or not. docs/backtest.md lists them all. Events run in order of their
time, on their own clock. PATH can also be on AWS:
  s3://BUCKET/PREFIX                a trail's files, of the days, accounts and regions you select
  athena://WORKGROUP/DATABASE.TABLE only the relevant calls, selected by SQL in Athena
  lake://EVENT-DATA-STORE           the same in CloudTrail Lake, by ID or ARN

If anything that you named was not read or not judged, the output ends with INCOMPLETE and
the reason, and there is no verdict. --verbose lists what is skipped as not relevant.

--state describes what existed before the log begins. It takes the output of
"aws iam get-account-authorization-details": one or more pages, of one or more accounts,
also gzipped or in UTF-16. Whatever else the log needs, such as the boundary policy itself,
is created and listed as assumed. If the state is newer than the start of the log, say when
it was taken with --state-taken: the changes in the log up to then are undone first.

If rules have organizationalUnits or accountTags, --accounts says which units and tags the
accounts have. They are taken to have had these all the time.

Events are delivered five seconds after the call, as EventBridge would deliver them, so that
a change that was reverted by then shows as it would have. --instant delivers each event
before the next one happens.

A customer managed --boundary means the policy of that name in each principal's own
account, because IAM accepts a boundary only from there.

Exit status: 0 nothing found, 1 drift found, 2 bad input or usage, or incomplete.`,
		Example: `  ringfence replay --boundary arn:aws:iam::123456789012:policy/team-boundary cloudtrail/
  ringfence replay --config ringfence.yaml --state account.json --mode observe 2026-10/
  ringfence replay --config ringfence.yaml --since 2026-10-01 --until 2026-11-01 s3://BUCKET/AWSLogs/
  ringfence replay --dry-run --since 2026-10-01 --until 2026-11-01 athena://primary/default.cloudtrail_logs
  gunzip -c file.json.gz | ringfence replay --config ringfence.yaml --json - | jq .principal.arn
  make build && ringfence replay --lambda --config ringfence.yaml events/`,
		Args: cobra.MinimumNArgs(1),
		RunE: f.run,
	}
	flags := cmd.Flags()
	flags.StringVar(&f.config, "config", "", "configuration file (ringfence.yaml)")
	flags.StringVar(&f.boundary, "boundary", "", "ARN of the boundary that every principal must carry, instead of --config")
	flags.StringVar(&f.document, "boundary-document", "", "approved document of --boundary, a JSON file")
	flags.StringArrayVar(&f.states, "state", nil, "`FILE` with the output of aws iam get-account-authorization-details from before the log; repeatable")
	flags.StringVar(&f.taken, "state-taken", "", "`TIME` when --state was taken, if that is after the log begins")
	flags.StringVar(&f.mode, "mode", "", "the most that any rule may do: observe, alert or enforce (default enforce)")
	flags.BoolVar(&f.lambda, "lambda", false, "run the built function binaries through the Lambda runtime API")
	flags.StringVar(&f.function, "function", "bin/enforce/bootstrap", "enforce binary for --lambda, from make build")
	flags.StringVar(&f.reporter, "report-function", "bin/report/bootstrap", "report binary for --lambda")
	flags.StringVar(&f.since, "since", "", "replay events from this `TIME` on")
	flags.StringVar(&f.until, "until", "", "replay events before this `TIME`")
	flags.StringSliceVar(&f.accounts, "account", nil, "replay events of these accounts only")
	flags.BoolVar(&f.instant, "instant", false, "deliver each event before the next one happens, not five seconds late")
	flags.BoolVar(&f.json, "json", false, "print each revision of a finding as a line of JSON")
	flags.BoolVar(&f.csv, "csv", false, "print each finding as a line of CSV")
	flags.BoolVar(&f.markdown, "markdown", false, "print the report as Markdown")
	flags.StringVar(&f.html, "html", "", "also write the report to `FILE` as a web page")
	flags.BoolVar(&f.all, "all", false, "also show verdicts without drift")
	flags.BoolVar(&f.verbose, "verbose", false, "list what is skipped, file by file")
	flags.BoolVar(&f.dryRun, "dry-run", false, "for athena:// and lake://, print the query and its cost, and do not run it")
	f.from.define(flags)
	f.organization.define(flags)
	cmd.MarkFlagsOneRequired("config", "boundary", "dry-run")
	cmd.MarkFlagsMutuallyExclusive("config", "boundary")
	cmd.MarkFlagsMutuallyExclusive("json", "csv", "markdown")
	cmd.MarkFlagsMutuallyExclusive("config", "boundary-document")
	return cmd
}

func (f *replayFlags) run(cmd *cobra.Command, paths []string) error {
	if f.dryRun {
		return f.plan(cmd, paths)
	}
	report := timeline.Report{All: f.all}
	if err := f.replay(cmd, paths, &report); err != nil && len(report.Summary.Missing) == 0 {
		report.Summary.Missing = []string{err.Error()}
	}
	if err := f.write(cmd, &report); err != nil {
		return err
	}
	switch {
	case !report.Summary.Complete:
		return errors.New(report.Verdict())
	case len(report.Drifts()) > 0:
		return errFound
	}
	return nil
}

// write writes the report in the format that the flags select.
func (f *replayFlags) write(cmd *cobra.Command, r *timeline.Report) error {
	if f.html != "" {
		if err := toFile(f.html, r.WriteHTML); err != nil {
			return err
		}
	}
	out := cmd.OutOrStdout()
	look := timeline.Look{Width: terminalWidth(out), Color: isColorful(out), Every: f.verbose}
	switch {
	case f.json:
		look = timeline.Look{Width: terminalWidth(cmd.ErrOrStderr()), Every: f.verbose}
		if err := r.WriteEnd(out); err != nil {
			return err
		}
		return r.WriteSummary(cmd.ErrOrStderr(), look)
	case f.csv:
		return r.WriteCSV(out)
	case f.markdown:
		return r.WriteMarkdown(out)
	}
	return r.WriteTable(out, look)
}

// replay reads the log and replays it. The report has the results even if an error is returned.
func (f *replayFlags) replay(cmd *cobra.Command, paths []string, report *timeline.Report) error {
	options, err := f.options(cmd.InOrStdin())
	if err != nil {
		return err
	}
	ready, err := replay.New(options)
	if err != nil {
		return err
	}
	log, err := f.read(cmd, paths)
	if err != nil {
		return err
	}
	defer func() { _ = log.Close() }() // its temporary files are of no further use
	report.Log = log.Tally
	track := newProgress(cmd.ErrOrStderr(), "replaying", log.Kept)
	defer track.stop()
	report.Summary, err = ready.Run(cmd.Context(), log, func(s replay.Step) error {
		if s.Record != nil {
			track.step()
		}
		report.Add(s)
		if !f.json {
			return nil
		}
		for _, finding := range s.Findings {
			if f.all || finding.Drift != none {
				if err := writeLine(cmd.OutOrStdout(), finding); err != nil {
					return err
				}
			}
		}
		return nil
	})
	return err
}

// read reads the logs that paths name.
func (f *replayFlags) read(cmd *cobra.Command, paths []string) (*logs.Log, error) {
	o, err := f.logOptions()
	if err != nil {
		return nil, err
	}
	skipped := map[logs.Reason]int{}
	o.Passed = func(file string, why logs.Reason, n int) {
		if f.verbose {
			fmt.Fprintf(cmd.ErrOrStderr(), "%s: skipped %s: %s\n", clean(file), count.Number(n), why)
		}
	}
	sources, err := f.from.sources(cmd, paths, &o, func(file string, why logs.Reason) {
		skipped[why]++
		o.Passed(file, why, 1)
	})
	if err != nil {
		return nil, err
	}
	track := trackReading(cmd, sources, &o)
	defer track.stop()
	log, err := logs.Read(cmd.Context(), sources, o)
	log.Pass(skipped)
	switch {
	case err != nil:
		return nil, errors.Join(err, log.Close())
	case log.Events == 0 && len(log.Incomplete) == 0:
		log.Incomplete = []string{"no event found in " + strings.Join(paths, ", ")}
	}
	return log, nil
}

// logOptions returns which events of a log to replay.
func (f *replayFlags) logOptions() (logs.Options, error) {
	o := replay.Reading()
	o.Accounts = f.accounts
	var errs [2]error
	o.Since, errs[0] = timeFlag("--since", f.since)
	o.Until, errs[1] = timeFlag("--until", f.until)
	return o, errors.Join(errs[:]...)
}

// plan prints the queries that would run on AWS.
func (f *replayFlags) plan(cmd *cobra.Command, paths []string) error {
	o, err := f.logOptions()
	if err != nil {
		return err
	}
	for i, path := range paths {
		if !isQuery(path) {
			return fmt.Errorf("--dry-run is only for athena:// and lake://: %s is neither", path)
		}
		text, err := queryPlan(path, f.from.want(&o))
		if err != nil {
			return err
		}
		if i > 0 {
			text = "\n" + text
		}
		if _, err := fmt.Fprint(cmd.OutOrStdout(), text); err != nil {
			return err
		}
	}
	return nil
}

// timeFlag parses a flag that is a time. It returns the zero time for an empty flag.
func timeFlag(flag, text string) (time.Time, error) {
	t, ok := policy.ParseDate(text)
	if !ok && text != "" {
		return t, fmt.Errorf("%s %q: must be a time such as 2026-03-01 or 2026-03-01T12:00:00Z", flag, text)
	}
	return t, nil
}

const none = finding.None

// options turns the flags into the environment of the functions.
func (f *replayFlags) options(stdin io.Reader) (replay.Options, error) {
	o := replay.Options{Settings: map[string]string{}, Instant: f.instant}
	set := func(name, value string) {
		if value != "" {
			o.Settings[name] = value
		}
	}
	// A function binary has another working directory.
	abs := func(path string) string {
		if full, err := filepath.Abs(path); err == nil && path != "" {
			return full
		}
		return path
	}
	set(boot.EnvConfig, abs(f.config))
	set(boot.EnvAccounts, abs(f.organization.accounts))
	set(boot.EnvBoundary, f.boundary)
	set(boot.EnvBoundaryDocument, abs(f.document))
	mode, err := config.ParseMode(cmp.Or(f.mode, "enforce"))
	if err != nil {
		return o, fmt.Errorf("--mode: %w", err)
	}
	set(boot.EnvMode, string(mode))
	for _, path := range f.states {
		state, err := readFile(path, stdin)
		if err != nil {
			return o, fmt.Errorf("reading --state: %w", err)
		}
		o.States = append(o.States, state)
	}
	if o.StateTaken, err = timeFlag("--state-taken", f.taken); err != nil {
		return o, err
	}
	if f.taken != "" && len(f.states) == 0 {
		return o, errors.New("--state-taken is the time of --state: give --state too")
	}
	if f.lambda {
		o.Binary, o.ReportBinary = abs(f.function), abs(f.reporter)
		for _, b := range [][2]string{{"--function", o.Binary}, {"--report-function", o.ReportBinary}} {
			if _, err := os.Stat(b[1]); err != nil {
				return o, fmt.Errorf("--lambda needs the function binaries: run make build, or give the path with %s: %w", b[0], err)
			}
		}
	}
	return o, nil
}

// readFile reads a state in any supported encoding.
func readFile(path string, stdin io.Reader) (replay.State, error) {
	data, err := readInput(path, stdin)
	return replay.State{Source: path, Data: data}, err
}
