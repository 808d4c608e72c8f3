package publish_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	eventtypes "github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/google/go-cmp/cmp"

	"github.com/ringfence/ringfence/internal/errclass"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/localaws"
	"github.com/ringfence/ringfence/internal/localaws/localawstest"
	"github.com/ringfence/ringfence/internal/publish"
)

const account = "123456789012"

func example() finding.Finding {
	now := time.Date(2026, 9, 3, 3, 12, 9, 0, time.UTC)
	return finding.Finding{
		SchemaVersion: finding.SchemaVersion,
		ID:            finding.ID("arn", finding.Missing, "e"),
		Revision:      1,
		Status:        finding.Resolved,
		Time:          now,
		Account:       account,
		Partition:     "aws",
		Principal:     &finding.Principal{ARN: "arn:aws:iam::123456789012:role/dev/app", Kind: "role", ID: "AROA1"},
		Services:      finding.Strings{"s3"},
		Affects:       finding.Strings{},
		Diff:          finding.Strings{},
		Attack:        finding.Techniques{},
		Evidence:      finding.Calls{},
		Attempts:      finding.Attempts{},
		Cause:         "event",
		Rule:          "team-roles",
		Drift:         finding.Missing,
		Severity:      finding.High,
		Required:      "arn:aws:iam::123456789012:policy/team-boundary",
		Mode:          "enforce",
		Action:        finding.Reattach,
		Outcome:       finding.Done,
		Reason:        "it has no permissions boundary",
		Actor:         finding.Actor{ARN: "arn:aws:iam::123456789012:user/mallory", UserAgent: "é <!channel> \"quoted\" & more"},
		Event:         finding.Event{ID: "e", Name: "CreateRole", Time: now.Add(-3 * time.Second), Region: "us-east-1"},
	}
}

// rig is a topic and a bus over HTTP, each with a queue behind it.
type rig struct {
	server   *localaws.Server
	queues   *sqs.Client
	topics   *sns.Client
	to       publish.To
	byTopic  string // queue URLs
	byBus    string
	notifier *publish.Notifier
	config   aws.Config
}

func newRig(t testing.TB) *rig {
	t.Helper()
	server, config := localawstest.Start(t, account)
	r := &rig{config: config, server: server, queues: sqs.NewFromConfig(config), topics: sns.NewFromConfig(config)}
	events := eventbridge.NewFromConfig(config)

	ctx := t.Context()
	topic := must(r.topics.CreateTopic(ctx, &sns.CreateTopicInput{Name: aws.String("findings")}))(t)
	r.to = publish.To{Topic: *topic.TopicArn, Bus: "default"}
	r.byTopic, r.byBus = r.queue(t, "topic"), r.queue(t, "bus")
	must(r.topics.Subscribe(ctx, &sns.SubscribeInput{
		TopicArn: topic.TopicArn, Protocol: aws.String("sqs"), Endpoint: aws.String("arn:aws:sqs:us-east-1:123456789012:topic"),
		Attributes: map[string]string{"FilterPolicy": `{"severity":["critical","high"],"account":["123456789012"]}`},
	}))(t)
	must(events.PutRule(ctx, &eventbridge.PutRuleInput{
		Name: aws.String("findings"),
		EventPattern: aws.String(`{"source":["ringfence"],"detail-type":["Ringfence Finding"],
			"resources":["arn:aws:iam::123456789012:role/dev/app"],"detail":{"outcome":["done"]}}`),
	}))(t)
	must(events.PutTargets(ctx, &eventbridge.PutTargetsInput{Rule: aws.String("findings"), Targets: []eventtypes.Target{
		{Id: aws.String("q"), Arn: aws.String("arn:aws:sqs:us-east-1:123456789012:bus")},
	}}))(t)
	r.notifier = publish.New(r.topics, events, r.to)
	server.ResetCalls()
	return r
}

func must[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func (r *rig) queue(t testing.TB, name string) string {
	t.Helper()
	return *must(r.queues.CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: &name}))(t).QueueUrl
}

func (r *rig) receive(t testing.TB, url string) []sqstypes.Message {
	t.Helper()
	return must(r.queues.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{QueueUrl: &url, MaxNumberOfMessages: 10}))(t).Messages
}

// publish sends a finding to both.
func (r *rig) publish(t testing.TB, f finding.Finding) error {
	t.Helper()
	return errors.Join(r.notifier.Topic(t.Context(), "", []finding.Finding{f}), r.notifier.Bus(t.Context(), f))
}

