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

// verifyTimeout limits the question to SQS: no repair waits longer for a queue that hangs.
const verifyTimeout = 2 * time.Second

// Verify asks a queue whether it knows messages, by their receipt handles. For each unknown
// message it returns SQS's error code, empty for a known one. An error means that SQS could not
// be asked.
//
// The call changes the visibility of the messages to the given time, which must be the queue's
// own timeout: there is no other call that takes a receipt handle and leaves the message where
// it is.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ChangeMessageVisibilityBatch.html
func (q *Queues) Verify(ctx context.Context, queueARN string, receipts []string, hidden time.Duration) (unknown []string, err error) {
	url, err := urlOf(queueARN)
	if err != nil {
		return slices.Repeat([]string{"NoQueue"}, len(receipts)), nil
	}
	ctx, cancel := context.WithTimeout(ctx, verifyTimeout)
	defer cancel()
	for some := range slices.Chunk(receipts, perBatch) {
		codes, err := q.verify(ctx, url, some, hidden)
		if err != nil {
			return nil, err
		}
		unknown = append(unknown, codes...)
	}
	return unknown, nil
}

func (q *Queues) verify(ctx context.Context, url string, receipts []string, hidden time.Duration) ([]string, error) {
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

// rejected returns the error code if the request itself is wrong: the queue does not exist, or
// this function may not receive from it.
func rejected(err error) string {
	var answer *smithyhttp.ResponseError
	class, code := awserr.Classify(err)
	if !errors.As(err, &answer) || class == errclass.Retryable || answer.HTTPStatusCode() >= http.StatusInternalServerError {
		return ""
	}
	return cmp.Or(code, strconv.Itoa(answer.HTTPStatusCode()))
}
