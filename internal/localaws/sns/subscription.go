package sns

import (
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sns"

	"github.com/ringfence/ringfence/internal/localaws/pattern"
)

type subscription struct {
	arn, topic, owner  string
	protocol, endpoint string
	attributes         map[string]string
	filter             *pattern.Pattern // compiled from FilterPolicy; nil passes all messages
}

// pending reports whether the subscription needs a confirmation, which is not possible here.
func (s *subscription) pending() bool {
	switch s.protocol {
	case "email", "email-json", "http", "https":
		return true
	}
	return false
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

// subscribe returns the existing subscription's ARN if the endpoint is already subscribed.
func (c Call) subscribe(in *sns.SubscribeInput) (*sns.SubscribeOutput, error) {
	protocol, endpoint := aws.ToString(in.Protocol), aws.ToString(in.Endpoint)
	if !slices.Contains(protocols, protocol) {
		return nil, invalid("Does not support this protocol string: %s", protocol)
	}
	if endpoint == "" || protocol == "email" && !strings.Contains(endpoint, "@") ||
		protocol == "sqs" && !strings.HasPrefix(endpoint, "arn:") || protocol == "https" && !strings.HasPrefix(endpoint, "https://") {
		return nil, invalid("Endpoint Reason: %s is not an endpoint for %s", endpoint, protocol)
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
