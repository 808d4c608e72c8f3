package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/ringfence/ringfence/internal/bench/measure"
	"github.com/ringfence/ringfence/internal/runtimeapi"
)

// consumer is a process of a function with its event source mapping: it takes batches from a queue, and deletes the
// messages that the function does not return.
//
// https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
type consumer struct {
	process *runtimeapi.Process
	client  *sqs.Client
	queue   string // its name
	url     string
	most    int32
}

// one takes one batch, and returns the number of its messages.
func (c *consumer) one(ctx context.Context, wait int32) (taken int, err error) {
	out, err := c.client.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{
		QueueUrl: &c.url, MaxNumberOfMessages: c.most, WaitTimeSeconds: wait,
		MessageSystemAttributeNames: []types.MessageSystemAttributeName{types.MessageSystemAttributeNameAll},
	})
	if err != nil || len(out.Messages) == 0 {
		return 0, err
	}
	records := make([]measure.SQSRecord, len(out.Messages))
	for i, m := range out.Messages {
		records[i] = measure.SQSRecord{
			MessageID: *m.MessageId, ReceiptHandle: *m.ReceiptHandle, Body: *m.Body, Attributes: m.Attributes,
			EventSource: "aws:sqs", SourceARN: queueARN(c.queue), Region: region,
		}
	}
	event, err := json.Marshal(map[string]any{"Records": records})
	if err != nil {
		return 0, err
	}
	answer, err := c.process.Invoke(ctx, event)
	if err != nil {
		return 0, fmt.Errorf("%w; it last printed: %s", err, c.process.Printed())
	}
	var response struct {
		BatchItemFailures []struct {
			ItemIdentifier string `json:"itemIdentifier"`
		} `json:"batchItemFailures"`
	}
	if err := json.Unmarshal(answer.Body, &response); err != nil {
		return 0, fmt.Errorf("reading the function's answer %s: %w", answer.Body, err)
	}
	returned := map[string]bool{}
	for _, f := range response.BatchItemFailures {
		returned[f.ItemIdentifier] = true
	}
	for _, m := range out.Messages {
		if returned[aws.ToString(m.MessageId)] {
			continue
		}
		if _, err := c.client.DeleteMessage(ctx, &sqs.DeleteMessageInput{QueueUrl: &c.url, ReceiptHandle: m.ReceiptHandle}); err != nil {
			return len(records), err
		}
	}
	return len(records), nil
}

// consume starts a process of a function for a queue.
func (w *world) consume(ctx context.Context, binary, role, queue string, most int32) (*consumer, error) {
	p, err := runtimeapi.Start(ctx, binary, w.environment(role))
	if err != nil {
		return nil, err
	}
	return &consumer{p, sqs.NewFromConfig(w.server.Config(region, hub)), queue, w.listener.URL + "/" + hub + "/" + queue, most}, nil
}

// fleet is several processes.
type fleet []*consumer

// run takes batches until done is closed and the queues are empty, or the context ends.
func (f fleet) run(ctx context.Context, done <-chan struct{}) error {
	var group sync.WaitGroup
	errs := make([]error, len(f))
	for i, c := range f {
		group.Go(func() {
			for ctx.Err() == nil {
				taken, err := c.one(ctx, 1)
				if err != nil {
					errs[i] = err
					return
				}
				select {
				case <-done:
					if taken == 0 {
						return
					}
				default:
				}
			}
		})
	}
	group.Wait()
	return errors.Join(append(errs, ctx.Err())...)
}

// Close ends the processes.
func (f fleet) Close() (err error) {
	for _, c := range f {
		err = errors.Join(err, c.process.Close())
	}
	return err
}
