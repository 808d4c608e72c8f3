package sqs

import (
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

// settable maps the attributes that can be set to their default and, for numbers, their maximum.
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
	n, _ := strconv.Atoi(s) // checked when the attribute was set
	return n
}

// set checks all attributes, then sets them.
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

// describe returns all attributes, including the counts of messages.
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
