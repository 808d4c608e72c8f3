package replay

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	ebtypes "github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

// delay is how long after a repair Ringfence looks again, as in the template.
const delay = 60 * time.Second

// repairs is the pattern of the rule that sends findings to the delay queue: those whose
// action wrote something. It is the template's.
const repairs = `{"source": ["ringfence"], "detail-type": ["Ringfence Finding"],
	"detail": {"outcome": ["done"], "action": ["reattach", "quarantine", "restore", "create-policy"]}}`

// lookout is the way of the second look in one account: a rule on the event bus, and the
// queue that holds its events back.
type lookout struct {
	sqs   *sqs.Client
	queue string
}

func (c *cloud) newLookout(ctx context.Context, config aws.Config) (*lookout, error) {
	l := &lookout{sqs: sqs.NewFromConfig(config)}
	made, err := l.sqs.CreateQueue(ctx, &sqs.CreateQueueInput{
		QueueName:  aws.String("ringfence-second-look"),
		Attributes: map[string]string{string(sqstypes.QueueAttributeNameDelaySeconds): fmt.Sprint(delay.Seconds())},
	})
	if err != nil {
		return nil, fmt.Errorf("making the queue of the second look: %w", err)
	}
	l.queue = aws.ToString(made.QueueUrl)
	attributes, err := l.sqs.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{
		QueueUrl: &l.queue, AttributeNames: []sqstypes.QueueAttributeName{sqstypes.QueueAttributeNameQueueArn},
	})
	if err != nil {
		return nil, fmt.Errorf("reading the queue of the second look: %w", err)
	}
	bus := eventbridge.NewFromConfig(config)
	rule := aws.String("ringfence-second-look")
	if _, err := bus.PutRule(ctx, &eventbridge.PutRuleInput{Name: rule, EventPattern: aws.String(repairs)}); err != nil {
		return nil, fmt.Errorf("making the rule of the second look: %w", err)
	}
	target := ebtypes.Target{Id: aws.String("queue"), Arn: aws.String(attributes.Attributes["QueueArn"])}
	if _, err := bus.PutTargets(ctx, &eventbridge.PutTargetsInput{Rule: rule, Targets: []ebtypes.Target{target}}); err != nil {
		return nil, fmt.Errorf("joining the rule of the second look to its queue: %w", err)
	}
	return l, nil
}

// due takes the events that have been held back for long enough by the clock.
func (l *lookout) due(ctx context.Context) ([]json.RawMessage, error) {
	var events []json.RawMessage
	for {
		out, err := l.sqs.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{QueueUrl: &l.queue, MaxNumberOfMessages: 10})
		if err != nil {
			return nil, fmt.Errorf("receiving from the queue of the second look: %w", err)
		}
		if len(out.Messages) == 0 {
			return events, nil
		}
		for _, m := range out.Messages {
			events = append(events, json.RawMessage(aws.ToString(m.Body)))
			if _, err := l.sqs.DeleteMessage(ctx, &sqs.DeleteMessageInput{QueueUrl: &l.queue, ReceiptHandle: m.ReceiptHandle}); err != nil {
				return nil, fmt.Errorf("deleting from the queue of the second look: %w", err)
			}
		}
	}
}

// secondLooks hands the function of each account the findings that are due to be looked
// into again.
func (w *world) secondLooks(ctx context.Context, each func(Step) error) error {
	for _, c := range w.sorted() {
		for _, account := range sortedKeys(c.lookouts) {
			events, err := c.lookouts[account].due(ctx)
			if err != nil {
				return err
			}
			for _, event := range events {
				if err := w.own(ctx, event, each); err != nil {
					return err
				}
			}
		}
	}
	return w.settle(ctx, each)
}
