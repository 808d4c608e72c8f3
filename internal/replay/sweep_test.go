package replay

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsiam "github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/ringfence/ringfence/internal/boot"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/handler"
	"github.com/ringfence/ringfence/internal/localaws"
	"github.com/ringfence/ringfence/internal/localaws/iam"
	"github.com/ringfence/ringfence/internal/localaws/wire"
	"github.com/ringfence/ringfence/internal/runtimeapi"
	"github.com/ringfence/ringfence/internal/sweep"
)

const sweepName = "ringfence-sweep"

// sweeps is the built function sweep beside a desk, and its queue.
type sweeps struct {
	*desk
	url     string
	env     map[string]string
	process *runtimeapi.Process
	// deadline is what an invocation has.
	deadline time.Duration
	// peak is the most memory that a process has had.
	peak int64
	runs int
}

func newSweeps(t *testing.T, settings map[string]string, config ...string) *sweeps {
	t.Helper()
	s := &sweeps{desk: newDesk(t, config...), deadline: time.Minute}
	made, err := s.sqs.CreateQueue(t.Context(), &sqs.CreateQueueInput{
		QueueName: aws.String(sweepName), Attributes: map[string]string{string(types.QueueAttributeNameVisibilityTimeout): "240"},
	})
	if err != nil {
		t.Fatal(err)
	}
	s.url, s.env = *made.QueueUrl, maps.Clone(s.desk.env)
	s.env[boot.EnvSweepQueue] = s.url
	maps.Copy(s.env, settings)
	s.restart()
	return s
}

func (s *sweeps) restart() {
	s.t.Helper()
	dir, err := binaries()
	if err != nil {
		s.t.Fatal(err)
	}
	p, err := runtimeapi.Start(context.WithoutCancel(s.t.Context()), filepath.Join(dir, "sweep"), s.env)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { s.check(p.Close()) })
	s.process = p
}

// pass has the clock of AWS go on.
func (s *sweeps) pass(d time.Duration) { s.ago.Add(-int64(d)) }

// roles makes roles, of which every so-manieth is outside, the first and the last too.
func (s *sweeps) roles(prefix string, n, outside int) (names []string) {
	s.t.Helper()
	s.check(s.server.IAM(localaws.DefaultAccount).Edit(func(tx *iam.Tx) error {
		for i := range n {
			name, carried := fmt.Sprintf("%s-%05d", prefix, i), s.boundary
			tx.EnsureRole("/", name)
			if len(names)*(n-1) <= i*(outside-1) && len(names) < outside {
				names, carried = append(names, name), ""
			}
			err := tx.EditRole(name, func(r *iam.Role) error {
				r.Boundary, r.Inline = carried, map[string]string{"own": long}
				return nil
			})
			if err != nil {
				return err
			}
		}
		return nil
	}))
	return names
}

// long is the largest document that a role may have in it.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
var long = `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::` + strings.Repeat("x", 10_100) + `"}]}`

// run sends the message that begins a sweep, and has the function take all that are due, as
// Lambda does. It gives the states between the invocations, and what the last one printed.
func (s *sweeps) run() (states []sweep.State, printed string) {
	s.t.Helper()
	ctx := s.t.Context()
	if _, err := s.sqs.SendMessage(ctx, &sqs.SendMessageInput{QueueUrl: &s.url, MessageBody: aws.String(`{"sweep": {}}`)}); err != nil {
		s.t.Fatal(err)
	}
	for range 500 {
		waiting := s.waiting(sweepName)
		if len(waiting) == 0 {
			return states, s.printed()
		}
		out, err := s.sqs.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{QueueUrl: &s.url, MaxNumberOfMessages: 1})
		if err != nil {
			s.t.Fatal(err)
		}
		if len(out.Messages) == 0 {
			s.pass(10 * time.Second) // it has a delay, or is hidden after a kill
			continue
		}
		states = append(states, s.invoke(out.Messages[0]))
	}
	s.t.Fatal("the sweep does not end")
	return nil, ""
}

