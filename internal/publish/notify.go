// Package publish publishes findings: to an SNS topic, for people and their tools, to an
// EventBridge bus, for rules, and in the formats of others: to Security Hub in that of AWS,
// and to the bus in that of OCSF.
//
// The topic's subscribers get what they can use: people readable text, queues and
// functions the JSON of a finding or of a digest, and the chat channels of Slack and
// Microsoft Teams a notification that AWS's chat service can show. Most of a finding is
// text that others chose (names, user agents, session names), so that everything that is
// shown to people goes through the cleaning in clean.go first.
//
// https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
// https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html
package publish

import (
	"cmp"
	"context"

	"github.com/ringfence/ringfence/internal/awserr"
	"github.com/ringfence/ringfence/internal/finding"
)

// To is where findings go. What is empty gets none.
type To struct {
	// Topic is the ARN of the stack's SNS topic.
	Topic string
	// Bus is the name or ARN of an EventBridge event bus, such as "default".
	Bus string
	// Hub is the Security Hub that findings are imported into.
	Hub *Hub
	// OCSF is whether the bus gets each finding in the format of OCSF too.
	OCSF bool
}

// Notifier publishes findings. It is safe for concurrent use.
type Notifier struct {
	topic  snsAPI
	bus    eventsAPI
	target To
}

// New makes a notifier from an [sns.Client] and an [eventbridge.Client], each of the
// region of its target. The client of an empty target may be nil.
func New(topic snsAPI, bus eventsAPI, to To) *Notifier { return &Notifier{topic, bus, to} }

// Topic publishes findings in one message, to the topic of the stack or, if the ARN of an owner's
// topic is given, to that one. The message is the same: a single finding as such, and several as a
// digest. They are meant to be of one account, one status and one kind of drift, and the
// message says less where they are not. Of several revisions of one finding it publishes
// the latest. It does nothing without findings, or without a topic.
func (n *Notifier) Topic(ctx context.Context, owners string, findings []finding.Finding) error {
	topic := cmp.Or(owners, n.target.Topic)
	if topic == "" || len(findings) == 0 {
		return nil
	}
	return n.publish(ctx, topic, latest(findings))
}

// Bus puts one finding on the event bus. It does nothing without a bus.
func (n *Notifier) Bus(ctx context.Context, f finding.Finding) error {
	if n.target.Bus == "" {
		return nil
	}
	return n.putEvent(ctx, f, event)
}

// OCSF puts one finding on the event bus in the format of OCSF. It does nothing without a
// bus, or where that is not wanted.
func (n *Notifier) OCSF(ctx context.Context, f finding.Finding) error {
	if n.target.Bus == "" || !n.target.OCSF {
		return nil
	}
	return n.putEvent(ctx, f, ocsfEvent)
}

// SecurityHub imports one finding into Security Hub. It does nothing without one.
func (n *Notifier) SecurityHub(ctx context.Context, f finding.Finding) error {
	if n.target.Hub == nil {
		return nil
	}
	return awserr.Wrap(n.target.Hub.put(ctx, f), "importing finding %s", f.ID)
}
