// Package sweeping makes the function sweep out of its environment. Each function has such a
// package of its own, so that neither carries, and initialises, the clients of the others.
package sweeping

import (
	"context"
	"io"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/ringfence/ringfence/internal/assess"
	"github.com/ringfence/ringfence/internal/awserr"
	"github.com/ringfence/ringfence/internal/boot"
	"github.com/ringfence/ringfence/internal/boot/accounts"
	"github.com/ringfence/ringfence/internal/errclass"
	"github.com/ringfence/ringfence/internal/exposure"
	"github.com/ringfence/ringfence/internal/handler"
	"github.com/ringfence/ringfence/internal/iamread"
	"github.com/ringfence/ringfence/internal/ledger"
	"github.com/ringfence/ringfence/internal/ledgerdb"
	"github.com/ringfence/ringfence/internal/organization"
	"github.com/ringfence/ringfence/internal/ownparts"
	"github.com/ringfence/ringfence/internal/ownstate"
	"github.com/ringfence/ringfence/internal/principal"
	"github.com/ringfence/ringfence/internal/queue"
	"github.com/ringfence/ringfence/internal/sweep"
)

const (
	// atOnce is how many principals of a page are judged at a time. The pace of the client is
	// what keeps IAM's limits.
	atOnce = 4
	// reserve is what the slowest page takes: a hundred principals that each carry another
	// policy are two hundred calls, ten a second, and the core keeps four seconds.
	reserve = 30 * time.Second
)

// New makes the function from the environment. Its error names everything that is
// wrong with the environment, or with the configuration.
func New(getenv func(string) string, read boot.ReadFile, client aws.HTTPClient, log, metrics io.Writer) (*handler.Sweep, error) {
	b, err := boot.Start(getenv, read, client, log, boot.EnvLedgerTable, boot.EnvSweepQueue, boot.EnvFollowUpQueue, boot.EnvDeadLetters)
	if err != nil {
		return nil, err
	}
	parts, err := ownParts(b)
	if err != nil {
		return nil, err
	}
	gentle := b.AWS.Copy()
	gentle.Retryer = func() aws.Retryer { return awserr.NewGentleRetryer() }
	clients := accounts.New(b.Settings, gentle, func(cfg aws.Config) *iamread.Directory { return iamread.New(iam.NewFromConfig(cfg)) })
	queues := queue.New(sqs.NewFromConfig(b.AWS), b.Queues, b.Clock.Now)
	table := ledgerdb.NewScanner(dynamodb.NewFromConfig(b.AWS), b.LedgerTable)
	sweeper := &sweep.Sweeper{
		Assessor: &assess.Assessor{
			Config: b.Config, Documents: new(exposure.Documents), Source: accounts.Source{Of: clients.For},
			Control: b.Control, Now: b.Clock.Now, Concurrency: atOnce,
		},
		Ledger:   table,
		Outbox:   queues,
		Parts:    parts,
		Now:      b.Clock.Now,
		Reserve:  reserve,
		Override: b.SweepOverride,
	}
	if b.MemberRole != "" {
		sweeper.Partition, _, _ = strings.Cut(strings.TrimPrefix(b.MemberRole, "arn:"), ":")
		sweeper.Account, sweeper.Excluded = b.Account, b.Excluded
		_, tags := b.Config.AccountFacts()
		tree := organization.New(organizations.NewFromConfig(gentle), tags)
		sweeper.Organization = members{tree, queues, table, b.Clock.Now}
		sweeper.Assessor.Accounts = accounts.NewFacts(accounts.Facts{Ledger: table, Directory: tree, Tags: tags, Now: b.Clock.Now, Log: b.Log})
	}
	return &handler.Sweep{
		Sweeper: sweeper, Queues: queues, Clock: b.Clock, Log: b.Log, Metrics: metrics, Direct: b.Direct,
	}, nil
}

// members are the accounts of the organization.
type members struct {
	*organization.Organization
	queues *queue.Queues
	ledger *ledgerdb.Scanner
	now    func() time.Time
}

// Kept reads some of the stored accounts.
func (m members) Kept(ctx context.Context, marker string) ([]ledger.Account, string, error) {
	return m.ledger.Accounts(ctx, marker)
}

// Closed asks Organizations, unless the account was listed since a time.
func (m members) Closed(ctx context.Context, account string, since time.Time) (bool, error) {
	stored, err := m.ledger.LoadAccount(ctx, account)
	if err == nil && stored.Known() && !stored.Read.Before(since) {
		return false, nil
	}
	return m.Organization.Closed(ctx, account)
}

// Forget removes an account. If another process has just written it, it stays.
func (m members) Forget(ctx context.Context, a ledger.Account) error {
	a.Forgotten = m.now()
	_, err := m.ledger.SaveAccount(ctx, a)
	return err
}

// Keep stores what is known of an account. The sweep of the organization starts that of the account too, so none is due.
func (m members) Keep(ctx context.Context, a principal.Account, at time.Time) error {
	stored, err := m.ledger.LoadAccount(ctx, a.ID)
	if err != nil {
		return err
	}
	saved, err := m.ledger.SaveAccount(ctx, ledger.Account{Account: a, Version: stored.Version, Read: at})
	if err == nil && !saved {
		err = errclass.New(errclass.Retryable, "another process has just written account %s", a.ID)
	}
	return err
}

// Start sends the message that starts a sweep.
func (m members) Start(ctx context.Context, st sweep.State) error {
	return m.queues.Sweep(ctx, st.Account, handler.SweepMessage{Sweep: &st}, 0)
}

// ownParts reads the parts of Ringfence's own stack; nil where no stack is named.
func ownParts(b boot.Base) (sweep.Parts, error) {
	if b.Stack.Name == "" {
		return nil, nil
	}
	parts, err := ownparts.Expected(b.Stack)
	if err != nil {
		return nil, err
	}
	return &ownstate.Reader{
		Parts: parts, SQS: sqs.NewFromConfig(b.AWS), SNS: sns.NewFromConfig(b.AWS), DynamoDB: dynamodb.NewFromConfig(b.AWS),
		KMS: kms.NewFromConfig(b.AWS), Lambda: lambda.NewFromConfig(b.AWS),
	}, nil
}
