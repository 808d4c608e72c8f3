package handler

import (
	"context"
	"io"
	"log/slog"
	"time"

	"github.com/ringfence/ringfence/internal/delivery"
	"github.com/ringfence/ringfence/internal/errclass"
	"github.com/ringfence/ringfence/internal/metrics"
)

// gate checks input. Everyone who may invoke a function can send it input, and no function
// policy distinguishes them from Lambda's poller. So the queue is asked whether it knows the
// messages.
type gate struct {
	queues  delivery.Queues
	clock   Clock
	log     *slog.Logger
	metrics io.Writer
}

// verify asks the queue of a batch for its messages, and reports those that it does not know.
//
// Nothing is done before the answer: for a principal that was moved, the record is part of the
// decision, so it cannot be verified later.
func (d gate) verify(ctx context.Context, messages []delivery.Message, hidden time.Duration) delivery.Batch {
	batch := delivery.Verify(ctx, d.queues, messages, hidden)
	for _, r := range batch.Refused {
		d.reportForged(ctx, slog.String("messageId", r.ID), slog.String("why", r.Why))
	}
	if batch.Unverified != nil {
		d.log.LogAttrs(ctx, slog.LevelError, "queue not asked", slog.String("error", batch.Unverified.Error()))
	}
	return batch
}

// rejectDirect returns the error for input that did not come from a queue.
func (d gate) rejectDirect(ctx context.Context) error {
	d.reportForged(ctx, slog.String("why", "NoBatch"))
	return errclass.New(errclass.BadInput, "refused: this function only accepts batches from its queues; single events are only accepted by sam local invoke and in a replay")
}

// reportForged reports a forged message. Only its id is logged.
func (d gate) reportForged(ctx context.Context, what ...slog.Attr) {
	d.log.LogAttrs(ctx, slog.LevelError, "forged message refused", what...)
	if err := metrics.Forged(d.metrics, d.clock.Now()); err != nil {
		d.log.LogAttrs(ctx, slog.LevelError, "metrics not written", slog.String("error", err.Error()))
	}
}
