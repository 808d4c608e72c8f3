package sns

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sns"
)

type topic struct {
	arn, owner string
	attributes map[string]string
}

// settable are the topic attributes that can be set.
// https://docs.aws.amazon.com/sns/latest/api/API_SetTopicAttributes.html
var settable = []string{
	"DisplayName", "Policy", "DeliveryPolicy", "KmsMasterKeyId", "SignatureVersion", "TracingConfig", "ArchivePolicy", "DataProtectionPolicy",
}

func (c Call) topic(arn *string) (*topic, error) {
	t := c.topics[aws.ToString(arn)]
	if t == nil {
		return nil, notFound("Topic")
	}
	return t, nil
}

// Make makes a topic by its ARN: one of another account, region or partition that the caller may
// publish to.
func (s *Service) Make(arn string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) == 6 && s.topics[arn] == nil {
		s.topics[arn] = &topic{arn: arn, owner: parts[4], attributes: map[string]string{}}
	}
}

func (c Call) createTopic(in *sns.CreateTopicInput) (*sns.CreateTopicOutput, error) {
	name := aws.ToString(in.Name)
	if !validName(name) {
		return nil, invalid("Topic Name")
	}
	arn := "arn:" + c.Partition + ":sns:" + c.Region + ":" + c.Account + ":" + name
	t := &topic{arn: arn, owner: c.Account, attributes: map[string]string{}}
	for key, value := range in.Attributes {
		if !slices.Contains(settable, key) {
			return nil, invalid("Attributes Reason: localaws does not know the attribute %s of a standard topic", key)
		}
		t.attributes[key] = value
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if old := c.topics[arn]; old != nil {
		for key, value := range in.Attributes {
			if old.attributes[key] != value {
				return nil, invalid("Attributes Reason: Topic already exists with different attributes")
			}
		}
		return &sns.CreateTopicOutput{TopicArn: aws.String(arn)}, nil
	}
	c.topics[arn] = t
	return &sns.CreateTopicOutput{TopicArn: aws.String(arn)}, nil
}

func validName(name string) bool {
	for _, r := range name {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '-', r == '_':
		default:
			return false
		}
	}
	return name != "" && len(name) <= 256
}

func (c Call) getTopicAttributes(in *sns.GetTopicAttributesInput) (*sns.GetTopicAttributesOutput, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	t, err := c.topic(in.TopicArn)
	if err != nil {
		return nil, err
	}
	confirmed, pending := 0, 0
	for _, s := range c.subscriptions {
		switch {
		case s.topic != t.arn:
		case s.pending():
			pending++
		default:
			confirmed++
		}
	}
	all := maps.Clone(t.attributes)
	if _, ok := all["DisplayName"]; !ok {
		all["DisplayName"] = ""
	}
	all["TopicArn"], all["Owner"] = t.arn, t.owner
	all["SubscriptionsConfirmed"], all["SubscriptionsPending"], all["SubscriptionsDeleted"] = strconv.Itoa(confirmed), strconv.Itoa(pending), "0"
	return &sns.GetTopicAttributesOutput{Attributes: all}, nil
}
