// Package delivery takes messages out of what SQS gives a function, and says in SQS's
// terms what becomes of each.
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

// patient is how many times a message comes back after just the pause that was asked for.
// After that the pauses grow, so that a message outlives an outage of hours: its queue
// gives it up after a hundred times. The count decides on nothing else.
const patient = 10

// longest is the longest pause.
const longest = 15 * time.Minute

// pause is the pause until a message comes back, which grows with the times that it came.
func (m Message) pause(asked time.Duration) time.Duration {
	n, err := strconv.Atoi(m.Attributes.Receives)
	if err != nil || n <= patient {
		return asked
	}
	grown := time.Duration(float64(asked) * float64(n*n) / (patient * patient))
	return max(asked, min(grown, longest))
}

// Parse gives the messages of a batch; ok is false where the input is none.
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

// Outcome is what becomes of a message.
type Outcome struct {
	// After is when it is to come back; zero for one that is done.
	After time.Duration
	// Parked says why the message can never be handled; empty where it can.
	Parked string
}

// Queues is what SQS knows of messages, and does with them.
type Queues interface {
	Back(ctx context.Context, queueARN, receipt string, after time.Duration) error
	Park(ctx context.Context, body, from, why string) error
	// Ask says of each message why its queue does not know it, empty where it does. The error
	// is that SQS could not be asked.
	Ask(ctx context.Context, queueARN string, receipts []string, hidden time.Duration) (unknown []string, err error)
}

// Settle has each message come back when it is to, or parks it, and returns what to
// answer. Where either cannot be done the message comes back by itself, when its
// visibility time-out ends.
func Settle(ctx context.Context, q Queues, b Batch, outcomes []Outcome) (Response, error) {
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
			if b.Unsure != nil && failed != nil {
				continue // SQS still gives no answer, and the invocation has an end
			}
			if err := q.Back(ctx, m.QueueARN, m.Receipt, m.pause(o.After)); err != nil {
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