// printed is what the process printed, which may come after its answer.
func (s *sweeps) printed() string {
	for range 50 {
		if strings.Contains(s.process.Printed(), `"SweepPrincipals":`) {
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	return s.process.Printed()
}

// invoke gives the function one message. SQS deletes it where the function says that it is done.
func (s *sweeps) invoke(m types.Message) (begun sweep.State) {
	s.t.Helper()
	var body handler.SweepMessage
	if err := json.Unmarshal([]byte(*m.Body), &body); err != nil {
		s.t.Fatal(err)
	}
	batch, err := json.Marshal(map[string]any{"Records": []map[string]any{{
		"messageId": m.MessageId, "receiptHandle": m.ReceiptHandle, "body": m.Body,
		"eventSource": "aws:sqs", "eventSourceARN": "arn:aws:sqs:us-east-1:123456789012:" + sweepName,
	}}})
	if err != nil {
		s.t.Fatal(err)
	}
	s.process.Deadline = s.deadline
	s.runs++
	process := s.process
	answer, err := process.Invoke(s.t.Context(), batch)
	if err != nil { // it was killed
		s.restart()
		return *body.Sweep
	}
	peak, err := process.PeakRSS()
	s.check(err)
	s.peak = max(s.peak, peak)
	if !strings.Contains(string(answer.Body), "itemIdentifier") {
		_, err := s.sqs.DeleteMessage(s.t.Context(), &sqs.DeleteMessageInput{QueueUrl: &s.url, ReceiptHandle: m.ReceiptHandle})
		s.check(err)
	}
	return *body.Sweep
}

// handled has enforce take what the sweep handed on, and gives the findings.
func (s *sweeps) handled() []finding.Finding {
	s.t.Helper()
	all := s.waiting(boot.LocalFollowUp)
	s.pass(5 * time.Minute)
	s.queues.take(s.queues.followUp)
	for batch := range slices.Chunk(all, 10) {
		if back := s.send(batch...); len(back) > 0 {
			s.t.Errorf("%v of %v come back", back, batch)
		}
	}
	return s.told()
}

// The built function, as Lambda runs it, on an account of 10,000 roles: pages, throttles,
// deadlines that are too short for it all, and a process that is killed in the middle.
func TestTheBuiltSweep(t *testing.T) {
	t.Parallel()
	s := newSweeps(t, nil)
	outside := s.roles("orders", 10_000, 18)
	// An invocation begins no page in its last thirty seconds, and makes ten calls a second.
	s.deadline = 36 * time.Second
	var pages, killed atomic.Int64
	first := s.process
	s.server.OnCall(func(c wire.Call) {
		if c.Operation == "GetAccountAuthorizationDetails" && pages.Add(1) == 40 {
			killed.Add(1)
			go first.Close() //nolint:errcheck // it is what is wanted
		}
	})
	s.server.Inject(localaws.Fault{On: "iam:GetAccountAuthorizationDetails", Do: localaws.Throttle{}, Times: 7})
	s.server.Inject(localaws.Fault{On: "iam:GetPolicy", Do: localaws.ServerError{}, Times: 6})
	s.server.Inject(localaws.Fault{On: "dynamodb:GetItem", Do: localaws.Throttle{}, Times: 2})
	before := time.Now()
	states, printed := s.run()
	t.Logf("%d invocations in %v, at most %d MB", s.runs, time.Since(before).Round(time.Second), s.peak>>20)
	if killed.Load() != 1 || s.runs < 4 {
		t.Errorf("%d kills, %d invocations", killed.Load(), s.runs)
	}
	if most := int64(256 << 20); s.peak > most {
		t.Errorf("it had %d MB", s.peak>>20)
	}
	for i := 1; i < len(states); i++ {
		if was, is := states[i-1], states[i]; is.Seen < was.Seen || is.Seen > 10_000 || is.Unjudged > 0 {
			t.Errorf("%+v became %+v", was, is)
		}
	}
	if last := states[len(states)-1]; last.Seen != 10_000 || len(last.Outside) != 18 || !strings.Contains(printed, `"msg":"swept"`) || !strings.Contains(printed, `"SweepPrincipals":10000`) {
		t.Errorf("%+v\n%s", last, printed)
	}
	if handed := s.waiting(boot.LocalFollowUp); len(handed) != len(outside) {
		t.Errorf("%d are outside, and %d were handed on", len(outside), len(handed))
	}
	if calls := s.server.Calls(); calls["iam:PutRolePermissionsBoundary"]+calls["dynamodb:PutItem"] > 0 {
		t.Errorf("the sweep wrote: %v", calls)
	}
	told := drifting(s.handled())
	if n := s.server.Calls()["iam:PutRolePermissionsBoundary"]; n != len(outside) || !s.bounded(outside...) {
		t.Errorf("%d writes for %d outside", n, len(outside))
	}
	for _, f := range told {
		if f.Cause != "sweep" || f.Outcome != finding.Done || !strings.Contains(f.Reason, "no event had reported it") || !strings.HasPrefix(f.Event.ID, "sweep-20") {
			t.Errorf("%s", lines(t, []finding.Finding{f}))
		}
	}
	if len(told) != len(outside) {
		t.Errorf("%d findings", len(told))
	}
}

// More than may be changed is not, and told; with the override it is, and that ends the finding.
func TestTheBuiltSweepIsHeld(t *testing.T) {
	t.Parallel()
	s := newSweeps(t, map[string]string{boot.EnvSweepOverride: time.Now().Add(-time.Hour).UTC().Format(time.RFC3339)})
	outside := s.roles("orders", 60, 10)
	held := func(status finding.Status) {
		t.Helper()
		all := slices.DeleteFunc(s.handled(), func(f finding.Finding) bool { return f.Drift != finding.SweepHeld })
		if len(all) != 1 || all[0].Severity != finding.Critical || all[0].Status != status || len(all[0].Affects) != 10 || all[0].Affects[0] != "arn:aws:iam::123456789012:role/orders-00000" {
			t.Errorf("told:\n%s", lines(t, all))
		}
	}
	s.run()
	held(finding.Open)
	if n := s.server.Calls()["iam:PutRolePermissionsBoundary"]; n != 0 {
		t.Errorf("%d writes", n)
	}
	if _, printed := s.run(); !strings.Contains(printed, `"SweepHeld":10`) {
		t.Errorf("printed %s", printed)
	}
	if told := s.handled(); len(told) != 0 {
		t.Errorf("the second time too:\n%s", lines(t, told))
	}
	s.check(s.process.Close())
	s.env[boot.EnvSweepOverride] = time.Now().Add(time.Hour).UTC().Format(time.RFC3339)
	s.restart()
	s.run()
	held(finding.Resolved)
	if n := s.server.Calls()["iam:PutRolePermissionsBoundary"]; n != 10 || !s.bounded(outside...) {
		t.Errorf("%d writes", n)
	}
}

// While a sweep is held, what is only to be told is told, and nothing is written on account of
// it: not to the policy that it requires, which was held too.
func TestWhatIsToldWhileTheBuiltSweepIsHeld(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	config := filepath.Join(dir, "ringfence.yaml")
	for name, text := range map[string]string{"ringfence.yaml": `
version: 1
mode: enforce
boundaries:
  team: {arn: "arn:${partition}:iam::${account}:policy/team-boundary", document: team.json}
rules:
  - {name: people, match: {kinds: [user]}, boundary: team, mode: alert}
  - {name: workloads, match: {kinds: [role]}, boundary: team}
`, "team.json": approvedDocument} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	s := newSweeps(t, nil, config)
	s.roles("orders", 60, 10)
	s.check(s.server.IAM(localaws.DefaultAccount).Edit(func(tx *iam.Tx) error {
		tx.EnsureUser("/", "jane")
		return nil
	}))
	_, err := s.iam.CreatePolicyVersion(t.Context(), &awsiam.CreatePolicyVersionInput{
		PolicyArn: &s.boundary, SetAsDefault: true,
		PolicyDocument: aws.String(`{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}`),
	})
	s.check(err)
	s.run()
	var drifts []string
	for _, f := range s.handled() {
		drifts = append(drifts, fmt.Sprint(f.Drift, " ", f.Status, " ", f.Outcome))
	}
	slices.Sort(drifts)
	if want := []string{"missing open planned", "sweep-held open done"}; !slices.Equal(drifts, want) {
		t.Errorf("told %q, want %q", drifts, want)
	}
	calls := s.server.Calls()
	if calls["iam:CreatePolicyVersion"] != 1 || calls["iam:SetDefaultPolicyVersion"]+calls["iam:PutRolePermissionsBoundary"]+calls["iam:PutUserPermissionsBoundary"] > 0 {
		t.Errorf("written: %v", calls)
	}
}
