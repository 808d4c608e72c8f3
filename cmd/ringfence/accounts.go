package main

import (
	"errors"
	"fmt"
	"io"

	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/ringfence/ringfence/internal/config"
	"github.com/ringfence/ringfence/internal/organization"
	"github.com/ringfence/ringfence/internal/principal"
)

// accountsCommand prints the accounts of an organization.
func accountsCommand() *cobra.Command {
	var profile, region string
	cmd := &cobra.Command{
		Use:   "accounts",
		Short: "Print the accounts of the organization, with their units and tags",
		Long: `Accounts prints, as JSON, the accounts of the organization that are in use: id, name,
organizational units from the root down, and tags. Rules with organizationalUnits or
accountTags depend on these, and commands that work on files take them with --accounts.

It needs the credentials of the management account or of a delegated administrator, and
calls organizations:ListRoots, ListOrganizationalUnitsForParent, ListAccountsForParent and
ListTagsForResource.

Exit status: 0 the accounts are printed, all of them; 2 they could not be read.`,
		Example: `  ringfence accounts > accounts.json
  ringfence audit --config ringfence.yaml --state account.json --accounts accounts.json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			loaded, err := awsConfig(cmd.Context(), profile, region, "write the file by hand")
			if err != nil {
				return err
			}
			all, err := organization.New(organizations.NewFromConfig(loaded), true).All(cmd.Context())
			if err != nil {
				return fmt.Errorf("%w: accounts needs the credentials of the management account or of a delegated administrator", err)
			}
			return writeJSON(cmd.OutOrStdout(), all)
		},
	}
	cmd.Flags().StringVar(&profile, "profile", "", "AWS profile for calling Organizations")
	cmd.Flags().StringVar(&region, "region", "", "AWS region, which selects the partition")
	return cmd
}

// accountsFlag names a file with what AWS Organizations says of accounts.
type accountsFlag struct{ accounts string }

func (f *accountsFlag) define(flags *pflag.FlagSet) {
	flags.StringVar(&f.accounts, "accounts", "", "`FILE` with the output of ringfence accounts, for rules by organizational unit or account tag")
}

// know returns the configuration with the facts of the file, if one is given.
func (f *accountsFlag) know(c *config.Config, stdin io.Reader) (*config.Config, error) {
	if f.accounts == "" {
		return c, nil
	}
	text, err := readInput(f.accounts, stdin)
	if err != nil {
		return nil, fmt.Errorf("reading --accounts: %w", err)
	}
	all, err := principal.ParseAccounts(text)
	if err != nil {
		return nil, fmt.Errorf("reading --accounts: %s: %w", f.accounts, err)
	}
	return c.Knowing(all...), nil
}

// mustKnow returns an error if rules depend on facts of the account that are not known.
func mustKnow(c *config.Config, id string) error {
	if err := c.Known(id); err != nil {
		return errors.Join(err, errors.New("give --accounts FILE with the output of ringfence accounts"))
	}
	return nil
}
