// Package queue hands work on through SQS, so that nothing of it is lost with a process.
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

// URLs are those of the queues of a deployment.
type URLs struct {
	// Report is that of the report function, FollowUp that of later looks and walks, and
	// DeadLetters where messages are parked. Sweep is that of the function sweep.
	Report, FollowUp, DeadLetters, Sweep string
}

// Queues sends messages. It is safe for concurrent use.
type Queues struct {
	api  sqsAPI
	urls URLs
	now  func() time.Time
}

// New makes queues through an [sqs.Client]. The clock is that of when a look is due.
func New(api sqsAPI, urls URLs, now func() time.Time) *Queues { return &Queues{api, urls, now} }

// mostDelay is what SQS delays a message at most.
const mostDelay = 900 * time.Second

// perBatch is how many messages SQS takes at a time.
const perBatch = 10

// Report has the report look up items of the ledger. Keys that come twice are told once.
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
			return errclass.New(errclass.BadInput, "telling of %s: %w", key, err)
		}
		entries = append(entries, types.SendMessageBatchRequestEntry{
			Id: aws.String(strconv.Itoa(len(entries) % perBatch)), MessageBody: aws.String(string(body)),
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

// Journal keeps an entry in the report queue until the ledger takes it.
func (q *Queues) Journal(ctx context.Context, e ledger.Entry) error {
	return q.send(ctx, q.urls.Report, ledger.Notice{Entry: &e, Due: q.now()}, 0)
}

// Digest has the report send a digest when it is due.
func (q *Queues) Digest(ctx context.Context, key string, due time.Time) error {
	return q.send(ctx, q.urls.Report, ledger.Notice{Digest: key, Due: due}, due.Sub(q.now()))
}

// Schedule has work done after a delay, of at most fifteen minutes.
func (q *Queues) Schedule(ctx context.Context, w target.Work, delay time.Duration) error {
	return q.send(ctx, q.urls.FollowUp, target.FollowUp{
		Source: target.Source, DetailType: target.Form, Account: w.Target.Account, Time: q.now().Add(delay).UTC(), Detail: w,
	}, delay)
}

// Sweep has a sweep go on after a delay.
func (q *Queues) Sweep(ctx context.Context, message any, delay time.Duration) error {
	return q.send(ctx, q.urls.Sweep, message, delay)
}

func (q *Queues) send(ctx context.Context, url string, message any, delay time.Duration) error {
	body, err := json.Marshal(message)
	if err != nil {
		return errclass.New(errclass.BadInput, "sending to %s: %w", url, err)
	}
	_, err = q.api.SendMessage(ctx, &sqs.SendMessageInput{
		QueueUrl: &url, MessageBody: aws.String(string(body)), DelaySeconds: seconds(delay),
	})
	return awserr.Wrap(err, "sending to %s", url)
}

// Park puts a message aside that can never be handled, and says why.
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
	return int32((max(0, min(d, mostDelay)) + time.Second - 1) / time.Second)
}
