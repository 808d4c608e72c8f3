// Package reporting makes the function report out of its environment. Each function has such a
// package of its own, so that neither carries, and initialises, the clients of the other.
package reporting

import (
	"context"
	"io"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/ringfence/ringfence/internal/boot"
	"github.com/ringfence/ringfence/internal/boot/accounts"
	"github.com/ringfence/ringfence/internal/eventhistory"
	"github.com/ringfence/ringfence/internal/exposure"
	"github.com/ringfence/ringfence/internal/handler"
	"github.com/ringfence/ringfence/internal/iamread"
	"github.com/ringfence/ringfence/internal/ledgerdb"
	"github.com/ringfence/ringfence/internal/principal"
	"github.com/ringfence/ringfence/internal/publish"
	"github.com/ringfence/ringfence/internal/queue"
	"github.com/ringfence/ringfence/internal/report"
	"github.com/ringfence/ringfence/internal/trail"
)

// clients are those of one account.
type clients struct {
	source *iamread.Directory
	past   *eventhistory.History
}

// history asks the event history of a principal's account.
type history struct{ *accounts.Accounts[clients] }

// Calls returns recent calls on a principal.
func (h history) Calls(ctx context.Context, ref principal.Ref, since time.Time) ([]trail.Raw, error) {
	return h.For(ref.Account).past.Calls(ctx, ref, since)
}

// New makes the function from the environment. Its error names everything that is
// wrong with the environment, or with the configuration.
func New(getenv func(string) string, read boot.ReadFile, client aws.HTTPClient, log, metrics io.Writer) (*handler.Report, error) {
	b, err := boot.Start(getenv, read, client, log, boot.EnvLedgerTable, boot.EnvReportQueue, boot.EnvFollowUpQueue, boot.EnvDeadLetters)
	if err != nil {
		return nil, err
	}
	members := accounts.New(b.Settings, b.AWS, func(cfg aws.Config) clients {
		past := eventhistory.New(cloudtrail.NewFromConfig(cfg))
		if b.EventClock {
			past = past.Unpaced() // a replay has an AWS of its own
		}
		return clients{iamread.New(iam.NewFromConfig(cfg)), past}
	})
	to := publish.To{Topic: b.Topic, Bus: b.Bus, OCSF: b.OCSF}
	if b.SecurityHub {
		to.Hub = publish.NewHub(b.AWS)
	}
	queues := queue.New(sqs.NewFromConfig(b.AWS), b.Queues, b.Clock.Now)
	table := ledgerdb.New(dynamodb.NewFromConfig(b.AWS), b.LedgerTable)
	var facts report.Accounts // nil for one account
	if b.MemberRole != "" {
		facts = accounts.NewFacts(accounts.Facts{Ledger: table, Now: b.Clock.Now, Log: b.Log})
	}
	return &handler.Report{
		Reporter: &report.Reporter{
			Config:    b.Config,
			Documents: new(exposure.Documents),
			Source:    accounts.Source{Of: func(account string) *iamread.Directory { return members.For(account).source }},
			History:   history{members},
			Ledger:    table,
			Accounts:  facts,
			Sinks:     publish.New(sns.NewFromConfig(b.AWS), eventbridge.NewFromConfig(b.AWS), to),
			Queue:     queues,
			Now:       b.Clock.Now,
			Title:     publish.Title,
			Topic:     b.Topic,
			Region:    b.Region,
			Dashboard: b.Dashboard,
		},
		Queues: queues, Clock: b.Clock, Log: b.Log, Metrics: metrics, Direct: b.Direct,
	}, nil
}
