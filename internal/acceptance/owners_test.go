package acceptance

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/ringfence/ringfence/internal/awserr"
	"github.com/ringfence/ringfence/internal/boot"
	"github.com/ringfence/ringfence/internal/boot/reporting"
	"github.com/ringfence/ringfence/internal/delivery"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/handler"
	"github.com/ringfence/ringfence/internal/localaws"
	"github.com/ringfence/ringfence/internal/localaws/wire"
)

const (
	ownersConfig = `version: 1
mode: alert
boundaries:
  team: {arn: "arn:${partition}:iam::${account}:policy/team", document: team.json}
rules:
  - {name: shop, match: {kinds: [role], names: ["shop-*"]}, boundary: team, topic: "` + shopTopic + `"}
  - {name: data, match: {kinds: [role], names: ["data-*"]}, boundary: team, topic: "` + dataTopic + `"}
  - {name: rest, match: {kinds: [role], names: ["*"]}, boundary: team}
`
	shopTopic = "arn:aws:sns:us-east-1:111122223333:shop-alerts"
	dataTopic = "arn:aws:sns:eu-central-1:111122223333:data-alerts"
)

// owned is a world with owners' topics, in which the function report gets its queue's batches, and
// calls AWS, as in an account.
type owned struct {
	*world
	log, metrics bytes.Buffer
}

func newOwned(t *testing.T) *owned {
	t.Helper()
	s3 := document{allow("s3:*")}.String()
	g := generator{}
	state := must[[]byte](t)(json.Marshal(map[string]any{"UserDetailList": []any{}, "GroupDetailList": []any{}, "RoleDetailList": []any{}, "Policies": []any{g.policy("team", []string{s3})}}))
	c := files{"ringfence.yaml": ownersConfig, "team.json": s3}
	o := &owned{world: newWorld(t, state, c)}
	listener := must[*localaws.Listener](t)(o.server.ListenTo("127.0.0.1:0", io.Discard))
	t.Cleanup(func() { _ = listener.Close() })
	env := maps.Clone(o.env)
	env["AWS_ENDPOINT_URL"] = listener.URL
	o.report = must[*handler.Report](t)(reporting.New(func(name string) string { return env[name] }, c.read, awserr.NewHTTPClient(), &o.log, &o.metrics))
	o.server.SNS.Make(shopTopic)
	return o
}

// drifts passes the function enforce the events of what was done in the account, and the function
// report what follows from them.
func (o *owned) drifts() {
	o.t.Helper()
	for _, e := range o.queue {
		if _, err := o.decide(e); err != nil {
			o.t.Fatal(err)
		}
	}
	o.queue = nil
	o.poll()
}

// poll passes the function report what is due in its queue, as Lambda's poller does: it deletes the
// messages that the function does not return as failed.
func (o *owned) poll() {
	o.t.Helper()
	for {
		out := must[*sqs.ReceiveMessageOutput](o.t)(o.sqs.ReceiveMessage(context.Background(), &sqs.ReceiveMessageInput{
			QueueUrl: &o.reports, MaxNumberOfMessages: 10, VisibilityTimeout: int32(handler.ReportVisibilityTimeout.Seconds()),
			MessageSystemAttributeNames: []sqstypes.MessageSystemAttributeName{sqstypes.MessageSystemAttributeNameAll},
		}))
		if len(out.Messages) == 0 {
			return
		}
		records := []map[string]any{}
		for _, m := range out.Messages {
			records = append(records, map[string]any{
				"messageId": *m.MessageId, "receiptHandle": *m.ReceiptHandle, "body": *m.Body, "attributes": m.Attributes,
				"eventSource": "aws:sqs", "eventSourceARN": "arn:aws:sqs:us-east-1:" + o.account + ":" + boot.LocalReport,
			})
		}
		batch := must[[]byte](o.t)(json.Marshal(map[string]any{"Records": records}))
		answer := must[any](o.t)(o.report.Handle(context.Background(), batch)).(delivery.Response)
		for _, m := range out.Messages {
			if !slices.Contains(answer.Failures, delivery.Failure{Message: *m.MessageId}) {
				must[*sqs.DeleteMessageOutput](o.t)(o.sqs.DeleteMessage(context.Background(), &sqs.DeleteMessageInput{QueueUrl: &o.reports, ReceiptHandle: m.ReceiptHandle}))
			}
		}
	}
}

// after lets time pass, in steps that are shorter than any pause of the function.
func (o *owned) after(d time.Duration) {
	for ; d > 0; d -= time.Minute {
		o.clock.Advance(time.Minute)
		o.poll()
	}
}

