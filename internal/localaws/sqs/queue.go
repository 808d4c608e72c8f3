package sqs

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/ringfence/ringfence/internal/localaws/wire"
)

type queue struct {
	name, arn         string
	attributes        map[string]string
	tags              map[string]string
	created, modified time.Time
	messages          []*message
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
