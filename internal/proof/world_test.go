// Package proof holds tests only. They put accounts on the embedded AWS, run the real
// pipeline on them, and hold what it did and said against package eval, which answers
// what IAM would answer.
package proof

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/sns"

	"github.com/ringfence/ringfence/internal/account"
	"github.com/ringfence/ringfence/internal/boot"
	"github.com/ringfence/ringfence/internal/fence"
	"github.com/ringfence/ringfence/internal/localaws"
	"github.com/ringfence/ringfence/internal/localaws/events"
	"github.com/ringfence/ringfence/internal/pipeline"
)

// now is when every test plays.
var now = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// world is one account, and Ringfence in it.
type world struct {
	t       testing.TB
	server  *localaws.Server
	clock   *localaws.Clock
	account string
	iam     *iam.Client
	fence   *fence.Fence
	ring    *pipeline.Pipeline
	queue   [][]byte // the events of writes that nobody has handled yet
}

// config reads a configuration, ringfence.yaml, and the documents that it names.
type config interface {
	read(name string) ([]byte, error)
}

// files are a configuration in memory.
type files map[string]string

func (f files) read(name string) ([]byte, error) {
	text, ok := f[path.Clean(name)]
	if !ok {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	return []byte(text), nil
}

// newWorld puts an account in place: the JSON of its authorization details.
func newWorld(t testing.TB, state []byte, c config) *world {
	t.Helper()
	w := &world{t: t, clock: localaws.NewClock(now)}
	w.server = localaws.New(localaws.Options{Now: w.clock.Now, Seed: 1})
	loaded, err := w.server.Load(state)
	if err != nil {
		t.Fatal(err)
	}
	w.account = loaded.Account
	region := localaws.HomeRegion(loaded.Partition)
	w.iam = iam.NewFromConfig(w.server.Config(region, w.account))
	topic := w.subscribe(region)
	env := map[string]string{
		"AWS_REGION": region, "AWS_ACCESS_KEY_ID": w.account, "AWS_SECRET_ACCESS_KEY": "local",
		"AWS_ENDPOINT_URL": "http://127.0.0.1", boot.EnvClock: "event", boot.EnvPropagation: "0s", boot.EnvTopic: topic,
	}
	settings, err := boot.ReadSettings(func(name string) string { return env[name] })
	if err != nil {
		t.Fatal(err)
	}
	if w.fence, err = boot.LoadFence(settings, c.read); err != nil {
		t.Fatal(err)
	}
	w.ring = boot.Wire(settings, w.fence, w.server.Client(), io.Discard).Pipeline
	w.server.Subscribe(func(e events.Event) { w.queue = append(w.queue, e.JSON()) })
	return w
}

// subscribe makes the topic of findings, and has them sent to people.
func (w *world) subscribe(region string) (topicARN string) {
	w.t.Helper()
	client := sns.NewFromConfig(w.server.Config(region, w.account))
	topic := must[*sns.CreateTopicOutput](w.t)(client.CreateTopic(context.Background(), &sns.CreateTopicInput{Name: aws.String("findings")}))
	must[*sns.SubscribeOutput](w.t)(client.Subscribe(context.Background(), &sns.SubscribeInput{
		TopicArn: topic.TopicArn, Protocol: aws.String("email"), Endpoint: aws.String("security@example.com"),
	}))
	return *topic.TopicArn
}

// mails are the e-mails that were sent, oldest first.
func (w *world) mails() (list []mail) {
	for _, d := range w.server.SNS.Deliveries() {
		if d.Protocol == "email" {
			list = append(list, mail{d.Subject, d.Body})
		}
	}
	return list
}

type mail struct{ subject, text string }

// handle gives Ringfence one event, and nothing that follows from it.
func (w *world) handle(event []byte) pipeline.Report {
	w.t.Helper()
	report, err := w.ring.Handle(context.Background(), event, 1)
	if err != nil {
		w.t.Fatalf("%v\n%s", err, event)
	}
	return report
}

// details is the account as it is now.
func (w *world) details() *account.Details {
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
	d, err := account.Read(&pages)
	if err != nil {
		w.t.Fatal(err)
	}
	return d
}

// must fails the test on an error of a call that the test itself makes.
func must[T any](t testing.TB) func(T, error) T {
	return func(out T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
}

// event is an EventBridge event of a call on IAM.
func event(id, name string, parameters map[string]any) []byte {
	return eventIn(localaws.DefaultAccount, id, name, parameters)
}

// eventIn is event in another account.
func eventIn(account, id, name string, parameters map[string]any) []byte {
	at := now.Format(time.RFC3339)
	text, err := json.Marshal(map[string]any{
		"version": "0", "id": id, "detail-type": "AWS API Call via CloudTrail", "source": "aws.iam",
		"account": account, "time": at, "region": "us-east-1", "resources": []string{},
		"detail": map[string]any{
			"eventVersion": "1.11", "eventID": id, "eventSource": "iam.amazonaws.com", "eventName": name, "eventTime": at,
			"awsRegion": "us-east-1", "recipientAccountId": account, "requestParameters": parameters,
			"userIdentity": map[string]string{"type": "IAMUser", "arn": "arn:aws:iam::123456789012:user/eve"},
		},
	})
	if err != nil {
		panic(errors.Join(fmt.Errorf("event %s", name), err)) // maps of strings always encode
	}
	return text
}

// arnOf is the ARN of something of IAM's in the account.
func arnOf(kind, name string) string {
	return "arn:aws:iam::" + localaws.DefaultAccount + ":" + kind + "/" + name
}
