package localaws_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	trailtypes "github.com/aws/aws-sdk-go-v2/service/cloudtrail/types"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/ringfence/ringfence/internal/localaws"
)

func TestWriteReachesQueueThroughRule(t *testing.T) {
	w := newWorld(t)
	client, bus := iam.NewFromConfig(w.config), eventbridge.NewFromConfig(w.config)
	url, arn := w.queue(t, "changes", nil)
	must(bus.PutRule(t.Context(), &eventbridge.PutRuleInput{
		Name:         aws.String("iam"),
		EventPattern: aws.String(`{"source":["aws.iam"],"detail":{"eventName":[{"prefix":"Create"}],"errorCode":[{"exists":false}]}}`),
	}))(t)
	must(bus.PutTargets(t.Context(), &eventbridge.PutTargetsInput{Rule: aws.String("iam"), Targets: []types.Target{
		{Id: aws.String("queue"), Arn: &arn},
	}}))(t)
	createUser := func(name string) error {
		_, err := client.CreateUser(t.Context(), &iam.CreateUserInput{UserName: &name})
		return err
	}
	if err := createUser("jane"); err != nil {
		t.Fatal(err)
	}
	if err := createUser("JANE"); code(err) != "EntityAlreadyExists" {
		t.Fatalf("%v", err)
	}
	must(client.DeleteUser(t.Context(), &iam.DeleteUserInput{UserName: aws.String("jane")}))(t)
	if err := createUser("joe"); err != nil {
		t.Fatal(err)
	}
	got := bodies(w.receive(t, url))
	if len(got) != 2 || !strings.Contains(got[0], `"userName":"jane"`) || !strings.Contains(got[1], `"userName":"joe"`) {
		t.Fatalf("%q", got)
	}
	var event struct {
		Version, ID, Source, Account, Time, Region string
		DetailType                                 string   `json:"detail-type"`
		Resources                                  []string `json:"resources"`
		Detail                                     struct {
			EventVersion, EventSource, EventName, AwsRegion, EventID, RequestID, RecipientAccountID string
			UserIdentity                                                                            struct{ Type, ARN, AccessKeyID string }
			RequestParameters                                                                       struct{ UserName string }
			ResponseElements                                                                        struct {
				User struct{ UserName, UserID, ARN, Path, CreateDate string }
			}
			ReadOnly, ManagementEvent bool
		}
	}
	if err := json.Unmarshal([]byte(got[0]), &event); err != nil {
		t.Fatal(err)
	}
	d := event.Detail
	if event.Version != "0" || event.DetailType != "AWS API Call via CloudTrail" || event.Account != account || event.Region != "us-east-1" ||
		event.Time != "2026-03-01T12:00:00Z" || event.Resources == nil || len(event.Resources) != 0 || d.EventVersion != "1.11" ||
		d.EventSource != "iam.amazonaws.com" || d.EventName != "CreateUser" || d.UserIdentity.Type != "Root" || d.RecipientAccountID != account ||
		d.ResponseElements.User.ARN != "arn:aws:iam::123456789012:user/jane" || d.ResponseElements.User.Path != "/" || d.ReadOnly || !d.ManagementEvent {
		t.Errorf("%+v", event)
	}

	must(bus.PutRule(t.Context(), &eventbridge.PutRuleInput{
		Name: aws.String("iam"), EventPattern: aws.String(`{"source":["aws.iam"]}`), State: types.RuleStateDisabled,
	}))(t)
	if err := createUser("jim"); err != nil {
		t.Fatal(err)
	}
	if got := w.receive(t, url); len(got) != 0 {
		t.Errorf("a disabled rule delivers: %v", bodies(got))
	}
}

