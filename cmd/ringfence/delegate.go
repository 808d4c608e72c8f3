package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/ringfence/ringfence/internal/config"
	"github.com/ringfence/ringfence/internal/count"
	"github.com/ringfence/ringfence/internal/delegation"
	"github.com/ringfence/ringfence/internal/policy"
)

// ruleFlags are the flags that name a rule, and the account that it is asked for in.
type ruleFlags struct {
	rule, config, path, account, partition string
}

// delegateFlags are the flags of delegate.
type delegateFlags struct {
	ruleFlags
	out        string
	exceptions []string
}

func delegateCommand() *cobra.Command {
	var f delegateFlags
	cmd := &cobra.Command{
		Use:   "delegate --rule NAME",
		Short: "Write the policies that let a team manage the users and roles of a rule",
		Long: `Delegate writes two policies for a rule of the configuration. With the delegation policy, a
team can create, change and delete the users and roles of the rule, and pass the roles, but
only with the boundary that the rule requires. It cannot edit or remove boundaries, nor edit
this policy. The service control policy (SCP) keeps everyone else in the account from making
users and roles without the boundary where those of the rule are.

What a policy can limit is the path and the beginning of the name. So the rule must have a
path such as /dev/*, or names such as dev-*. Of a rule that has more, --path selects a path.

Both policies are proven before they are printed, as with delegate check: see ringfence
delegate check --help. They are for every account of the partition, unless --account is
given.

Create the delegation policy under the name that is printed, because it denies editing a
policy of this name, and attach it to a principal that is not below the path: one that is
can change its own policies. --except names the principals that the SCP does not limit.

Without --out, the output is a JSON object with "name", "delegation" and "scp".

Exit status: 0 written, 2 bad input, or a rule that cannot be delegated.`,
		Example: `  ringfence delegate --rule workloads --config infra/ringfence.yaml --out policies
  ringfence delegate --rule everyone-else --path /team/ --account 123456789012 | jq .delegation`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return f.run(cmd) },
	}
	flags := cmd.Flags()
	f.define(cmd)
	flags.StringVar(&f.out, "out", "", "write the policies to `DIR`, as NAME-delegation.json and NAME-scp.json")
	flags.StringArrayVar(&f.exceptions, "except", []string{"arn:*:iam::*:role/ringfence-deployer", "arn:*:iam::*:role/ringfence/ringfence-enforce"},
		"`ARN` pattern of a principal that the SCP does not limit; repeatable")
	_ = cmd.MarkFlagRequired("rule") // fails only for a flag that does not exist
	cmd.AddCommand(delegateCheckCommand())
	return cmd
}

// define adds the flags that name a rule.
func (f *ruleFlags) define(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&f.rule, "rule", "", "`NAME` of the rule")
	flags.StringVar(&f.config, "config", defaultConfig, "configuration `FILE` with the rule")
	flags.StringVar(&f.path, "path", "", "only what is below a `PATH` within the rule, such as /dev/")
	flags.StringVar(&f.account, "account", "", "`ID` of the account")
	flags.StringVar(&f.partition, "partition", "aws", "partition of the account")
}

// checkAccount refuses an account id or partition that is malformed, because both are written into ARNs.
func (f *ruleFlags) checkAccount() error {
	return checkARNParts("account", f.account, f.partition, delegateExample)
}

const delegateExample = "  ringfence delegate --rule workloads --account 123456789012 --partition aws-us-gov"

// target returns the area of the rule, and what documents are written for. Its account may be empty.
func (f *ruleFlags) target(stdin io.Reader) (*delegation.Area, delegation.Target, error) {
	t := delegation.Target{Partition: f.partition, Account: f.account}
	c, err := loadFrom(f.config, stdin)
	if err != nil {
		return nil, t, err
	}
	area, err := delegation.NewArea(c, f.rule, f.path, f.account)
	if err != nil {
		return nil, t, err
	}
	for _, b := range boundariesOf(c, f.partition, f.account) {
		if b.Name == area.Boundary {
			t.ARN = b.ARN
		}
		t.Others = append(t.Others, b.ARN)
	}
	if t.ARN == "" {
		return nil, t, fmt.Errorf("rule %s requires no boundary in account %s of %s", f.rule, f.account, f.partition)
	}
	return area, t, nil
}

// boundariesOf returns the boundaries of a configuration in an account, in any account if it is not given.
func boundariesOf(c *config.Config, partition, account string) []config.Boundary {
	if account == "" {
		account = delegation.AnAccount
	}
	return c.Boundaries(partition, account)
}

func (f *delegateFlags) run(cmd *cobra.Command) error {
	if err := f.checkAccount(); err != nil {
		return err
	}
	area, target, err := f.target(cmd.InOrStdin())
	if err != nil {
		return err
	}
	target.Exceptions = f.exceptions
	d := delegation.Write(area, target)
	if err := d.Prove(area, target); err != nil {
		return fmt.Errorf("rule %s: %w", f.rule, err)
	}
	for _, note := range area.Notes() {
		_, _ = fmt.Fprintln(cmd.ErrOrStderr(), "note:", clean(note))
	}
	if f.out != "" {
		return f.write(cmd.OutOrStdout(), &d)
	}
	return writeJSON(cmd.OutOrStdout(), struct {
		Name       string          `json:"name"`
		Delegation json.RawMessage `json:"delegation"`
		Control    json.RawMessage `json:"scp"`
	}{d.Name, json.RawMessage(d.Delegation.String()), json.RawMessage(d.Control.String())})
}

// write writes the policies to files, and says what they are.
func (f *delegateFlags) write(w io.Writer, d *delegation.Documents) error {
	if err := os.MkdirAll(f.out, 0o755); err != nil {
		return fmt.Errorf("--out: %w", err)
	}
	var errs []error
	for _, one := range []struct {
		file, what string
		document   *policy.Document
		size, most int
	}{
		{d.Name + ".json", "the delegation policy, to be called " + d.Name, d.Delegation, policy.Size(d.Delegation.String()), policy.MaxSize},
		{f.rule + "-scp.json", "the SCP", d.Control, len(d.Control.String()), delegation.MaxControl},
	} {
		path := filepath.Join(f.out, one.file)
		err := toFile(path, func(w io.Writer) error {
			var indented bytes.Buffer
			if err := json.Indent(&indented, []byte(one.document.String()), "", "  "); err != nil {
				return err
			}
			indented.WriteByte('\n')
			_, err := indented.WriteTo(w)
			return err
		})
		if err == nil {
			_, err = fmt.Fprintf(w, "%s: %s; %s of %s characters without white space\n", clean(path), one.what, count.Number(one.size), count.Number(one.most))
		}
		errs = append(errs, err)
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	again := "--rule " + f.rule + " --config " + f.config
	if f.path != "" {
		again += " --path " + f.path
	}
	account := f.account
	if account == "" {
		account = "ID"
	}
	_, err := fmt.Fprintf(w, `Proven: who holds the delegation policy cannot get a user or role outside the boundary, and with the SCP
no one else, but for the exceptions, can make one where those of the rule are. To check it again:
  ringfence delegate check %s %s --account %s
`, clean(filepath.Join(f.out, d.Name+".json")), clean(again), account)
	return err
}