func TestPublishOverHTTP(t *testing.T) {
	r := newRig(t)
	if err := r.publish(t, example()); err != nil {
		t.Fatal(err)
	}
	if calls := r.server.Calls(); calls["sns:Publish"] != 1 || calls["events:PutEvents"] != 1 {
		t.Errorf("calls %v", calls)
	}
	same := func(what, record string) {
		t.Helper()
		var got finding.Finding
		if err := json.Unmarshal([]byte(record), &got); err != nil {
			t.Fatalf("%s: %v: %s", what, err, record)
		}
		if diff := cmp.Diff(example(), got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", what, diff)
		}
	}
	byTopic := r.receive(t, r.byTopic)
	if len(byTopic) != 1 {
		t.Fatalf("%d messages by the topic", len(byTopic))
	}
	var envelope struct{ Subject, Message string }
	if err := json.Unmarshal([]byte(*byTopic[0].Body), &envelope); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(envelope.Subject, "[HIGH] RESOLVED: role dev/app ") {
		t.Errorf("subject %q", envelope.Subject)
	}
	same("by the topic", envelope.Message)

	byBus := r.receive(t, r.byBus)
	if len(byBus) != 1 {
		t.Fatalf("%d messages by the bus", len(byBus))
	}
	var event struct {
		Time      time.Time
		Resources []string
		Detail    json.RawMessage
	}
	if err := json.Unmarshal([]byte(*byBus[0].Body), &event); err != nil {
		t.Fatal(err)
	}
	same("by the bus", string(event.Detail))
	if !event.Time.Equal(example().Time) || len(event.Resources) != 2 {
		t.Errorf("event %+v", event)
	}
}

// Whatever a finding holds, SNS and EventBridge take it: subject, size and all.
func TestAnyFindingIsTaken(t *testing.T) {
	r := newRig(t)
	for name, change := range map[string]func(*finding.Finding){
		"empty":     func(f *finding.Finding) { *f = finding.Finding{} },
		"control":   func(f *finding.Finding) { f.Principal.ARN = "\x00\n\x1b é\xff"; f.Reason = "\x01\u2028" },
		"long":      func(f *finding.Finding) { f.Actor.UserAgent = strings.Repeat("é\"<", 50_000) },
		"long name": func(f *finding.Finding) { f.Principal.ARN += strings.Repeat("n", 10_000) },
		"long values": func(f *finding.Finding) {
			f.Rule, f.Required = strings.Repeat("r", 30_000), strings.Repeat("q", 30_000)
		},
	} {
		f := example()
		change(&f)
		if err := r.publish(t, f); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if err := r.notifier.Topic(t.Context(), "", []finding.Finding{f, example(), f}); err != nil {
			t.Errorf("%s, in a digest: %v", name, err)
		}
	}
}

func TestFaultsOverHTTP(t *testing.T) {
	for _, test := range []struct {
		name       string
		on         string
		do         localaws.Effect
		times      int
		class      errclass.Class
		topic, bus int // messages that arrive
	}{
		{"the topic throttles once", "sns:Publish", localaws.Throttle{}, 1, errclass.Unknown, 1, 1},
		{"the bus breaks once", "events:PutEvents", localaws.ServerError{Status: 503}, 1, errclass.Unknown, 1, 1},
		{"the topic throttles for good", "sns:Publish", localaws.Throttle{}, 0, errclass.Retryable, 0, 1},
		{"the bus is denied", "events:PutEvents", localaws.Refuse{Status: 403, Code: "AccessDeniedException", Message: "no"}, 0, errclass.Refused, 1, 0},
		{"the topic is denied", "sns:Publish", localaws.Refuse{Status: 403, Code: "AuthorizationError", Message: "no"}, 0, errclass.Refused, 0, 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t)
			r.server.Inject(localaws.Fault{On: test.on, Times: test.times, Do: test.do})
			err := r.publish(t, example())
			if (err != nil) != (test.times == 0) || errclass.ClassOf(err) != test.class {
				t.Errorf("error %v of class %v, want class %v", err, errclass.ClassOf(err), test.class)
			}
			if n := len(r.receive(t, r.byTopic)); n != test.topic {
				t.Errorf("%d messages by the topic", n)
			}
			if n := len(r.receive(t, r.byBus)); n != test.bus {
				t.Errorf("%d messages by the bus", n)
			}
		})
	}
}

