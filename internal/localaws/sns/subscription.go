package sns

import (
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sns/types"

	"github.com/ringfence/ringfence/internal/localaws/pattern"
)

type subscription struct {
	arn, topic, owner  string
	protocol, endpoint string
	attributes         map[string]string
	filter             *pattern.Pattern // compiled from FilterPolicy; nil lets all pass
}

// pending subscriptions wait for somebody to confirm them, which nobody can here.
func (s *subscription) pending() bool {
	switch s.protocol {
	case "email", "email-json", "http", "https":
		return true
	}
	return false
}

func (s *subscription) output() types.Subscription {
	arn := s.arn
	if s.pending() {
		arn = "PendingConfirmation"
	}
	return types.Subscription{
		SubscriptionArn: aws.String(arn), TopicArn: aws.String(s.topic), Owner: aws.String(s.owner),
		Protocol: aws.String(s.protocol), Endpoint: aws.String(s.endpoint),
	}
}

// set checks and sets one attribute.
// https://docs.aws.amazon.com/sns/latest/api/API_SetSubscriptionAttributes.html
func (s *subscription) set(name, value string) error {
	switch name {
	case "FilterPolicy":
		if value == "" || value == "{}" {
			s.filter = nil
			break
		}
		filter, err := pattern.Compile([]byte(value))
		if err != nil {
			return invalid("FilterPolicy: %v", err)
		}
		s.filter = filter
	case "FilterPolicyScope":
		if value != "MessageAttributes" && value != "MessageBody" {
			return invalid("FilterPolicyScope: Invalid value [%s]. Please use either MessageBody or MessageAttributes", value)
		}
	case "RawMessageDelivery":
		if value != "true" && value != "false" {
			return invalid("RawMessageDelivery: Invalid value [%s]. Must be true or false.", value)
		}
		if value == "true" && (strings.HasPrefix(s.protocol, "email") || s.protocol == "lambda" || s.protocol == "sms") {
			return invalid("RawMessageDelivery: Delivery protocol [%s] does not support raw message delivery.", s.protocol)
		}
	case "DeliveryPolicy", "RedrivePolicy", "SubscriptionRoleArn", "ReplayPolicy":
	default:
		return invalid("AttributeName")
	}
	s.attributes[name] = value
	return nil
}

var protocols = []string{"http", "https", "email", "email-json", "sms", "sqs", "application", "lambda", "firehose"}

// subscribe answers the ARN of the subscription that exists already for the same
// endpoint, if there is one.
func (c Call) subscribe(in *sns.SubscribeInput) (*sns.SubscribeOutput, error) {
	protocol, endpoint := aws.ToString(in.Protocol), aws.ToString(in.Endpoint)
	if !slices.Contains(protocols, protocol) {
		return nil, invalid("Does not support this protocol string: %s", protocol)
	}
	if endpoint == "" || protocol == "email" && !strings.Contains(endpoint, "@") ||
		protocol == "sqs" && !strings.HasPrefix(endpoint, "arn:") || protocol == "https" && !strings.HasPrefix(endpoint, "https://") {
		return nil, invalid("Endpoint Reason: %s is no endpoint for %s", endpoint, protocol)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	t, err := c.topic(in.TopicArn)
	if err != nil {
		return nil, err
	}
	s := &subscription{
		arn: t.arn + ":" + c.ids.UUID("subscription"), topic: t.arn, owner: c.Account,
		protocol: protocol, endpoint: endpoint, attributes: map[string]string{},
	}
	for _, name := range slices.Sorted(maps.Keys(in.Attributes)) {
		if err := s.set(name, in.Attributes[name]); err != nil {
			return nil, err
		}
	}
	for _, old := range c.subscriptions {
		if old.topic == t.arn && old.protocol == protocol && old.endpoint == endpoint {
			for name, value := range in.Attributes {
				if old.attributes[name] != value {
					return nil, invalid("Attributes Reason: Subscription already exists with different attributes")
				}
			}
			s = old
		}
	}
	c.subscriptions[s.arn] = s
	if s.pending() && !in.ReturnSubscriptionArn {
		return &sns.SubscribeOutput{SubscriptionArn: aws.String("pending confirmation")}, nil
	}
	return &sns.SubscribeOutput{SubscriptionArn: aws.String(s.arn)}, nil
}

func (c Call) subscription(arn *string) (*subscription, error) {
	s := c.subscriptions[aws.ToString(arn)]
	if s == nil {
		return nil, notFound("Subscription")
	}
	return s, nil
}

func (c Call) unsubscribe(in *sns.UnsubscribeInput) (*sns.UnsubscribeOutput, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.subscriptions, aws.ToString(in.SubscriptionArn))
	return &sns.UnsubscribeOutput{}, nil
}

func (c Call) listSubscriptions(in *sns.ListSubscriptionsInput) (*sns.ListSubscriptionsOutput, error) {
	list, next, err := c.subscriptionPage(in.NextToken, func(s *subscription) bool { return s.owner == c.Account })
	return &sns.ListSubscriptionsOutput{Subscriptions: list, NextToken: next}, err
}

func (c Call) listSubscriptionsByTopic(in *sns.ListSubscriptionsByTopicInput) (*sns.ListSubscriptionsByTopicOutput, error) {
	c.mu.Lock()
	t, err := c.topic(in.TopicArn)
	c.mu.Unlock()
	if err != nil {
		return nil, err
	}
	list, next, err := c.subscriptionPage(in.NextToken, func(s *subscription) bool { return s.topic == t.arn })
	return &sns.ListSubscriptionsByTopicOutput{Subscriptions: list, NextToken: next}, err
}

func (c Call) subscriptionPage(token *string, wanted func(*subscription) bool) ([]types.Subscription, *string, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	arns := slices.DeleteFunc(slices.Sorted(maps.Keys(c.subscriptions)), func(arn string) bool { return !wanted(c.subscriptions[arn]) })
	page, next, err := pageOf(arns, token)
	list := []types.Subscription{}
	for _, arn := range page {
		list = append(list, c.subscriptions[arn].output())
	}
	return list, next, err
}

func (c Call) getSubscriptionAttributes(in *sns.GetSubscriptionAttributesInput) (*sns.GetSubscriptionAttributesOutput, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	s, err := c.subscription(in.SubscriptionArn)
	if err != nil {
		return nil, err
	}
	all := map[string]string{
		"SubscriptionArn": s.arn, "TopicArn": s.topic, "Owner": s.owner, "Protocol": s.protocol, "Endpoint": s.endpoint,
		"RawMessageDelivery": "false", "PendingConfirmation": "false", "ConfirmationWasAuthenticated": "true",
	}
	if s.pending() {
		all["PendingConfirmation"], all["ConfirmationWasAuthenticated"] = "true", "false"
	}
	if s.filter != nil {
		all["FilterPolicyScope"] = "MessageAttributes"
	}
	maps.Copy(all, s.attributes)
	return &sns.GetSubscriptionAttributesOutput{Attributes: all}, nil
}

func (c Call) setSubscriptionAttributes(in *sns.SetSubscriptionAttributesInput) (*sns.SetSubscriptionAttributesOutput, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	s, err := c.subscription(in.SubscriptionArn)
	if err != nil {
		return nil, err
	}
	return &sns.SetSubscriptionAttributesOutput{}, s.set(aws.ToString(in.AttributeName), aws.ToString(in.AttributeValue))
}
