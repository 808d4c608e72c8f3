package sim

import (
	"context"
	"encoding/json"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	cttypes "github.com/aws/aws-sdk-go-v2/service/cloudtrail/types"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/ringfence/ringfence/internal/ledger"
	"github.com/ringfence/ringfence/internal/target"
)

// row is one item of the ledger's table.
type row = map[string]types.AttributeValue

// dynamoClient is the ledger's table, with conditional writes of whole items.
type dynamoClient struct{ w *World }

// GetItem makes the call through the scheduler.
func (c dynamoClient) GetItem(ctx context.Context, in *dynamodb.GetItemInput, _ ...func(*dynamodb.Options)) (*dynamodb.GetItemOutput, error) {
	key := keyOf(in.Key)
	return do(ctx, c.w, "dynamodb", "GetItem", key, false, func() (*dynamodb.GetItemOutput, error) {
		return &dynamodb.GetItemOutput{Item: c.w.table[key]}, nil
	})
}

// PutItem makes the call through the scheduler.
func (c dynamoClient) PutItem(ctx context.Context, in *dynamodb.PutItemInput, _ ...func(*dynamodb.Options)) (*dynamodb.PutItemOutput, error) {
	key := keyOf(in.Item)
	return do(ctx, c.w, "dynamodb", "PutItem", key, true, func() (*dynamodb.PutItemOutput, error) {
		stored := c.w.table[key]
		met := stored == nil
		if want, ok := in.ExpressionAttributeValues[":v"].(*types.AttributeValueMemberN); ok {
			met = stored != nil && stored["version"].(*types.AttributeValueMemberN).Value == want.Value
		}
		if !met {
			return nil, &types.ConditionalCheckFailedException{Message: aws.String("The conditional request failed"), Item: stored}
		}
		c.w.table[key] = in.Item
		c.w.stored(key)
		return &dynamodb.PutItemOutput{}, nil
	})
}

func keyOf(item row) string { return item["pk"].(*types.AttributeValueMemberS).Value }

// sqsClient is the queues.
type sqsClient struct{ w *World }

// SendMessage makes the call through the scheduler.
func (c sqsClient) SendMessage(ctx context.Context, in *sqs.SendMessageInput, _ ...func(*sqs.Options)) (*sqs.SendMessageOutput, error) {
	url, body, delay := aws.ToString(in.QueueUrl), aws.ToString(in.MessageBody), time.Duration(in.DelaySeconds)*time.Second
	name := nameOf(url, body)
	return do(ctx, c.w, "sqs", "SendMessage", name, true, func() (*sqs.SendMessageOutput, error) {
		if url == "dead" {
			c.w.parked(body, aws.ToString(in.MessageAttributes["reason"].StringValue))
		} else {
			c.w.later(body)
			c.w.send(c.w.queues[url], name, body, c.w.settled(name, delay))
		}
		return &sqs.SendMessageOutput{}, nil
	})
}

// SendMessageBatch makes the call through the scheduler.
func (c sqsClient) SendMessageBatch(ctx context.Context, in *sqs.SendMessageBatchInput, _ ...func(*sqs.Options)) (*sqs.SendMessageBatchOutput, error) {
	url := aws.ToString(in.QueueUrl)
	first := nameOf(url, aws.ToString(in.Entries[0].MessageBody))
	return do(ctx, c.w, "sqs", "SendMessageBatch", first, true, func() (*sqs.SendMessageBatchOutput, error) {
		for _, e := range in.Entries {
			c.w.send(c.w.queues[url], nameOf(url, aws.ToString(e.MessageBody)), aws.ToString(e.MessageBody), 0)
		}
		return &sqs.SendMessageBatchOutput{}, nil
	})
}

// ChangeMessageVisibility makes the call through the scheduler.
func (c sqsClient) ChangeMessageVisibility(ctx context.Context, in *sqs.ChangeMessageVisibilityInput, _ ...func(*sqs.Options)) (*sqs.ChangeMessageVisibilityOutput, error) {
	receipt := aws.ToString(in.ReceiptHandle)
	return do(ctx, c.w, "sqs", "ChangeMessageVisibility", receipt, true, func() (*sqs.ChangeMessageVisibilityOutput, error) {
		q, m := c.w.find(receipt)
		if m == nil {
			return nil, codeError("ReceiptHandleIsInvalid", "no such message")
		}
		after := c.w.settled(m.name+strconv.Itoa(m.count), time.Duration(in.VisibilityTimeout)*time.Second)
		m.visible = time.Now().Add(after)
		c.w.after(after, func() { c.w.poll(q) })
		return &sqs.ChangeMessageVisibilityOutput{}, nil
	})
}

// ChangeMessageVisibilityBatch makes the call through the scheduler. It does not change how long
// messages are hidden: the story decides which are delivered twice.
func (c sqsClient) ChangeMessageVisibilityBatch(ctx context.Context, in *sqs.ChangeMessageVisibilityBatchInput, _ ...func(*sqs.Options)) (*sqs.ChangeMessageVisibilityBatchOutput, error) {
	return do(ctx, c.w, "sqs", "ChangeMessageVisibilityBatch", aws.ToString(in.Entries[0].ReceiptHandle), false, func() (*sqs.ChangeMessageVisibilityBatchOutput, error) {
		out := &sqs.ChangeMessageVisibilityBatchOutput{}
		for _, e := range in.Entries {
			if _, m := c.w.find(aws.ToString(e.ReceiptHandle)); m == nil {
				out.Failed = append(out.Failed, sqstypes.BatchResultErrorEntry{Id: e.Id, SenderFault: true, Code: aws.String("ReceiptHandleIsInvalid")})
			}
		}
		return out, nil
	})
}

// settled replaces a random short pause by one that the seed decides.
func (w *World) settled(name string, d time.Duration) time.Duration {
	if d >= 2*time.Second && d <= 10*time.Second {
		return roll(w.Seed, "pause", name).between(2*time.Second, 10*time.Second)
	}
	return d
}

// nameOf names a message by its subject.
func nameOf(url, body string) string {
	if url == "report" {
		var n ledger.Notice
		_ = json.Unmarshal([]byte(body), &n)
		if n.Entry != nil {
			return "journal " + n.Entry.Key
		}
		return n.Tell + n.Digest
	}
	var f target.FollowUp
	_ = json.Unmarshal([]byte(body), &f)
	return url + " " + f.Detail.Target.Identity() + string(f.Detail.Target.Kind)
}

// trailClient is CloudTrail's event history.
type trailClient struct{ w *World }

// LookupEvents makes the call through the scheduler.
func (c trailClient) LookupEvents(ctx context.Context, in *cloudtrail.LookupEventsInput, _ ...func(*cloudtrail.Options)) (*cloudtrail.LookupEventsOutput, error) {
	name := aws.ToString(in.LookupAttributes[0].AttributeValue)
	return do(ctx, c.w, "cloudtrail", "LookupEvents", name, false, func() (*cloudtrail.LookupEventsOutput, error) {
		out := &cloudtrail.LookupEventsOutput{}
		for i := len(c.w.record) - 1; i >= 0 && len(out.Events) < 50; i-- {
			r := c.w.record[i]
			if r.about == name && !r.at.Before(in.StartTime.Truncate(time.Second)) && !r.known.After(time.Now()) {
				out.Events = append(out.Events, cttypes.Event{CloudTrailEvent: aws.String(r.json)})
			}
		}
		return out, nil
	})
}
