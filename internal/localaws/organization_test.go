package localaws_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	eventtypes "github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

// A group with a backlog does not delay the message of another.
func TestAFairQueueServesQuietGroupsFirst(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	url, _ := w.queue(t, "q", nil)
	send := func(group, body string) {
		must(w.sqs.SendMessage(ctx, &sqs.SendMessageInput{QueueUrl: &url, MessageBody: &body, MessageGroupId: &group}))(t)
	}
	receive := func() (groups []string, all []sqstypes.Message) {
		all = must(w.sqs.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{
			QueueUrl: &url, MaxNumberOfMessages: 10, MessageSystemAttributeNames: []sqstypes.MessageSystemAttributeName{sqstypes.MessageSystemAttributeNameMessageGroupId},
		}))(t).Messages
		for _, m := range all {
			groups = append(groups, m.Attributes["MessageGroupId"])
		}
		return groups, all
	}
	for i := range 100 {
		send("noisy", fmt.Sprint(i))
	}
	if got, _ := receive(); !slices.Equal(got, slices.Repeat([]string{"noisy"}, 10)) {
		t.Errorf("%q", got)
	}
	send("quiet", "a")
	send("quiet", "b")
	got, all := receive()
	if len(got) != 10 || got[0] != "quiet" || got[1] != "quiet" || slices.Contains(got[2:], "quiet") {
		t.Errorf("%q", got)
	}
	for _, m := range all[:2] {
		must(w.sqs.DeleteMessage(ctx, &sqs.DeleteMessageInput{QueueUrl: &url, ReceiptHandle: m.ReceiptHandle}))(t)
	}
	seen := 20
	for got, _ := receive(); len(got) > 0; got, _ = receive() {
		seen += len(got)
	}
	if seen != 102 {
		t.Errorf("%d messages were received, want 102", seen)
	}
	if _, err := w.sqs.SendMessage(ctx, &sqs.SendMessageInput{QueueUrl: &url, MessageBody: s("m"), MessageGroupId: s("a b")}); code(err) != "InvalidParameterValue" {
		t.Errorf("%v", err)
	}
}

// Events of an account reach the queue of another, through a bus of that account. Their group is their account.
func TestEventsAreForwardedToAnotherAccount(t *testing.T) {
	const hub = "111111111111"
	w := newWorld(t)
	ctx := t.Context()
	toHub := w.Config("us-east-1", hub)
	queue := must(sqs.NewFromConfig(toHub).CreateQueue(ctx, &sqs.CreateQueueInput{QueueName: s("events")}))(t)
	hubBus := eventbridge.NewFromConfig(toHub)
	bus := must(hubBus.CreateEventBus(ctx, &eventbridge.CreateEventBusInput{Name: s("org")}))(t).EventBusArn
	if _, err := hubBus.CreateEventBus(ctx, &eventbridge.CreateEventBusInput{Name: s("org")}); code(err) != "ResourceAlreadyExistsException" {
		t.Errorf("%v", err)
	}
	const pattern = `{"source": ["aws.iam"]}`
	rule := func(client *eventbridge.Client, bus *string, target eventtypes.Target) {
		must(client.PutRule(ctx, &eventbridge.PutRuleInput{Name: s("changes"), EventBusName: bus, EventPattern: aws.String(pattern)}))(t)
		must(client.PutTargets(ctx, &eventbridge.PutTargetsInput{Rule: s("changes"), EventBusName: bus, Targets: []eventtypes.Target{target}}))(t)
	}
	rule(hubBus, bus, eventtypes.Target{Id: s("q"), Arn: s("arn:aws:sqs:us-east-1:" + hub + ":events"), SqsParameters: &eventtypes.SqsParameters{MessageGroupId: s("$.account")}})
	rule(eventbridge.NewFromConfig(w.Config("us-east-1", account)), nil, eventtypes.Target{Id: s("hub"), Arn: bus})
	must(iam.NewFromConfig(w.Config("us-east-1", account)).CreateUser(ctx, &iam.CreateUserInput{UserName: s("jane")}))(t)

	got := must(sqs.NewFromConfig(toHub).ReceiveMessage(ctx, &sqs.ReceiveMessageInput{
		QueueUrl: queue.QueueUrl, MessageSystemAttributeNames: []sqstypes.MessageSystemAttributeName{sqstypes.MessageSystemAttributeNameAll},
	}))(t).Messages
	if len(got) != 1 || got[0].Attributes["MessageGroupId"] != account {
		t.Errorf("%+v", got)
	}
}

func TestListAccounts(t *testing.T) {
	w := newWorld(t)
	client := organizations.NewFromConfig(w.Config("us-east-1", account))
	if _, err := client.ListAccounts(t.Context(), &organizations.ListAccountsInput{}); code(err) != "AWSOrganizationsNotInUseException" {
		t.Errorf("%v", err)
	}
	for i := range 45 {
		w.Organizations.SetAccount(fmt.Sprintf("%012d", i), fmt.Sprint("account ", i), "", types.AccountStateActive)
	}
	w.Organizations.SetAccount("000000000007", "gone", "Suspended", types.AccountStateSuspended)
	pages, seen := organizations.NewListAccountsPaginator(client, &organizations.ListAccountsInput{}), 0
	for pages.HasMorePages() {
		page := must(pages.NextPage(t.Context()))(t)
		for _, a := range page.Accounts {
			if seen++; (a.State == types.AccountStateSuspended) != (*a.Name == "gone") {
				t.Errorf("%s is %s", *a.Name, a.State)
			}
		}
		if len(page.Accounts) > 20 {
			t.Errorf("a page of %d", len(page.Accounts))
		}
	}
	if seen != 45 {
		t.Errorf("%d accounts", seen)
	}
}
