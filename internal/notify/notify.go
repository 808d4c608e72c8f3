// Package notify publishes findings: to an SNS topic, for people and their tools, and to
// an EventBridge bus, for rules.
//
// The topic's subscribers get what they can use: people readable text, queues and
// functions the finding's JSON, and the chat channels of Slack and Microsoft Teams a
// notification that AWS's chat service can show. Most of a finding is text that others
// chose (names, user agents, session names), so that everything that is shown to people
// goes through the cleaning in clean.go first.
//
// https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
// https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html
package notify

import (
	"context"
	"errors"
	"sync"

	"github.com/ringfence/ringfence/internal/fault"
	"github.com/ringfence/ringfence/internal/finding"
)

// To is where findings go. What is empty gets none.
type To struct {
	// Topic is the ARN of an SNS topic.
	Topic string
	// Bus is the name or ARN of an EventBridge event bus, such as "default".
	Bus string
}

// Notifier publishes findings. It is safe for concurrent use.
type Notifier struct {
	topic  snsAPI
	bus    eventsAPI
	target To
}

// New makes a notifier from an [sns.Client] and an [eventbridge.Client], each of the
// region of its target.
func New(topic snsAPI, bus eventsAPI, to To) *Notifier { return &Notifier{topic, bus, to} }

// Publish sends a finding to the topic and to the bus, at the same time. Neither waits
// for the other or is kept back by its failure. The error joins both; its class is
// [fault.Retryable] where trying again can help either. A finding that arrives twice has
// the same id.
func (n *Notifier) Publish(ctx context.Context, f finding.Finding) error {
	var group sync.WaitGroup
	var toTopic, toBus error
	if n.target.Topic != "" {
		group.Go(func() { toTopic = n.publish(ctx, f) })
	}
	if n.target.Bus != "" {
		group.Go(func() { toBus = n.putEvent(ctx, f) })
	}
	group.Wait()
	return join(toTopic, toBus)
}

func join(a, b error) error {
	if a == nil || b == nil {
		return errors.Join(a, b)
	}
	joined := &fault.Error{Class: fault.ClassOf(a), Code: fault.CodeOf(a), Err: errors.Join(a, b)}
	if fault.Temporary(a) || fault.Temporary(b) {
		joined.Class = fault.Retryable
	}
	return joined
}
