package sqs

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

// receiveMessage waits for messages as long as the request says (long polling), if the service
// uses the machine's clock.
func (c Call) receiveMessage(in *sqs.ReceiveMessageInput) (*sqs.ReceiveMessageOutput, error) {
	most := int(in.MaxNumberOfMessages)
	if most == 0 {
		most = 1
	}
	if most < 1 || most > maxBatch {
		return nil, invalid("InvalidParameterValue", "Value %d for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided.", most)
	}
	var deadline <-chan time.Time
	for {
		c.mu.Lock()
		q, err := c.find(in.QueueUrl)
		if err != nil {
			c.mu.Unlock()
			return nil, err
		}
		messages, next := c.receive(q, in, most)
		arrived, seconds := c.arrived, int(in.WaitTimeSeconds)
		if seconds == 0 {
			seconds = q.number("ReceiveMessageWaitTimeSeconds")
		}
		c.mu.Unlock()
		if len(messages) > 0 || seconds <= 0 || !c.wait {
			return &sqs.ReceiveMessageOutput{Messages: messages}, nil
		}
		if deadline == nil {
			deadline = time.After(time.Duration(min(seconds, 20)) * time.Second)
		}
		select {
		case <-arrived:
		case <-time.After(next):
		case <-deadline:
			in.WaitTimeSeconds = -1 // look once more
		case <-c.Context.Done():
			return nil, c.Context.Err()
		}
	}
}

// receive takes the visible messages, and returns the time until the next one is visible. Messages
// received too often move to the dead-letter queue. The mutex must be held.
func (c Call) receive(q *queue, in *sqs.ReceiveMessageInput, most int) (out []types.Message, next time.Duration) {
	now := c.now()
	timeout := int(in.VisibilityTimeout)
	if timeout == 0 { // the SDK omits an explicit zero
		timeout = q.number("VisibilityTimeout")
	}
	dead, limit, err := parseRedrive(q.attributes["RedrivePolicy"])
	redrives := err == nil && c.queues[dead] != nil
	next = time.Minute
	out = []types.Message{}
	for _, m := range q.turns(now, most) {
		switch {
		case m.visible.After(now):
			next = min(next, m.visible.Sub(now))
		case redrives && m.receives >= limit:
			q.remove(m)
			m.receives, m.firstReceived = 0, time.Time{}
			c.queues[dead].messages = append(c.queues[dead].messages, m)
		case len(out) < most:
			if m.receives == 0 {
				m.firstReceived = now
			}
			m.receives++
			m.visible = now.Add(time.Duration(timeout) * time.Second)
			out = append(out, m.output(in))
		}
	}
	return out, next
}

func (m *message) output(in *sqs.ReceiveMessageInput) types.Message {
	out := types.Message{
		MessageId: aws.String(m.id), Body: aws.String(m.body), MD5OfBody: sum(m.body), ReceiptHandle: m.handle(),
	}
	system := map[string]string{
		"ApproximateReceiveCount":          strconv.Itoa(m.receives),
		"SentTimestamp":                    strconv.FormatInt(m.sent.UnixMilli(), 10),
		"ApproximateFirstReceiveTimestamp": strconv.FormatInt(m.firstReceived.UnixMilli(), 10),
		"SenderId":                         "AIDAIENQZJOLO23YVJ4VO",
	}
	if m.group != "" {
		system["MessageGroupId"] = m.group
	}
	wanted := slices.Clone(in.MessageSystemAttributeNames)
	for _, name := range in.AttributeNames { //nolint:staticcheck // deprecated, but still sent
		wanted = append(wanted, types.MessageSystemAttributeName(name))
	}
	for name, value := range system {
		if slices.Contains(wanted, types.MessageSystemAttributeName(name)) || slices.Contains(wanted, types.MessageSystemAttributeNameAll) {
			if out.Attributes == nil {
				out.Attributes = map[string]string{}
			}
			out.Attributes[name] = value
		}
	}
	for name, value := range m.attributes {
		if slices.ContainsFunc(in.MessageAttributeNames, func(w string) bool { return attributeWanted(w, name) }) {
			if out.MessageAttributes == nil {
				out.MessageAttributes = map[string]types.MessageAttributeValue{}
			}
			out.MessageAttributes[name] = value
		}
	}
	out.MD5OfMessageAttributes = sumAttributes(out.MessageAttributes)
	return out
}

// attributeWanted reports whether wanted matches name. It may be All, .*, a name, or a prefix such
// as team.*.
func attributeWanted(wanted, name string) bool {
	prefix, star := strings.CutSuffix(wanted, ".*")
	return wanted == "All" || wanted == name || star && strings.HasPrefix(name, prefix)
}

func (c Call) deleteMessage(in *sqs.DeleteMessageInput) (*sqs.DeleteMessageOutput, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	q, err := c.find(in.QueueUrl)
	if err != nil {
		return nil, err
	}
	m, err := q.received(in.ReceiptHandle)
	if m != nil {
		q.remove(m)
	}
	return &sqs.DeleteMessageOutput{}, err
}

func (c Call) changeMessageVisibility(in *sqs.ChangeMessageVisibilityInput) (*sqs.ChangeMessageVisibilityOutput, error) {
	if in.VisibilityTimeout < 0 || in.VisibilityTimeout > 43200 {
		return nil, invalid("InvalidParameterValue", "Value %d for parameter VisibilityTimeout is invalid. Reason: Must be between 0 and 43200.", in.VisibilityTimeout)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	q, err := c.find(in.QueueUrl)
	if err != nil {
		return nil, err
	}
	m, err := q.received(in.ReceiptHandle)
	if err != nil {
		return nil, err
	}
	now := c.now()
	if m == nil || !m.visible.After(now) {
		return nil, batchError("MessageNotInflight", "The message referred to is not in flight.")
	}
	m.visible = now.Add(time.Duration(in.VisibilityTimeout) * time.Second)
	return &sqs.ChangeMessageVisibilityOutput{}, nil
}

func (c Call) changeMessageVisibilityBatch(in *sqs.ChangeMessageVisibilityBatchInput) (*sqs.ChangeMessageVisibilityBatchOutput, error) {
	if err := checkBatch(in.Entries, func(e types.ChangeMessageVisibilityBatchRequestEntry) *string { return e.Id }); err != nil {
		return nil, err
	}
	out := &sqs.ChangeMessageVisibilityBatchOutput{
		Successful: []types.ChangeMessageVisibilityBatchResultEntry{}, Failed: []types.BatchResultErrorEntry{},
	}
	for _, e := range in.Entries {
		_, err := c.changeMessageVisibility(&sqs.ChangeMessageVisibilityInput{
			QueueUrl: in.QueueUrl, ReceiptHandle: e.ReceiptHandle, VisibilityTimeout: e.VisibilityTimeout,
		})
		if err != nil {
			out.Failed = append(out.Failed, failed(e.Id, err))
			continue
		}
		out.Successful = append(out.Successful, types.ChangeMessageVisibilityBatchResultEntry{Id: e.Id})
	}
	return out, nil
}
