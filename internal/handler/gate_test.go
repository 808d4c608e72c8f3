package handler_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/ringfence/ringfence/internal/boot"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/handler"
	"github.com/ringfence/ringfence/internal/localaws"
	"github.com/ringfence/ringfence/internal/metrics"
)

// forged returns a message that was never in a queue.
func forged(id, body string) map[string]any {
	return map[string]any{
		"messageId": id, "receiptHandle": "AQEBzWwaftRI0KuVm4tP+/7q1rGgNqicHq", "body": body,
		"eventSource": "aws:sqs", "eventSourceARN": "arn:aws:sqs:us-east-1:123456789012:ringfence-events",
	}
}

// blaming returns an event that names an actor.
func blaming(id, name, role string) string {
	return strings.Replace(event(id, name, role), `"eventVersion"`, `"userIdentity": {"type": "IAMUser", "arn": "arn:aws:iam::123456789012:user/mallory", "userName": "mallory"}, "eventVersion"`, 1)
}

// refused returns how many messages were counted and logged as forged.
func (d *desk) refused() (counted, said int) {
	return strings.Count(d.metrics.String(), `"`+metrics.ForgedMessages+`":1`), strings.Count(d.log.String(), `"msg":"forged message refused"`)
}

// Messages that no queue knows have no effect, whatever they say and wherever their receipt
// handles come from, and the others of their batch are handled.
func TestForgedMessagesAreRefused(t *testing.T) {
	d := newDesk(t)
	d.role("app")
	d.role("other")
	d.owns(mark)
	real := d.received("ringfence-events", event("e1", "DeleteRolePermissionsBoundary", "app"))[0]

	stolen := forged("m3", onPolicy("TagPolicy", mark, ""))
	stolen["receiptHandle"] = d.received("mallorys-own", "x")[0]["receiptHandle"]
	own := d.received("mallorys-own", blaming("e4", "DeleteRolePermissionsBoundary", "other"))[0]
	own["messageId"] = "m4"
	late := d.received("ringfence-events", blaming("e5", "DeleteRolePermissionsBoundary", "other"))[0]
	url := strings.Replace(d.env[boot.EnvReportQueue], "ringfence-report", "ringfence-events", 1)
	handle := late["receiptHandle"].(string)
	if _, err := d.sqs.DeleteMessage(t.Context(), &sqs.DeleteMessageInput{QueueUrl: &url, ReceiptHandle: &handle}); err != nil {
		t.Fatal(err)
	}
	late["messageId"] = "m5"

	d.server.ResetCalls()
	back := d.handled(d.enforce.Handle, []map[string]any{real, forged("m2", blaming("e2", "DeleteRolePermissionsBoundary", "other")), stolen, own, late, forged("m6", "not JSON")})
	if want := "m4 m2 m3 m5 m6"; strings.Join(back, " ") != want {
		t.Errorf("%v come back, want %s: of the real one is done, and nobody deletes the rest", back, want)
	}
	if d.boundaryOf("app") != boundary || d.boundaryOf("other") != "" {
		t.Errorf("app carries %q, other %q", d.boundaryOf("app"), d.boundaryOf("other"))
	}
	if calls := d.server.Calls(); calls["sqs:ChangeMessageVisibilityBatch"] != 1 || calls["sqs:ChangeMessageVisibility"] != 0 {
		t.Errorf("calls: %v", calls)
	}
	if counted, said := d.refused(); counted != 5 || said != 5 || strings.Contains(d.metrics.String(), metrics.CanaryArrived) {
		t.Errorf("%d are counted, %d said:\n%s", counted, said, d.metrics.String())
	}
	for _, word := range []string{"mallory", "TagPolicy", "not JSON", "AQEBzW"} {
		if strings.Contains(d.log.String(), word) {
			t.Errorf("%q is in the log:\n%s", word, d.log.String())
		}
	}
	if notices, parked := d.bodies(boot.EnvReportQueue), d.bodies(boot.EnvDeadLetters); len(notices) != 1 || len(parked) != 0 {
		t.Errorf("reported %q, parked %q", notices, parked)
	}
}

// A batch of another account's queue is refused completely, and does not keep SQS from being
// asked.
func TestABatchOfAnotherQueueIsRefused(t *testing.T) {
	for _, arn := range []string{"", "x", "arn:aws:sqs:us-east-1:123456789012:nobodys", "arn:aws:sns:us-east-1:123456789012:ringfence-events"} {
		d := newDesk(t)
		d.role("app")
		m := forged("m1", event("e1", "DeleteRolePermissionsBoundary", "app"))
		m["eventSourceARN"] = arn
		if back := d.handled(d.enforce.Handle, []map[string]any{m}); len(back) != 1 || d.boundaryOf("app") != "" {
			t.Errorf("%q: %v come back, app carries %q", arn, back, d.boundaryOf("app"))
		}
		if counted, _ := d.refused(); counted != 1 {
			t.Errorf("%q: %d are counted", arn, counted)
		}
	}
}

