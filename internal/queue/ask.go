package queue

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/ringfence/ringfence/internal/awserr"
	"github.com/ringfence/ringfence/internal/errclass"
)

// patience is for how long SQS is asked: no repair waits longer for a queue that hangs.
const patience = 2 * time.Second

// Ask asks a queue whether it knows messages that were received from it, by their receipt
// handles. It says of each why not: SQS's code, empty for one that it knows. The error is
// that SQS could not be asked.
//
// What asks is to hide the messages for a time, which must be the queue's own: no other call
// takes a receipt handle and leaves the message where it is.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ChangeMessageVisibilityBatch.html
func (q *Queues) Ask(ctx context.Context, queueARN string, receipts []string, hidden time.Duration) (unknown []string, err error) {
	url, err := urlOf(queueARN)
	if err != nil {
		return slices.Repeat([]string{"NoQueue"}, len(receipts)), nil
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for some := range slices.Chunk(receipts, perBatch) {
		codes, err := q.ask(ctx, url, some, hidden)
		if err != nil {
			return nil, err
		}
		unknown = append(unknown, codes...)
	}
	return unknown, nil
}

func (q *Queues) ask(ctx context.Context, url string, receipts []string, hidden time.Duration) ([]string, error) {
	entries := make([]types.ChangeMessageVisibilityBatchRequestEntry, len(receipts))
	for i := range receipts {
		entries[i] = types.ChangeMessageVisibilityBatchRequestEntry{
			Id: aws.String(strconv.Itoa(i)), ReceiptHandle: &receipts[i], VisibilityTimeout: seconds(hidden),
		}
	}
	out, err := q.api.ChangeMessageVisibilityBatch(ctx, &sqs.ChangeMessageVisibilityBatchInput{QueueUrl: &url, Entries: entries})
	if code := rejected(err); code != "" {
		return slices.Repeat([]string{code}, len(receipts)), nil
	}
	if err != nil {
		return nil, awserr.Wrap(err, "asking a queue for its messages")
	}
	codes := make([]string, len(receipts))
	for _, f := range out.Failed {
		code := aws.ToString(f.Code)
		err := awserr.FromCode(code, aws.ToString(f.Message), "asking a queue for its messages")
		i, bad := strconv.Atoi(aws.ToString(f.Id))
		if !f.SenderFault || errclass.ClassOf(err) == errclass.Retryable || bad != nil || i < 0 || i >= len(codes) {
			return nil, err
		}
		codes[i] = code
	}
	return codes, nil
}

// rejected is the code of an answer that says that what was asked is wrong: there is no such
// queue, or this function takes nothing from it.
func rejected(err error) string {
	var answer *smithyhttp.ResponseError
	class, code := awserr.Classify(err)
	if !errors.As(err, &answer) || class == errclass.Retryable || answer.HTTPStatusCode() >= http.StatusInternalServerError {
		return ""
	}
	return cmp.Or(code, strconv.Itoa(answer.HTTPStatusCode()))
}
