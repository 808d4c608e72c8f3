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

// door is where input comes in. Everybody can knock who may invoke a function, and no policy
// of the function tells Lambda's poller from them: what is from our queues is known by them.
type door struct {
	queues  delivery.Queues
	clock   Clock
	log     *slog.Logger
	metrics io.Writer
}

// let asks the queue of a batch for its messages, and tells of those that it does not know.
//
// Nothing is done before the answer: what a record says is part of a decision where a principal
// was moved, so it cannot be added later.
func (d door) let(ctx context.Context, messages []delivery.Message, hidden time.Duration) delivery.Batch {
	batch := delivery.Ask(ctx, d.queues, messages, hidden)
	for _, r := range batch.Refused {
		d.forged(ctx, slog.String("messageId", r.ID), slog.String("why", r.Why))
	}
	if batch.Unsure != nil {
		d.log.LogAttrs(ctx, slog.LevelError, "queue not asked", slog.String("error", batch.Unsure.Error()))
	}
	return batch
}

// turnAway is the error of input that did not come from a queue.
func (d door) turnAway(ctx context.Context) error {
	d.forged(ctx, slog.String("why", "NoBatch"))
	return errclass.New(errclass.BadInput, "refused: this function takes batches of its queues only; an event by itself is for sam local invoke and for a replay")
}

// forged tells of a message, of which nothing but its id is written down.
func (d door) forged(ctx context.Context, what ...slog.Attr) {
	d.log.LogAttrs(ctx, slog.LevelError, "forged message refused", what...)
	if err := metrics.Forged(d.metrics, d.clock.Now()); err != nil {
		d.log.LogAttrs(ctx, slog.LevelError, "metrics not written", slog.String("error", err.Error()))
	}
}
