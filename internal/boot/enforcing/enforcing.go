// Package enforcing makes the function enforce out of its environment. Each function has such a
// package of its own, so that neither carries, and initialises, the clients of the other.
package enforcing

import (
	"context"
	"io"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/ringfence/ringfence/internal/boot"
	"github.com/ringfence/ringfence/internal/boot/accounts"
	"github.com/ringfence/ringfence/internal/exposure"
	"github.com/ringfence/ringfence/internal/handler"
	"github.com/ringfence/ringfence/internal/iamread"
	"github.com/ringfence/ringfence/internal/iamwrite"
	"github.com/ringfence/ringfence/internal/ledgerdb"
	"github.com/ringfence/ringfence/internal/organization"
	"github.com/ringfence/ringfence/internal/queue"
	"github.com/ringfence/ringfence/internal/reconcile"
	"github.com/ringfence/ringfence/internal/sweep"
)

// atOnce is how many targets are reconciled at a time: as many as a batch has messages, so
// that none waits for another.
const atOnce = 10

// spokeDelay is how long after the first event of an account it is swept. The stack that forwards the event may still be
// making the roles.
const spokeDelay = 2 * time.Minute

// clients are those of one account.
type clients struct {
	source *iamread.Directory
	remedy *iamwrite.Remedy
}

// New makes the function from the environment. Its error names everything that is
// wrong with the environment, or with the configuration.
func New(getenv func(string) string, read boot.ReadFile, client aws.HTTPClient, log, metrics io.Writer) (*handler.Enforce, error) {
	needed := []string{boot.EnvLedgerTable, boot.EnvReportQueue, boot.EnvFollowUpQueue, boot.EnvDeadLetters}
	if getenv(boot.EnvMemberRole) != "" {
		needed = append(needed, boot.EnvSweepQueue) // a new account is swept
	}
	b, err := boot.Start(getenv, read, client, log, needed...)
	if err != nil {
		return nil, err
	}
	members := accounts.New(b.Settings, b.AWS, func(cfg aws.Config) clients {
		client := iam.NewFromConfig(cfg)
		return clients{iamread.New(client), iamwrite.New(client)}
	})
	queues := queue.New(sqs.NewFromConfig(b.AWS), b.Queues, b.Clock.Now)
	table := ledgerdb.New(dynamodb.NewFromConfig(b.AWS), b.LedgerTable)
	var facts reconcile.Accounts // nil for one account
	if b.MemberRole != "" {
		_, tags := b.Config.AccountFacts()
		facts = accounts.NewFacts(accounts.Facts{
			Ledger: table, Directory: organization.New(organizations.NewFromConfig(b.AWS), tags), Tags: tags, Now: b.Clock.Now, Log: b.Log,
			Start: func(ctx context.Context, account string) error {
				return queues.Sweep(ctx, account, handler.SweepMessage{Sweep: &sweep.State{Account: account}}, spokeDelay)
			},
		})
	}
	return &handler.Enforce{
		Reconciler: &reconcile.Reconciler{
			Accounts:         facts,
			Config:           b.Config,
			Documents:        new(exposure.Documents),
			Source:           accounts.Source{Of: func(account string) *iamread.Directory { return members.For(account).source }},
			Remedy:           accounts.Remedy{Of: func(account string) *iamwrite.Remedy { return members.For(account).remedy }},
			Ledger:           table,
			Outbox:           queues,
			Control:          b.Control,
			Now:              b.Clock.Now,
			PropagationDelay: b.Propagation,
			Concurrency:      atOnce,
		},
		Queues: queues, Clock: b.Clock, Log: b.Log, Metrics: metrics, Direct: b.Direct,
	}, nil
}
