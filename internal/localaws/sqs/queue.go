package sqs

import (
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/ringfence/ringfence/internal/localaws/wire"
)

type queue struct {
	name, arn         string
	attributes        map[string]string
	tags              map[string]string
	created, modified time.Time
	messages          []*message
}

// settable holds the attributes that can be set, with their default and greatest
// value where they are numbers.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
var settable = map[string]struct {
	number          bool
	initial         string
	least, greatest int
}{
	"DelaySeconds":                  {true, "0", 0, 900},
	"MaximumMessageSize":            {true, "1048576", 1024, 1048576},
	"MessageRetentionPeriod":        {true, "345600", 60, 1209600},
	"ReceiveMessageWaitTimeSeconds": {true, "0", 0, 20},
	"VisibilityTimeout":             {true, "30", 0, 43200},
	"Policy":                        {},
	"RedrivePolicy":                 {},
	"RedriveAllowPolicy":            {},
	"KmsMasterKeyId":                {},
	"KmsDataKeyReusePeriodSeconds":  {true, "", 60, 86400},
	"SqsManagedSseEnabled":          {initial: "true"},
}

func (q *queue) number(attribute string) int { return atoi(q.attributes[attribute]) }

func atoi(s string) int {
	n, _ := strconv.Atoi(s) // attributes are checked when they are set
	return n
}

// set checks attributes, then sets them all.
func (q *queue) set(attributes map[string]string) error {
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		value := attributes[name]
		rule, known := settable[name]
		if !known {
			if name == "FifoQueue" || name == "ContentBasedDeduplication" {
				return invalid("InvalidAttributeValue", "%s: localaws serves standard queues only", name)
			}
			return invalid("InvalidAttributeName", "Unknown Attribute %s.", name)
		}
		if rule.number {
			n, err := strconv.Atoi(value)
			if err != nil || n < rule.least || n > rule.greatest {
				return invalid("InvalidAttributeValue", "Invalid value for the parameter %s.", name)
			}
		}
		if name == "RedrivePolicy" && value != "" {
			if _, _, err := parseRedrive(value); err != nil {
				return err
			}
		}
	}
	for name, value := range attributes {
		if value == "" {
			delete(q.attributes, name)
			continue
		}
		q.attributes[name] = value
	}
	return nil
}

func (c Call) createQueue(in *sqs.CreateQueueInput) (*sqs.CreateQueueOutput, error) {
	name := aws.ToString(in.QueueName)
	if !validName(name) {
		return nil, invalid("InvalidParameterValue", "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length")
	}
	q := &queue{
		name: name, arn: c.arn(name), attributes: map[string]string{}, tags: map[string]string{},
		created: c.Time, modified: c.Time,
	}
	for attribute, rule := range settable {
		if rule.initial != "" {
			q.attributes[attribute] = rule.initial
		}
	}
	if err := q.set(in.Attributes); err != nil {
		return nil, err
	}
	maps.Copy(q.tags, in.Tags)
	c.mu.Lock()
	defer c.mu.Unlock()
	if old := c.queues[q.arn]; old != nil {
		for attribute, value := range in.Attributes {
			if old.attributes[attribute] != value {
				e := wire.Errorf(http.StatusBadRequest, "QueueNameExists", "A queue already exists with the same name and a different value for attribute %s", attribute)
				e.QueryCode = "QueueAlreadyExists"
				return nil, e
			}
		}
		return &sqs.CreateQueueOutput{QueueUrl: c.url(name)}, nil
	}
	c.queues[q.arn] = q
	return &sqs.CreateQueueOutput{QueueUrl: c.url(name)}, nil
}

func validName(name string) bool {
	for _, r := range name {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '-', r == '_':
		default:
			return false
		}
	}
	return name != "" && len(name) <= 80
}

func (c Call) deleteQueue(in *sqs.DeleteQueueInput) (*sqs.DeleteQueueOutput, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	q, err := c.find(in.QueueUrl)
	if err != nil {
		return nil, err
	}
	delete(c.queues, q.arn)
	return &sqs.DeleteQueueOutput{}, nil
}

func (c Call) getQueueURL(in *sqs.GetQueueUrlInput) (*sqs.GetQueueUrlOutput, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	owned := *c.Call
	if owner := aws.ToString(in.QueueOwnerAWSAccountId); owner != "" {
		owned.Account = owner
	}
	c.Call = &owned
	name := aws.ToString(in.QueueName)
	if c.queues[c.arn(name)] == nil {
		return nil, noQueue()
	}
	return &sqs.GetQueueUrlOutput{QueueUrl: c.url(name)}, nil
}

