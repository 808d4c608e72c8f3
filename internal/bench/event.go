package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	_ "embed" // for the event
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/ringfence/ringfence/internal/bench/measure"
)

// drift is the event for the removal of a role's boundary, as EventBridge delivers it, with
// {ROLE}, {TIME} and {ID} to replace.
//
//go:embed drift.json
var drift string

// batchSize is the number of messages in an SQS batch.
const batchSize = 10

// batch returns the SQS batch for the removal of roles' boundaries. The messages are sent to a
// queue and received from it, because the function calls the queue for them.
func (a *account) batch(ctx context.Context, roles []string) ([]byte, error) {
	var event bytes.Buffer // without white space, as EventBridge sends it
	if err := json.Compact(&event, []byte(drift)); err != nil {
		return nil, fmt.Errorf("reading drift.json: %w", err)
	}
	now := time.Now().UTC()
	sent := strconv.FormatInt(now.UnixMilli(), 10)
	queue := "ringfence-events-" + roles[0]
	made, err := a.sqs.CreateQueue(ctx, &sqs.CreateQueueInput{QueueName: &queue})
	if err != nil {
		return nil, fmt.Errorf("making the queue %s: %w", queue, err)
	}
	var records []measure.SQSRecord
	for _, role := range roles {
		body := strings.NewReplacer("{ROLE}", role, "{TIME}", now.Format(time.RFC3339), "{ID}", id("event", role)).Replace(event.String())
		if _, err := a.sqs.SendMessage(ctx, &sqs.SendMessageInput{QueueUrl: made.QueueUrl, MessageBody: &body}); err != nil {
			return nil, fmt.Errorf("sending an event: %w", err)
		}
		out, err := a.sqs.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{QueueUrl: made.QueueUrl})
		if err != nil || len(out.Messages) != 1 {
			return nil, fmt.Errorf("receiving an event, %v: %w", out, err)
		}
		records = append(records, measure.SQSRecord{
			MessageID: id("message", role), ReceiptHandle: aws.ToString(out.Messages[0].ReceiptHandle), Body: body,
			Attributes: map[string]string{
				"ApproximateReceiveCount": "1", "SentTimestamp": sent, "ApproximateFirstReceiveTimestamp": sent,
			},
			EventSource: "aws:sqs", SourceARN: "arn:aws:sqs:us-east-1:123456789012:" + queue, Region: region,
		})
	}
	text, err := json.Marshal(map[string]any{"Records": records})
	if err != nil {
		return nil, fmt.Errorf("making a batch of events: %w", err)
	}
	return text, nil
}

// id returns a UUID for its purpose.
func id(kind, role string) string {
	h := sha256.Sum256([]byte(kind + " " + role))
	h[6], h[8] = h[6]&0x0f|0x40, h[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", h[:4], h[4:6], h[6:8], h[8:10], h[10:16])
}
