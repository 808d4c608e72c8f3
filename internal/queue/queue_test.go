package queue_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/ringfence/ringfence/internal/ledger"
	"github.com/ringfence/ringfence/internal/localaws"
	"github.com/ringfence/ringfence/internal/principal"
	"github.com/ringfence/ringfence/internal/queue"
	"github.com/ringfence/ringfence/internal/target"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

type desk struct {
	server *localaws.Server
	clock  *localaws.Clock
	sqs    *sqs.Client
	urls   queue.URLs
	queues *queue.Queues
}

func open(t *testing.T) *desk {
	t.Helper()
	d := &desk{clock: localaws.NewClock(noon)}
	d.server = localaws.New(localaws.Options{Now: d.clock.Now, Seed: 1})
	d.sqs = sqs.NewFromConfig(d.server.Config("us-east-1", localaws.DefaultAccount))
	for name, url := range map[string]*string{"report": &d.urls.Report, "follow-up": &d.urls.FollowUp, "dead-letters": &d.urls.DeadLetters} {
		out, err := d.sqs.CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: &name})
		if err != nil {
			t.Fatal(err)
		}
		*url = *out.QueueUrl
	}
	d.queues = queue.New(d.sqs, d.urls, d.clock.Now)
	return d
}

func (d *desk) take(t *testing.T, url string) (all []types.Message) {
	t.Helper()
	for {
		out, err := d.sqs.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{QueueUrl: &url, MaxNumberOfMessages: 10, MessageAttributeNames: []string{"All"}})
		if err != nil {
			t.Fatal(err)
		}
		if len(out.Messages) == 0 {
			return all
		}
		all = append(all, out.Messages...)
	}
}

func TestReportSendsEachKeyOnce(t *testing.T) {
	d := open(t)
	var keys, want []string
	for i := range 23 {
		key := fmt.Sprintf("principal#%d", i)
		keys, want = append(keys, key, key), append(want, key)
	}
	if err := d.queues.Report(t.Context(), keys...); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, m := range d.take(t, d.urls.Report) {
		var n ledger.Notice
		if err := json.Unmarshal([]byte(*m.Body), &n); err != nil || !n.Due.Equal(noon) {
			t.Errorf("%s: %v", *m.Body, err)
		}
		got = append(got, n.Tell)
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("told %v", got)
	}
}

func TestScheduledWorkIsDeliveredWhenDue(t *testing.T) {
	d := open(t)
	w := target.Work{
		Target: target.OfPrincipal(principal.Ref{Partition: "aws", Account: "123456789012", Kind: principal.Role, Path: "/", Name: "app"}, "AROA1"),
		Causes: []target.Cause{{Kind: target.SecondLook, Finding: "f"}},
	}
	if err := d.queues.Schedule(t.Context(), w, time.Minute); err != nil {
		t.Fatal(err)
	}
	if early := d.take(t, d.urls.FollowUp); len(early) != 0 {
		t.Error("it came at once")
	}
	d.clock.Advance(time.Minute)
	due := d.take(t, d.urls.FollowUp)
	if len(due) != 1 {
		t.Fatalf("%d messages", len(due))
	}
	var f target.FollowUp
	if err := json.Unmarshal([]byte(*due[0].Body), &f); err != nil {
		t.Fatal(err)
	}
	if f.Detail.Target.Identity() != w.Target.Identity() || f.Detail.Target.ID != "AROA1" || !f.Time.Equal(noon.Add(time.Minute)) || f.Detail.Causes[0].Finding != "f" {
		t.Errorf("%s", *due[0].Body)
	}
	if err := d.queues.Schedule(t.Context(), w, 24*time.Hour); err != nil {
		t.Errorf("a delay over what SQS takes: %v", err)
	}
}

func TestJournalKeepsAnEntryWhole(t *testing.T) {
	d := open(t)
	want := ledger.Entry{Key: "principal#1", At: noon, Attempt: &ledger.Attempt{ID: "a", Begun: noon}}
	if err := d.queues.Journal(t.Context(), want); err != nil {
		t.Fatal(err)
	}
	var n ledger.Notice
	if err := json.Unmarshal([]byte(*d.take(t, d.urls.Report)[0].Body), &n); err != nil || n.Entry == nil || n.Entry.Attempt.ID != "a" {
		t.Errorf("%+v, %v", n, err)
	}
}

func TestAParkedMessageHasTheReason(t *testing.T) {
	d := open(t)
	if err := d.queues.Park(t.Context(), "not JSON", "arn:aws:sqs:us-east-1:123456789012:events", "not JSON, at byte 1: \xff"+strings.Repeat("x", 2000)); err != nil {
		t.Fatal(err)
	}
	m := d.take(t, d.urls.DeadLetters)[0]
	if *m.Body != "not JSON" || !strings.HasPrefix(aws.ToString(m.MessageAttributes["reason"].StringValue), "not JSON, at byte 1") {
		t.Errorf("%+v", m)
	}
}

