package localaws_test

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	snstypes "github.com/aws/aws-sdk-go-v2/service/sns/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/aws/smithy-go"

	"github.com/ringfence/ringfence/internal/localaws"
)

// world is a server with its clock, and clients that use a real socket.
type world struct {
	*localaws.Server
	clock  *localaws.Clock
	config aws.Config
	sqs    *sqs.Client
	sns    *sns.Client
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{clock: localaws.NewClock(start)}
	w.Server = localaws.New(localaws.Options{Now: w.clock.Now, Seed: 1})
	w.config = listen(t, w.Server).Config("us-east-1", account)
	w.config.RetryMaxAttempts = 1 // the SDK treats LimitExceeded as throttling
	w.sqs, w.sns = sqs.NewFromConfig(w.config), sns.NewFromConfig(w.config)
	return w
}

// queue makes a queue and returns its URL and ARN.
func (w *world) queue(t *testing.T, name string, attributes map[string]string) (url, arn string) {
	t.Helper()
	created := must(w.sqs.CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: aws.String(name), Attributes: attributes}))(t)
	got := must(w.sqs.GetQueueAttributes(t.Context(), &sqs.GetQueueAttributesInput{
		QueueUrl: created.QueueUrl, AttributeNames: []sqstypes.QueueAttributeName{"All"},
	}))(t)
	return *created.QueueUrl, got.Attributes["QueueArn"]
}

func (w *world) receive(t *testing.T, url string) []sqstypes.Message {
	t.Helper()
	return must(w.sqs.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{
		QueueUrl: aws.String(url), MaxNumberOfMessages: 10, MessageAttributeNames: []string{"All"},
		MessageSystemAttributeNames: []sqstypes.MessageSystemAttributeName{"All"}, WaitTimeSeconds: 20,
	}))(t).Messages
}

func bodies(messages []sqstypes.Message) []string {
	var all []string
	for _, m := range messages {
		all = append(all, *m.Body)
	}
	return all
}

func code(err error) string {
	var e smithy.APIError
	if errors.As(err, &e) {
		return e.ErrorCode()
	}
	return ""
}

func TestQueueVisibilityFollowsTheClock(t *testing.T) {
	w := newWorld(t)
	url, arn := w.queue(t, "q", map[string]string{"VisibilityTimeout": "60", "DelaySeconds": "5"})
	if arn != "arn:aws:sqs:us-east-1:123456789012:q" {
		t.Errorf("arn %s", arn)
	}
	must(w.sqs.SendMessage(t.Context(), &sqs.SendMessageInput{
		QueueUrl: &url, MessageBody: aws.String("hello <&> \u00e9"),
		MessageAttributes: map[string]sqstypes.MessageAttributeValue{"k": {DataType: aws.String("String"), StringValue: aws.String("v")}},
	}))(t)
	if got := w.receive(t, url); len(got) != 0 {
		t.Fatalf("received before its delay: %v", bodies(got))
	}
	w.clock.Advance(5 * time.Second)
	got := w.receive(t, url)
	if !slices.Equal(bodies(got), []string{"hello <&> \u00e9"}) || got[0].Attributes["ApproximateReceiveCount"] != "1" ||
		*got[0].MessageAttributes["k"].StringValue != "v" {
		t.Fatalf("%+v", got)
	}
	w.clock.Advance(59 * time.Second)
	if got := w.receive(t, url); len(got) != 0 {
		t.Fatal("received while in flight")
	}
	w.clock.Advance(time.Second)
	if got = w.receive(t, url); len(got) != 1 || got[0].Attributes["ApproximateReceiveCount"] != "2" {
		t.Fatalf("%+v", got)
	}
	must(w.sqs.ChangeMessageVisibility(t.Context(), &sqs.ChangeMessageVisibilityInput{QueueUrl: &url, ReceiptHandle: got[0].ReceiptHandle}))(t)
	if got = w.receive(t, url); len(got) != 1 {
		t.Fatal("not visible again")
	}
	must(w.sqs.DeleteMessage(t.Context(), &sqs.DeleteMessageInput{QueueUrl: &url, ReceiptHandle: got[0].ReceiptHandle}))(t)
	w.clock.Advance(time.Hour)
	if got := w.receive(t, url); len(got) != 0 {
		t.Fatal("received after its deletion")
	}
	_, err := w.sqs.DeleteMessage(t.Context(), &sqs.DeleteMessageInput{QueueUrl: &url, ReceiptHandle: aws.String("x")})
	var handle *sqstypes.ReceiptHandleIsInvalid
	if !errors.As(err, &handle) {
		t.Errorf("%v", err)
	}
}

