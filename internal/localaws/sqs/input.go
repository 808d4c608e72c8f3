package sqs

import "github.com/aws/aws-sdk-go-v2/service/sqs/types"

// SendMessageInput is the SDK's input, except that it distinguishes a delay of 0 from none. The
// SDK for Go cannot send a 0. Other clients can, and a 0 overrides the queue's delay.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
type SendMessageInput struct {
	QueueUrl          *string //nolint:revive // AWS's name
	MessageBody       *string
	DelaySeconds      *int32
	MessageAttributes map[string]types.MessageAttributeValue
	MessageGroupId    *string //nolint:revive // AWS's name
}

// SendMessageBatchInput is the SDK's input with the same difference.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html
type SendMessageBatchInput struct {
	QueueUrl *string //nolint:revive // AWS's name
	Entries  []SendMessageBatchRequestEntry
}

// SendMessageBatchRequestEntry is one message of a batch.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatchRequestEntry.html
type SendMessageBatchRequestEntry struct {
	Id                *string //nolint:revive // AWS's name
	MessageBody       *string
	DelaySeconds      *int32
	MessageAttributes map[string]types.MessageAttributeValue
	MessageGroupId    *string //nolint:revive // AWS's name
}
