package templatetest_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ringfence/ringfence/internal/policy/catalog"
	"github.com/ringfence/ringfence/internal/policy/eval"
)

const operator = "arn:aws:iam::" + account + ":role/operator"

// administers decides a request of a principal whose own policies allow everything, so that only
// the resource policy can deny it.
func (s *stack) administers(who, action, on string) eval.Outcome {
	s.t.Helper()
	caller, err := eval.ParsePrincipal(who)
	if err != nil {
		s.t.Fatal(err)
	}
	d := eval.Evaluate(&eval.Policies{Identity: []*eval.Policy{everything(s.t)}, Resource: s.resourcePolicy(on)}, &eval.Request{
		Principal: caller, Action: action, Resource: on, ResourceAccount: account,
		Context: eval.NewContext(map[string][]string{"aws:SecureTransport": {"true"}}),
	})
	if d.Uncertain {
		s.t.Errorf("%s on %s by %s: uncertain", action, on, who)
	}
	return d.Outcome
}

// messages are the calls on messages of a queue; other calls manage the queue.
var messages = []string{
	"sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:PurgeQueue", "sqs:ReceiveMessage", "sqs:SendMessage", "sqs:StartMessageMoveTask",
}

// An administrator can neither receive nor send messages of any queue, but can manage the queues,
// so that no deployment is locked out.
func TestAdministratorsManageQueuesAndTouchNoMessage(t *testing.T) {
	s := single(t)
	for _, who := range []string{
		"arn:aws:iam::" + account + ":role/admin", "arn:aws:sts::" + account + ":assumed-role/admin/me", "arn:aws:iam::" + account + ":user/jane",
		"arn:aws:iam::" + account + ":root", operator, "arn:aws:iam::" + account + ":role/ringfence/ringfence-EnforceRole-OTHER",
	} {
		for _, queue := range s.ofType("AWS::SQS::Queue") {
			var denied []string
			for _, a := range catalog.Actions("sqs") {
				if s.administers(who, a.String(), s.attribute(queue, "Arn")) != eval.Allow {
					denied = append(denied, a.String())
				}
			}
			slices.Sort(denied)
			if diff := cmp.Diff(messages, denied); diff != "" {
				t.Errorf("%s on %s (-want +denied):\n%s", who, queue, diff)
			}
		}
	}
}

// items are the calls that write items of a table. Other calls that change a table are watched as
// calls on a part.
var items = []string{
	"dynamodb:BatchWriteItem", "dynamodb:DeleteItem", "dynamodb:PartiQLDelete", "dynamodb:PartiQLInsert", "dynamodb:PartiQLUpdate",
	"dynamodb:PutItem", "dynamodb:UpdateItem",
}

// Only the functions write findings and actions. The table can be managed.
func TestTheLedgerIsWrittenByTheFunctions(t *testing.T) {
	s := single(t)
	ledger := s.attribute("Ledger", "Arn")
	for who, want := range map[string]eval.Outcome{
		s.attribute("EnforceRole", "Arn"): eval.Allow, s.attribute("ReportRole", "Arn"): eval.Allow,
		s.attribute("SweepRole", "Arn"): eval.ExplicitDeny, s.attribute("CanaryRole", "Arn"): eval.ExplicitDeny, "arn:aws:iam::" + account + ":role/admin": eval.ExplicitDeny,
		"arn:aws:sts::" + account + ":assumed-role/admin/ringfence-enforce": eval.ExplicitDeny, "arn:aws:iam::" + account + ":root": eval.ExplicitDeny,
		"arn:aws:iam::" + account + ":role/ringfence/ringfence-enforce-2": eval.ExplicitDeny,
	} {
		for _, a := range catalog.Actions("dynamodb") {
			got, expected := s.administers(who, a.String(), ledger), eval.Allow
			if slices.Contains(items, a.String()) {
				expected = want
			}
			if got != expected {
				t.Errorf("%s by %s: %s, want %s", a, who, got, expected)
			}
		}
	}
}

// Each message is received only by its function, and sent only by its senders. Dead letters are
// the operator's, who can also move them back.
func TestMessagesAreTakenAndSentByWhoseWorkItIs(t *testing.T) {
	s := deploy(t, translatedFile, map[string]any{"RequiredBoundaryArn": team, "OperatorRoleArn": operator})
	who := map[string]string{
		"enforce": s.attribute("EnforceRole", "Arn"), "report": s.attribute("ReportRole", "Arn"), "operator": operator,
		"sweep": s.attribute("SweepRole", "Arn"), "sweep-start": s.attribute("SweepStartRole", "Arn"),
		"admin": "arn:aws:iam::" + account + ":role/admin",
	}
	for queue, want := range map[string]struct{ take, send []string }{
		"EventQueue":      {[]string{"enforce"}, []string{"operator"}},
		"FollowUpQueue":   {[]string{"enforce"}, []string{"enforce", "operator", "report", "sweep"}},
		"ReportQueue":     {[]string{"report"}, []string{"enforce", "operator", "report"}},
		"SweepQueue":      {[]string{"sweep"}, []string{"operator", "sweep", "sweep-start"}},
		"DeadLetters":     {[]string{"operator"}, []string{"enforce", "report", "sweep"}},
		"RuleDeadLetters": {[]string{"operator"}, nil},
	} {
		for _, action := range messages {
			expected := want.take
			if action == "sqs:SendMessage" {
				expected = want.send
			}
			var got []string
			for name, arn := range who {
				if s.administers(arn, action, s.attribute(queue, "Arn")) == eval.Allow {
					got = append(got, name)
				}
			}
			slices.Sort(got)
			if diff := cmp.Diff(expected, got); diff != "" {
				t.Errorf("%s on %s (-want +got):\n%s", action, queue, diff)
			}
		}
	}
}

