package replay

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/ringfence/ringfence/internal/boot"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/localaws"
	"github.com/ringfence/ringfence/internal/runtimeapi"
)

// desk is the built functions on an embedded AWS with one account, and all that a
// deployment has in it.
type desk struct {
	t        *testing.T
	server   *localaws.Server
	iam      *iam.Client
	sqs      *sqs.Client
	pair     pair
	queues   *queues
	boundary string
	env      map[string]string
	batches  int
	ago      atomic.Int64 // how late the clock of AWS is
}

const trust = `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]}`

// newDesk starts the functions with one boundary for everybody, or with a configuration
// where one is given.
func newDesk(t *testing.T, config ...string) *desk {
	t.Helper()
	enforce, report := build(t)
	d := &desk{t: t}
	d.server = localaws.New(localaws.Options{Seed: 1, Now: func() time.Time { return time.Now().Add(-time.Duration(d.ago.Load())) }})
	account := d.server.Config("us-east-1", localaws.DefaultAccount)
	d.iam = iam.NewFromConfig(account)
	policy, err := d.iam.CreatePolicy(t.Context(), &iam.CreatePolicyInput{PolicyName: aws.String("team-boundary"), PolicyDocument: aws.String(approvedDocument)})
	if err != nil {
		t.Fatal(err)
	}
	d.boundary = *policy.Policy.Arn
	listener, err := d.server.ListenTo("127.0.0.1:0", io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.check(listener.Close()) })
	env, err := Deploy(t.Context(), account)
	if err != nil {
		t.Fatal(err)
	}
	document := filepath.Join(t.TempDir(), "boundary.json")
	d.check(os.WriteFile(document, []byte(approvedDocument), 0o600))
	arn := func(name string) string { return arnOf("aws", "us-east-1", localaws.DefaultAccount, name) }
	d.sqs, d.queues = sqs.NewFromConfig(account), &queues{service: d.server.SQS, report: arn(boot.LocalReport), followUp: arn(boot.LocalFollowUp)}
	maps.Copy(env, map[string]string{
		"AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": localaws.DefaultAccount, "AWS_SECRET_ACCESS_KEY": "local",
		"AWS_ENDPOINT_URL": listener.URL, boot.EnvBoundary: d.boundary, boot.EnvBoundaryDocument: document, boot.EnvMode: "enforce",
	})
	if len(config) > 0 {
		delete(env, boot.EnvBoundary)
		delete(env, boot.EnvBoundaryDocument)
		env[boot.EnvConfig] = config[0]
	}
	d.pair.enforce = d.start(enforce, env)
	env[boot.EnvLocal] = "true" // it is given notices one by one
	d.env, d.pair.report = env, d.start(report, env)
	return d
}

// start starts a function until the test ends.
func (d *desk) start(binary string, env map[string]string) function {
	d.t.Helper()
	p, err := runtimeapi.Start(context.WithoutCancel(d.t.Context()), binary, env)
	if err != nil {
		d.t.Fatal(err)
	}
	d.t.Cleanup(func() { d.check(p.Close()) })
	return built{p}
}

// before has something done an hour ago.
func (d *desk) before(do func()) {
	d.ago.Store(int64(time.Hour))
	defer d.ago.Store(0)
	do()
}

func (d *desk) check(err error) {
	d.t.Helper()
	if err != nil {
		d.t.Error(err)
	}
}

func (d *desk) role(name, boundary string) {
	d.t.Helper()
	in := &iam.CreateRoleInput{RoleName: &name, AssumeRolePolicyDocument: aws.String(trust)}
	if boundary != "" {
		in.PermissionsBoundary = &boundary
	}
	if _, err := d.iam.CreateRole(d.t.Context(), in); err != nil {
		d.t.Fatal(err)
	}
}

func (d *desk) user(path, name, boundary string) {
	d.t.Helper()
	in := &iam.CreateUserInput{UserName: &name, Path: &path}
	if boundary != "" {
		in.PermissionsBoundary = &boundary
	}
	if _, err := d.iam.CreateUser(d.t.Context(), in); err != nil {
		d.t.Fatal(err)
	}
}

// bounded reports whether roles or users carry the required boundary, all of them.
func (d *desk) bounded(names ...string) bool {
	d.t.Helper()
	return !slices.ContainsFunc(names, func(name string) bool { return d.carried(name) != d.boundary })
}

