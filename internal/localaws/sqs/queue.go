package sqs

import (
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/ringfence/ringfence/internal/localaws/wire"
)

type queue struct {
	name, arn         string
	attributes        map[string]string
	created, modified time.Time
	messages          []*message
	grouped           bool // a message with a group was sent
}

func (c Call) createQueue(in *sqs.CreateQueueInput) (*sqs.CreateQueueOutput, error) {
	name := aws.ToString(in.QueueName)
	if !validName(name) {
		return nil, invalid("InvalidParameterValue", "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length")
	}
	q := &queue{
		name: name, arn: c.arn(name), attributes: map[string]string{},
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