func TestRetryAfter(t *testing.T) {
	d := open(t)
	if _, err := d.sqs.SendMessage(t.Context(), &sqs.SendMessageInput{QueueUrl: &d.urls.FollowUp, MessageBody: aws.String("x")}); err != nil {
		t.Fatal(err)
	}
	out, err := d.sqs.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{QueueUrl: &d.urls.FollowUp, VisibilityTimeout: 600})
	if err != nil || len(out.Messages) != 1 {
		t.Fatal(err)
	}
	if err := d.queues.RetryAfter(t.Context(), "arn:aws:sqs:us-east-1:123456789012:follow-up", *out.Messages[0].ReceiptHandle, 3500*time.Millisecond); err != nil {
		t.Fatal(err)
	}
	d.clock.Advance(3 * time.Second)
	if early := d.take(t, d.urls.FollowUp); len(early) != 0 {
		t.Error("it came back early")
	}
	d.clock.Advance(time.Second)
	if back := d.take(t, d.urls.FollowUp); len(back) != 1 {
		t.Error("it did not come back")
	}
	if err := d.queues.RetryAfter(t.Context(), "no ARN", "r", time.Second); err == nil {
		t.Error("no error")
	}
}

// Ensure that a queue knows what was received from it, hides it for the time that is given, and
// knows nothing else.
func TestAskKnowsWhatWasReceived(t *testing.T) {
	d := open(t)
	const arn = "arn:aws:sqs:us-east-1:123456789012:follow-up"
	handle := func(url, body string) string {
		if _, err := d.sqs.SendMessage(t.Context(), &sqs.SendMessageInput{QueueUrl: &url, MessageBody: &body}); err != nil {
			t.Fatal(err)
		}
		return *d.take(t, url)[0].ReceiptHandle
	}
	var receipts []string
	for i := range 11 { // more than SQS takes at a time
		receipts = append(receipts, handle(d.urls.FollowUp, fmt.Sprint(i)))
	}
	deleted := handle(d.urls.FollowUp, "deleted")
	if _, err := d.sqs.DeleteMessage(t.Context(), &sqs.DeleteMessageInput{QueueUrl: &d.urls.FollowUp, ReceiptHandle: &deleted}); err != nil {
		t.Fatal(err)
	}
	receipts = append(receipts, "nonsense", handle(d.urls.Report, "of another queue"), deleted)
	unknown, err := d.queues.Verify(t.Context(), arn, receipts, time.Minute)
	want := append(make([]string, 11), "ReceiptHandleIsInvalid", "MessageNotInflight", "MessageNotInflight")
	if err != nil || !slices.Equal(unknown, want) {
		t.Errorf("%q, %v", unknown, err)
	}
	if d.clock.Advance(59 * time.Second); len(d.take(t, d.urls.FollowUp)) != 0 {
		t.Error("what was asked for is visible before its time")
	}
	if d.clock.Advance(2 * time.Second); len(d.take(t, d.urls.FollowUp)) != 11 {
		t.Error("what was asked for is not visible after its time")
	}
	// A message that came too late is visible again, and comes by itself.
	d.clock.Advance(time.Hour)
	if late, err := d.queues.Verify(t.Context(), arn, receipts[:1], time.Minute); err != nil || late[0] != "MessageNotInflight" {
		t.Errorf("%q, %v", late, err)
	}
}

// Ensure that it is told apart whether SQS answers that something is wrong with what it was
// asked, or does not answer.
func TestAskTellsNoFromNoAnswer(t *testing.T) {
	const arn = "arn:aws:sqs:us-east-1:123456789012:follow-up"
	for name, c := range map[string]struct {
		arn  string
		do   localaws.Effect
		code string // of a queue that knows nothing; empty where it could not be asked
	}{
		"no ARN":           {"follow-up", nil, "NoQueue"},
		"of no queue":      {"arn:aws:sns:us-east-1:123456789012:follow-up", nil, "NoQueue"},
		"no such queue":    {arn + "s", nil, "QueueDoesNotExist"},
		"not let to":       {arn, localaws.Refuse{Status: 403, Code: "AccessDenied"}, "AccessDenied"},
		"throttled":        {arn, localaws.Throttle{}, ""},
		"down":             {arn, localaws.ServerError{}, ""},
		"hanging":          {arn, localaws.Hang{}, ""},
		"dropping":         {arn, localaws.Drop{}, ""},
		"credentials late": {arn, localaws.Refuse{Status: 403, Code: "ExpiredToken"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel() // those that are tried again take their time
			d := open(t)
			if c.do != nil {
				d.server.Inject(localaws.Fault{On: "sqs:ChangeMessageVisibilityBatch", Do: c.do, Times: 50})
			}
			unknown, err := d.queues.Verify(t.Context(), c.arn, []string{"a", "b"}, time.Minute)
			if c.code == "" {
				if err == nil || unknown != nil {
					t.Errorf("%q, %v", unknown, err)
				}
			} else if err != nil || len(unknown) != 2 || !strings.Contains(unknown[0], c.code) || unknown[1] != unknown[0] {
				t.Errorf("%q, %v", unknown, err)
			}
		})
	}
}
