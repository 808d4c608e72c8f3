package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"github.com/ringfence/ringfence/internal/authdetails"
	"github.com/ringfence/ringfence/internal/config"
	"github.com/ringfence/ringfence/internal/principal"
)

// defaultConfig is the default name of the configuration file.
const defaultConfig = "ringfence.yaml"

// validateCommand checks a configuration and shows its rules.
func validateCommand() *cobra.Command {
	var schema, pin, topics bool
	var arnsOf, partition, state, boundary, document string
	var recorded []string
	var accounts accountsFlag
	cmd := &cobra.Command{
		Use:   "validate [FILE]",
		Short: "Check a configuration, and show its rules",
		Long: `Validate checks a configuration (ringfence.yaml, if no FILE is given) and the approved
documents that it names. It reports all problems, each with its line. For a valid file, it
prints the rules in the order in which they are tried, with their defaults, and warns of
likely mistakes: roles of AWS's own platforms that a rule would put a boundary on, rules that
anyone with permission to tag can choose, and exemptions that are not pinned to a unique id.

--state takes the output of aws iam get-account-authorization-details. Warnings then name
only roles that exist in the account, and exemptions are compared with its principals.
--pin prints the file with the unique id of each exempt principal, and nothing else.
--impact shows, before a rule goes from alert to enforce, which recorded calls of the
principals under it its boundary would have denied: see ringfence impact --help.

Validate also warns of likely mistakes in approved documents: actions and condition keys that
AWS does not have; a boundary that allows everything or nothing; a boundary that lets its
principals remove boundaries, edit them or disable Ringfence; and conditions that its
principals can satisfy themselves. ${account} and ${partition} in a document are those of
each principal.

FILE and the file of --state can be -, for standard input. The documents that FILE names are
then relative to the current directory.

Exit status: 0 the file is valid, with or without warnings; 2 it has problems, or bad usage.`,
		Example: `  ringfence validate
  ringfence validate --boundary arn:aws:iam::123456789012:policy/team-boundary --boundary-document team.json
  ringfence validate --schema > ringfence.schema.json   # for your editor
  ringfence validate --state account.json --pin > pinned.yaml
  ringfence validate --boundary-arns 123456789012       # for the stack's parameter
  ringfence validate --topic-arns                       # for another one`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if schema {
				_, err := io.WriteString(cmd.OutOrStdout(), config.Schema())
				return err
			}
			path := defaultConfig
			if len(args) == 1 {
				path = args[0]
			}
			if err := checkAccount(cmd, arnsOf, partition); err != nil {
				return err
			}
			f, err := loadFrom(path, cmd.InOrStdin())
			if boundary != "" || document != "" {
				f, err = single(boundary, document, len(args) > 0)
			}
			if err != nil {
				return err
			}
			if pin {
				return printPinned(cmd.OutOrStdout(), cmd.InOrStdin(), path, state)
			}
			if topics {
				_, err := fmt.Fprintln(cmd.OutOrStdout(), strings.Join(f.Topics(), ","))
				return err
			}
			if arnsOf != "" {
				_, err := fmt.Fprintln(cmd.OutOrStdout(), strings.Join(f.Attachable(partition, arnsOf), ","))
				return err
			}
			var account *authdetails.Details
			if state != "" {
				if account, err = readState(state, cmd.InOrStdin()); err != nil {
					return err
				}
			}
			if len(recorded) > 0 {
				if f, err = accounts.know(f, cmd.InOrStdin()); err != nil {
					return err
				}
				return ruleImpact(cmd, f, account, recorded)
			}
			now := time.Now()
			showConfig(cmd.OutOrStdout(), f, now)
			for _, warning := range warnings(f, account, now) {
				_, _ = fmt.Fprintln(cmd.OutOrStdout(), "warning:", warning)
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&schema, "schema", false, "print the JSON Schema of the configuration for editors, and nothing else")
	cmd.Flags().StringVar(&state, "state", "", "compare with an account, from a `FILE` with the output of get-account-authorization-details")
	cmd.Flags().StringArrayVar(&recorded, "impact", nil, "with --state, show per rule which calls in `LOGS` its boundary would have denied, and nothing else; repeatable")
	accounts.define(cmd.Flags())
	cmd.Flags().BoolVar(&pin, "pin", false, "print the file with the unique ids of exempt principals from --state")
	cmd.Flags().StringVar(&boundary, "boundary", "", "check the boundary of a deployment without a configuration file, by its `ARN`")
	cmd.Flags().StringVar(&document, "boundary-document", "", "check the approved document of --boundary, a JSON `FILE`")
	cmd.Flags().StringVar(&arnsOf, "boundary-arns", "", "print the boundaries that Ringfence may attach in `ACCOUNT`, for the stack parameter ConfiguredBoundaryArns, and nothing else")
	cmd.Flags().BoolVar(&topics, "topic-arns", false, "print the owners' topics, for the stack parameter OwnerTopicArns, and nothing else")
	cmd.Flags().StringVar(&partition, "partition", "aws", "partition of that account")
	cmd.MarkFlagsMutuallyExclusive("topic-arns", "boundary-arns", "schema", "pin")
	return cmd
}

// partitions matches the names of AWS partitions.
// https://docs.aws.amazon.com/general/latest/gr/rande.html
var partitions = regexp.MustCompile(`^aws(-[a-z0-9]+)*$`)

// checkAccount refuses an account id or partition that is malformed, because both are written
// into ARNs.
func checkAccount(cmd *cobra.Command, id, partition string) error {
	const example = "  ringfence validate --boundary-arns 123456789012 --partition aws-us-gov"
	if id == "" && (cmd.Flags().Changed("partition") || cmd.Flags().Changed("boundary-arns")) {
		return usage("--partition needs an account id in --boundary-arns", example)
	}
	return checkARNParts("boundary-arns", id, partition, example)
}

// checkARNParts refuses an account id, in a flag, or partition that is malformed. The id may be empty.
func checkARNParts(flag, id, partition, example string) error {
	switch {
	case id != "" && !principal.IsAccount(id):
		return usage(fmt.Sprintf("--%s %q: must be an account id of 12 digits", flag, id), example)
	case !partitions.MatchString(partition):
		return usage(fmt.Sprintf("--partition %q: not a partition (use aws, aws-cn, aws-us-gov, …)", partition), example)
	}
	return nil
}

// single returns the configuration of a deployment with one boundary.
func single(arn, path string, file bool) (*config.Config, error) {
	const example = "  ringfence validate --boundary arn:aws:iam::123456789012:policy/team-boundary --boundary-document team.json"
	switch {
	case arn == "":
		return nil, usage("--boundary-document is the document of --boundary: give --boundary too", example)
	case file:
		return nil, usage("--boundary is for a deployment without a configuration file: give --boundary or FILE, not both", example)
	case path == "":
		return config.Single(arn, nil, config.Observe)
	}
	document, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("reading --boundary-document: %w", err)
	}
	f, err := config.Single(arn, document, config.Observe)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return f, nil
}