func TestRulesAndTargets(t *testing.T) {
	w := newWorld(t)
	bus := eventbridge.NewFromConfig(w.config)
	_, err := bus.PutRule(t.Context(), &eventbridge.PutRuleInput{Name: aws.String("r"), EventPattern: aws.String(`{"source":[{"prefx":"x"}]}`)})
	var invalid *types.InvalidEventPatternException
	if !errors.As(err, &invalid) {
		t.Errorf("%v", err)
	}
	if _, err := bus.PutRule(t.Context(), &eventbridge.PutRuleInput{Name: aws.String("r")}); code(err) != "ValidationException" {
		t.Errorf("%v", err)
	}
	long := fmt.Sprintf(`{"source":[%q]}`, strings.Repeat("x", 2048))
	if _, err := bus.PutRule(t.Context(), &eventbridge.PutRuleInput{Name: aws.String("r"), EventPattern: &long}); code(err) != "LimitExceededException" {
		t.Errorf("%v", err)
	}
	rule := must(bus.PutRule(t.Context(), &eventbridge.PutRuleInput{Name: aws.String("r"), EventPattern: aws.String(`{"source":["me"]}`)}))(t)
	if *rule.RuleArn != "arn:aws:events:us-east-1:123456789012:rule/r" {
		t.Errorf("%s", *rule.RuleArn)
	}
	url, arn := w.queue(t, "q", nil)
	deadURL, deadARN := w.queue(t, "dead", nil)
	must(bus.PutTargets(t.Context(), &eventbridge.PutTargetsInput{Rule: aws.String("r"), Targets: []types.Target{
		{Id: aws.String("constant"), Arn: &arn, Input: aws.String(`"constant"`)},
		{Id: aws.String("path"), Arn: &arn, InputPath: aws.String("$.detail.list[1].name")},
		{Id: aws.String("template"), Arn: &arn, InputTransformer: &types.InputTransformer{
			InputPathsMap: map[string]string{"who": "$.detail.who", "n": "$.detail.n", "none": "$.detail.none"},
			InputTemplate: aws.String(`{"text": "<who> did it <none>", "who": <who>, "n": <n>, "rule": <aws.events.rule-arn>}`),
		}},
		{Id: aws.String("gone"), Arn: aws.String(arn + "x"), DeadLetterConfig: &types.DeadLetterConfig{Arn: &deadARN}},
	}}))(t)
	out := must(bus.PutEvents(t.Context(), &eventbridge.PutEventsInput{Entries: []types.PutEventsRequestEntry{
		{Source: aws.String("me"), DetailType: aws.String("T"), Detail: aws.String(`{"who":"J \"x\"","n":5,"list":[{},{"name":"second"}]}`)},
		{Source: aws.String("aws.iam"), DetailType: aws.String("T"), Detail: aws.String(`{}`)},
		{Source: aws.String("me"), DetailType: aws.String("T"), Detail: aws.String(`{`)},
		{Source: aws.String("me"), Detail: aws.String(`{}`)},
	}}))(t)
	var codes []string
	for _, e := range out.Entries {
		codes = append(codes, aws.ToString(e.ErrorCode))
	}
	if want := []string{"", "NotAuthorizedForSourceException", "MalformedDetail", "InvalidArgument"}; !slices.Equal(codes, want) || out.FailedEntryCount != 3 {
		t.Errorf("%d failed: %v", out.FailedEntryCount, codes)
	}
	want := []string{
		`"constant"`, `"second"`,
		`{"text": "J \"x\" did it ", "who": "J \"x\"", "n": 5, "rule": "arn:aws:events:us-east-1:123456789012:rule/r"}`,
	}
	if got := bodies(w.receive(t, url)); !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
	dead := w.receive(t, deadURL)
	if len(dead) != 1 || *dead[0].MessageAttributes["ERROR_CODE"].StringValue != "RESOURCE_NOT_FOUND" {
		t.Errorf("%+v", dead)
	}
	if len(w.EventBridge.Published()) != 1 {
		t.Errorf("%+v", w.EventBridge.Published())
	}
}

