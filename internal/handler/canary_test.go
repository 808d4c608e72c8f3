package handler_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/ringfence/ringfence/internal/boot"
	"github.com/ringfence/ringfence/internal/localaws"
	"github.com/ringfence/ringfence/internal/metrics"
	"github.com/ringfence/ringfence/internal/tamper"
)

// The canary tag in the form of most services, and in that of SQS.
const (
	list = `[{"key": "` + tamper.CanaryTag + `", "value": "x"}]`
	one  = `{"` + tamper.CanaryTag + `": "x"}`
)

const mark = "arn:aws:iam::123456789012:policy/ringfence/ringfence-canary"

// onPolicy returns a call on a policy.
func onPolicy(name, arn, more string) string {
	return fmt.Sprintf(`{"version": "0", "detail-type": "AWS API Call via CloudTrail", "source": "aws.iam", "account": "123456789012", "region": "us-east-1",
		"detail": {"eventVersion": "1.11", "eventID": "e", "eventSource": "iam.amazonaws.com", "eventName": %q, "eventTime": %q,
		"awsRegion": "us-east-1", "recipientAccountId": "123456789012", "requestParameters": {"policyArn": %q, "tags": %s} %s}}`,
		name, time.Now().UTC().Format(time.RFC3339), arn, list, more)
}

// onPart returns a call on a part of Ringfence.
func onPart(source, name, parameter, value, tags string) string {
	return fmt.Sprintf(`{"version": "0", "detail-type": "AWS API Call via CloudTrail", "source": "aws.x", "account": "123456789012", "region": "us-east-1",
		"detail": {"eventVersion": "1.11", "eventID": "e", "eventSource": "%s.amazonaws.com", "eventName": %q, "eventTime": %q, "eventCategory": "Management",
		"awsRegion": "us-east-1", "recipientAccountId": "123456789012", "requestParameters": {%q: %q, "tags": %s}}}`,
		source, name, time.Now().UTC().Format(time.RFC3339), parameter, value, tags)
}

const (
	url    = "https://sqs.us-east-1.amazonaws.com/123456789012/ringfence-dead-letters"
	topic  = "arn:aws:sns:us-east-1:123456789012:ringfence-findings"
	ledger = "arn:aws:dynamodb:us-east-1:123456789012:table/ringfence-ledger"
)

func (d *desk) owns(arns ...string) {
	d.t.Helper()
	own, err := tamper.Parse(strings.Join(arns, ","))
	if err != nil {
		d.t.Fatal(err)
	}
	d.enforce.Reconciler.Control = own
}

// Canaries are counted, each for its service, and other calls are not.
func TestOnlyCanariesAreCounted(t *testing.T) {
	for name, c := range map[string]struct{ event, want string }{
		"the rule of changes":     {onPolicy("TagPolicy", mark, ""), "iam"},
		"the rule of the queues":  {onPart("sqs", "TagQueue", "queueUrl", url, one), "sqs"},
		"the rule of the topic":   {onPart("sns", "TagResource", "resourceArn", topic, list), "sns"},
		"the rule of the ledger":  {onPart("dynamodb", "TagResource", "resourceArn", ledger, list), "dynamodb"},
		"a tag on another policy": {onPolicy("TagPolicy", boundary, ""), ""},
		"a policy of like name":   {onPolicy("TagPolicy", "arn:aws:iam::123456789012:policy/ringfence-canary", ""), ""},
		"a queue of like name":    {onPart("sqs", "TagQueue", "queueUrl", url+"2", one), ""},
		"another call on it":      {onPolicy("UntagPolicy", mark, ""), ""},
		"its deletion":            {onPolicy("DeletePolicy", mark, ""), ""},
		"the topic's deletion":    {onPart("sns", "DeleteTopic", "topicArn", topic, list), ""},
		"a call that was refused": {onPolicy("TagPolicy", mark, `, "errorCode": "AccessDenied"`), ""},
		"another tag of a queue":  {onPart("sqs", "TagQueue", "queueUrl", url, `{"team": "x"}`), ""},
		"of another service":      {onPart("lambda", "TagResource", "resource", topic, list), ""},
	} {
		d := newDesk(t)
		d.owns(mark, "arn:aws:sqs:us-east-1:123456789012:ringfence-{events|dead-letters}", topic, ledger)
		if back := d.batch(c.event); len(back) != 0 {
			t.Errorf("%s: %v come back", name, back)
		}
		counted := strings.Count(d.metrics.String(), `"`+metrics.CanaryArrived+`":1`)
		is := strings.Contains(d.metrics.String(), `"`+metrics.ServiceDimension+`":"`+c.want+`.amazonaws.com"`)
		if c.want == "" && counted != 0 || c.want != "" && (counted != 1 || !is) {
			t.Errorf("%s: counted %d times:\n%s", name, counted, d.metrics.String())
		}
	}
}

