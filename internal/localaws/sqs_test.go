package localaws_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"

	localsqs "github.com/ringfence/ringfence/internal/localaws/sqs"
)

// sendRaw sends a request to SQS that the SDK for Go cannot send: with a delay of 0.
func (w *world) sendRaw(t *testing.T, operation, body string) {
	t.Helper()
	authorization := "AWS4-HMAC-SHA256 Credential=123456789012/20260101/us-east-1/sqs/aws4_request, x"
	if answer := post(w.Server, "AmazonSQS."+operation, authorization, body); answer.Code != 200 || strings.Contains(answer.Body.String(), "SenderFault") {
		t.Fatalf("%s: %d %s", operation, answer.Code, answer.Body)
	}
}

// TestMessagesHaveTheirOwnDelays follows messages in a queue with a delay of 5 s.
func TestMessagesHaveTheirOwnDelays(t *testing.T) {
	w := newWorld(t)
	url, _ := w.queue(t, "q", map[string]string{"DelaySeconds": "5"})
	for body, delay := range map[string]int32{"none": 0, "900": 900} {
		must(w.sqs.SendMessage(t.Context(), &sqs.SendMessageInput{QueueUrl: &url, MessageBody: &body, DelaySeconds: delay}))(t)
	}
	must(w.sqs.SendMessageBatch(t.Context(), &sqs.SendMessageBatchInput{QueueUrl: &url, Entries: []sqstypes.SendMessageBatchRequestEntry{
		{Id: s("a"), MessageBody: s("batch none")}, {Id: s("b"), MessageBody: s("batch 2"), DelaySeconds: 2},
	}}))(t)
	w.sendRaw(t, "SendMessage", `{"QueueUrl":"`+url+`","MessageBody":"zero","DelaySeconds":0}`)
	w.sendRaw(t, "SendMessageBatch", `{"QueueUrl":"`+url+`","Entries":[{"Id":"c","MessageBody":"batch zero","DelaySeconds":0}]}`)

	seen := time.Duration(0)
	for _, c := range []struct {
		at   time.Duration
		want []string
	}{
		{0, []string{"batch zero", "zero"}},
		{2 * time.Second, []string{"batch 2"}},
		{5*time.Second - 1, nil},
		{5 * time.Second, []string{"batch none", "none"}},
		{900*time.Second - 1, nil},
		{900 * time.Second, []string{"900"}},
	} {
		w.clock.Advance(c.at - seen)
		seen = c.at
		got := w.receive(t, url)
		for _, m := range got {
			must(w.sqs.DeleteMessage(t.Context(), &sqs.DeleteMessageInput{QueueUrl: &url, ReceiptHandle: m.ReceiptHandle}))(t)
		}
		if texts := bodies(got); !slices.Equal(slices.Sorted(slices.Values(texts)), c.want) {
			t.Errorf("after %s: %q, want %q", c.at, texts, c.want)
		}
	}
	_, err := w.sqs.SendMessage(t.Context(), &sqs.SendMessageInput{QueueUrl: &url, MessageBody: s("m"), DelaySeconds: 901})
	if code(err) != "InvalidParameterValue" {
		t.Errorf("901 s: %v", err)
	}
}