// carried is the boundary of a role or user.
func (d *desk) carried(name string) string {
	d.t.Helper()
	role, err := d.iam.GetRole(d.t.Context(), &iam.GetRoleInput{RoleName: &name})
	if err == nil {
		return valueOf(role.Role.PermissionsBoundary)
	}
	user, also := d.iam.GetUser(d.t.Context(), &iam.GetUserInput{UserName: &name})
	if also != nil {
		d.t.Fatal(errors.Join(err, also))
	}
	return valueOf(user.User.PermissionsBoundary)
}

func valueOf(b *types.AttachedPermissionsBoundary) string {
	if b == nil {
		return ""
	}
	return aws.ToString(b.PermissionsBoundaryArn)
}

// event is an EventBridge event about a role, that old.
func event(name, role string, old time.Duration) string {
	at := time.Now().Add(-old).UTC().Format(time.RFC3339)
	return fmt.Sprintf(`{"version": "0", "id": "x", "detail-type": "AWS API Call via CloudTrail", "source": "aws.iam", "account": "123456789012",
		"time": %q, "region": "us-east-1", "resources": [], "detail": {"eventVersion": "1.11", "eventID": "%s-%s", "eventSource": "iam.amazonaws.com",
		"eventName": %q, "eventTime": %q, "awsRegion": "us-east-1", "recipientAccountId": "123456789012",
		"requestParameters": {"roleName": %q}}}`, at, name, role, name, at, role)
}

// send puts messages into a queue, has enforce handle them in one batch, and gives the
// numbers of those that come back, which count from 1.
func (d *desk) send(bodies ...string) (back []int) {
	d.t.Helper()
	ctx := d.t.Context()
	d.batches++
	made, err := d.sqs.CreateQueue(ctx, &sqs.CreateQueueInput{QueueName: aws.String(fmt.Sprint("events-", d.batches))})
	if err != nil {
		d.t.Fatal(err)
	}
	for _, body := range bodies {
		if _, err := d.sqs.SendMessage(ctx, &sqs.SendMessageInput{QueueUrl: made.QueueUrl, MessageBody: &body}); err != nil {
			d.t.Fatal(err)
		}
	}
	out, err := d.sqs.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{QueueUrl: made.QueueUrl, MaxNumberOfMessages: 10})
	if err != nil || len(out.Messages) != len(bodies) {
		d.t.Fatalf("%d messages of %d: %v", len(out.Messages), len(bodies), err)
	}
	number := map[string]int{}
	var records []map[string]any
	for i, m := range out.Messages {
		number[*m.MessageId] = i + 1
		records = append(records, map[string]any{
			"messageId": m.MessageId, "receiptHandle": m.ReceiptHandle, "body": m.Body,
			"eventSource": "aws:sqs", "eventSourceARN": fmt.Sprint("arn:aws:sqs:us-east-1:123456789012:events-", d.batches),
		})
	}
	batch, err := json.Marshal(map[string]any{"Records": records})
	if err != nil {
		d.t.Fatal(err)
	}
	delayed := d.server.Calls()["sqs:ChangeMessageVisibility"]
	answer, err := d.pair.enforce.Invoke(ctx, batch)
	if err != nil {
		d.t.Fatal(err)
	}
	var response struct {
		BatchItemFailures []struct{ ItemIdentifier string }
	}
	if err := json.Unmarshal(answer, &response); err != nil {
		d.t.Fatalf("%s: %v", answer, err)
	}
	for _, f := range response.BatchItemFailures {
		back = append(back, number[f.ItemIdentifier])
	}
	if n := d.server.Calls()["sqs:ChangeMessageVisibility"] - delayed; n != len(back) {
		d.t.Errorf("%d messages come back, and SQS was told when of %d", len(back), n)
	}
	return back
}

// told has report handle all that enforce has sent it, and gives the findings.
func (d *desk) told() (all []finding.Finding) {
	d.t.Helper()
	for _, n := range d.queues.take(d.queues.report) {
		f, err := d.pair.tell(d.t.Context(), n)
		if err != nil {
			d.t.Fatal(err)
		}
		all = append(all, f.Findings...)
	}
	return all
}

// waiting are the messages of a queue, due or not.
func (d *desk) waiting(queue string) []string {
	return d.server.SQS.Bodies("arn:aws:sqs:us-east-1:123456789012:" + queue)
}