// loadConfig reads a configuration and the documents that it names.
func loadConfig(path string) (*config.Config, error) { return loadFrom(path, os.Stdin) }

// loadFrom is loadConfig with the given standard input.
func loadFrom(path string, stdin io.Reader) (*config.Config, error) {
	data, err := readInput(path, stdin)
	if err != nil {
		return nil, fmt.Errorf("reading the configuration: %w", err)
	}
	root, err := os.OpenRoot(filepath.Dir(path))
	if err != nil {
		return nil, fmt.Errorf("opening the configuration's folder: %w", err)
	}
	defer func() { _ = root.Close() }() // opened for reading only
	f, err := config.Load(path, data, root.ReadFile)
	if err != nil {
		return nil, fmt.Errorf("the configuration has problems:\n%w", err)
	}
	return f, nil
}

// showConfig prints the rules and the exemptions.
func showConfig(w io.Writer, f *config.Config, now time.Time) {
	var rows []table.Row
	for i, r := range f.Rules() {
		react := string(r.OnDrift)
		if r.OnIncomparable != r.OnDrift {
			react += ", incomparable: " + string(r.OnIncomparable)
		}
		if o := r.OutOfScope; o != nil {
			rows = append(rows, table.Row{i + 1, r.Name, r.Match, "nothing: " + o.Reason + " (" + o.Owner + ")", "", "", ""})
			continue
		}
		rows = append(rows, table.Row{i + 1, r.Name, r.Match, r.Boundary, r.Accept, react, r.Mode})
	}
	renderFitted(w, terminalWidth(w), rows, "#", "rule", "for", "must carry", "accept", "on drift", "mode")
	showTopics(w, f)
	if exemptions := f.Exemptions(); len(exemptions) > 0 {
		var rows []table.Row
		for _, e := range exemptions {
			until := e.Expires.Format(time.DateOnly)
			if !now.Before(e.Expires) {
				until += " (expired)"
			}
			who := e.Principal
			if e.ID != "" {
				who += "\n" + e.ID
			}
			rows = append(rows, table.Row{who, until, e.Owner, e.Reason})
		}
		renderFitted(w, terminalWidth(w), rows, "exempt", "until", "owner", "reason")
	}
}

// showTopics prints which alerts go to a topic of an owner.
func showTopics(w io.Writer, f *config.Config) {
	var rows []table.Row
	for _, topic := range f.Topics() {
		for _, r := range f.Rules() {
			if r.Topic == topic {
				rows = append(rows, table.Row{topic, "rule " + r.Name})
			}
		}
		for _, id := range f.Accounts() {
			if f.Account(id).Topic == topic {
				rows = append(rows, table.Row{topic, "account " + id + ", rules without a topic"})
			}
		}
	}
	if len(rows) > 0 {
		renderFitted(w, terminalWidth(w), rows, "owner's topic", "gets the alerts of")
	}
}
