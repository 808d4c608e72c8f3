package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/ringfence/ringfence/internal/audit"
	"github.com/ringfence/ringfence/internal/audit/html"
	"github.com/ringfence/ringfence/internal/authdetails"
	"github.com/ringfence/ringfence/internal/config"
	"github.com/ringfence/ringfence/internal/principal"
)

// auditFlags are the flags of audit.
type auditFlags struct {
	rulesFlags
	states                            []string
	org                               orgFlags
	usage                             []string
	profile, region                   string
	html                              string
	json, csv, markdown, sarif, every bool
}

func auditCommand() *cobra.Command {
	var f auditFlags
	cmd := &cobra.Command{
		Use:   "audit [flags]",
		Short: "List the principals outside their required boundary, and what that allows",
		Long: `Audit checks every user and role of one or more accounts as the deployed functions would.
It changes nothing. It reports which principals are outside, each with a request that this
allows; which boundary policies are not as approved; what boundaries take away from the
principals that carry them; which principals can assume a role without a boundary; and
which principals no rule covers.

Without --state, audit calls IAM with the credentials that the AWS CLI would use
(environment, profile, SSO). It calls only iam:GetAccountAuthorizationDetails, and with
--usage live also iam:GenerateServiceLastAccessedDetails and
iam:GetServiceLastAccessedDetails.

--state takes the output of "aws iam get-account-authorization-details", without --filter:
one or more pages, alone or in an array, of one or more accounts, also gzipped or in UTF-16.
It is repeatable, and takes folders. - is standard input.

--org reads all accounts of the organization: with the credentials of the management account or
of a delegated administrator, it lists the accounts and assumes --member-role in each. Coverage
is then also by organizational unit. An account that cannot be entered makes the report partial.

--usage tells audit when services were last used, and ranks what boundaries take away by it.
It is repeatable, and takes:
- live: audit asks IAM.
- a file with one JSON object that maps the ARN of a principal to the output of
  "aws iam get-service-last-accessed-details".
- CloudTrail logs, as for impact: files, directories, s3://BUCKET/PREFIX. Audit then also lists
  which recorded calls the boundary that each principal must carry would have denied, and of
  which that is not known. See ringfence impact --help for the limits.

Exit status: 0 no principal is outside, 1 drift found, 2 bad input or usage, 3 the report is
partial, whether or not drift was found: something could not be read or judged, or the
command was interrupted.`,
		Example: `  ringfence audit --config ringfence.yaml
  ringfence audit --config ringfence.yaml --profile prod --html audit.html
  aws iam get-account-authorization-details > account.json
  ringfence audit --boundary arn:aws:iam::123456789012:policy/team-boundary \
      --boundary-document team-boundary.json --state account.json
  ringfence audit --config ringfence.yaml --state account.json --usage cloudtrail/
  ringfence audit --config ringfence.yaml --org --external-id ID --html organization.html
  ringfence audit --config ringfence.yaml --state a.json.gz --state b.json.gz --csv > audit.csv`,
		Args: cobra.NoArgs,
		RunE: f.run,
	}
	flags := cmd.Flags()
	f.define(cmd)
	flags.StringArrayVar(&f.states, "state", nil, "`FILE` with an account's details, or a folder of such files, instead of calling IAM; repeatable")
	f.org.define(flags)
	flags.StringArrayVar(&f.usage, "usage", nil, "what principals used: live, a `FILE` with when, or CloudTrail logs; repeatable")
	flags.StringVar(&f.profile, "profile", "", "AWS profile for calling IAM")
	flags.StringVar(&f.region, "region", "", "AWS region, which selects the partition")
	flags.StringVar(&f.html, "html", "", "also write the report to `FILE` as a web page")
	flags.BoolVar(&f.json, "json", false, "print the whole report as JSON")
	flags.BoolVar(&f.csv, "csv", false, "print each principal as a line of CSV")
	flags.BoolVar(&f.markdown, "markdown", false, "print the report as Markdown")
	flags.BoolVar(&f.sarif, "sarif", false, "print the principals outside as SARIF 2.1.0")
	flags.BoolVar(&f.every, "all", false, "print all rows of the tables, not only the first ones")
	cmd.MarkFlagsMutuallyExclusive("org", "state")
	cmd.MarkFlagsMutuallyExclusive("json", "csv", "markdown", "sarif")
	return cmd
}

