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

// defaultConfig is the configuration's usual name.
const defaultConfig = "ringfence.yaml"

// validateCommand checks a configuration and shows how it was understood.
func validateCommand() *cobra.Command {
	var schema, pin bool
	var arnsOf, partition, state, boundary, document string
	cmd := &cobra.Command{
		Use:   "validate [FILE]",
		Short: "Check a configuration, and show its rules as they are understood",
		Long: `Check a configuration (ringfence.yaml, where no FILE is given) and the approved documents
that it names. All problems are told at once, each with its line. Of a good file, the rules
are shown in the order in which they are tried, with their defaults filled in, and likely
mistakes are named: roles of AWS's own platforms that a rule would put a boundary on, rules
that anybody who may tag can choose, exemptions that go by a name alone.

--state takes the output of aws iam get-account-authorization-details: then only the roles
that are there are named, and the exemptions are compared with who is there. With --pin,
nothing but the file is printed, with the unique id of each exempt principal filled in.

Of each approved document, what is hardly meant is named: actions and condition keys that
AWS does not have, a boundary that allows everything or nothing, one that lets its holder
take boundaries off, edit them or switch off the control, and conditions that its holder can
make true. ${account} and ${partition} in a document are those of each principal.

FILE may be - for standard input; the documents that it names are then below the folder that
the command is run in. So may the FILE of --state.

Exit status: 0 the file is good, also where there are warnings; 2 it has problems, or bad usage.`,
		Example: `  ringfence validate
  ringfence validate --boundary arn:aws:iam::123456789012:policy/team-boundary --boundary-document team.json
  ringfence validate --schema > ringfence.schema.json   # for your editor
  ringfence validate --state account.json --pin > pinned.yaml
  ringfence validate --boundary-arns 123456789012       # for the stack's parameter`,
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
			if arnsOf != "" {
				_, err := fmt.Fprintln(cmd.OutOrStdout(), strings.Join(f.Attachable(partition, arnsOf), ","))
				return err
			}
			var there *authdetails.Details
			if state != "" {
				if there, err = readState(state, cmd.InOrStdin()); err != nil {
					return err
				}
			}
			now := time.Now()
			showConfig(cmd.OutOrStdout(), f, now)
			for _, warning := range warnings(f, there, now) {
				_, _ = fmt.Fprintln(cmd.OutOrStdout(), "warning:", warning)
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&schema, "schema", false, "print the JSON Schema of the configuration, for editors, and do nothing else")
	cmd.Flags().StringVar(&state, "state", "", "compare with an account, from a `FILE` as get-account-authorization-details prints it")
	cmd.Flags().BoolVar(&pin, "pin", false, "print the file with the unique ids of exempt principals filled in, from --state")
	cmd.Flags().StringVar(&boundary, "boundary", "", "check the one boundary of a deployment without a configuration: its `ARN`")
	cmd.Flags().StringVar(&document, "boundary-document", "", "check the approved document of --boundary, a JSON `FILE`")
	cmd.Flags().StringVar(&arnsOf, "boundary-arns", "", "print the boundaries that `ACCOUNT` may be given, for the stack's parameter ConfiguredBoundaryArns, and nothing else")
	cmd.Flags().StringVar(&partition, "partition", "aws", "the partition of that account")
	return cmd
}

// partitions are what a partition is called.
// https://docs.aws.amazon.com/general/latest/gr/rande.html
var partitions = regexp.MustCompile(`^aws(-[a-z0-9]+)*$`)

// checkAccount refuses what would be written into ARNs and is neither account nor partition.
func checkAccount(cmd *cobra.Command, id, partition string) error {
	const example = "  ringfence validate --boundary-arns 123456789012 --partition aws-us-gov"
	switch {
	case id == "" && (cmd.Flags().Changed("partition") || cmd.Flags().Changed("boundary-arns")):
		return usage("--partition is that of the account of --boundary-arns, and none is given", example)
	case id != "" && !principal.IsAccount(id):
		return usage(fmt.Sprintf("--boundary-arns %q: it must be an account id of 12 digits", id), example)
	case !partitions.MatchString(partition):
		return usage(fmt.Sprintf("--partition %q: there is no such partition (aws, aws-cn, aws-us-gov, …)", partition), example)
	}
	return nil
}

// single is the configuration of a deployment with one boundary.
func single(arn, path string, file bool) (*config.Config, error) {
	const example = "  ringfence validate --boundary arn:aws:iam::123456789012:policy/team-boundary --boundary-document team.json"
	switch {
	case arn == "":
		return nil, usage("--boundary-document is the document of --boundary: give that too", example)
	case file:
		return nil, usage("--boundary is for a deployment without a configuration: give it, or a FILE", example)
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

// loadConfig reads a configuration and the documents beside it.
func loadConfig(path string) (*config.Config, error) { return loadFrom(path, os.Stdin) }

// loadFrom is loadConfig with what standard input is.
func loadFrom(path string, stdin io.Reader) (*config.Config, error) {
	data, err := readInput(path, stdin)
	if err != nil {
		return nil, fmt.Errorf("reading the configuration: %w", err)
	}
	root, err := os.OpenRoot(filepath.Dir(path))
	if err != nil {
		return nil, fmt.Errorf("opening the configuration's folder: %w", err)
	}
	defer func() { _ = root.Close() }() // nothing was written
	f, err := config.Load(path, data, root.ReadFile)
	if err != nil {
		return nil, fmt.Errorf("the configuration has problems:\n%w", err)
	}
	return f, nil
}

// showConfig writes the rules and the exemptions.
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
	if exemptions := f.Exemptions(); len(exemptions) > 0 {
		var rows []table.Row
		for _, e := range exemptions {
			until := e.Expires.Format(time.DateOnly)
			if !now.Before(e.Expires) {
				until += " (lapsed)"
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