// A canary causes no write, walk or finding.
func TestCanariesDoNothing(t *testing.T) {
	d := newDesk(t)
	d.role("app") // which is outside, and would be repaired if anybody looked
	if _, err := d.iam.CreatePolicy(t.Context(), &iam.CreatePolicyInput{
		PolicyName: aws.String("ringfence-canary"), Path: aws.String("/ringfence/"), PolicyDocument: aws.String(document),
	}); err != nil {
		t.Fatal(err)
	}
	d.owns(mark, "arn:aws:sqs:us-east-1:123456789012:ringfence-dead-letters", topic, ledger)
	batch := d.received(
		"ringfence-events", onPolicy("TagPolicy", mark, ""), onPart("sqs", "TagQueue", "queueUrl", url, one),
		onPart("sns", "TagResource", "resourceArn", topic, list), onPart("dynamodb", "TagResource", "resourceArn", ledger, list),
	)
	d.server.ResetCalls()
	d.handled(d.enforce.Handle, batch)
	reads := 0
	for call, n := range d.server.Calls() {
		if call == "sqs:ChangeMessageVisibilityBatch" && n == 1 {
			continue // by which they are known
		}
		if !strings.HasPrefix(call, "iam:Get") && !strings.HasPrefix(call, "iam:List") && call != "dynamodb:GetItem" {
			t.Errorf("%d calls of %s", n, call)
		}
		reads += n
	}
	if reads > 3 {
		t.Errorf("%d reads: %v", reads, d.server.Calls())
	}
	if told, later := d.bodies(boot.EnvReportQueue), d.bodies(boot.EnvFollowUpQueue); len(told) != 0 || len(later) != 0 {
		t.Errorf("reported %q, looked at again %q", told, later)
	}
}

// Nothing can hide behind a canary: if its policy is a boundary that a rule requires, the call
// has it looked at like any other.
func TestACanaryIsHandledAsAnyCall(t *testing.T) {
	d := newDesk(t)
	d.owns(boundary)
	wider := strings.Replace(document, "s3:*", "*", 1)
	if _, err := d.iam.CreatePolicyVersion(t.Context(), &iam.CreatePolicyVersionInput{
		PolicyArn: aws.String(boundary), PolicyDocument: &wider, SetAsDefault: true,
	}); err != nil {
		t.Fatal(err)
	}
	d.server.ResetCalls()
	d.batch(onPolicy("TagPolicy", boundary, ""))
	if calls := d.server.Calls(); calls["iam:SetDefaultPolicyVersion"]+calls["iam:CreatePolicyVersion"] == 0 {
		t.Errorf("the widened boundary is left as it is: %v", calls)
	}
	if !strings.Contains(d.metrics.String(), metrics.CanaryArrived) {
		t.Error("it is not counted")
	}
}

// A canary that comes back is not counted as arrived: it proves that events are handled.
func TestACanaryThatComesBackHasNotArrived(t *testing.T) {
	d := newDesk(t)
	d.owns(boundary)
	defer d.server.Inject(localaws.Fault{On: "iam:GetPolicy", Do: localaws.Throttle{}, Times: 50})()
	if back := d.batch(onPolicy("TagPolicy", boundary, "")); len(back) != 1 {
		t.Fatalf("%v come back", back)
	}
	if strings.Contains(d.metrics.String(), metrics.CanaryArrived) {
		t.Error("it counts as arrived")
	}
}