func TestQueueRedrives(t *testing.T) {
	w := newWorld(t)
	deadURL, deadARN := w.queue(t, "dead", nil)
	url, _ := w.queue(t, "q", map[string]string{
		"VisibilityTimeout": "1", "RedrivePolicy": `{"deadLetterTargetArn":"` + deadARN + `","maxReceiveCount":2}`,
	})
	must(w.sqs.SendMessageBatch(t.Context(), &sqs.SendMessageBatchInput{QueueUrl: &url, Entries: []sqstypes.SendMessageBatchRequestEntry{
		{Id: aws.String("a"), MessageBody: aws.String("poison")}, {Id: aws.String("b"), MessageBody: aws.String("food")},
	}}))(t)
	for range 2 {
		for _, m := range w.receive(t, url) {
			if *m.Body == "food" {
				must(w.sqs.DeleteMessage(t.Context(), &sqs.DeleteMessageInput{QueueUrl: &url, ReceiptHandle: m.ReceiptHandle}))(t)
				if _, err := w.sqs.DeleteMessage(t.Context(), &sqs.DeleteMessageInput{QueueUrl: &url, ReceiptHandle: aws.String("bad")}); code(err) != "ReceiptHandleIsInvalid" {
					t.Errorf("%v", err)
				}
			}
		}
		w.clock.Advance(time.Second)
	}
	if got := w.receive(t, url); len(got) != 0 {
		t.Errorf("received a third time: %v", bodies(got))
	}
	if got := bodies(w.receive(t, deadURL)); !slices.Equal(got, []string{"poison"}) {
		t.Errorf("dead letters %v", got)
	}
}

func TestQueueErrors(t *testing.T) {
	w := newWorld(t)
	_, err := w.sqs.SendMessage(t.Context(), &sqs.SendMessageInput{QueueUrl: aws.String("https://sqs.us-east-1.amazonaws.com/" + account + "/none"), MessageBody: aws.String("m")})
	var missing *sqstypes.QueueDoesNotExist
	if !errors.As(err, &missing) {
		t.Errorf("%v", err)
	}
	w.queue(t, "q", nil)
	_, err = w.sqs.CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: aws.String("q"), Attributes: map[string]string{"DelaySeconds": "9"}})
	var exists *sqstypes.QueueNameExists
	if !errors.As(err, &exists) {
		t.Errorf("%v", err)
	}
	for attribute, want := range map[string]string{"FifoQueue": "InvalidAttributeValue", "Speed": "InvalidAttributeName", "DelaySeconds": "InvalidAttributeValue"} {
		_, err = w.sqs.CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: aws.String("r"), Attributes: map[string]string{attribute: "true"}})
		if code(err) != want {
			t.Errorf("%s: %v", attribute, err)
		}
	}
}