// TestVisibilityIsChanged tests the range of timeouts.
func TestVisibilityIsChanged(t *testing.T) {
	for _, seconds := range []int32{0, 1, 3600, 43199, 43200} {
		w := newWorld(t)
		url, _ := w.queue(t, "q", nil)
		must(w.sqs.SendMessage(t.Context(), &sqs.SendMessageInput{QueueUrl: &url, MessageBody: s("m")}))(t)
		handle := w.receive(t, url)[0].ReceiptHandle
		must(w.sqs.ChangeMessageVisibility(t.Context(), &sqs.ChangeMessageVisibilityInput{QueueUrl: &url, ReceiptHandle: handle, VisibilityTimeout: seconds}))(t)
		if seconds > 0 {
			w.clock.Advance(time.Duration(seconds)*time.Second - 1)
			if got := w.receive(t, url); len(got) != 0 {
				t.Errorf("%d s: visible before", seconds)
			}
			w.clock.Advance(1)
		}
		if got := w.receive(t, url); len(got) != 1 || got[0].Attributes["ApproximateReceiveCount"] != "2" {
			t.Errorf("%d s: %d messages after", seconds, len(got))
		}
	}
	w := newWorld(t)
	url, _ := w.queue(t, "q", nil)
	must(w.sqs.SendMessage(t.Context(), &sqs.SendMessageInput{QueueUrl: &url, MessageBody: s("m")}))(t)
	handle := w.receive(t, url)[0].ReceiptHandle
	for _, seconds := range []int32{-1, 43201} {
		_, err := w.sqs.ChangeMessageVisibility(t.Context(), &sqs.ChangeMessageVisibilityInput{QueueUrl: &url, ReceiptHandle: handle, VisibilityTimeout: seconds})
		if code(err) != "InvalidParameterValue" {
			t.Errorf("%d s: %v", seconds, err)
		}
	}
}

// TestQueueURLsOfAWS uses a client with the endpoint of localaws and AWS's own URL of a queue: the
// client must use the endpoint.
func TestQueueURLsOfAWS(t *testing.T) {
	w := newWorld(t)
	w.queue(t, "q", nil)
	url := s("https://sqs.us-east-1.amazonaws.com/123456789012/q")
	for name, config := range map[string]aws.Config{"HTTP": w.config, "in-process": w.Config("us-east-1", account)} {
		client := sqs.NewFromConfig(config)
		must(client.SendMessage(t.Context(), &sqs.SendMessageInput{QueueUrl: url, MessageBody: &name}))(t)
		got := must(client.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{QueueUrl: url}))(t).Messages
		if len(got) != 1 || *got[0].Body != name {
			t.Fatalf("%s: %v", name, bodies(got))
		}
		must(client.ChangeMessageVisibility(t.Context(), &sqs.ChangeMessageVisibilityInput{QueueUrl: url, ReceiptHandle: got[0].ReceiptHandle, VisibilityTimeout: 60}))(t)
		must(client.DeleteMessage(t.Context(), &sqs.DeleteMessageInput{QueueUrl: url, ReceiptHandle: got[0].ReceiptHandle}))(t)
	}
}

// TestTake takes messages out: all that are due, for good. No client can do this.
func TestTake(t *testing.T) {
	w := newWorld(t)
	url, arn := w.queue(t, "q", nil)
	if _, any := w.SQS.Due(arn); any {
		t.Error("an empty queue has a due message")
	}
	for body, delay := range map[string]int32{"now": 0, "later": 60} {
		must(w.sqs.SendMessage(t.Context(), &sqs.SendMessageInput{QueueUrl: &url, MessageBody: &body, DelaySeconds: delay}))(t)
	}
	start := w.clock.Now()
	if at, any := w.SQS.Due(arn); !any || !at.Equal(start) {
		t.Errorf("due at %v, %v", at, any)
	}
	if got := w.SQS.Take(arn); !slices.Equal(got, []localsqs.Taken{{Body: "now"}}) {
		t.Errorf("took %v", got)
	}
	if at, any := w.SQS.Due(arn); !any || !at.Equal(start.Add(time.Minute)) {
		t.Errorf("the next is due at %v, %v", at, any)
	}
	w.clock.Advance(time.Minute)
	if got := append(w.SQS.Take(arn), w.SQS.Take(arn+"x")...); !slices.Equal(got, []localsqs.Taken{{Body: "later", Delay: time.Minute}}) || len(w.SQS.Bodies(arn)) != 0 {
		t.Errorf("took %v, left %q", got, w.SQS.Bodies(arn))
	}
}
