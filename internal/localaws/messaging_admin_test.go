package localaws_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	eventtypes "github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/ringfence/ringfence/internal/localaws"
	"github.com/ringfence/ringfence/internal/localaws/events"
)

func TestReceiveWaitsForAMessage(t *testing.T) {
	server := localaws.New(localaws.Options{}) // with the machine's clock
	client := sqs.NewFromConfig(server.Config("us-east-1", account))
	url := must(client.CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: s("q")}))(t).QueueUrl
	got := make(chan []sqstypes.Message, 1)
	go func() {
		out, err := client.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{QueueUrl: url, WaitTimeSeconds: 20})
		if err != nil {
			t.Error(err)
			out = &sqs.ReceiveMessageOutput{}
		}
		got <- out.Messages
	}()
	must(client.SendMessage(t.Context(), &sqs.SendMessageInput{QueueUrl: url, MessageBody: s("m")}))(t)
	if m := <-got; len(m) != 1 || *m[0].Body != "m" {
		t.Errorf("%+v", m)
	}
}

func TestQueueAttributes(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	_, deadARN := w.queue(t, "dead", nil)
	url, arn := w.queue(t, "work", map[string]string{
		"RedrivePolicy": fmt.Sprintf(`{"deadLetterTargetArn":%q,"maxReceiveCount":"3"}`, deadARN), "DelaySeconds": "60",
	})
	if _, err := w.sqs.CreateQueue(ctx, &sqs.CreateQueueInput{QueueName: s("bad"), Attributes: map[string]string{"RedrivePolicy": "{}"}}); code(err) != "InvalidAttributeValue" {
		t.Errorf("%v", err)
	}
	must(w.sqs.SendMessage(ctx, &sqs.SendMessageInput{QueueUrl: &url, MessageBody: s("m")}))(t)
	counts := must(w.sqs.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{QueueUrl: &url, AttributeNames: []sqstypes.QueueAttributeName{
		"ApproximateNumberOfMessages", "ApproximateNumberOfMessagesDelayed",
	}}))(t).Attributes
	if counts["ApproximateNumberOfMessages"] != "0" || counts["ApproximateNumberOfMessagesDelayed"] != "1" {
		t.Errorf("%v", counts)
	}
	if got := w.SQS.Bodies(arn); !slices.Equal(got, []string{"m"}) {
		t.Errorf("%v", got)
	}
	_, err := w.sqs.SendMessageBatch(ctx, &sqs.SendMessageBatchInput{QueueUrl: &url, Entries: []sqstypes.SendMessageBatchRequestEntry{
		{Id: s("a"), MessageBody: s("1")}, {Id: s("a"), MessageBody: s("2")},
	}})
	if code(err) != "BatchEntryIdsNotDistinct" && !strings.HasSuffix(code(err), "BatchEntryIdsNotDistinct") {
		t.Errorf("%v", err)
	}
}

func TestTopicAttributes(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	topic := must(w.sns.CreateTopic(ctx, &sns.CreateTopicInput{Name: s("findings"), Attributes: map[string]string{"DisplayName": "Ringfence"}}))(t).TopicArn
	if again := must(w.sns.CreateTopic(ctx, &sns.CreateTopicInput{Name: s("findings")}))(t).TopicArn; *again != *topic {
		t.Errorf("%s", *again)
	}
	if _, err := w.sns.CreateTopic(ctx, &sns.CreateTopicInput{Name: s("findings"), Attributes: map[string]string{"DisplayName": "x"}}); code(err) != "InvalidParameter" {
		t.Errorf("%v", err)
	}
	mail := must(w.sns.Subscribe(ctx, &sns.SubscribeInput{TopicArn: topic, Protocol: s("email"), Endpoint: s("a@example.com")}))(t).SubscriptionArn
	if *mail != "pending confirmation" {
		t.Errorf("%s", *mail)
	}
	_, arn := w.queue(t, "q", nil)
	sub := must(w.sns.Subscribe(ctx, &sns.SubscribeInput{TopicArn: topic, Protocol: s("sqs"), Endpoint: &arn}))(t).SubscriptionArn
	if again := must(w.sns.Subscribe(ctx, &sns.SubscribeInput{TopicArn: topic, Protocol: s("sqs"), Endpoint: &arn}))(t).SubscriptionArn; *again != *sub {
		t.Errorf("subscribed twice: %s", *again)
	}
	got := must(w.sns.GetTopicAttributes(ctx, &sns.GetTopicAttributesInput{TopicArn: topic}))(t).Attributes
	if got["DisplayName"] != "Ringfence" || got["SubscriptionsConfirmed"] != "1" || got["SubscriptionsPending"] != "1" || got["Owner"] != account {
		t.Errorf("%v", got)
	}
}

// Ensure that operations that are not served are refused by name, and do not succeed silently.
func TestOperationsThatAreNotServed(t *testing.T) {
	w := newWorld(t)
	_, err := w.sns.ListTopics(t.Context(), &sns.ListTopicsInput{})
	if code(err) != "InvalidAction" {
		t.Errorf("%v", err)
	}
}

func TestSendDeliversEventsMadeElsewhere(t *testing.T) {
	w := newWorld(t)
	bus := eventbridge.NewFromConfig(w.config)
	url, arn := w.queue(t, "q", nil)
	must(bus.PutRule(t.Context(), &eventbridge.PutRuleInput{Name: s("r"), EventPattern: s(`{"source":["aws.lambda"]}`)}))(t)
	must(bus.PutTargets(t.Context(), &eventbridge.PutTargetsInput{Rule: s("r"), Targets: []eventtypes.Target{{Id: s("q"), Arn: &arn}}}))(t)
	w.Send(events.Event{
		Version: "0", ID: "1", Source: "aws.lambda", DetailType: "AWS API Call via CloudTrail", Account: account, Region: "us-east-1",
		Resources: []string{}, Detail: json.RawMessage(`{"eventName":"UpdateFunctionCode20150331v2"}`),
	})
	if got := w.receive(t, url); len(got) != 1 || !strings.Contains(*got[0].Body, "UpdateFunctionCode20150331v2") {
		t.Errorf("%v", bodies(got))
	}
}

func TestRolesThatCannotBeAssumed(t *testing.T) {
	server, _ := inProcess()
	client := sts.NewFromConfig(server.Config("us-east-1", "210987654321"))
	for name, in := range map[string]*sts.AssumeRoleInput{
		"no role's ARN":    {RoleArn: s("arn:aws:iam::123456789012:user/some-user"), RoleSessionName: s("ok")},
		"bad session name": {RoleArn: s("arn:aws:iam::123456789012:role/r"), RoleSessionName: s("not ok")},
	} {
		if _, err := client.AssumeRole(t.Context(), in); code(err) != "ValidationError" {
			t.Errorf("%s: %v", name, err)
		}
	}
}