// SQS does not check the queue's policy when it moves a message to a dead-letter queue: only the
// dead-letter queue can restrict the sources. Otherwise any principal could send events through a
// queue of its own.
func TestNoQueueOfOthersRedrivesIntoOurs(t *testing.T) {
	s := single(t)
	for _, queue := range s.ofType("AWS::SQS::Queue") {
		allow := s.properties(queue)["RedriveAllowPolicy"].(map[string]any)
		if queue == "DeadLetters" && allow["redrivePermission"] == "byQueue" {
			continue // tested with the queues' redrive
		}
		if diff := cmp.Diff(map[string]any{"redrivePermission": "denyAll"}, allow); diff != "" {
			t.Errorf("%s (-want +got):\n%s", queue, diff)
		}
	}
}

// No principal can make a function receive messages from its own queue with an event source
// mapping, even if the queue allows the role, or a session of it, to receive them.
func TestNoQueueOfOthersFeedsTheFunctions(t *testing.T) {
	s := single(t)
	const bait = "arn:aws:sqs:" + region + ":" + account + ":" + name + "-events2"
	for _, function := range functions {
		r := s.role(function)
		session := strings.Replace(strings.Replace(r.arn, ":iam:", ":sts:", 1), "role/ringfence", "assumed-role", 1) + "/" + name
		for _, let := range []string{r.arn, session, "*"} {
			open := document(t, `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"`+let+`"},"Action":"sqs:*","Resource":"*"}}`)
			caller, err := eval.ParsePrincipal(session)
			if err != nil {
				t.Fatal(err)
			}
			for _, action := range []string{"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ChangeMessageVisibility", "sqs:SendMessage"} {
				p := *r.policies
				p.Resource = open
				d := eval.Evaluate(&p, &eval.Request{Principal: caller, Action: action, Resource: bait, ResourceAccount: account})
				if d.Outcome != eval.ExplicitDeny {
					t.Errorf("%s: %s on a queue that lets %s: %s by %s", function, action, let, d.Outcome, d.DecidedBy)
				}
			}
		}
	}
}

// Only Ringfence and CloudWatch publish to the topic: an administrator can subscribe to it and
// manage it, but not publish.
func TestNobodyElsePublishes(t *testing.T) {
	s := single(t)
	topic := s.ref("Topic").(string)
	for _, who := range []string{"arn:aws:iam::" + account + ":role/admin", "arn:aws:iam::" + account + ":root", s.attribute("EnforceRole", "Arn")} {
		var denied []string
		for _, a := range catalog.Actions("sns") {
			if s.administers(who, a.String(), topic) != eval.Allow {
				denied = append(denied, a.String())
			}
		}
		if diff := cmp.Diff([]string{"sns:Publish"}, denied); diff != "" {
			t.Errorf("%s (-want +denied):\n%s", who, diff)
		}
	}
	if got := s.administers(s.attribute("ReportRole", "Arn"), "sns:Publish", topic); got != eval.Allow {
		t.Errorf("report cannot publish: %s", got)
	}
}

// Only the stack's alarms may publish, each by its name: an alarm of another principal could say
// anything.
func TestEachAlarmMayPublishAndNoOther(t *testing.T) {
	s := single(t)
	topic, p := s.ref("Topic").(string), s.resourcePolicy(s.ref("Topic").(string))
	may := func(alarm string) bool {
		return s.asks(p, "cloudwatch.amazonaws.com", "sns:Publish", topic, map[string][]string{
			"aws:SourceArn": {alarm}, "aws:SourceAccount": {account}, "aws:SecureTransport": {"true"},
		})
	}
	for _, id := range s.ofType("AWS::CloudWatch::Alarm") {
		alarm := s.attribute(id, "Arn")
		if !may(alarm) {
			t.Errorf("%s may not publish", id)
		}
		for _, other := range []string{alarm + "2", strings.Replace(alarm, ":"+name, ":"+name+"-x", 1), strings.Replace(alarm, account, "210987654321", 1)} {
			if may(other) {
				t.Errorf("%s may publish", other)
			}
		}
	}
}