// got returns what each topic got: the roles and statuses, sorted, and the message attributes.
func (o *owned) got() (roles map[string][]string, attributes map[string]map[string]string) {
	o.t.Helper()
	roles, attributes = map[string][]string{}, map[string]map[string]string{}
	for _, p := range o.server.SNS.Published() {
		var texts struct{ Default string }
		var one finding.Finding
		var several finding.Digest
		if err := json.Unmarshal([]byte(p.Message), &texts); err != nil {
			o.t.Fatal(err)
		}
		must[any](o.t)(nil, json.Unmarshal([]byte(texts.Default), &several))
		if !several.Digest {
			must[any](o.t)(nil, json.Unmarshal([]byte(texts.Default), &one))
			several.Findings = []finding.Finding{one}
		}
		for _, f := range several.Findings {
			_, name, _ := strings.Cut(f.Principal.ARN, "/")
			roles[p.TopicARN] = append(roles[p.TopicARN], fmt.Sprintf("%s %s", name, f.Status))
		}
		attributes[p.TopicARN] = p.Attributes
	}
	for _, list := range roles {
		slices.Sort(list)
	}
	return roles, attributes
}

// Each owner's topic gets the alerts about its own roles, and the stack's topic all of them, also
// while one of the owners' does not exist, refuses or is throttled. What that one did not get it
// gets once when it can, the resolved message goes where the alert went, and nothing is sent twice.
func TestOwnersTopics(t *testing.T) {
	const trust = `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}]}`
	inFrankfurt := func(c wire.Call) bool { return c.Region == "eu-central-1" }
	for name, fault := range map[string]localaws.Effect{
		"does not exist": nil,
		"refuses":        localaws.Refuse{Status: 403, Code: "AuthorizationError", Message: "not authorized to perform: SNS:Publish"},
		"key refuses":    localaws.Refuse{Status: 400, Code: "KMSAccessDenied", Message: "The ciphertext refers to a key that you do not have access to"},
		"is throttled":   localaws.Throttle{},
		"region is down": localaws.ServerError{Status: 503},
	} {
		t.Run(name, func(t *testing.T) {
			o := newOwned(t)
			stack := o.env[boot.EnvTopic]
			works := func() { o.server.SNS.Make(dataTopic) }
			if fault != nil {
				o.server.SNS.Make(dataTopic)
				works = o.server.Inject(localaws.Fault{On: "sns:Publish", If: inFrankfurt, Do: fault})
			}
			for _, role := range []string{"shop-1", "data-1", "data-2", "other"} {
				must[*iam.CreateRoleOutput](t)(o.iam.CreateRole(t.Context(), &iam.CreateRoleInput{RoleName: &role, AssumeRolePolicyDocument: aws.String(trust)}))
			}
			o.drifts()
			o.after(time.Minute)
			want := map[string][]string{stack: {"data-1 open", "data-2 open", "other open", "shop-1 open"}, shopTopic: {"shop-1 open"}}
			got, attributes := o.got()
			if !maps.EqualFunc(got, want, slices.Equal) {
				t.Fatalf("got %v", got)
			}
			if a := attributes[shopTopic]; a["severity"] == "" || a["account"] != o.account || a["status"] != "open" {
				t.Errorf("attributes %v", a)
			}
			for _, text := range []string{dataTopic, "OwnerTopicArns", "after"} {
				if !strings.Contains(o.log.String(), text) {
					t.Errorf("the log does not have %q:\n%s", text, &o.log)
				}
			}
			if !strings.Contains(o.metrics.String(), `"FindingsUnsent":2`) {
				t.Errorf("metrics %s", &o.metrics)
			}
			o.after(4 * time.Minute)
			if got, _ := o.got(); !maps.EqualFunc(got, want, slices.Equal) {
				t.Errorf("while it does not work: %v", got)
			}
			works()
			o.after(20 * time.Minute)
			want[dataTopic] = []string{"data-1 open", "data-2 open"}
			if got, _ := o.got(); !maps.EqualFunc(got, want, slices.Equal) {
				t.Errorf("when it works: %v", got)
			}
			for _, role := range []string{"shop-1", "data-2"} {
				must[*iam.PutRolePermissionsBoundaryOutput](t)(o.iam.PutRolePermissionsBoundary(t.Context(), &iam.PutRolePermissionsBoundaryInput{RoleName: &role, PermissionsBoundary: aws.String(arnOf("policy", "team"))}))
			}
			o.drifts()
			o.after(2 * time.Minute)
			want[stack] = []string{"data-1 open", "data-2 open", "data-2 resolved", "other open", "shop-1 open", "shop-1 resolved"}
			want[shopTopic] = []string{"shop-1 open", "shop-1 resolved"}
			want[dataTopic] = []string{"data-1 open", "data-2 open", "data-2 resolved"}
			if got, _ := o.got(); !maps.EqualFunc(got, want, slices.Equal) {
				t.Errorf("when resolved: %v", got)
			}
		})
	}
}
