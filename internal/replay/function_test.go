package replay

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/aws-sdk-go-v2/service/sns"

	"github.com/ringfence/ringfence/internal/boot"
	"github.com/ringfence/ringfence/internal/localaws"
)

// desk is the built function on an embedded AWS with one account and a topic.
type desk struct {
	t        *testing.T
	server   *localaws.Server
	iam      *iam.Client
	function *Lambda
	boundary string
	emails   func() int
}

const trust = `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]}`

// newDesk starts the function with one boundary for everybody, or with a configuration
// where one is given.
func newDesk(t *testing.T, binary string, config ...string) *desk {
	t.Helper()
	d := &desk{t: t, server: localaws.New(localaws.Options{Seed: 1})}
	account := d.server.Config("us-east-1", localaws.DefaultAccount)
	d.iam = iam.NewFromConfig(account)
	policy, err := d.iam.CreatePolicy(t.Context(), &iam.CreatePolicyInput{
		PolicyName:     aws.String("team-boundary"),
		PolicyDocument: aws.String(`{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}`),
	})
	if err != nil {
		t.Fatal(err)
	}
	d.boundary = *policy.Policy.Arn
	topic, err := sns.NewFromConfig(account).CreateTopic(t.Context(), &sns.CreateTopicInput{Name: aws.String("findings")})
	if err != nil {
		t.Fatal(err)
	}
	d.emails = func() int { return d.server.Calls()["sns:Publish"] }
	listener, err := d.server.ListenTo("127.0.0.1:0", io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	env := map[string]string{
		"AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": localaws.DefaultAccount, "AWS_SECRET_ACCESS_KEY": "local",
		"AWS_ENDPOINT_URL": listener.URL, boot.EnvBoundary: d.boundary, boot.EnvMode: "enforce", boot.EnvTopic: *topic.TopicArn,
	}
	if len(config) > 0 {
		delete(env, boot.EnvBoundary)
		env[boot.EnvConfig] = config[0]
	}
	var list []string
	for name, value := range env {
		list = append(list, name+"="+value)
	}
	if d.function, err = StartLambda(context.WithoutCancel(t.Context()), binary, list); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.function.Close(); err != nil {
			t.Error(err)
		}
		if err := listener.Close(); err != nil {
			t.Error(err)
		}
	})
	return d
}

// attempts is how often the function tries a call that is throttled.
const attempts = 5

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

// bounded reports whether a role carries the required boundary.
func (d *desk) bounded(name string) bool {
	d.t.Helper()
	out, err := d.iam.GetRole(d.t.Context(), &iam.GetRoleInput{RoleName: &name})
	if err != nil {
		d.t.Fatal(err)
	}
	return aws.ToString(valueOf(out.Role.PermissionsBoundary)) == d.boundary
}

func valueOf(b *types.AttachedPermissionsBoundary) *string {
	if b == nil {
		return nil
	}
	return b.PermissionsBoundaryArn
}

// event is an EventBridge event about a role, that old.
func event(name, role string, old time.Duration) string {
	at := time.Now().Add(-old).UTC().Format(time.RFC3339)
	return fmt.Sprintf(`{"version": "0", "id": "x", "detail-type": "AWS API Call via CloudTrail", "source": "aws.iam", "account": "123456789012",
		"time": %q, "region": "us-east-1", "resources": [], "detail": {"eventVersion": "1.11", "eventID": "%s-%s", "eventSource": "iam.amazonaws.com",
		"eventName": %q, "eventTime": %q, "awsRegion": "us-east-1", "recipientAccountId": "123456789012",
		"requestParameters": {"roleName": %q}}}`, at, name, role, name, at, role)
}

// send invokes the function with an SQS batch, and gives the ids of the messages, which
// count from 1, that it wants back.
func (d *desk) send(bodies ...string) []string {
	d.t.Helper()
	var records []map[string]any
	for i, body := range bodies {
		records = append(records, map[string]any{
			"messageId": fmt.Sprint(i + 1), "eventSource": "aws:sqs", "body": body,
			"attributes": map[string]string{"ApproximateReceiveCount": "1"},
		})
	}
	batch, err := json.Marshal(map[string]any{"Records": records})
	if err != nil {
		d.t.Fatal(err)
	}
	answer, err := d.function.Invoke(d.t.Context(), batch)
	if err != nil {
		d.t.Fatal(err)
	}
	var response struct {
		BatchItemFailures []struct{ ItemIdentifier string }
	}
	if err := json.Unmarshal(answer, &response); err != nil {
		d.t.Fatalf("%s: %v", answer, err)
	}
	failed := []string{}
	for _, f := range response.BatchItemFailures {
		failed = append(failed, f.ItemIdentifier)
	}
	return failed
}

func TestTheFunctionInAWorldThatGoesWrong(t *testing.T) {
	d := newDesk(t, build(t))
	for _, name := range []string{"good", "throttled", "down"} {
		d.role(name, "")
	}
	d.role("compliant", d.boundary)
	// The first two messages meet nothing but refusals, for as long as they try.
	d.server.Inject(localaws.Fault{On: "iam:GetRole", Do: localaws.Throttle{}, Times: attempts})
	d.server.Inject(localaws.Fault{On: "iam:GetRole", Do: localaws.ServerError{}, Times: attempts})
	batch := []string{
		event("CreateRole", "throttled", 0),
		event("CreateRole", "down", 0),
		"not JSON",
		event("CreateRole", "deleted-long-ago", time.Hour),
		event("CreateRole", "good", 0),
		event("CreateRole", "good", 0),
		event("CreateRole", "compliant", 0),
		strings.Replace(event("CreateRole", "x", 0), `"roleName"`, `"omitted"`, 1),
	}
	if got, want := d.send(batch...), []string{"1", "2", "3", "8"}; !slices.Equal(got, want) {
		t.Errorf("messages %v came back, want %v", got, want)
	}
	// Delivered again, what had failed for a reason that passed is done.
	if got := d.send(batch[:2]...); len(got) != 0 || !d.bounded("throttled") || !d.bounded("down") {
		t.Errorf("the second time %v came back", got)
	}
	if !d.bounded("good") {
		t.Error("the good message was lost")
	}
	if n := d.emails(); n != 3 {
		t.Errorf("%d findings were published, want 3: the duplicate has none", n)
	}
}

func TestAThrottleThatPassesIsRiddenOutWithinTheInvocation(t *testing.T) {
	d := newDesk(t, build(t))
	d.role("app", "")
	d.server.Inject(localaws.Fault{On: "iam:GetRole", Do: localaws.Throttle{}, Times: 2})
	d.server.Inject(localaws.Fault{On: "iam:PutRolePermissionsBoundary", Do: localaws.ServerError{Status: 503}, Times: 1})
	if failed := d.send(event("CreateRole", "app", 0)); len(failed) != 0 || !d.bounded("app") {
		t.Errorf("came back: %v, bounded: %v", failed, d.bounded("app"))
	}
}

func TestARoleThatIAMDoesNotKnowYetIsAskedForAgain(t *testing.T) {
	d := newDesk(t, build(t))
	d.role("app", "")
	d.server.Inject(localaws.Fault{On: "iam:GetRole", Do: localaws.Stale{Writes: 1}, Times: 1})
	if failed := d.send(event("CreateRole", "app", 0)); len(failed) != 0 || !d.bounded("app") {
		t.Errorf("came back: %v, bounded: %v", failed, d.bounded("app"))
	}
}
