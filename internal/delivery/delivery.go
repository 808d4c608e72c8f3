// Package delivery decodes SQS batches, and translates the outcome of each message into SQS's
// terms.
//
// https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
package delivery

import (
	"context"
	"encoding/json"
	"strconv"
	"time"
)

// Message is one message of a batch.
type Message struct {
	ID       string `json:"messageId"`
	Source   string `json:"eventSource"`
	QueueARN string `json:"eventSourceARN"`
	Receipt  string `json:"receiptHandle"`
	Body     string `json:"body"`

	Attributes struct {
		Receives string `json:"ApproximateReceiveCount"`
	} `json:"attributes"`
}

// constantPauses is how often a message comes back after the requested pause alone. After that
// the pauses grow, so that a message survives an outage of hours: its queue drops it after a
// hundred receives. The count decides nothing else.
const constantPauses = 10

// maxPause is the longest pause.
const maxPause = 15 * time.Minute

// pause returns the pause before a message comes back. It grows with the number of receives.
func (m Message) pause(asked time.Duration) time.Duration {
	n, err := strconv.Atoi(m.Attributes.Receives)
	if err != nil || n <= constantPauses {
		return asked
	}
	grown := time.Duration(float64(asked) * float64(n*n) / (constantPauses * constantPauses))
	return max(asked, min(grown, maxPause))
}

// Parse returns the messages of a batch; ok is false if the input is not a batch.
func Parse(input json.RawMessage) (messages []Message, ok bool) {
	var b struct {
		Records []Message `json:"Records"`
	}
	if err := json.Unmarshal(input, &b); err != nil || len(b.Records) == 0 || b.Records[0].Source != "aws:sqs" {
		return nil, false
	}
	return b.Records, true
}

// Response names the messages that SQS must deliver again. It deletes the others.
// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting
type Response struct {
	Failures []Failure `json:"batchItemFailures"`
}

// Failure is one message that SQS must deliver again.
type Failure struct {
	Message string `json:"itemIdentifier"`
}

// Outcome is what happens to a message.
type Outcome struct {
	// After is when it comes back; zero if it is done.
	After time.Duration
	// Parked says why the message can never be handled; empty if it can.
	Parked string
}

// Queues are the SQS operations on messages.
type Queues interface {
	RetryAfter(ctx context.Context, queueARN, receipt string, after time.Duration) error
	Park(ctx context.Context, body, from, why string) error
	// Verify returns, for each message, why its queue does not know it; empty if it does. An
	// error means that SQS could not be asked.
	Verify(ctx context.Context, queueARN string, receipts []string, hidden time.Duration) (unknown []string, err error)
}

// Complete delays or parks the messages as needed, and returns the response to Lambda. If that
// fails, a message comes back when its visibility timeout ends.
func Complete(ctx context.Context, q Queues, b Batch, outcomes []Outcome) (Response, error) {
	response := Response{Failures: []Failure{}}
	for _, r := range b.Refused {
		response.Failures = append(response.Failures, Failure{r.ID})
	}
	var failed error
	for i, m := range b.Messages {
		o := outcomes[i]
		switch {
		case o.After > 0:
			response.Failures = append(response.Failures, Failure{m.ID})
			if b.Unverified != nil && failed != nil {
				continue // SQS still does not answer, and the time is limited
			}
			if err := q.RetryAfter(ctx, m.QueueARN, m.Receipt, m.pause(o.After)); err != nil {
				failed = err
			}
		case o.Parked != "":
			if err := q.Park(ctx, m.Body, m.QueueARN, o.Parked); err != nil {
				failed = err
				response.Failures = append(response.Failures, Failure{m.ID})
			}
		}
	}
	return response, failed
}
