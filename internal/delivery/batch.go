package delivery

import (
	"context"
	"time"
)

// Batch is a batch after its queue was asked whether it knows the messages. A batch need not
// come from a queue: everyone who may invoke a function can send one.
type Batch struct {
	// Messages are to be handled.
	Messages []Message
	// Refused are the messages that the queue does not know. They are reported as failures: an
	// attacker learns nothing from that, and a message that was delivered too late is not lost.
	Refused []Refused
	// Unverified is why SQS could not be asked, nil if it was. Then Messages may be forged:
	// their targets may be looked at, but their content does not count.
	Unverified error
}

// Refused is a message that is not handled.
type Refused struct {
	// ID is the message id that it claims.
	ID string
	// Why is an error code, from SQS or this package.
	Why string
}

// maxID and maxReceipt are the longest that SQS uses. An attacker could send longer ones so
// that the call to SQS fails.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-queue-message-identifiers.html
const (
	maxID      = 100
	maxReceipt = 1024
)

// Verify asks SQS which messages are from their queue. Known messages stay hidden for the given
// time from now on, which must be the queue's visibility timeout.
//
// The receipt handles are those of Lambda's poller, and a function may use them to change the
// visibility of a message; Lambda deletes the messages that the function does not report.
// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
func Verify(ctx context.Context, q Queues, messages []Message, hidden time.Duration) Batch {
	var b Batch
	var asked []Message
	var receipts []string
	for _, m := range messages {
		if len(m.ID) > maxID || m.Receipt == "" || len(m.Receipt) > maxReceipt || m.QueueARN != messages[0].QueueARN {
			b.refuse(m, "Malformed")
			continue
		}
		asked, receipts = append(asked, m), append(receipts, m.Receipt)
	}
	if len(asked) == 0 {
		return b
	}
	unknown, err := q.Verify(ctx, messages[0].QueueARN, receipts, hidden)
	if err != nil {
		b.Messages, b.Unverified = asked, err
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
	b.Refused = append(b.Refused, Refused{m.ID[:min(len(m.ID), maxID)], why})
}
