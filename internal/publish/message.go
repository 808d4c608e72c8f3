package publish

import (
	"encoding/json"

	"github.com/ringfence/ringfence/internal/finding"
)

// sizeLimit is what SNS and EventBridge take: 256 KiB, less what surrounds the text.
// https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html
const sizeLimit = 256<<10 - 4<<10

// message is a finding as one message of the topic.
func message(f finding.Finding) (string, error) {
	text, err := fit(f, func(f finding.Finding) ([]byte, error) {
		return protocols(f, text(f), subject(f), chatNotification(f))
	})
	return string(text), err
}

// protocols is what SNS calls a message with the structure json: one text for each
// protocol, and one for all others. People get text by email and sms; the default is the
// record's JSON, for queues (sqs), functions (lambda), streams (firehose) and http.
//
// AWS's chat service (Amazon Q Developer in chat applications, before: AWS Chatbot)
// subscribes to topics over https, and drops without a word whatever is not in its own
// format; so https is for chat. A web hook that wants the record can subscribe a queue
// or a function, or take the fields out of the notification's metadata.
//
// https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html
func protocols(record any, email, sms string, n notification) ([]byte, error) {
	text, err := json.Marshal(record)
	if err != nil {
		return nil, err
	}
	chat, err := json.Marshal(n)
	if err != nil {
		return nil, err
	}
	return json.Marshal(map[string]string{
		"default": string(text),
		"email":   email,
		"sms":     sms,
		"https":   string(chat),
	})
}
