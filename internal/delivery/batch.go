package delivery

import (
	"context"
	"time"
)

// Batch is a batch whose queue was asked whether it knows its messages. A batch need not come
// from a queue: everybody who may invoke a function can give it one.
type Batch struct {
	// Messages are to be handled.
	Messages []Message
	// Refused are those that the queue does not know. They are reported as failures: nobody
	// learns from that, and of one that was delivered too late nothing is lost.
	Refused []Refused
	// Unsure is why SQS could not be asked, nil where it was. Then Messages may be from
	// anybody: what they ask to be looked at may be, and nothing that they say counts.
	Unsure error
}

// Refused is a message that is not handled.
type Refused struct {
	// ID is what it says its id is.
	ID string
	// Why is a code of SQS's, or of our own.
	Why string
}

// longestID and longestReceipt are of what SQS gives out. An attacker may give more, so that
// SQS cannot be asked.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-queue-message-identifiers.html
const (
	longestID      = 100
	longestReceipt = 1024
)

// Ask has SQS say which messages are from their queue. Those that it knows stay hidden for
// the given time from now on, which is to be the queue's visibility time-out.
//
// The receipt handles that Lambda gives are those of its own poller, and a function may change
// with them for how long a message is hidden; Lambda deletes what the function does not report.
// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
func Ask(ctx context.Context, q Queues, messages []Message, hidden time.Duration) Batch {
	var b Batch
	var asked []Message
	var receipts []string
	for _, m := range messages {
		if len(m.ID) > longestID || m.Receipt == "" || len(m.Receipt) > longestReceipt || m.QueueARN != messages[0].QueueARN {
			b.refuse(m, "Malformed")
			continue
		}
		asked, receipts = append(asked, m), append(receipts, m.Receipt)
	}
	if len(asked) == 0 {
		return b
	}
	unknown, err := q.Ask(ctx, messages[0].QueueARN, receipts, hidden)
	if err != nil {
		b.Messages, b.Unsure = asked, err
		return b
	}
	for i, m := range asked {
		if unknown[i] == "" {
			b.Messages = append(b.Messages, m)
		} else {
			b.refuse(m, unknown[i])
		}
	}
	return b
}

func (b *Batch) refuse(m Message, why string) {
	b.Refused = append(b.Refused, Refused{m.ID[:min(len(m.ID), longestID)], why})
}
