package sqs

import (
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

// send checks a message and adds it to the queue. The mutex must be held.
func (c Call) send(q *queue, body, group *string, attributes map[string]types.MessageAttributeValue, delay *int32) (*message, error) {
	if aws.ToString(body) == "" {
		return nil, invalid("MissingParameter", "The request must contain the parameter MessageBody.")
	}
	if limit := q.number("MaximumMessageSize"); size(*body, attributes) > limit {
		return nil, invalid("InvalidParameterValue", "One or more parameters are invalid. Reason: Message must be shorter than %d bytes.", limit)
	}
	if len(attributes) > 10 {
		return nil, invalid("InvalidParameterValue", "Number of message attributes [%d] exceeds the allowed maximum [10].", len(attributes))
	}
	seconds := q.number("DelaySeconds")
	if delay != nil {
		seconds = int(*delay)
	}
	if seconds < 0 || seconds > 900 {
		return nil, invalid("InvalidParameterValue", "Value %d for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900.", seconds)
	}
	if group != nil && !validGroup(*group) {
		return nil, invalid("InvalidParameterValue", "Value %s for parameter MessageGroupId is invalid. Reason: MessageGroupId can only include alphanumeric and punctuation characters. 1 to 128 in length.", *group)
	}
	return c.put(q, *body, aws.ToString(group), attributes, time.Duration(seconds)*time.Second), nil
}

// validGroup reports whether a text can be the id of a message group.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/using-messagegroupid-property.html
func validGroup(id string) bool {
	for i := range len(id) {
		if id[i] <= ' ' || id[i] > '~' {
			return false
		}
	}
	return id != "" && len(id) <= 128
}

func (c Call) sendMessage(in *SendMessageInput) (*sqs.SendMessageOutput, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	q, err := c.find(in.QueueUrl)
	if err != nil {
		return nil, err
	}
	m, err := c.send(q, in.MessageBody, in.MessageGroupId, in.MessageAttributes, in.DelaySeconds)
	if err != nil {
		return nil, err
	}
	return &sqs.SendMessageOutput{
		MessageId: aws.String(m.id), MD5OfMessageBody: sum(m.body), MD5OfMessageAttributes: sumAttributes(m.attributes),
	}, nil
}

func (c Call) sendMessageBatch(in *SendMessageBatchInput) (*sqs.SendMessageBatchOutput, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	q, err := c.find(in.QueueUrl)
	if err != nil {
		return nil, err
	}
	if err := checkBatch(in.Entries, func(e SendMessageBatchRequestEntry) *string { return e.Id }); err != nil {
		return nil, err
	}
	out := &sqs.SendMessageBatchOutput{
		Successful: []types.SendMessageBatchResultEntry{}, Failed: []types.BatchResultErrorEntry{},
	}
	for _, e := range in.Entries {
		m, err := c.send(q, e.MessageBody, e.MessageGroupId, e.MessageAttributes, e.DelaySeconds)
		if err != nil {
			out.Failed = append(out.Failed, failed(e.Id, err))
			continue
		}
		out.Successful = append(out.Successful, types.SendMessageBatchResultEntry{
			Id: e.Id, MessageId: aws.String(m.id), MD5OfMessageBody: sum(m.body), MD5OfMessageAttributes: sumAttributes(m.attributes),
		})
	}
	return out, nil
}