func TestTopicDelivers(t *testing.T) {
	w := newWorld(t)
	rawURL, rawARN := w.queue(t, "raw", nil)
	wrappedURL, wrappedARN := w.queue(t, "wrapped", nil)
	criticalURL, criticalARN := w.queue(t, "critical", nil)
	topic := *must(w.sns.CreateTopic(t.Context(), &sns.CreateTopicInput{Name: aws.String("findings")}))(t).TopicArn
	subscribe := func(protocol, endpoint string, attributes map[string]string) {
		must(w.sns.Subscribe(t.Context(), &sns.SubscribeInput{
			TopicArn: &topic, Protocol: &protocol, Endpoint: &endpoint, Attributes: attributes, ReturnSubscriptionArn: true,
		}))(t)
	}
	subscribe("sqs", rawARN, map[string]string{"RawMessageDelivery": "true"})
	subscribe("sqs", wrappedARN, nil)
	subscribe("sqs", criticalARN, map[string]string{
		"RawMessageDelivery": "true", "FilterPolicy": `{"severity":["critical",{"prefix":"hi"}],"n":[{"numeric":[">",1]}],"where":["b"]}`,
	})
	subscribe("email", "team@example.com", nil)
	publish := func(severity, n string) {
		must(w.sns.Publish(t.Context(), &sns.PublishInput{
			TopicArn: &topic, Subject: aws.String("A role escaped"), MessageStructure: aws.String("json"),
			Message: aws.String(`{"default":"d ` + severity + `","sqs":"q ` + severity + `","email":"dear ` + severity + `"}`),
			MessageAttributes: map[string]snstypes.MessageAttributeValue{
				"severity": {DataType: aws.String("String"), StringValue: &severity},
				"n":        {DataType: aws.String("Number"), StringValue: &n},
				"where":    {DataType: aws.String("String.Array"), StringValue: aws.String(`["a","b"]`)},
			},
		}))(t)
	}
	publish("high", "2")
	publish("low", "2")
	publish("critical", "1")
	if got := bodies(w.receive(t, rawURL)); !slices.Equal(got, []string{"q high", "q low", "q critical"}) {
		t.Errorf("raw: %v", got)
	}
	if got := w.receive(t, criticalURL); len(got) != 1 || *got[0].Body != "q high" || *got[0].MessageAttributes["severity"].StringValue != "high" {
		t.Errorf("filtered: %+v", got)
	}
	var notification struct {
		Type, TopicArn, Subject, Message string
		MessageAttributes                map[string]struct{ Type, Value string }
	}
	if err := json.Unmarshal([]byte(*w.receive(t, wrappedURL)[0].Body), &notification); err != nil {
		t.Fatal(err)
	}
	if notification.Type != "Notification" || notification.TopicArn != topic || notification.Subject != "A role escaped" ||
		notification.Message != "q high" || notification.MessageAttributes["severity"].Value != "high" {
		t.Errorf("%+v", notification)
	}
	var mails []string
	for _, d := range w.SNS.Deliveries() {
		if d.Protocol == "email" {
			mails = append(mails, d.Endpoint+": "+d.Body)
		}
	}
	if want := []string{"team@example.com: dear high", "team@example.com: dear low", "team@example.com: dear critical"}; !slices.Equal(mails, want) {
		t.Errorf("mails %q", mails)
	}
	if got := w.SNS.Published(); len(got) != 3 || got[0].Attributes["severity"] != "high" {
		t.Errorf("published %+v", got)
	}
}

func TestTopicRefuses(t *testing.T) {
	w := newWorld(t)
	topic := must(w.sns.CreateTopic(t.Context(), &sns.CreateTopicInput{Name: aws.String("findings")}))(t).TopicArn
	for name, in := range map[string]*sns.PublishInput{
		"long subject":        {Subject: aws.String(strings.Repeat("x", 101)), Message: aws.String("m")},
		"line break":          {Subject: aws.String("a\nb"), Message: aws.String("m")},
		"not ASCII":           {Subject: aws.String("caf\u00e9"), Message: aws.String("m")},
		"empty":               {Message: aws.String("")},
		"too long":            {Message: aws.String(strings.Repeat("x", 256<<10+1))},
		"structure, no JSON":  {Message: aws.String("m"), MessageStructure: aws.String("json")},
		"structure, default":  {Message: aws.String(`{"email":"m"}`), MessageStructure: aws.String("json")},
		"structure, unknown":  {Message: aws.String("m"), MessageStructure: aws.String("xml")},
		"structure, no texts": {Message: aws.String(`{"default":{"a":1}}`), MessageStructure: aws.String("json")},
	} {
		in.TopicArn = topic
		_, err := w.sns.Publish(t.Context(), in)
		var refused *snstypes.InvalidParameterException
		if !errors.As(err, &refused) {
			t.Errorf("%s: %v", name, err)
		}
	}
	must(w.sns.Publish(t.Context(), &sns.PublishInput{
		TopicArn: topic, Subject: aws.String(strings.Repeat("x", 100)), Message: aws.String(strings.Repeat("x", 256<<10)),
	}))(t)
	_, err := w.sns.Publish(t.Context(), &sns.PublishInput{TopicArn: aws.String(*topic + "x"), Message: aws.String("m")})
	var missing *snstypes.NotFoundException
	if !errors.As(err, &missing) {
		t.Errorf("%v", err)
	}
	for attribute, value := range map[string]string{"FilterPolicy": `{"a":[{"prefx":"x"}]}`, "RawMessageDelivery": "yes", "Speed": "1", "FilterPolicyScope": "Body"} {
		_, err := w.sns.Subscribe(t.Context(), &sns.SubscribeInput{
			TopicArn: topic, Protocol: aws.String("sqs"), Endpoint: aws.String("arn:aws:sqs:us-east-1:1:q"), Attributes: map[string]string{attribute: value},
		})
		if code(err) != "InvalidParameter" {
			t.Errorf("%s: %v", attribute, err)
		}
	}
}

// keys returns credentials with an access key id.
func keys(id string) aws.CredentialsProvider {
	return aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
		return aws.Credentials{AccessKeyID: id, SecretAccessKey: "local", SessionToken: "local"}, nil
	})
}
