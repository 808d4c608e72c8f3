package main

import (
	"cmp"
	"encoding/json"
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
}

func replayCommand() *cobra.Command {
	var f replayFlags
	cmd := &cobra.Command{
		Use:   "replay [flags] PATH…",
		Short: "Run recorded CloudTrail events through Ringfence on an embedded AWS",
		Long: `Replay runs recorded events through Ringfence and shows what it would have done. The log
itself builds an embedded AWS, on this machine. No AWS account is asked for more than the log,
where that is there.

The table has an entry for each finding, as it ended, and says first what is not certain.
--csv and --markdown print the same in these forms, and --html FILE writes a page besides.
--json prints each revision of a finding, as it is published: first that it stands, say, and
later that it is resolved; the summary goes to standard error.

A PATH is a file, a directory of files, or - for standard input, in any form that people have
logs in: CloudTrail's files, what the AWS CLI prints, exports of CloudWatch Logs, Athena,
CloudTrail Lake, Splunk and others, compressed or not. docs/backtest.md lists them. Events run
in order of their time, on their own clock. A PATH may also be on AWS:
  s3://BUCKET/PREFIX               files of a trail, of the days, accounts and regions asked for
  athena://WORKGROUP/DATABASE.TABLE the calls that matter, selected by SQL in Athena
  lake://EVENT-DATA-STORE          the same in CloudTrail Lake, by its ID or ARN

Everything that is named is read and judged, or the output ends with INCOMPLETE and what was
not, and there is no verdict. --verbose names what is passed over as of no concern.

What existed before the log begins comes from --state, the output of
"aws iam get-account-authorization-details": one page or several, of one account or of
several, also compressed with gzip, or in UTF-16. What the log presupposes beyond that, such
as the boundary policy itself, is put in place and named as assumed. A state may be of a later
time, which --state-taken says: what the log tells until then is taken back first.

An event is delivered five seconds after its call, as EventBridge would, so that what was
undone by then shows as it would have. --instant delivers each before the next one happens.

A customer managed --boundary stands for the policy of that name in each principal's own
account, since IAM takes a boundary only from there.

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
	flags.StringVar(&f.boundary, "boundary", "", "ARN of the one boundary that everybody must carry, instead of --config")
	flags.StringVar(&f.document, "boundary-document", "", "approved document of --boundary, a JSON file")
	flags.StringArrayVar(&f.states, "state", nil, "`FILE` with the output of aws iam get-account-authorization-details from before the log; may be repeated")
	flags.StringVar(&f.taken, "state-taken", "", "the `TIME` at which --state was taken, where that was after the log begins")
	flags.StringVar(&f.mode, "mode", "", "let no rule go further than: observe, alert or enforce (default enforce)")
	flags.BoolVar(&f.lambda, "lambda", false, "drive the built function binaries through the Lambda runtime API")
	flags.StringVar(&f.function, "function", "bin/enforce/bootstrap", "the binary of enforce for --lambda; make build makes it")
	flags.StringVar(&f.reporter, "report-function", "bin/report/bootstrap", "the binary of report for --lambda")
	flags.StringVar(&f.since, "since", "", "replay events from this `TIME` on")
	flags.StringVar(&f.until, "until", "", "replay events before this `TIME`")
	flags.StringSliceVar(&f.accounts, "account", nil, "replay events of these accounts only")
	flags.BoolVar(&f.instant, "instant", false, "deliver each event before the next one is applied, and not seconds late as in live order")
	flags.BoolVar(&f.json, "json", false, "print one revision of a finding a line as JSON")
	flags.BoolVar(&f.csv, "csv", false, "print a finding a line as CSV")
	flags.BoolVar(&f.markdown, "markdown", false, "print the report as Markdown")
	flags.StringVar(&f.html, "html", "", "also write the report as a page for a browser to this `FILE`")
	flags.BoolVar(&f.all, "all", false, "also show verdicts without drift")
	flags.BoolVar(&f.verbose, "verbose", false, "name what is passed over, file by file")
	flags.BoolVar(&f.dryRun, "dry-run", false, "of athena:// and lake://, print the query and what it costs, and ask nobody")
	f.from.define(flags)
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

// write writes the report in the form that was asked for.
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

// replay reads the log and replays it. What it has to show is in the report however it ends.
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
	defer func() { _ = log.Close() }() // what it kept was for this run only
	report.Log = log.Tally
	out := json.NewEncoder(cmd.OutOrStdout())
	out.SetEscapeHTML(false)
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
				if err := out.Encode(finding); err != nil {
					return err
				}
			}
		}
		return nil
	})
	return err
}

// read reads the log that paths name.
func (f *replayFlags) read(cmd *cobra.Command, paths []string) (*logs.Log, error) {
	o, err := f.wanted()
	if err != nil {
		return nil, err
	}
	skipped := map[logs.Reason]int{}
	o.Passed = func(file string, why logs.Reason, n int) {
		if f.verbose {
			fmt.Fprintf(cmd.ErrOrStderr(), "%s: passed over %s: %s\n", clean(file), count.Number(n), why)
		}
	}
	sources, err := f.from.sources(cmd, paths, &o, func(file string, why logs.Reason) {
		skipped[why]++
		o.Passed(file, why, 1)
	})
	if err != nil {
		return nil, err
	}
	var size int64
	for _, s := range sources {
		size += s.Size
	}
	track := newProgress(cmd.ErrOrStderr(), "reading", int(size))
	defer track.stop()
	o.Progress = track.add
	log, err := logs.Read(cmd.Context(), sources, o)
	log.Pass(skipped)
	switch {
	case err != nil:
		return nil, errors.Join(err, log.Close())
	case log.Events == 0 && len(log.Incomplete) == 0:
		log.Incomplete = []string{"no event in what was given: " + strings.Join(paths, ", ")}
	}
	return log, nil
}

// wanted says what of a log is replayed.
func (f *replayFlags) wanted() (logs.Options, error) {
	o := replay.Reading()
	o.Accounts = f.accounts
	var errs [2]error
	o.Since, errs[0] = moment("--since", f.since)
	o.Until, errs[1] = moment("--until", f.until)
	return o, errors.Join(errs[:]...)
}

// plan says what would be asked of AWS.
func (f *replayFlags) plan(cmd *cobra.Command, paths []string) error {
	o, err := f.wanted()
	if err != nil {
		return err
	}
	for i, path := range paths {
		if !isQuery(path) {
			return fmt.Errorf("--dry-run is for athena:// and lake://, and %s is neither", path)
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

// moment reads a flag that is a time, zero for none.
func moment(flag, text string) (time.Time, error) {
	t, ok := policy.ParseDate(text)
	if !ok && text != "" {
		return t, fmt.Errorf("%s %q: it is a time such as 2026-03-01 or 2026-03-01T12:00:00Z", flag, text)
	}
	return t, nil
}

const none = finding.None

// options turns the flags into what the function's environment would say.
func (f *replayFlags) options(stdin io.Reader) (replay.Options, error) {
	o := replay.Options{Settings: map[string]string{}, Instant: f.instant}
	set := func(name, value string) {
		if value != "" {
			o.Settings[name] = value
		}
	}
	// The function binary has a working directory of its own.
	abs := func(path string) string {
		if full, err := filepath.Abs(path); err == nil && path != "" {
			return full
		}
		return path
	}
	set(boot.EnvConfig, abs(f.config))
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
	if o.StateTaken, err = moment("--state-taken", f.taken); err != nil {
		return o, err
	}
	if f.taken != "" && len(f.states) == 0 {
		return o, errors.New("--state-taken says when --state was taken: name that too")
	}
	if f.lambda {
		o.Binary, o.ReportBinary = abs(f.function), abs(f.reporter)
		for _, b := range [][2]string{{"--function", o.Binary}, {"--report-function", o.ReportBinary}} {
			if _, err := os.Stat(b[1]); err != nil {
				return o, fmt.Errorf("--lambda needs the built functions, and one is missing: run make build, or name it with %s: %w", b[0], err)
			}
		}
	}
	return o, nil
}

// readFile reads a state as text, in any of the forms that people have.
func readFile(path string, stdin io.Reader) (replay.State, error) {
	data, err := readInput(path, stdin)
	return replay.State{Source: path, Data: data}, err
}
