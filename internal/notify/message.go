package notify

import (
	"encoding/json"

	"github.com/ringfence/ringfence/internal/finding"
)

// sizeLimit is what SNS and EventBridge take: 256 KiB, less what surrounds the text.
// https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html
const sizeLimit = 256<<10 - 4<<10

// message is what SNS calls a message with the structure json: one text for each
// protocol, and one for all others. People get text by email and sms; the default is the
// finding's JSON, for queues (sqs), functions (lambda), streams (firehose) and http.
//
// AWS's chat service (Amazon Q Developer in chat applications, before: AWS Chatbot)
// subscribes to topics over https, and drops without a word whatever is not in its own
// format; so https is for chat. A web hook that wants the finding can subscribe a queue
// or a function, or take the fields out of the notification's metadata.
//
// https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html
func message(f finding.Finding) (string, error) {
	text, err := fit(f, func(f finding.Finding) ([]byte, error) {
		record, err := json.Marshal(f)
		if err != nil {
			return nil, err
		}
		chat, err := json.Marshal(chatNotification(f))
		if err != nil {
			return nil, err
		}
		return json.Marshal(map[string]string{
			"default": string(record),
			"email":   text(f),
			"sms":     subject(f),
			"https":   string(chat),
		})
	})
	return string(text), err
}
