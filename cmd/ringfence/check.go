package main

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/ringfence/ringfence/internal/authdetails"
	"github.com/ringfence/ringfence/internal/check"
	"github.com/ringfence/ringfence/internal/iac"
	"github.com/ringfence/ringfence/internal/principal"
)

// checkFlags are the flags of check.
type checkFlags struct {
	rulesFlags
	states                              []string
	account, region, stackName          string
	parameters, parameterFiles, tags    []string
	tagsGiven                           bool
	json, markdown, sarif, junit, every bool
}

const checkExample = `  terraform plan -out=tfplan && terraform show -json tfplan > plan.json
  ringfence check --config ringfence.yaml plan.json
  ringfence check --config ringfence.yaml --account 123456789012 --stack-tag team=shop template.yaml
  ringfence check --config ringfence.yaml --parameter Stage=prod --sarif template.yaml > check.sarif
  cdk synth && ringfence check --config ringfence.yaml cdk.out`

func checkCommand() *cobra.Command {
	var f checkFlags
	cmd := &cobra.Command{
		Use:   "check [flags] PLAN…",
		Short: "List what a Terraform plan or a template would leave outside its boundary",
		Long: `Check decides, before a deployment, about every user and role that it would create or change,
under the same rules and with the same verdicts as the deployed functions: a boundary that is
missing, replaced or not proven to be narrower, a boundary policy that is edited or deleted, a
change of a tag, a path or a name that leaves a rule, an exemption that lapses. It calls nothing.

PLAN is the output of "terraform show -json PLANFILE" (or tofu), a CloudFormation or SAM
template in YAML or JSON, or the folder cdk.out that "cdk synth" writes. - is standard input.
Several are checked as one deployment.

What is known only after the deployment is unknown, and the reason says what to do. An unknown
principal is not inside. Templates need --parameter for parameters without a default,
--stack-tag for the tags of the stack if rules match tags ("" if it has none), and --account,
--region and --stack-name if their values decide.

Without --state, boundary policies that the plan does not contain are assumed to be as approved.
--state takes the output of "aws iam get-account-authorization-details"; it is repeatable.

Exit status: 0 no principal would be outside, 1 drift found, 2 bad input or usage, 3 something is
unknown or could not be read, whether or not drift was found.`,
		Example: checkExample,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usage("check needs a plan or a template", checkExample)
			}
			return nil
		},
		RunE: f.run,
	}
	flags := cmd.Flags()
	f.define(cmd)
	flags.StringArrayVar(&f.states, "state", nil, "`FILE` with the details of an account as it is now; repeatable")
	flags.StringVar(&f.account, "account", "", "`ID` of the account that is deployed to, where the plan does not say it")
	flags.StringVar(&f.region, "region", "", "Region that is deployed to, which also selects the partition")
	flags.StringVar(&f.stackName, "stack-name", "", "`NAME` of the stack of a template")
	flags.StringArrayVar(&f.parameters, "parameter", nil, "value of a template's parameter, as `NAME=VALUE`; repeatable")
	flags.StringArrayVar(&f.parameterFiles, "parameter-file", nil, "`FILE` with values of parameters, as the AWS CLI takes it; repeatable")
	flags.StringArrayVar(&f.tags, "stack-tag", nil, "tag of the stack of a template, as `KEY=VALUE`, or empty if it has none; repeatable")
	flags.BoolVar(&f.json, "json", false, "print the whole report as JSON")
	flags.BoolVar(&f.markdown, "markdown", false, "print the report as Markdown, for a pull request")
	flags.BoolVar(&f.sarif, "sarif", false, "print what is outside or unknown as SARIF 2.1.0")
	flags.BoolVar(&f.junit, "junit", false, "print each principal as a test of JUnit")
	flags.BoolVar(&f.every, "all", false, "also check the resources of a plan that do not change, and print all rows")
	cmd.MarkFlagsMutuallyExclusive("json", "markdown", "sarif", "junit")
	return cmd
}

func (f *checkFlags) run(cmd *cobra.Command, args []string) error {
	f.tagsGiven = cmd.Flags().Changed("stack-tag")
	if f.account != "" && (!principal.IsAccount(f.account) || f.account == iac.NoAccount) {
		return fmt.Errorf("--account %s: it must be the 12 digits of an account", clean(f.account))
	}
	if slices.Contains(args, "-") && f.config == "-" {
		return errors.New("only one of the plan and --config can be standard input")
	}
	rules, err := f.cfg(cmd.InOrStdin())
	if err != nil {
		return err
	}
	c := check.Checker{Config: rules, Now: time.Now(), Account: f.account, All: f.every}
	var partial []string
	if c.States, partial, err = f.accounts(cmd); err != nil {
		return err
	}
	plans, err := f.plans(args, c.States, cmd.InOrStdin())
	if err != nil {
		return err
	}
	r := c.Run(cmd.Context(), plans)
	r.Partial = append(r.Partial, partial...)
	r.Warnings = append(r.Warnings, rules.Warnings()...)
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

// accounts reads the accounts of --state, and says what is missing of them.
func (f *checkFlags) accounts(cmd *cobra.Command) (states []*authdetails.Details, partial []string, err error) {
	var read authdetails.Reader
	for _, path := range f.states {
		if err := readInto(cmd.Context(), &read, path, cmd.InOrStdin(), cmd.ErrOrStderr()); err != nil {
			return nil, nil, err
		}
	}
	for _, p := range read.Parts() {
		states = append(states, p.Details)
		for _, why := range p.Partial {
			partial = append(partial, "account "+p.Details.Account+": "+why)
		}
	}
	return states, partial, nil
}

// print writes the report in the format that the flags select.
func (f *checkFlags) print(cmd *cobra.Command, r *check.Report) error {
	return printReport(cmd, r.Partial, func(out io.Writer, columns int) error { return f.write(out, columns, r) })
}

func (f *checkFlags) write(out io.Writer, columns int, r *check.Report) error {
	switch {
	case f.json:
		return writeJSON(out, r)
	case f.markdown:
		return r.WriteMarkdown(out)
	case f.sarif:
		return r.WriteSARIF(out, version())
	case f.junit:
		return r.WriteJUnit(out)
	}
	return showCheck(out, columns, r, f.every)
}

// pairs reads NAME=VALUE.
func pairs(flag string, given []string) (map[string]string, error) {
	all := map[string]string{}
	for _, one := range given {
		name, value, ok := strings.Cut(one, "=")
		if !ok || name == "" {
			return nil, fmt.Errorf("--%s %s: write it as NAME=VALUE", flag, clean(one))
		}
		all[name] = value
	}
	return all, nil
}

// known returns values as known.
func known(values map[string]string) map[string]iac.Value {
	all := map[string]iac.Value{}
	for name, value := range values {
		all[name] = iac.Known(value)
	}
	return all
}
