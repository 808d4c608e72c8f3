// Package acceptance has only tests. They load accounts into the embedded AWS, run the real
// functions on them, and compare their actions and findings with package eval, which answers as
// IAM would.
package acceptance

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/ringfence/ringfence/internal/authdetails"
	"github.com/ringfence/ringfence/internal/boot"
	"github.com/ringfence/ringfence/internal/boot/enforcing"
	"github.com/ringfence/ringfence/internal/boot/reporting"
	"github.com/ringfence/ringfence/internal/config"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/handler"
	"github.com/ringfence/ringfence/internal/localaws"
	"github.com/ringfence/ringfence/internal/localaws/events"
	"github.com/ringfence/ringfence/internal/replay"
)

// now is the time of every test.
var now = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// world is one account, and Ringfence in it.
type world struct {
	t       testing.TB
	server  *localaws.Server
	clock   *localaws.Clock
	account string
	env     map[string]string // of the functions
	iam     *iam.Client
	sqs     *sqs.Client
	cfg     *config.Config
	enforce *handler.Enforce
	report  *handler.Report
	// reports and followUps are the URLs of queues.
	reports, followUps string
	queue              [][]byte // the events of writes not handled yet
}

// opener opens a configuration, ringfence.yaml, and the documents that it names.
type opener interface {
	read(name string) ([]byte, error)
}

// files is a configuration in memory.
type files map[string]string

