package sim

import (
	"io"
	"log/slog"
	"time"

	"github.com/ringfence/ringfence/internal/eventhistory"
	"github.com/ringfence/ringfence/internal/exposure"
	"github.com/ringfence/ringfence/internal/handler"
	"github.com/ringfence/ringfence/internal/iamread"
	"github.com/ringfence/ringfence/internal/iamwrite"
	"github.com/ringfence/ringfence/internal/ledgerdb"
	"github.com/ringfence/ringfence/internal/queue"
	"github.com/ringfence/ringfence/internal/reconcile"
	"github.com/ringfence/ringfence/internal/report"
)

// settle is how long IAM may return an old state, as configured in Ringfence.
const settle = 30 * time.Second

// edges are the two functions as package boot makes them, with clients of the world.
type edges struct {
	enforce *handler.Enforce
	report  *handler.Report
	running map[*invocation]bool
}

// clock is the clock of the bubble.
type clock struct{}

// Now returns the time of the bubble.
func (clock) Now() time.Time { return time.Now() }

// Set does nothing: events do not move the clock.
func (clock) Set(time.Time) {}

// wire makes the functions.
func (w *World) wire(documents *exposure.Documents) edges {
	urls := queue.URLs{Report: "report", FollowUp: "follow-up", DeadLetters: "dead"}
	queues := queue.New(sqsClient{w}, urls, time.Now)
	source := iamread.New(iamClient{w})
	ledger := ledgerdb.New(dynamoClient{w}, "ledger")
	log := slog.New(slog.DiscardHandler)
	return edges{
		running: map[*invocation]bool{},
		enforce: &handler.Enforce{
			Reconciler: &reconcile.Reconciler{
				Config: w.cfg, Documents: documents, Source: source, Remedy: iamwrite.New(iamClient{w}),
				Ledger: ledger, Outbox: queues, Now: time.Now, PropagationDelay: settle, Concurrency: 1,
			},
			Queues: queues, Clock: clock{}, Log: log, Metrics: io.Discard,
		},
		report: &handler.Report{
			Reporter: &report.Reporter{
				Config: w.cfg, Documents: documents, Source: source, History: eventhistory.New(trailClient{w}),
				Ledger: ledger, Sinks: sinkClient{w}, Queue: queues, Now: time.Now,
			},
			Queues: queues, Clock: clock{}, Log: log, Metrics: io.Discard,
		},
	}
}