// A digest passes the filter policies of subscriptions as its worst finding would, and
// when any of its findings would.
func TestDigestOverHTTP(t *testing.T) {
	r := newRig(t)
	queue := r.queue(t, "failed")
	must(r.topics.Subscribe(t.Context(), &sns.SubscribeInput{
		TopicArn: &r.to.Topic, Protocol: aws.String("sqs"), Endpoint: aws.String("arn:aws:sqs:us-east-1:123456789012:failed"),
		Attributes: map[string]string{"FilterPolicy": `{"outcome":["failed"],"status":["open"],"count":[{"numeric":[">",1]}]}`},
	}))(t)
	one, other := example(), example()
	one.Status, one.Outcome, one.Severity = finding.Open, finding.Failed, finding.Low
	other.Status, other.Outcome, other.ID = finding.Open, finding.Planned, finding.ID("arn", finding.Missing, "e2")
	if err := r.notifier.Topic(t.Context(), "", []finding.Finding{one, other}); err != nil {
		t.Fatal(err)
	}
	for _, url := range []string{r.byTopic, queue} {
		messages := r.receive(t, url)
		if len(messages) != 1 {
			t.Fatalf("%d messages", len(messages))
		}
		var envelope struct{ Subject, Message string }
		if err := json.Unmarshal([]byte(*messages[0].Body), &envelope); err != nil {
			t.Fatal(err)
		}
		var digest finding.Digest
		if err := json.Unmarshal([]byte(envelope.Message), &digest); err != nil {
			t.Fatal(err)
		}
		if digest.Count != 2 || digest.Severity != finding.High || digest.Status != finding.Open || digest.Findings[0].ID != other.ID {
			t.Errorf("digest %s", envelope.Message)
		}
		if !strings.HasPrefix(envelope.Subject, "[HIGH] OPEN: ") {
			t.Errorf("subject %q", envelope.Subject)
		}
	}
}

func TestMissingTargets(t *testing.T) {
	r := newRig(t)
	err := publish.New(r.topics, nil, publish.To{Topic: r.to.Topic + "-not"}).Topic(t.Context(), "", []finding.Finding{example()})
	if errclass.ClassOf(err) != errclass.Refused {
		t.Errorf("a topic that does not exist: %v of class %v", err, errclass.ClassOf(err))
	}
}

func BenchmarkPublishOverHTTP(b *testing.B) {
	r := newRig(b)
	b.ReportAllocs()
	for b.Loop() {
		if err := r.publish(b, example()); err != nil {
			b.Fatal(err)
		}
	}
}

// An owner's topic, which may be in another account and region, gets the same message as the
// stack's, with the same attributes.
func TestAnOwnersTopicGetsTheSameMessage(t *testing.T) {
	const owners = "arn:aws:sns:eu-central-1:210987654321:shop-alerts"
	r := newRig(t)
	r.server.SNS.Make(owners)
	for _, topic := range []string{"", owners} {
		if err := r.notifier.Topic(t.Context(), topic, []finding.Finding{example()}); err != nil {
			t.Fatal(err)
		}
	}
	sent := r.server.SNS.Published()
	if len(sent) != 2 || sent[0].TopicARN != r.to.Topic || sent[1].TopicARN != owners || len(sent[1].Attributes) < 6 {
		t.Fatalf("%+v", sent)
	}
	sent[1].TopicARN, sent[1].MessageID, sent[1].Time = sent[0].TopicARN, sent[0].MessageID, sent[0].Time
	if diff := cmp.Diff(sent[0], sent[1]); diff != "" {
		t.Errorf("(-stack +owner):\n%s", diff)
	}
	err := r.notifier.Topic(t.Context(), owners+"-not", []finding.Finding{example()})
	if errclass.ClassOf(err) != errclass.Refused || !strings.Contains(err.Error(), owners+"-not") {
		t.Errorf("a topic that does not exist: %v of class %v", err, errclass.ClassOf(err))
	}
}

// roundTripper answers requests, in place of AWS.
type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) Do(r *http.Request) (*http.Response, error) { return f(r) }

// A message goes to the endpoint of the topic's region, and is signed for it.
func TestEachTopicIsReachedInItsRegion(t *testing.T) {
	for topic, region := range map[string]string{
		"": "us-east-1", "arn:aws:sns:us-east-1:210987654321:a": "us-east-1", "arn:aws:sns:eu-central-1:210987654321:a": "eu-central-1",
	} {
		var host, signed string
		client := sns.New(sns.Options{
			Region: "us-east-1", Credentials: credentials.NewStaticCredentialsProvider("AKIAIOSFODNN7EXAMPLE", "secret", ""), RetryMaxAttempts: 1,
			HTTPClient: roundTripper(func(r *http.Request) (*http.Response, error) {
				host, signed = r.URL.Host, r.Header.Get("Authorization")
				return nil, errors.New("no network")
			}),
		})
		_ = publish.New(client, nil, publish.To{Topic: "arn:aws:sns:us-east-1:123456789012:findings"}).Topic(t.Context(), topic, []finding.Finding{example()})
		if host != "sns."+region+".amazonaws.com" || !strings.Contains(signed, "/"+region+"/sns/") {
			t.Errorf("%q: host %s, %s", topic, host, signed)
		}
	}
}