func (f files) read(name string) ([]byte, error) {
	text, ok := f[path.Clean(name)]
	if !ok {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	return []byte(text), nil
}

// newWorld loads an account from the JSON of its authorization details. IAM shows writes at once,
// unless a setting says how long that takes.
func newWorld(t testing.TB, state []byte, c opener, settings ...string) *world {
	t.Helper()
	w := &world{t: t, clock: localaws.NewClock(now)}
	w.server = localaws.New(localaws.Options{Now: w.clock.Now, Seed: 1})
	read := authdetails.Reader{Keep: true}
	if err := read.Read("state", bytes.NewReader(state)); err != nil {
		t.Fatal(err)
	}
	parts := read.Parts()
	if len(parts) != 1 {
		t.Fatalf("%d accounts", len(parts))
	}
	loaded := w.server.Load(parts[0])
	w.account = loaded.Account
	region := localaws.HomeRegion(loaded.Partition)
	cfg := w.server.Config(region, w.account)
	w.iam, w.sqs = iam.NewFromConfig(cfg), sqs.NewFromConfig(cfg)
	env := must[map[string]string](t)(replay.Deploy(context.Background(), cfg))
	w.reports, w.followUps = env[boot.EnvReportQueue], env[boot.EnvFollowUpQueue]
	w.subscribe(cfg, env[boot.EnvTopic])
	maps.Copy(env, map[string]string{
		"AWS_REGION": region, "AWS_ACCESS_KEY_ID": w.account, "AWS_SECRET_ACCESS_KEY": "local",
		"AWS_ENDPOINT_URL": "http://127.0.0.1", boot.EnvClock: "event", boot.EnvPropagation: "0s",
	})
	for i := 0; i < len(settings); i += 2 {
		env[settings[i]] = settings[i+1]
	}
	w.env = env
	getenv := func(name string) string { return env[name] }
	w.enforce = must[*handler.Enforce](t)(enforcing.New(getenv, c.read, w.server.Client(), io.Discard, io.Discard))
	w.report = must[*handler.Report](t)(reporting.New(getenv, c.read, w.server.Client(), io.Discard, io.Discard))
	w.cfg = w.enforce.Reconciler.Config
	w.server.Subscribe(func(e events.Event) { w.queue = append(w.queue, e.JSON()) })
	return w
}

// subscribe subscribes an e-mail address to a topic.
func (w *world) subscribe(cfg aws.Config, topicARN string) {
	w.t.Helper()
	must[*sns.SubscribeOutput](w.t)(sns.NewFromConfig(cfg).Subscribe(context.Background(), &sns.SubscribeInput{
		TopicArn: &topicARN, Protocol: aws.String("email"), Endpoint: aws.String("security@example.com"),
	}))
}

// mails returns the e-mails sent, oldest first. Findings are collected for a minute first, and
// mails waits for that.
func (w *world) mails() (list []mail) {
	w.t.Helper()
	w.clock.Advance(time.Minute)
	w.tell()
	for _, d := range w.server.SNS.Deliveries() {
		if d.Protocol == "email" {
			list = append(list, mail{d.Subject, d.Body})
		}
	}
	return list
}

type mail struct{ subject, text string }

// handle passes Ringfence one event and everything that follows from it at once, and returns the
// published findings.
func (w *world) handle(event []byte) (findings []finding.Finding) {
	w.t.Helper()
	for messages := [][]byte{event}; len(messages) > 0; messages = w.take(w.followUps) {
		for _, m := range messages {
			findings = append(findings, w.step(m)...)
		}
	}
	return findings
}

// step passes Ringfence one event or follow-up, and returns the published findings.
func (w *world) step(message []byte) []finding.Finding {
	w.t.Helper()
	if _, err := w.decide(message); err != nil {
		w.t.Fatalf("%v\n%s", err, message)
	}
	return w.tell()
}

// decide passes the function enforce one event or follow-up.
func (w *world) decide(message []byte) (handler.Answer, error) {
	answer, err := w.enforce.Handle(context.Background(), message)
	if err != nil {
		return handler.Answer{}, err
	}
	return answer.(handler.Answer), nil
}

// tell passes the function report everything that is due in its queue.
func (w *world) tell() (findings []finding.Finding) {
	w.t.Helper()
	for _, notice := range w.take(w.reports) {
		answer := must[any](w.t)(w.report.Handle(context.Background(), notice))
		findings = append(findings, answer.(handler.Findings).Findings...)
	}
	return findings
}

// take takes the due messages of a queue.
func (w *world) take(url string) (messages [][]byte) {
	w.t.Helper()
	for {
		out := must[*sqs.ReceiveMessageOutput](w.t)(w.sqs.ReceiveMessage(context.Background(), &sqs.ReceiveMessageInput{QueueUrl: &url, MaxNumberOfMessages: 10}))
		for _, m := range out.Messages {
			messages = append(messages, []byte(*m.Body))
			must[*sqs.DeleteMessageOutput](w.t)(w.sqs.DeleteMessage(context.Background(), &sqs.DeleteMessageInput{QueueUrl: &url, ReceiptHandle: m.ReceiptHandle}))
		}
		if len(out.Messages) == 0 {
			return messages
		}
	}
}

// details returns the current account.
func (w *world) details() *authdetails.Details {
	w.t.Helper()
	var pages bytes.Buffer
	p := iam.NewGetAccountAuthorizationDetailsPaginator(w.iam, &iam.GetAccountAuthorizationDetailsInput{})
	for p.HasMorePages() {
		page, err := p.NextPage(context.Background())
		if err == nil {
			err = json.NewEncoder(&pages).Encode(page)
		}
		if err != nil {
			w.t.Fatal(err)
		}
	}
	d, err := authdetails.Read(&pages)
	if err != nil {
		w.t.Fatal(err)
	}
	return d
}

// must fails the test if a call of the test itself fails.
func must[T any](t testing.TB) func(T, error) T {
	return func(out T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
}

// event returns the EventBridge event of an IAM call.
func event(id, name string, parameters map[string]any) []byte {
	return eventIn("aws", localaws.DefaultAccount, id, name, parameters)
}

// eventIn is event for another account.
func eventIn(partition, account, id, name string, parameters map[string]any) []byte {
	at := now.Format(time.RFC3339)
	text, err := json.Marshal(map[string]any{
		"version": "0", "id": id, "detail-type": "AWS API Call via CloudTrail", "source": "aws.iam",
		"account": account, "time": at, "region": localaws.HomeRegion(partition), "resources": []string{},
		"detail": map[string]any{
			"eventVersion": "1.11", "eventID": id, "eventSource": "iam.amazonaws.com", "eventName": name, "eventTime": at,
			"awsRegion": localaws.HomeRegion(partition), "recipientAccountId": account, "requestParameters": parameters,
			"userIdentity": map[string]string{"type": "IAMUser", "arn": "arn:" + partition + ":iam::" + account + ":user/eve"},
		},
	})
	if err != nil {
		panic(errors.Join(fmt.Errorf("event %s", name), err)) // maps of strings always encode
	}
	return text
}

// arnOf returns the ARN of an IAM entity in the account.
func arnOf(kind, name string) string {
	return "arn:aws:iam::" + localaws.DefaultAccount + ":" + kind + "/" + name
}
