package notify

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sns/types"

	"github.com/ringfence/ringfence/internal/awserr"
	"github.com/ringfence/ringfence/internal/fault"
	"github.com/ringfence/ringfence/internal/finding"
)

type snsAPI interface {
	Publish(context.Context, *sns.PublishInput, ...func(*sns.Options)) (*sns.PublishOutput, error)
}

func (n *Notifier) publish(ctx context.Context, f finding.Finding) error {
	input, err := publication(f)
	if err != nil {
		return fault.New(fault.Refused, "publishing finding %s to %s: %w", f.ID, n.target.Topic, err)
	}
	input.TopicArn = &n.target.Topic
	_, err = n.topic.Publish(ctx, input)
	return awserr.Wrap(err, "publishing finding %s to %s", f.ID, n.target.Topic)
}

// publication is a finding as SNS wants it, but for the topic.
func publication(f finding.Finding) (*sns.PublishInput, error) {
	message, err := message(f)
	if err != nil {
		return nil, err
	}
	return &sns.PublishInput{
		Subject:           aws.String(subject(f)),
		Message:           aws.String(message),
		MessageStructure:  aws.String("json"),
		MessageAttributes: attributes(f),
	}, nil
}

// attributes are for the filter policies of subscriptions. SNS takes no empty ones.
//
// AWS documents that attributes are not delivered along with a message that differs by
// protocol, so that subscribers must read them in the finding instead.
// https://docs.aws.amazon.com/sns/latest/dg/sns-message-filtering.html
// https://docs.aws.amazon.com/sns/latest/dg/sns-message-attributes.html
func attributes(f finding.Finding) map[string]types.MessageAttributeValue {
	all := map[string]types.MessageAttributeValue{}
	for name, value := range map[string]string{
		"severity": string(f.Severity),
		"account":  f.Account,
		"drift":    string(f.Drift),
		"outcome":  string(f.Outcome),
	} {
		if value != "" {
			all[name] = types.MessageAttributeValue{DataType: aws.String("String"), StringValue: aws.String(clean(value, 64))}
		}
	}
	return all
}