func TestBusForwardsAndInvokes(t *testing.T) {
	var invoked []string
	server := localaws.New(localaws.Options{Seed: 1, Invoke: func(arn string, payload []byte) error {
		invoked = append(invoked, arn+" "+string(payload))
		return nil
	}})
	west := eventbridge.NewFromConfig(server.Config("eu-west-1", account))
	east := eventbridge.NewFromConfig(server.Config("us-east-1", account))
	rule := func(client *eventbridge.Client, target, input string) {
		must(client.PutRule(t.Context(), &eventbridge.PutRuleInput{Name: aws.String("r"), EventPattern: aws.String(`{"source":["aws.events"]}`)}))(t)
		in := &eventbridge.PutTargetsInput{Rule: aws.String("r"), Targets: []types.Target{{Id: aws.String("t"), Arn: &target}}}
		if input != "" {
			in.Targets[0].InputPath = &input
		}
		must(client.PutTargets(t.Context(), in))(t)
	}
	function := "arn:aws:lambda:us-east-1:123456789012:function:enforce"
	rule(east, function, "$.detail.eventName")
	rule(west, "arn:aws:events:us-east-1:123456789012:event-bus/default", "")
	invoked = nil
	_, _ = west.PutTargets(t.Context(), &eventbridge.PutTargetsInput{Rule: aws.String("other"), Targets: []types.Target{{Id: aws.String("t"), Arn: &function}}}) // fails, and is recorded
	must(west.PutRule(t.Context(), &eventbridge.PutRuleInput{Name: aws.String("other"), ScheduleExpression: aws.String("rate(1 day)")}))(t)
	want := []string{function + ` "PutTargets"`, function + ` "PutRule"`}
	if !slices.Equal(invoked, want) {
		t.Errorf("%q", invoked)
	}
}

func TestLookupEvents(t *testing.T) {
	w := newWorld(t)
	client, trail := iam.NewFromConfig(w.config), cloudtrail.NewFromConfig(w.config)
	for i := range 120 {
		must(client.CreateUser(t.Context(), &iam.CreateUserInput{UserName: aws.String(fmt.Sprintf("user-%03d", i))}))(t)
		w.clock.Advance(time.Second)
	}
	_, _ = client.DeleteUser(t.Context(), &iam.DeleteUserInput{UserName: aws.String("none")})
	lookup := func(in *cloudtrail.LookupEventsInput) []trailtypes.Event {
		var all []trailtypes.Event
		pages := cloudtrail.NewLookupEventsPaginator(trail, in)
		for pages.HasMorePages() {
			page := must(pages.NextPage(t.Context()))(t)
			if len(page.Events) > 50 {
				t.Errorf("a page of %d", len(page.Events))
			}
			all = append(all, page.Events...)
		}
		return all
	}
	by := func(key trailtypes.LookupAttributeKey, value string) *cloudtrail.LookupEventsInput {
		return &cloudtrail.LookupEventsInput{LookupAttributes: []trailtypes.LookupAttribute{{AttributeKey: key, AttributeValue: &value}}}
	}
	all := lookup(by(trailtypes.LookupAttributeKeyEventName, "CreateUser"))
	if len(all) != 120 || !all[0].EventTime.After(*all[119].EventTime) {
		t.Errorf("%d events", len(all))
	}
	got := lookup(by(trailtypes.LookupAttributeKeyResourceName, "user-007"))
	if len(got) != 1 || *got[0].EventName != "CreateUser" || *got[0].Username != "root" || !got[0].EventTime.Equal(start.Add(7*time.Second)) {
		t.Fatalf("%+v", got)
	}
	var record struct{ EventID string }
	if err := json.Unmarshal([]byte(*got[0].CloudTrailEvent), &record); err != nil || record.EventID != *got[0].EventId {
		t.Errorf("%v %v", record, err)
	}
	if got := lookup(by(trailtypes.LookupAttributeKeyEventId, record.EventID)); len(got) != 1 {
		t.Errorf("by id: %d", len(got))
	}
	if got := lookup(by(trailtypes.LookupAttributeKeyResourceName, "none")); len(got) != 1 || !strings.Contains(*got[0].CloudTrailEvent, "NoSuchEntityException") {
		t.Errorf("failed write: %+v", got)
	}
	in := by(trailtypes.LookupAttributeKeyEventSource, "iam.amazonaws.com")
	in.StartTime, in.EndTime = aws.Time(start.Add(10*time.Second)), aws.Time(start.Add(19*time.Second))
	if got := lookup(in); len(got) != 10 {
		t.Errorf("in a span of 10 s: %d", len(got))
	}
	if err := w.AddRecord([]byte(`{"eventID":"x","eventTime":"2026-03-01T12:00:00Z","recipientAccountId":"123456789012","awsRegion":"us-east-1","eventSource":"iam.amazonaws.com","eventName":"Old","requestParameters":{"roleName":"app"}}`)); err != nil {
		t.Fatal(err)
	}
	if got := lookup(by(trailtypes.LookupAttributeKeyResourceName, "app")); len(got) != 1 || *got[0].EventName != "Old" {
		t.Errorf("%+v", got)
	}
	if err := w.AddRecord([]byte(`{"eventSource":"iam.amazonaws.com","eventName":"x","eventTime":"2026-03-01T12:00:00Z","recipientAccountId":"123456789012"}`)); err == nil {
		t.Error("a record without an id is accepted")
	}
}

