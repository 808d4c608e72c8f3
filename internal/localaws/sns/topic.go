package sns

import (
	"encoding/base64"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sns/types"
)

type topic struct {
	arn, owner string
	attributes map[string]string
	tags       map[string]string
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

func (c Call) createTopic(in *sns.CreateTopicInput) (*sns.CreateTopicOutput, error) {
	name := aws.ToString(in.Name)
	if !validName(name) {
		return nil, invalid("Topic Name")
	}
	arn := "arn:" + c.Partition + ":sns:" + c.Region + ":" + c.Account + ":" + name
	t := &topic{arn: arn, owner: c.Account, attributes: map[string]string{}, tags: map[string]string{}}
	for key, value := range in.Attributes {
		if !slices.Contains(settable, key) {
			return nil, invalid("Attributes Reason: localaws does not know the attribute %s of a standard topic", key)
		}
		t.attributes[key] = value
	}
	for _, tag := range in.Tags {
		t.tags[aws.ToString(tag.Key)] = aws.ToString(tag.Value)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if old := c.topics[arn]; old != nil {
		for key, value := range in.Attributes {
			if old.attributes[key] != value {
				return nil, invalid("Attributes Reason: Topic already exists with different attributes")
			}
		}
		if len(in.Tags) > 0 && !maps.Equal(old.tags, t.tags) {
			return nil, invalid("Tags Reason: Topic already exists with different tags")
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

// deleteTopic succeeds for a topic that is gone, and takes its subscriptions along.
func (c Call) deleteTopic(in *sns.DeleteTopicInput) (*sns.DeleteTopicOutput, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	arn := aws.ToString(in.TopicArn)
	delete(c.topics, arn)
	maps.DeleteFunc(c.subscriptions, func(_ string, s *subscription) bool { return s.topic == arn })
	return &sns.DeleteTopicOutput{}, nil
}

func (c Call) listTopics(in *sns.ListTopicsInput) (*sns.ListTopicsOutput, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	prefix := "arn:" + c.Partition + ":sns:" + c.Region + ":" + c.Account + ":"
	arns := slices.DeleteFunc(slices.Sorted(maps.Keys(c.topics)), func(arn string) bool { return !strings.HasPrefix(arn, prefix) })
	page, next, err := pageOf(arns, in.NextToken)
	out := &sns.ListTopicsOutput{Topics: []types.Topic{}, NextToken: next}
	for _, arn := range page {
		out.Topics = append(out.Topics, types.Topic{TopicArn: aws.String(arn)})
	}
	return out, err
}

// pageOf cuts a page of 100 out of a sorted list; a token holds the last element of
// the page before.
func pageOf(sorted []string, token *string) (page []string, next *string, err error) {
	after, err := base64.RawURLEncoding.DecodeString(aws.ToString(token))
	if err != nil {
		return nil, nil, invalid("NextToken")
	}
	i, found := slices.BinarySearch(sorted, string(after))
	if found {
		i++
	}
	if page = sorted[i:]; len(page) > 100 {
		page = page[:100]
		next = aws.String(base64.RawURLEncoding.EncodeToString([]byte(page[99])))
	}
	return page, next, nil
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

func (c Call) setTopicAttributes(in *sns.SetTopicAttributesInput) (*sns.SetTopicAttributesOutput, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	t, err := c.topic(in.TopicArn)
	if err != nil {
		return nil, err
	}
	name := aws.ToString(in.AttributeName)
	if !slices.Contains(settable, name) {
		return nil, invalid("AttributeName")
	}
	t.attributes[name] = aws.ToString(in.AttributeValue)
	return &sns.SetTopicAttributesOutput{}, nil
}

func (c Call) tagResource(in *sns.TagResourceInput) (*sns.TagResourceOutput, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	t, err := c.topic(in.ResourceArn)
	if err != nil {
		return nil, err
	}
	for _, tag := range in.Tags {
		t.tags[aws.ToString(tag.Key)] = aws.ToString(tag.Value)
	}
	return &sns.TagResourceOutput{}, nil
}

func (c Call) untagResource(in *sns.UntagResourceInput) (*sns.UntagResourceOutput, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	t, err := c.topic(in.ResourceArn)
	if err != nil {
		return nil, err
	}
	for _, key := range in.TagKeys {
		delete(t.tags, key)
	}
	return &sns.UntagResourceOutput{}, nil
}

func (c Call) listTagsForResource(in *sns.ListTagsForResourceInput) (*sns.ListTagsForResourceOutput, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	t, err := c.topic(in.ResourceArn)
	if err != nil {
		return nil, err
	}
	out := &sns.ListTagsForResourceOutput{Tags: []types.Tag{}}
	for _, key := range slices.Sorted(maps.Keys(t.tags)) {
		out.Tags = append(out.Tags, types.Tag{Key: aws.String(key), Value: aws.String(t.tags[key])})
	}
	return out, nil
}
