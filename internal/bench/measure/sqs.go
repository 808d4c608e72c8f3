package measure

// SQSRecord is a message of the batch that Lambda hands to a function.
// https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
type SQSRecord struct {
	MessageID     string            `json:"messageId"`
	ReceiptHandle string            `json:"receiptHandle"`
	Body          string            `json:"body"`
	Attributes    map[string]string `json:"attributes"`
	EventSource   string            `json:"eventSource"`
	SourceARN     string            `json:"eventSourceARN"`
	Region        string            `json:"awsRegion"`
}
