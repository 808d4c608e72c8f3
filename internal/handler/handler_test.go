package handler_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/ringfence/ringfence/internal/boot"
	"github.com/ringfence/ringfence/internal/boot/enforcing"
	"github.com/ringfence/ringfence/internal/boot/reporting"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/handler"
	"github.com/ringfence/ringfence/internal/localaws"
	"github.com/ringfence/ringfence/internal/replay"
)

const (
	boundary = "arn:aws:iam::123456789012:policy/team-boundary"
	document = `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}`
	trust    = `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]}`
)

// desk is both functions on the embedded AWS.
type desk struct {
	t            *testing.T
	server       *localaws.Server
	iam          *iam.Client
	sqs          *sqs.Client
	env          map[string]string
	enforce      *handler.Enforce
	report       *handler.Report
	log, metrics bytes.Buffer
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{t: t, server: localaws.New(localaws.Options{Seed: 1})}
	config := d.server.Config("us-east-1", localaws.DefaultAccount)
	d.iam, d.sqs = iam.NewFromConfig(config), sqs.NewFromConfig(config)
	env, err := replay.Deploy(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	d.env = env
	for name, value := range map[string]string{
		"AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": localaws.DefaultAccount, "AWS_SECRET_ACCESS_KEY": "x", "AWS_ENDPOINT_URL": "http://127.0.0.1",
		boot.EnvBoundary: boundary, boot.EnvBoundaryDocument: "boundary.json", boot.EnvMode: "enforce",
	} {
		env[name] = value
	}
	getenv := func(name string) string { return env[name] }
	read := func(name string) ([]byte, error) {
		if name == "boundary.json" {
			return []byte(document), nil
		}
		return nil, fmt.Errorf("%s: %w", name, errNotExist)
	}
	if d.enforce, err = enforcing.New(getenv, read, d.server.Client(), &d.log, &d.metrics); err != nil {
		t.Fatal(err)
	}
	if d.report, err = reporting.New(getenv, read, d.server.Client(), io.Discard, &d.metrics); err != nil {
		t.Fatal(err)
	}
	if _, err := d.iam.CreatePolicy(t.Context(), &iam.CreatePolicyInput{PolicyName: aws.String("team-boundary"), PolicyDocument: aws.String(document)}); err != nil {
		t.Fatal(err)
	}
	return d
}

func (d *desk) role(name string) {
	d.t.Helper()
	if _, err := d.iam.CreateRole(d.t.Context(), &iam.CreateRoleInput{RoleName: &name, AssumeRolePolicyDocument: aws.String(trust)}); err != nil {
		d.t.Fatal(err)
	}
}

func (d *desk) boundaryOf(name string) string {
	d.t.Helper()
	out, err := d.iam.GetRole(d.t.Context(), &iam.GetRoleInput{RoleName: &name})
	if err != nil {
		d.t.Fatal(err)
	}
	if out.Role.PermissionsBoundary == nil {
		return ""
	}
	return *out.Role.PermissionsBoundary.PermissionsBoundaryArn
}

// bodies returns the messages in a queue.
func (d *desk) bodies(setting string) []string {
	url := d.env[setting]
	return d.server.SQS.Bodies("arn:aws:sqs:us-east-1:123456789012:" + url[strings.LastIndexByte(url, '/')+1:])
}

func event(id, name, role string) string {
	return fmt.Sprintf(`{"version": "0", "detail-type": "AWS API Call via CloudTrail", "source": "aws.iam", "account": "123456789012", "region": "us-east-1",
		"detail": {"eventVersion": "1.11", "eventID": %q, "eventSource": "iam.amazonaws.com", "eventName": %q, "eventTime": %q,
		"awsRegion": "us-east-1", "recipientAccountId": "123456789012", "requestParameters": {"roleName": %q}}}`, id, name, time.Now().UTC().Format(time.RFC3339), role)
}

// batch puts messages into the event queue, and passes them to enforce as Lambda would.
func (d *desk) batch(bodies ...string) []string {
	d.t.Helper()
	return d.handled(d.enforce.Handle, d.received("ringfence-events", bodies...))
}

// received returns the batch of the messages that were put into a queue and received from it:
// m1, m2 and so on.
func (d *desk) received(queue string, bodies ...string) []map[string]any {
	d.t.Helper()
	made, err := d.sqs.CreateQueue(d.t.Context(), &sqs.CreateQueueInput{QueueName: &queue})
	if err != nil {
		d.t.Fatal(err)
	}
	var records []map[string]any
	for i, body := range bodies {
		if _, err := d.sqs.SendMessage(d.t.Context(), &sqs.SendMessageInput{QueueUrl: made.QueueUrl, MessageBody: &body}); err != nil {
			d.t.Fatal(err)
		}
		out, err := d.sqs.ReceiveMessage(d.t.Context(), &sqs.ReceiveMessageInput{QueueUrl: made.QueueUrl, VisibilityTimeout: 60})
		if err != nil || len(out.Messages) != 1 || *out.Messages[0].Body != body {
			d.t.Fatalf("received %+v, %v", out, err)
		}
		records = append(records, map[string]any{
			"messageId": fmt.Sprintf("m%d", i+1), "receiptHandle": *out.Messages[0].ReceiptHandle, "body": body,
			"eventSource": "aws:sqs", "eventSourceARN": "arn:aws:sqs:us-east-1:123456789012:" + queue,
		})
	}
	return records
}

// handled passes a batch to a function, and returns what comes back.
func (d *desk) handled(give handle, records []map[string]any) []string {
	d.t.Helper()
	input, err := json.Marshal(map[string]any{"Records": records})
	if err != nil {
		d.t.Fatal(err)
	}
	answer, err := give(d.t.Context(), input)
	if err != nil {
		d.t.Fatal(err)
	}
	text, _ := json.Marshal(answer)
	var response struct {
		BatchItemFailures []struct{ ItemIdentifier string }
	}
	if err := json.Unmarshal(text, &response); err != nil {
		d.t.Fatal(err)
	}
	back := []string{}
	for _, f := range response.BatchItemFailures {
		back = append(back, f.ItemIdentifier)
	}
	return back
}

// A bad message does not stop its batch: it is parked with its reason, and the others are done.
func TestABadMessageIsParkedAndTheOthersAreDone(t *testing.T) {
	d := newDesk(t)
	d.role("app")
	back := d.batch("not JSON", event("e1", "DeleteRolePermissionsBoundary", "app"), `{"detail-type": "AWS API Call via CloudTrail", "detail": {"eventSource": "iam.amazonaws.com"}}`, event("e2", "ListRoles", "app"))
	if len(back) != 0 {
		t.Errorf("%v come back", back)
	}
	if got := d.boundaryOf("app"); got != boundary {
		t.Errorf("app carries %q", got)
	}
	if parked := d.bodies(boot.EnvDeadLetters); len(parked) != 2 || parked[0] != "not JSON" {
		t.Errorf("parked %q", parked)
	}
	if n := strings.Count(d.log.String(), `"msg":"parked"`); n != 2 {
		t.Errorf("%d lines say that a message was parked:\n%s", n, d.log.String())
	}
}

// If the record of a watched call cannot be decoded, all principals are looked at.
func TestAnUnreadableCallHasAllPrincipalsLookedAt(t *testing.T) {
	d := newDesk(t)
	d.role("a")
	d.role("b")
	unreadable := strings.Replace(event("e1", "PutRolePolicy", "x"), `{"roleName": "x"}`, `{"roleName": 1}`, 1)
	if back := d.batch(unreadable); len(back) != 0 {
		t.Errorf("%v come back", back)
	}
	if back := d.batch(d.bodies(boot.EnvFollowUpQueue)...); len(back) != 0 {
		t.Errorf("%v come back", back)
	}
	for _, name := range []string{"a", "b"} {
		if got := d.boundaryOf(name); got != boundary {
			t.Errorf("%s carries %q", name, got)
		}
	}
}

// A throttled message comes back, and the rest of its batch does not.
func TestAThrottledMessageComesBack(t *testing.T) {
	d := newDesk(t)
	d.role("app")
	remove := d.server.Inject(localaws.Fault{On: "iam:GetRole", Do: localaws.Throttle{}, Times: 5})
	defer remove()
	back := d.batch(event("e1", "DeleteRolePermissionsBoundary", "app"), event("e2", "ListRoles", "app"))
	if !slices.Equal(back, []string{"m1"}) {
		t.Errorf("%v come back", back)
	}
}

// Several events on one principal cost one look.
func TestABurstOfEventsCostsOneLook(t *testing.T) {
	d := newDesk(t)
	d.role("app")
	d.server.ResetCalls()
	d.batch(event("e1", "DeleteRolePermissionsBoundary", "app"), event("e2", "TagRole", "app"), event("e3", "AttachRolePolicy", "app"))
	calls := d.server.Calls()
	if calls["iam:GetRole"] != 1 || calls["iam:PutRolePermissionsBoundary"] != 1 {
		t.Errorf("%v", calls)
	}
	if notices := d.bodies(boot.EnvReportQueue); len(notices) != 1 {
		t.Errorf("%d notices", len(notices))
	}
}

// The response to a direct event has the decisions, that to a direct notice the findings.
func TestADirectEventIsAnswered(t *testing.T) {
	d := newDesk(t)
	d.role("app")
	d.enforce.Direct, d.report.Direct = true, true
	answer, err := d.enforce.Handle(t.Context(), json.RawMessage(event("e1", "DeleteRolePermissionsBoundary", "app")))
	if err != nil {
		t.Fatal(err)
	}
	a := answer.(handler.Answer)
	if a.Event != "e1" || len(a.Decisions) != 1 || a.Decisions[0].Drift != finding.Missing || a.Decisions[0].Outcome != finding.Done || a.Decisions[0].Reason == "" {
		t.Errorf("%+v", a)
	}
	told, err := d.report.Handle(t.Context(), json.RawMessage(d.bodies(boot.EnvReportQueue)[0]))
	if err != nil {
		t.Fatal(err)
	}
	f := told.(handler.Findings).Findings
	if len(f) != 1 || f[0].Outcome != finding.Done || f[0].OpenedBy == nil || f[0].OpenedBy.Event.ID != "e1" {
		t.Errorf("%+v", f)
	}
	for _, empty := range []any{mustHandle(t, d.enforce.Handle, event("e9", "ListRoles", "app")), mustHandle(t, d.report.Handle, `{"tell": "principal#nobody"}`)} {
		if text, _ := json.Marshal(empty); strings.Contains(string(text), "null") {
			t.Errorf("a list is null in %s", text)
		}
	}
	if _, err := d.enforce.Handle(t.Context(), json.RawMessage(`{}`)); err == nil {
		t.Error("an event that says nothing is no error")
	}
	if _, err := d.report.Handle(t.Context(), json.RawMessage(`{}`)); err == nil {
		t.Error("a notice that says nothing is no error")
	}
}