func TestAssumeRole(t *testing.T) {
	w := newWorld(t)
	other := iam.NewFromConfig(w.Config("us-east-1", "210987654321"))
	role := must(other.CreateRole(t.Context(), &iam.CreateRoleInput{
		RoleName: aws.String("sweep"), Path: aws.String("/ops/"), AssumeRolePolicyDocument: aws.String(trust),
	}))(t).Role
	client := sts.NewFromConfig(w.config)
	got := must(client.AssumeRole(t.Context(), &sts.AssumeRoleInput{RoleArn: role.Arn, RoleSessionName: aws.String("ringfence")}))(t)
	if *got.AssumedRoleUser.Arn != "arn:aws:sts::210987654321:assumed-role/sweep/ringfence" || *got.AssumedRoleUser.AssumedRoleId != *role.RoleId+":ringfence" ||
		!got.Credentials.Expiration.Equal(start.Add(time.Hour)) {
		t.Errorf("%+v %+v", got.AssumedRoleUser, got.Credentials)
	}
	as := w.config.Copy()
	as.Credentials = aws.CredentialsProviderFunc(w.ConfigAs("us-east-1", aws.Credentials{
		AccessKeyID: *got.Credentials.AccessKeyId, SecretAccessKey: *got.Credentials.SecretAccessKey, SessionToken: *got.Credentials.SessionToken,
	}).Credentials.Retrieve)
	who := must(sts.NewFromConfig(as).GetCallerIdentity(t.Context(), &sts.GetCallerIdentityInput{}))(t)
	if *who.Account != "210987654321" || *who.Arn != *got.AssumedRoleUser.Arn {
		t.Errorf("%+v", who)
	}
	must(iam.NewFromConfig(as).CreateUser(t.Context(), &iam.CreateUserInput{UserName: aws.String("jane")}))(t)
	must(other.GetUser(t.Context(), &iam.GetUserInput{UserName: aws.String("jane")}))(t)
	trail := cloudtrail.NewFromConfig(as)
	seen := must(trail.LookupEvents(t.Context(), &cloudtrail.LookupEventsInput{LookupAttributes: []trailtypes.LookupAttribute{
		{AttributeKey: trailtypes.LookupAttributeKeyUsername, AttributeValue: aws.String("ringfence")},
	}}))(t).Events
	if len(seen) != 1 || !strings.Contains(*seen[0].CloudTrailEvent, `"sessionIssuer":{"type":"Role","principalId":"`+*role.RoleId+`","arn":"`+*role.Arn+`"`) {
		t.Errorf("%+v", seen)
	}
	_, err := client.AssumeRole(t.Context(), &sts.AssumeRoleInput{RoleArn: aws.String(*role.Arn + "x"), RoleSessionName: aws.String("ringfence")})
	if code(err) != "AccessDenied" {
		t.Errorf("%v", err)
	}
	w.clock.Advance(time.Hour)
	if _, err := sts.NewFromConfig(as).GetCallerIdentity(t.Context(), &sts.GetCallerIdentityInput{}); code(err) != "ExpiredToken" {
		t.Errorf("%v", err)
	}
}
