// Package queue sends work through SQS, so that none is lost if a process ends.
//
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/welcome.html
package queue

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/ringfence/ringfence/internal/awserr"
	"github.com/ringfence/ringfence/internal/errclass"
	"github.com/ringfence/ringfence/internal/ledger"
	"github.com/ringfence/ringfence/internal/target"
)

type sqsAPI interface {
	SendMessage(context.Context, *sqs.SendMessageInput, ...func(*sqs.Options)) (*sqs.SendMessageOutput, error)
	SendMessageBatch(context.Context, *sqs.SendMessageBatchInput, ...func(*sqs.Options)) (*sqs.SendMessageBatchOutput, error)
	ChangeMessageVisibility(context.Context, *sqs.ChangeMessageVisibilityInput, ...func(*sqs.Options)) (*sqs.ChangeMessageVisibilityOutput, error)
	ChangeMessageVisibilityBatch(context.Context, *sqs.ChangeMessageVisibilityBatchInput, ...func(*sqs.Options)) (*sqs.ChangeMessageVisibilityBatchOutput, error)
}

// URLs are the URLs of the queues of a deployment.
type URLs struct {
	// Report is the queue of the report function, FollowUp that of later looks and walks,
	// DeadLetters that of parked messages, and Sweep that of the sweep function.
	Report, FollowUp, DeadLetters, Sweep string
	// Fair makes the messages of each account a group, so that the backlog of one account does not delay the others.
	// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fair-queues.html
	Fair bool
}

// group returns the message group of an account, nil for none.
func (u URLs) group(account string) *string {
	if !u.Fair || account == "" {
		return nil
	}
	return &account
}

// Queues sends messages. It is safe for concurrent use.
type Queues struct {
	api  sqsAPI
	urls URLs
	now  func() time.Time
}

// New returns queues that use an [sqs.Client]. now gives the time from which delays count.
func New(api sqsAPI, urls URLs, now func() time.Time) *Queues { return &Queues{api, urls, now} }

// maxDelay is the longest delay that SQS supports.
const maxDelay = 900 * time.Second

// perBatch is how many messages SQS accepts per call.
const perBatch = 10

// Report asks the report function to look up items of the ledger. Duplicate keys are sent once.
func (q *Queues) Report(ctx context.Context, keys ...string) error {
	known := map[string]bool{}
	var entries []types.SendMessageBatchRequestEntry
	for _, key := range keys {
		if known[key] {
			continue
		}
		known[key] = true
		body, err := json.Marshal(ledger.Notice{Tell: key, Due: q.now()})
		if err != nil {
			return errclass.New(errclass.BadInput, "encoding the notice of %s: %w", key, err)
		}
		entries = append(entries, types.SendMessageBatchRequestEntry{
			Id: aws.String(strconv.Itoa(len(entries) % perBatch)), MessageBody: aws.String(string(body)),
			MessageGroupId: q.urls.group(ledger.AccountOf(key)),
		})
	}
	for len(entries) > 0 {
		n := min(perBatch, len(entries))
		if err := q.batch(ctx, entries[:n]); err != nil {
			return err
		}
		entries = entries[n:]
	}
	return nil
}

func (q *Queues) batch(ctx context.Context, entries []types.SendMessageBatchRequestEntry) error {
	out, err := q.api.SendMessageBatch(ctx, &sqs.SendMessageBatchInput{QueueUrl: &q.urls.Report, Entries: entries})
	if err != nil {
		return awserr.Wrap(err, "sending to the report queue")
	}
	for _, f := range out.Failed {
		return awserr.FromCode(aws.ToString(f.Code), aws.ToString(f.Message), "sending to the report queue")
	}
	return nil
}

// Journal keeps an entry in the report queue until the ledger accepts it.
func (q *Queues) Journal(ctx context.Context, e ledger.Entry) error {
	return q.send(ctx, q.urls.Report, ledger.AccountOf(e.Key), ledger.Notice{Entry: &e, Due: q.now()}, 0)
}

// Digest schedules the sending of a digest.
func (q *Queues) Digest(ctx context.Context, key string, due time.Time) error {
	return q.send(ctx, q.urls.Report, ledger.AccountOf(key), ledger.Notice{Digest: key, Due: due}, due.Sub(q.now()))
}

// Schedule schedules work after a delay of at most fifteen minutes.
func (q *Queues) Schedule(ctx context.Context, w target.Work, delay time.Duration) error {
	return q.send(ctx, q.urls.FollowUp, w.Target.Account, target.FollowUp{
		Source: target.Source, DetailType: target.Form, Account: w.Target.Account, Time: q.now().Add(delay).UTC(), Detail: w,
	}, delay)
}

// Sweep schedules the next step of a sweep of an account.
func (q *Queues) Sweep(ctx context.Context, account string, message any, delay time.Duration) error {
	return q.send(ctx, q.urls.Sweep, account, message, delay)
}

func (q *Queues) send(ctx context.Context, url, account string, message any, delay time.Duration) error {
	body, err := json.Marshal(message)
	if err != nil {
		return errclass.New(errclass.BadInput, "sending to %s: %w", url, err)
	}
	_, err = q.api.SendMessage(ctx, &sqs.SendMessageInput{
		QueueUrl: &url, MessageBody: aws.String(string(body)), DelaySeconds: seconds(delay), MessageGroupId: q.urls.group(account),
	})
	return awserr.Wrap(err, "sending to %s", url)
}

// Park moves a message that can never be handled to the dead letters, with the reason.
func (q *Queues) Park(ctx context.Context, body, from, why string) error {
	const most = 1000
	if len(why) > most {
		why = why[:most]
	}
	attribute := func(s string) types.MessageAttributeValue {
		if s = strings.ToValidUTF8(s, "?"); s == "" {
			s = "unknown"
		}
		return types.MessageAttributeValue{DataType: aws.String("String"), StringValue: aws.String(s)}
	}
	_, err := q.api.SendMessage(ctx, &sqs.SendMessageInput{
		QueueUrl: &q.urls.DeadLetters, MessageBody: &body,
		MessageAttributes: map[string]types.MessageAttributeValue{"reason": attribute(why), "from": attribute(from)},
	})
	return awserr.Wrap(err, "parking a message")
}

func seconds(d time.Duration) int32 {
	return int32((max(0, min(d, maxDelay)) + time.Second - 1) / time.Second)
}