func (c Call) listQueues(in *sqs.ListQueuesInput) (*sqs.ListQueuesOutput, error) {
	return &sqs.ListQueuesOutput{QueueUrls: c.urls(func(q *queue) bool {
		return strings.HasPrefix(q.name, aws.ToString(in.QueueNamePrefix))
	})}, nil
}

func (c Call) listDeadLetterSourceQueues(in *sqs.ListDeadLetterSourceQueuesInput) (*sqs.ListDeadLetterSourceQueuesOutput, error) {
	c.mu.Lock()
	target, err := c.find(in.QueueUrl)
	c.mu.Unlock()
	if err != nil {
		return nil, err
	}
	return &sqs.ListDeadLetterSourceQueuesOutput{QueueUrls: c.urls(func(q *queue) bool {
		arn, _, err := parseRedrive(q.attributes["RedrivePolicy"])
		return err == nil && arn == target.arn
	})}, nil
}

// urls lists the caller's queues that are wanted.
func (c Call) urls(wanted func(*queue) bool) []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	prefix := c.arn("")
	urls := []string{}
	for _, arn := range slices.Sorted(maps.Keys(c.queues)) {
		if strings.HasPrefix(arn, prefix) && wanted(c.queues[arn]) {
			urls = append(urls, *c.url(c.queues[arn].name))
		}
	}
	return urls
}

func (c Call) setQueueAttributes(in *sqs.SetQueueAttributesInput) (*sqs.SetQueueAttributesOutput, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	q, err := c.find(in.QueueUrl)
	if err != nil {
		return nil, err
	}
	q.modified = c.Time
	return &sqs.SetQueueAttributesOutput{}, q.set(in.Attributes)
}

func (c Call) getQueueAttributes(in *sqs.GetQueueAttributesInput) (*sqs.GetQueueAttributesOutput, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	q, err := c.find(in.QueueUrl)
	if err != nil {
		return nil, err
	}
	all := q.describe(c.now())
	out := &sqs.GetQueueAttributesOutput{Attributes: map[string]string{}}
	for _, name := range in.AttributeNames {
		if name == types.QueueAttributeNameAll {
			out.Attributes = all
			break
		}
		if value, ok := all[string(name)]; ok {
			out.Attributes[string(name)] = value
		} else if _, known := settable[string(name)]; !known {
			return nil, invalid("InvalidAttributeName", "Unknown Attribute %s.", name)
		}
	}
	return out, nil
}

// describe gives all attributes, those included that are counted.
func (q *queue) describe(now time.Time) map[string]string {
	all := maps.Clone(q.attributes)
	visible, inFlight, delayed := 0, 0, 0
	for _, m := range q.live(now) {
		switch {
		case !m.visible.After(now):
			visible++
		case m.receives > 0:
			inFlight++
		default:
			delayed++
		}
	}
	all["QueueArn"] = q.arn
	all["CreatedTimestamp"] = strconv.FormatInt(q.created.Unix(), 10)
	all["LastModifiedTimestamp"] = strconv.FormatInt(q.modified.Unix(), 10)
	all["ApproximateNumberOfMessages"] = strconv.Itoa(visible)
	all["ApproximateNumberOfMessagesNotVisible"] = strconv.Itoa(inFlight)
	all["ApproximateNumberOfMessagesDelayed"] = strconv.Itoa(delayed)
	return all
}

func (c Call) purgeQueue(in *sqs.PurgeQueueInput) (*sqs.PurgeQueueOutput, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	q, err := c.find(in.QueueUrl)
	if err != nil {
		return nil, err
	}
	q.messages = nil
	return &sqs.PurgeQueueOutput{}, nil
}

func (c Call) tagQueue(in *sqs.TagQueueInput) (*sqs.TagQueueOutput, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	q, err := c.find(in.QueueUrl)
	if err != nil {
		return nil, err
	}
	maps.Copy(q.tags, in.Tags)
	return &sqs.TagQueueOutput{}, nil
}

func (c Call) untagQueue(in *sqs.UntagQueueInput) (*sqs.UntagQueueOutput, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	q, err := c.find(in.QueueUrl)
	if err != nil {
		return nil, err
	}
	for _, key := range in.TagKeys {
		delete(q.tags, key)
	}
	return &sqs.UntagQueueOutput{}, nil
}

func (c Call) listQueueTags(in *sqs.ListQueueTagsInput) (*sqs.ListQueueTagsOutput, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	q, err := c.find(in.QueueUrl)
	if err != nil {
		return nil, err
	}
	return &sqs.ListQueueTagsOutput{Tags: maps.Clone(q.tags)}, nil
}
