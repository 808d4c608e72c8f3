package sns

import (
	"encoding/base64"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sns/types"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/ringfence/ringfence/internal/localaws/wire"
)

// PublishText publishes a text to a topic by ARN, for services that deliver to topics. It reports
// whether the topic exists.
func (s *Service) PublishText(arn, text string) bool {
	_, err := s.dispatch(arn, &message{text: text})
	return err == nil
}

// dispatch sends a checked message to the topic's subscriptions, and returns its id.
func (s *Service) dispatch(arn string, m *message) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.topics[arn] == nil {
		return "", notFound("Topic")
	}
	p := Published{
		Time: s.now().UTC(), TopicARN: arn, MessageID: s.ids.UUID("notification"), Subject: m.subject,
		Message: m.text, Structure: m.structure, Attributes: map[string]string{},
	}
	for name, a := range m.attributes {
		if a.StringValue != nil {
			p.Attributes[name] = *a.StringValue
		}
	}
	s.published = append(s.published, p)
	for _, key := range slices.Sorted(maps.Keys(s.subscriptions)) {
		if sub := s.subscriptions[key]; sub.topic == arn && sub.wants(m) {
			s.deliver(sub, m, p)
		}
	}
	return p.MessageID, nil
}

// wants reports whether the message passes the subscription's filter policy.
// https://docs.aws.amazon.com/sns/latest/dg/sns-subscription-filter-policies.html
func (s *subscription) wants(m *message) bool {
	if s.filter == nil {
		return true
	}
	if s.attributes["FilterPolicyScope"] == "MessageBody" {
		ok, err := s.filter.Match([]byte(m.textFor(s.protocol)))
		return ok && err == nil
	}
	return s.filter.MatchValue(attributeValues(m.attributes))
}

// attributeValues returns message attributes in the form that filters match.
func attributeValues(attributes map[string]types.MessageAttributeValue) map[string]any {
	values := map[string]any{}
	for name, a := range attributes {
		text := aws.ToString(a.StringValue)
		dataType, _, _ := strings.Cut(aws.ToString(a.DataType), ".")
		switch {
		case aws.ToString(a.DataType) == "String.Array":
			decoder := json.NewDecoder(strings.NewReader(text))
			decoder.UseNumber()
			var list []any
			if decoder.Decode(&list) == nil {
				values[name] = list
			}
		case dataType == "Number":
			values[name] = json.Number(text)
		case dataType == "String":
			values[name] = text
		}
	}
	return values
}

// deliver sends a message to one subscription. The mutex must be held.
func (s *Service) deliver(sub *subscription, m *message, p Published) {
	text := m.textFor(sub.protocol)
	d := Delivery{
		SubscriptionARN: sub.arn, TopicARN: sub.topic, Protocol: sub.protocol, Endpoint: sub.endpoint,
		Subject: m.subject, Body: text,
	}
	raw := sub.attributes["RawMessageDelivery"] == "true"
	if !raw && sub.protocol != "email" && sub.protocol != "sms" {
		d.Body = notification(sub, m, p, text)
	}
	s.deliveries = append(s.deliveries, d)
	if sub.protocol == "sqs" {
		var attributes map[string]sqstypes.MessageAttributeValue
		if raw {
			attributes = queueAttributes(m.attributes)
		}
		s.send(sub.endpoint, d.Body, attributes) // a deleted queue gets nothing, as in AWS
	}
}

// notification wraps a message for subscribers without raw delivery.
// https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html
func notification(sub *subscription, m *message, p Published, text string) string {
	type attribute struct{ Type, Value string }
	n := struct {
		Type, MessageId, TopicArn string //nolint:revive // as AWS spells them
		Subject                   string `json:",omitempty"`
		Message, Timestamp        string
		SignatureVersion          string
		Signature, SigningCertURL string
		UnsubscribeURL            string
		MessageAttributes         map[string]attribute `json:",omitempty"`
	}{
		Type: "Notification", MessageId: p.MessageID, TopicArn: p.TopicARN, Subject: m.subject, Message: text,
		Timestamp: p.Time.Format("2006-01-02T15:04:05.000Z"), SignatureVersion: "1", Signature: "none",
		SigningCertURL: "http://localaws/none.pem", UnsubscribeURL: "http://localaws/?Action=Unsubscribe&SubscriptionArn=" + sub.arn,
		MessageAttributes: map[string]attribute{},
	}
	for name, a := range m.attributes {
		value := aws.ToString(a.StringValue)
		if a.BinaryValue != nil {
			value = base64.StdEncoding.EncodeToString(a.BinaryValue)
		}
		n.MessageAttributes[name] = attribute{aws.ToString(a.DataType), value}
	}
	b, _ := wire.Marshal(n) // strings always encode
	return string(b)
}

func queueAttributes(attributes map[string]types.MessageAttributeValue) map[string]sqstypes.MessageAttributeValue {
	out := map[string]sqstypes.MessageAttributeValue{}
	for name, a := range attributes {
		out[name] = sqstypes.MessageAttributeValue{DataType: a.DataType, StringValue: a.StringValue, BinaryValue: a.BinaryValue}
	}
	return out
}
