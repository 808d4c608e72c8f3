package main

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/ringfence/ringfence/internal/authdetails"
	"github.com/ringfence/ringfence/internal/boot"
	"github.com/ringfence/ringfence/internal/boot/accounts"
	"github.com/ringfence/ringfence/internal/config"
	"github.com/ringfence/ringfence/internal/live"
	"github.com/ringfence/ringfence/internal/organization"
	"github.com/ringfence/ringfence/internal/principal"
)

// orgFlags are the flags for the accounts of an organization.
type orgFlags struct {
	all        bool
	role       string
	externalID string
	except     []string
}

func (f *orgFlags) define(flags *pflag.FlagSet) {
	flags.BoolVar(&f.all, "org", false, "read all accounts of the organization")
	flags.StringVar(&f.role, "member-role", "ringfence/ringfence-member-read", "with --org, `NAME` of the role in each account, with its path")
	flags.StringVar(&f.externalID, "external-id", "", "with --org, external `ID` that the role asks for")
	flags.StringSliceVar(&f.except, "except", nil, "with --org, leave out this `ACCOUNT`; repeatable")
}

// members are the accounts of an organization, and the reasons why some were not read.
type members struct {
	accounts map[string]principal.Account
	partial  []string
}

// atOnce is how many accounts are read at a time. Each has its own limits in IAM.
const atOnce = 8

// readOrganization reads the accounts of an organization. One that cannot be read does not keep the others from being
// read.
func (f *auditFlags) readOrganization(ctx context.Context, cmd *cobra.Command, rules *config.Config, read *authdetails.Reader) (m members, err error) {
	loaded, err := awsConfig(ctx, f.profile, f.region, "audit files with --state")
	if err != nil {
		return m, err
	}
	own, err := sts.NewFromConfig(loaded).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		return m, fmt.Errorf("asking for the account of the credentials: %w", err)
	}
	_, tags := rules.AccountFacts()
	all, err := organization.New(organizations.NewFromConfig(loaded), tags).All(ctx)
	if err != nil {
		return m, fmt.Errorf("%w: --org needs the credentials of the management account or of a delegated administrator", err)
	}
	all = slices.DeleteFunc(all, func(a principal.Account) bool { return slices.Contains(f.org.except, a.ID) })
	partition := strings.Split(aws.ToString(own.Arn), ":")[1]
	clients := accounts.New(boot.Settings{
		MemberRole: "arn:" + partition + ":iam::" + boot.AccountVariable + ":role/" + strings.Trim(f.org.role, "/"),
		ExternalID: f.org.externalID, Account: aws.ToString(own.Account),
	}, loaded, func(cfg aws.Config) *iam.Client { return iam.NewFromConfig(cfg) })

	m.accounts = map[string]principal.Account{}
	progress := newProgress(cmd.ErrOrStderr(), "reading accounts", len(all))
	defer progress.stop()
	for some := range slices.Chunk(all, atOnce) {
		for i, got := range readAccounts(ctx, some, clients.For) {
			m.accounts[some[i].ID] = some[i]
			err := got.err
			if err == nil {
				err = read.Read("live", &got.text)
			}
			if err != nil {
				m.partial = append(m.partial, fmt.Sprintf("account %s (%s) was not read: %v", some[i].ID, some[i].Name, err))
			}
			progress.add(1)
		}
		if ctx.Err() != nil {
			return m, ctx.Err()
		}
	}
	return m, nil
}

// account is what IAM says of one, as the AWS CLI prints it.
type account struct {
	text bytes.Buffer
	err  error
}

// readAccounts reads some accounts at once.
func readAccounts(ctx context.Context, some []principal.Account, client func(account string) *iam.Client) []account {
	read := make([]account, len(some))
	done := make(chan struct{})
	for i := range some {
		go func() {
			read[i].err = live.Account(ctx, client(some[i].ID), &read[i].text, func(int) {})
			done <- struct{}{}
		}()
	}
	for range some {
		<-done
	}
	return read
}
