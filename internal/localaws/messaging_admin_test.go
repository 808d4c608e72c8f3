package localaws_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	eventtypes "github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	snstypes "github.com/aws/aws-sdk-go-v2/service/sns/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/ringfence/ringfence/internal/localaws"
	"github.com/ringfence/ringfence/internal/localaws/events"
)

func TestReceiveWaitsForAMessage(t *testing.T) {
	server := localaws.New(localaws.Options{}) // by the machine's clock
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

func TestQueueAdministration(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	dead, deadARN := w.queue(t, "dead", nil)
	url, arn := w.queue(t, "work", nil)
	must(w.sqs.SetQueueAttributes(ctx, &sqs.SetQueueAttributesInput{QueueUrl: &url, Attributes: map[string]string{
		"RedrivePolicy": fmt.Sprintf(`{"deadLetterTargetArn":%q,"maxReceiveCount":"3"}`, deadARN), "DelaySeconds": "60",
	}}))(t)
	if _, err := w.sqs.SetQueueAttributes(ctx, &sqs.SetQueueAttributesInput{QueueUrl: &url, Attributes: map[string]string{"RedrivePolicy": "{}"}}); code(err) != "InvalidAttributeValue" {
		t.Errorf("%v", err)
	}
	if got := must(w.sqs.ListDeadLetterSourceQueues(ctx, &sqs.ListDeadLetterSourceQueuesInput{QueueUrl: &dead}))(t).QueueUrls; !slices.Equal(got, []string{url}) {
		t.Errorf("%v", got)
	}
	if got := must(w.sqs.ListQueues(ctx, &sqs.ListQueuesInput{QueueNamePrefix: s("w")}))(t).QueueUrls; !slices.Equal(got, []string{url}) {
		t.Errorf("%v", got)
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
	must(w.sqs.PurgeQueue(ctx, &sqs.PurgeQueueInput{QueueUrl: &url}))(t)
	must(w.sqs.TagQueue(ctx, &sqs.TagQueueInput{QueueUrl: &url, Tags: map[string]string{"a": "b", "c": "d"}}))(t)
	must(w.sqs.UntagQueue(ctx, &sqs.UntagQueueInput{QueueUrl: &url, TagKeys: []string{"a"}}))(t)
	if got := must(w.sqs.ListQueueTags(ctx, &sqs.ListQueueTagsInput{QueueUrl: &url}))(t).Tags; len(got) != 1 || got["c"] != "d" {
		t.Errorf("%v", got)
	}
	_, err := w.sqs.SendMessageBatch(ctx, &sqs.SendMessageBatchInput{QueueUrl: &url, Entries: []sqstypes.SendMessageBatchRequestEntry{
		{Id: s("a"), MessageBody: s("1")}, {Id: s("a"), MessageBody: s("2")},
	}})
	if code(err) != "BatchEntryIdsNotDistinct" && !strings.HasSuffix(code(err), "BatchEntryIdsNotDistinct") {
		t.Errorf("%v", err)
	}
	must(w.sqs.DeleteQueue(ctx, &sqs.DeleteQueueInput{QueueUrl: &url}))(t)
	if _, err := w.sqs.PurgeQueue(ctx, &sqs.PurgeQueueInput{QueueUrl: &url}); !strings.Contains(code(err), "NonExistentQueue") && code(err) != "QueueDoesNotExist" {
		t.Errorf("%v", err)
	}
}

func TestTopicAdministration(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	topic := must(w.sns.CreateTopic(ctx, &sns.CreateTopicInput{Name: s("findings"), Attributes: map[string]string{"DisplayName": "Ringfence"}, Tags: []snstypes.Tag{{Key: s("a"), Value: s("b")}}}))(t).TopicArn
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
	must(w.sns.SetTopicAttributes(ctx, &sns.SetTopicAttributesInput{TopicArn: topic, AttributeName: s("DisplayName"), AttributeValue: s("x")}))(t)
	if _, err := w.sns.SetTopicAttributes(ctx, &sns.SetTopicAttributesInput{TopicArn: topic, AttributeName: s("Colour"), AttributeValue: s("x")}); code(err) != "InvalidParameter" {
		t.Errorf("%v", err)
	}
	if got := must(w.sns.GetSubscriptionAttributes(ctx, &sns.GetSubscriptionAttributesInput{SubscriptionArn: sub}))(t).Attributes; got["Protocol"] != "sqs" || got["PendingConfirmation"] != "false" {
		t.Errorf("%v", got)
	}
	for _, subscription := range must(w.sns.ListSubscriptions(ctx, &sns.ListSubscriptionsInput{}))(t).Subscriptions {
		if (*subscription.Protocol == "email") != (*subscription.SubscriptionArn == "PendingConfirmation") {
			t.Errorf("%+v", subscription)
		}
	}
	must(w.sns.TagResource(ctx, &sns.TagResourceInput{ResourceArn: topic, Tags: []snstypes.Tag{{Key: s("c"), Value: s("d")}}}))(t)
	must(w.sns.UntagResource(ctx, &sns.UntagResourceInput{ResourceArn: topic, TagKeys: []string{"a"}}))(t)
	if got := must(w.sns.ListTagsForResource(ctx, &sns.ListTagsForResourceInput{ResourceArn: topic}))(t).Tags; len(got) != 1 || *got[0].Key != "c" {
		t.Errorf("%+v", got)
	}
	must(w.sns.Unsubscribe(ctx, &sns.UnsubscribeInput{SubscriptionArn: sub}))(t)
	if _, err := w.sns.GetSubscriptionAttributes(ctx, &sns.GetSubscriptionAttributesInput{SubscriptionArn: sub}); code(err) != "NotFound" {
		t.Errorf("%v", err)
	}
	must(w.sns.DeleteTopic(ctx, &sns.DeleteTopicInput{TopicArn: topic}))(t)
	if got := must(w.sns.ListSubscriptions(ctx, &sns.ListSubscriptionsInput{}))(t).Subscriptions; len(got) != 0 {
		t.Errorf("a deleted topic leaves %+v", got)
	}
	for i := range 150 {
		must(w.sns.CreateTopic(ctx, &sns.CreateTopicInput{Name: s(fmt.Sprint("t", i))}))(t)
	}
	n, pages := 0, sns.NewListTopicsPaginator(w.sns, &sns.ListTopicsInput{})
	for pages.HasMorePages() {
		n += len(must(pages.NextPage(ctx))(t).Topics)
	}
	if n != 150 {
		t.Errorf("%d topics", n)
	}
}

func TestBusAdministration(t *testing.T) {
	w := newWorld(t)
	ctx, bus := t.Context(), eventbridge.NewFromConfig(w.config)
	arn := must(bus.CreateEventBus(ctx, &eventbridge.CreateEventBusInput{Name: s("findings")}))(t).EventBusArn
	if _, err := bus.CreateEventBus(ctx, &eventbridge.CreateEventBusInput{Name: s("findings")}); code(err) != "ResourceAlreadyExistsException" {
		t.Errorf("%v", err)
	}
	if got := must(bus.ListEventBuses(ctx, &eventbridge.ListEventBusesInput{}))(t).EventBuses; len(got) != 2 {
		t.Errorf("%+v", got)
	}
	if got := must(bus.DescribeEventBus(ctx, &eventbridge.DescribeEventBusInput{}))(t); *got.Name != "default" {
		t.Errorf("%+v", got)
	}
	rule := must(bus.PutRule(ctx, &eventbridge.PutRuleInput{
		Name: s("r"), EventBusName: s("findings"), EventPattern: s(`{"source":["me"]}`), Description: s("d"), State: eventtypes.RuleStateDisabled,
		Tags: []eventtypes.Tag{{Key: s("a"), Value: s("b")}},
	}))(t).RuleArn
	if *rule != "arn:aws:events:us-east-1:123456789012:rule/findings/r" {
		t.Errorf("%s", *rule)
	}
	topic := must(w.sns.CreateTopic(ctx, &sns.CreateTopicInput{Name: s("findings")}))(t).TopicArn
	must(bus.PutTargets(ctx, &eventbridge.PutTargetsInput{Rule: s("r"), EventBusName: s("findings"), Targets: []eventtypes.Target{{Id: s("t"), Arn: topic}}}))(t)
	put := func() {
		must(bus.PutEvents(ctx, &eventbridge.PutEventsInput{Entries: []eventtypes.PutEventsRequestEntry{
			{EventBusName: arn, Source: s("me"), DetailType: s("T"), Detail: s(`{}`)},
		}}))(t)
	}
	put()
	must(bus.EnableRule(ctx, &eventbridge.EnableRuleInput{Name: s("r"), EventBusName: s("findings")}))(t)
	put()
	if got := w.SNS.Published(); len(got) != 1 || !strings.Contains(got[0].Message, `"source":"me"`) {
		t.Errorf("%+v", got)
	}
	if got := must(bus.ListTargetsByRule(ctx, &eventbridge.ListTargetsByRuleInput{Rule: s("r"), EventBusName: s("findings")}))(t).Targets; len(got) != 1 || *got[0].Arn != *topic {
		t.Errorf("%+v", got)
	}
	if got := must(bus.ListRuleNamesByTarget(ctx, &eventbridge.ListRuleNamesByTargetInput{TargetArn: topic, EventBusName: s("findings")}))(t).RuleNames; !slices.Equal(got, []string{"r"}) {
		t.Errorf("%v", got)
	}
	if got := must(bus.ListRules(ctx, &eventbridge.ListRulesInput{EventBusName: s("findings")}))(t).Rules; len(got) != 1 || *got[0].Description != "d" {
		t.Errorf("%+v", got)
	}
	must(bus.TagResource(ctx, &eventbridge.TagResourceInput{ResourceARN: rule, Tags: []eventtypes.Tag{{Key: s("c"), Value: s("d")}}}))(t)
	must(bus.UntagResource(ctx, &eventbridge.UntagResourceInput{ResourceARN: rule, TagKeys: []string{"a"}}))(t)
	if got := must(bus.ListTagsForResource(ctx, &eventbridge.ListTagsForResourceInput{ResourceARN: rule}))(t).Tags; len(got) != 1 || *got[0].Key != "c" {
		t.Errorf("%+v", got)
	}
	for event, want := range map[string]bool{`{"source":"me"}`: true, `{"source":"you"}`: false} {
		if got := must(bus.TestEventPattern(ctx, &eventbridge.TestEventPatternInput{EventPattern: s(`{"source":["me"]}`), Event: &event}))(t).Result; got != want {
			t.Errorf("%s: %v", event, got)
		}
	}
	if _, err := bus.DeleteEventBus(ctx, &eventbridge.DeleteEventBusInput{Name: s("findings")}); code(err) != "ValidationException" {
		t.Errorf("a bus with rules: %v", err)
	}
	must(bus.RemoveTargets(ctx, &eventbridge.RemoveTargetsInput{Rule: s("r"), EventBusName: s("findings"), Ids: []string{"t"}}))(t)
	must(bus.DeleteRule(ctx, &eventbridge.DeleteRuleInput{Name: s("r"), EventBusName: s("findings")}))(t)
	must(bus.DeleteEventBus(ctx, &eventbridge.DeleteEventBusInput{Name: s("findings")}))(t)
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

func TestSessionTokens(t *testing.T) {
	server, _ := inProcess()
	client := sts.NewFromConfig(server.Config("us-east-1", "210987654321"))
	token := must(client.GetSessionToken(t.Context(), &sts.GetSessionTokenInput{DurationSeconds: aws.Int32(900)}))(t).Credentials
	who := must(sts.NewFromConfig(server.ConfigAs("us-east-1", aws.Credentials{
		AccessKeyID: *token.AccessKeyId, SecretAccessKey: *token.SecretAccessKey, SessionToken: *token.SessionToken,
	})).GetCallerIdentity(t.Context(), &sts.GetCallerIdentityInput{}))(t)
	if *who.Account != "210987654321" {
		t.Errorf("%+v", who)
	}
	for name, in := range map[string]*sts.AssumeRoleInput{
		"no role's ARN":    {RoleArn: s("arn:aws:iam::123456789012:user/some-user"), RoleSessionName: s("ok")},
		"bad session name": {RoleArn: s("arn:aws:iam::123456789012:role/r"), RoleSessionName: s("not ok")},
	} {
		if _, err := client.AssumeRole(t.Context(), in); code(err) != "ValidationError" {
			t.Errorf("%s: %v", name, err)
		}
	}
}
