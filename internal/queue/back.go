package queue

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/ringfence/ringfence/internal/awserr"
	"github.com/ringfence/ringfence/internal/errclass"
)

// RetryAfter makes a received message come back after a time.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ChangeMessageVisibility.html
func (q *Queues) RetryAfter(ctx context.Context, queueARN, receipt string, after time.Duration) error {
	url, err := urlOf(queueARN)
	if err != nil {
		return err
	}
	_, err = q.api.ChangeMessageVisibility(ctx, &sqs.ChangeMessageVisibilityInput{
		QueueUrl: &url, ReceiptHandle: &receipt, VisibilityTimeout: seconds(after),
	})
	return awserr.Wrap(err, "delaying a message")
}

// urlOf returns the URL of a queue. Messages only contain its ARN.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-queue-message-identifiers.html
func urlOf(arn string) (string, error) {
	part := strings.SplitN(arn, ":", 6)
	if len(part) != 6 || part[2] != "sqs" {
		return "", errclass.New(errclass.BadInput, "%q is not the ARN of a queue", arn)
	}
	suffix := "amazonaws.com"
	if part[1] == "aws-cn" {
		suffix += ".cn"
	}
	return fmt.Sprintf("https://sqs.%s.%s/%s/%s", part[3], suffix, part[4], part[5]), nil
}