func (f *auditFlags) run(cmd *cobra.Command, _ []string) error {
	rules, err := f.cfg(cmd.InOrStdin())
	if err != nil {
		return err
	}
	ctx := cmd.Context()
	read := authdetails.Reader{Each: audit.Each}
	members, err := f.read(ctx, cmd, rules, &read)
	if err != nil && ctx.Err() == nil {
		return err
	}
	rules = rules.Knowing(slices.Collect(maps.Values(members.accounts))...)
	inputs, principals := inputsOf(&read, members.accounts)
	for _, in := range inputs {
		if err := mustKnow(rules, in.Details.Account); err != nil {
			return err
		}
	}
	now := time.Now()
	usage, err := f.readUsage(cmd, rules, inputs, now)
	if err != nil && ctx.Err() == nil {
		return err
	}
	progress := newProgress(cmd.ErrOrStderr(), "judging principals", principals)
	a := audit.Auditor{Config: rules, Now: now, Usage: usage.usage, Calls: usage.calls, Progress: progress.add}
	r := a.Run(ctx, inputs)
	progress.stop()
	r.Partial = append(r.Partial, slices.Concat(members.partial, usage.partial)...)
	if ctx.Err() != nil {
		r.Partial = append(r.Partial, "the command was interrupted")
	}
	r.Warnings = append(r.Warnings, slices.Concat(rules.Warnings(), rules.Risks(), linted(rules, nil))...)
	for _, in := range inputs {
		r.Warnings = append(r.Warnings, platformRoles(rules, in.Details, a.Now)...)
	}
	if f.html != "" {
		if err := toFile(f.html, func(w io.Writer) error { return html.Write(w, r) }); err != nil {
			return err
		}
	}
	if err := f.print(cmd, r); err != nil {
		return err
	}
	switch {
	case r.Incomplete():
		return errPartial
	case r.Drifted():
		return errFound
	}
	return nil
}

// inputsOf returns the accounts that were read, with what the organization says of them, and the number of their
// principals.
func inputsOf(read *authdetails.Reader, members map[string]principal.Account) (inputs []audit.Input, principals int) {
	for _, p := range read.Parts() {
		a := members[p.Details.Account]
		inputs = append(inputs, audit.Input{Details: p.Details, Sources: p.Sources, Partial: p.Partial, Name: a.Name, Unit: a.UnitPath()})
		principals += len(p.Details.Principals)
	}
	return inputs, principals
}

// toFile writes a page to a file. A page shows how principals can escape, so a new file is
// readable only by its owner.
func toFile(path string, write func(io.Writer) error) error {
	var page bytes.Buffer
	if err := write(&page); err != nil {
		return err
	}
	return os.WriteFile(path, page.Bytes(), 0o600)
}

// print writes the report in the format that the flags select.
func (f *auditFlags) print(cmd *cobra.Command, r *audit.Report) error {
	return printReport(cmd, r.Partial, func(out io.Writer, columns int) error { return f.write(out, columns, r) })
}

func (f *auditFlags) write(out io.Writer, columns int, r *audit.Report) error {
	switch {
	case f.json:
		return writeJSON(out, r)
	case f.csv:
		return r.WriteCSV(out)
	case f.markdown:
		return r.WriteMarkdown(out)
	case f.sarif:
		return r.WriteSARIF(out, version())
	}
	return showAudit(out, columns, r, f.every)
}

// read reads the accounts, from files or from IAM.
func (f *auditFlags) read(ctx context.Context, cmd *cobra.Command, rules *config.Config, read *authdetails.Reader) (members, error) {
	switch {
	case f.org.all:
		return f.readOrganization(ctx, cmd, rules, read)
	case len(f.states) == 0:
		return members{}, f.readLive(ctx, cmd, read)
	}
	for _, state := range f.states {
		paths, err := stateFiles(state)
		if err != nil {
			return members{}, err
		}
		for _, path := range paths {
			if err := readInto(ctx, read, path, cmd.InOrStdin(), cmd.ErrOrStderr()); err != nil {
				return members{}, err
			}
		}
	}
	return members{}, nil
}

func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// stateFiles returns the files that a value of --state names: itself, or those of a folder that end in .json or .json.gz.
func stateFiles(path string) ([]string, error) {
	if path == "-" || !isFolder(path) {
		return []string{path}, nil
	}
	entries, err := os.ReadDir(path)
	if err != nil {
		return nil, fmt.Errorf("reading --state: %w", err)
	}
	var files []string
	for _, e := range entries {
		if name := strings.TrimSuffix(e.Name(), ".gz"); !e.IsDir() && strings.HasSuffix(name, ".json") {
			files = append(files, filepath.Join(path, e.Name()))
		}
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("reading --state: %s has no files that end in .json or .json.gz", path)
	}
	return files, nil
}

// readInto reads the accounts in a file, or in standard input if path is -.
func readInto(ctx context.Context, read *authdetails.Reader, path string, stdin io.Reader, progress io.Writer) error {
	in, err := openInput(ctx, path, stdin, progress)
	if err != nil {
		return fmt.Errorf("reading the account's details: %w", err)
	}
	defer in.close()
	if err := read.Read(path, in); err != nil {
		return fmt.Errorf("%s: %w", path, truncated(err))
	}
	return nil
}