// Forged notices are refused as well: one could carry a ledger entry.
func TestForgedNoticesAreRefused(t *testing.T) {
	d := newDesk(t)
	d.role("app")
	d.batch(event("e1", "DeleteRolePermissionsBoundary", "app"))
	notice := d.bodies(boot.EnvReportQueue)[0]
	back := d.handled(d.report.Handle, []map[string]any{forged("m1", notice)})
	if told := d.server.SNS.Published(); len(back) != 1 || len(told)+len(d.server.EventBridge.Published()) != 0 {
		t.Errorf("%v come back, reported %v", back, told)
	}
	if counted, _ := d.refused(); counted != 1 {
		t.Errorf("%d are counted", counted)
	}
	if back := d.handled(d.report.Handle, d.received("ringfence-report", notice)); len(back) != 0 || len(d.server.EventBridge.Published()) != 1 {
		t.Errorf("of the real one %v come back, %d are reported", back, len(d.server.EventBridge.Published()))
	}
}

// No repair waits for SQS, and the content of a record does not count until SQS has confirmed
// that it comes from a queue.
func TestRepairsAreMadeAndRecordsWaitIfSQSDoesNotAnswer(t *testing.T) {
	for name, fault := range map[string]localaws.Effect{"throttled": localaws.Throttle{}, "down": localaws.ServerError{}} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			d.role("app")
			d.owns(mark, topic)
			bodies := []string{
				blaming("e1", "DeleteRolePermissionsBoundary", "app"), onPolicy("TagPolicy", mark, ""),
				onPart("sns", "DeleteTopic", "topicArn", topic, list), "not JSON",
			}
			restore := d.server.Inject(localaws.Fault{On: "sqs:ChangeMessageVisibilityBatch", Do: fault, Times: 50})
			start := time.Now()
			if back := d.batch(bodies...); len(back) != len(bodies) {
				t.Errorf("%v come back", back)
			}
			if took := time.Since(start); took > 5*time.Second {
				t.Errorf("it took %v", took)
			}
			if got := d.boundaryOf("app"); got != boundary {
				t.Errorf("app carries %q", got)
			}
			if counted, _ := d.refused(); counted != 0 || strings.Contains(d.metrics.String(), metrics.CanaryArrived) || len(d.bodies(boot.EnvDeadLetters)) != 0 {
				t.Errorf("metrics:\n%s\nparked: %q", d.metrics.String(), d.bodies(boot.EnvDeadLetters))
			}
			d.report.Direct = true
			told := d.tell()
			if len(told) != 1 || told[0].Drift != finding.Missing || told[0].Outcome != finding.Done || told[0].OpenedBy != nil && told[0].OpenedBy.Event.ID == "e1" || strings.Contains(told[0].Actor.ARN, "mallory") {
				t.Errorf("told without evidence: %+v", told)
			}
			restore()
			if back := d.batch(bodies...); len(back) != 0 {
				t.Errorf("%v come back again", back)
			}
			if !strings.Contains(d.metrics.String(), metrics.CanaryArrived) || len(d.bodies(boot.EnvDeadLetters)) != 1 {
				t.Errorf("metrics:\n%s\nparked: %q", d.metrics.String(), d.bodies(boot.EnvDeadLetters))
			}
			opened, tampered := false, false
			for _, f := range d.tell() {
				opened = opened || f.ID == told[0].ID && f.OpenedBy != nil && f.OpenedBy.Event.ID == "e1"
				tampered = tampered || f.Drift == finding.ControlTampered
			}
			if !opened || !tampered {
				t.Errorf("opened by the record: %v; tampering told: %v", opened, tampered)
			}
		})
	}
}

// tell lets report handle its queue, and returns what it publishes.
func (d *desk) tell() (all []finding.Finding) {
	d.t.Helper()
	for _, notice := range d.bodies(boot.EnvReportQueue) {
		all = append(all, mustHandle(d.t, d.report.Handle, notice).(handler.Findings).Findings...)
	}
	return all
}

// Notices wait if SQS cannot be asked.
func TestNoticesWaitForTheQueue(t *testing.T) {
	d := newDesk(t)
	d.role("app")
	d.batch(event("e1", "DeleteRolePermissionsBoundary", "app"))
	defer d.server.Inject(localaws.Fault{On: "sqs:ChangeMessageVisibilityBatch", Do: localaws.Throttle{}, Times: 50})()
	back := d.handled(d.report.Handle, d.received("ringfence-report", d.bodies(boot.EnvReportQueue)...))
	if len(back) != 1 || len(d.server.EventBridge.Published()) != 0 {
		t.Errorf("%v come back, %d are reported", back, len(d.server.EventBridge.Published()))
	}
}

// A deployed function accepts only batches of a queue.
func TestADeployedFunctionRefusesSingleEvents(t *testing.T) {
	for _, input := range []string{blaming("e1", "DeleteRolePermissionsBoundary", "app"), `{"tell": "principal#x"}`, `{}`, `{"Records": []}`, `{"Records": [{"eventSource": "aws:s3"}]}`, `[]`, `"x"`} {
		d := newDesk(t)
		d.role("app")
		d.server.ResetCalls()
		for i, handle := range []handle{d.enforce.Handle, d.report.Handle} {
			answer, err := handle(t.Context(), json.RawMessage(input))
			if answer != nil || err == nil || !strings.Contains(err.Error(), "only accepts batches from its queues") {
				t.Errorf("%s: answered %v, %v", input, answer, err)
			}
			if counted, _ := d.refused(); counted != i+1 {
				t.Errorf("%s: %d are counted", input, counted)
			}
		}
		if calls := d.server.Calls(); len(calls) != 0 {
			t.Errorf("%s: %v", input, calls)
		}
		if strings.Contains(d.log.String(), "mallory") {
			t.Errorf("the log says\n%s", d.log.String())
		}
	}
}
