package sns

import (
	"encoding/json"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sns/types"

	"github.com/ringfence/ringfence/internal/localaws/wire"
)

const (
	maxMessage = 256 << 10
	maxSubject = 100
)

// message is the input of one Publish, or of one entry of a batch.
type message struct {
	subject, text, structure string
	attributes               map[string]types.MessageAttributeValue
	texts                    map[string]string // with structure json: by protocol
}

// publish checks the input as SNS documents, including subject and structure.
// https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
func (c Call) publish(in *sns.PublishInput) (*sns.PublishOutput, error) {
	arn := in.TopicArn
	if arn == nil {
		arn = in.TargetArn
	}
	if arn == nil {
		return nil, invalid("TopicArn or TargetArn Reason: no value for required parameter")
	}
	// SNS takes a message only at the endpoint of the topic's region.
	if parts := strings.SplitN(*arn, ":", 5); len(parts) == 5 && parts[3] != c.Region {
		return nil, invalid("TopicArn")
	}
	m := &message{
		subject: aws.ToString(in.Subject), text: aws.ToString(in.Message),
		structure: aws.ToString(in.MessageStructure), attributes: in.MessageAttributes,
	}
	if err := m.check(in.Subject != nil); err != nil {
		return nil, err
	}
	id, err := c.dispatch(*arn, m)
	return &sns.PublishOutput{MessageId: aws.String(id)}, err
}

func (m *message) check(withSubject bool) error {
	if withSubject && !validSubject(m.subject) {
		return invalid("Subject")
	}
	if m.text == "" {
		return invalid("Empty message")
	}
	size := len(m.text)
	for name, a := range m.attributes {
		if aws.ToString(a.DataType) == "" || a.StringValue == nil && a.BinaryValue == nil {
			return wire.Errorf(400, "ParameterValueInvalid", "The message attribute '%s' must contain non-empty message attribute value.", name)
		}
		size += len(name) + len(aws.ToString(a.DataType)) + len(aws.ToString(a.StringValue)) + len(a.BinaryValue)
	}
	if size > maxMessage {
		return invalid("Message too long")
	}
	switch m.structure {
	case "":
		return nil
	case "json":
	default:
		return invalid("Message Structure parameter is invalid")
	}
	var texts map[string]any
	if err := json.Unmarshal([]byte(m.text), &texts); err != nil {
		return invalid("Message Structure - JSON message body failed to parse")
	}
	m.texts = map[string]string{}
	for protocol, text := range texts {
		if s, ok := text.(string); ok {
			m.texts[protocol] = s
		}
	}
	if _, ok := m.texts["default"]; !ok {
		return invalid("Message Structure - No default entry in JSON message body")
	}
	return nil
}

// validSubject reports whether s is ASCII without line breaks or control characters, at most 100
// long, and begins with a letter, digit or punctuation mark.
func validSubject(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < 0x20 || s[i] > 0x7e {
			return false
		}
	}
	return s != "" && s[0] != ' ' && len(s) <= maxSubject
}

// textFor returns the text for a protocol's subscribers.
func (m *message) textFor(protocol string) string {
	if m.texts == nil {
		return m.text
	}
	if text, ok := m.texts[protocol]; ok {
		return text
	}
	return m.texts["default"]
}
