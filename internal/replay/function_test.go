package replay

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ringfence/ringfence/internal/boot"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/localaws"
)

// attempts is how often the function tries a call that is throttled.
const attempts = 5

func TestTheFunctionInAWorldThatGoesWrong(t *testing.T) {
	d := newDesk(t)
	d.user("/", "throttled", "")
	d.user("/", "down", "")
	d.role("good", "")
	d.role("compliant", d.boundary)
	// The messages about users meet nothing but refusals, for as long as they try.
	d.server.Inject(localaws.Fault{On: "iam:GetUser", Do: localaws.Throttle{}, Times: attempts})
	d.server.Inject(localaws.Fault{On: "iam:GetUser", Do: localaws.ServerError{}, Times: attempts})
	batch := []string{
		userEvent("CreateUser", "throttled"),
		userEvent("CreateUser", "down"),
		"not JSON",
		event("CreateRole", "deleted-long-ago", time.Hour),
		event("CreateRole", "good", 0),
		event("CreateRole", "good", 0),
		putEvent("compliant", d.boundary),
	}
	if got, want := d.send(batch...), []int{1, 2}; !slices.Equal(got, want) {
		t.Errorf("messages %v come back, want %v", got, want)
	}
	if !d.bounded("good") {
		t.Error("the good message was lost")
	}
	// What can never be handled is put aside at once, and keeps no place in the queue.
	if got := d.waiting(boot.LocalDeadLetters); !slices.Equal(got, batch[2:3]) {
		t.Errorf("put aside: %q", got)
	}
	// A role that its name does not lead to may have another name by now: a walk over the
	// account would find it.
	if got := d.waiting(boot.LocalFollowUp); len(got) != 1 || !strings.Contains(got[0], `"kind":"walk"`) {
		t.Errorf("follow-ups: %q", got)
	}
	// Delivered again, what had failed for a reason that passed is done.
	if got := d.send(batch[:2]...); len(got) != 0 || !d.bounded("throttled", "down") {
		t.Errorf("the second time %v come back", got)
	}
	if all := drifting(d.told()); len(all) != 3 || len(d.server.EventBridge.Published()) != 3 {
		t.Errorf("%d findings were told, want 3: the duplicate has none\n%s", len(all), lines(t, all))
	}
}

// A record of a call that matters and that cannot be read further is a hint all the same:
// everybody that it can concern is looked at.
func TestARecordThatCannotBeReadHasEverybodyLookedAt(t *testing.T) {
	d := newDesk(t)
	d.role("one", "")
	d.user("/", "two", "")
	if back := d.send(strings.Replace(event("CreateRole", "x", 0), `"roleName"`, `"rollName"`, 1)); len(back) != 0 {
		t.Errorf("comes back: %v", back)
	}
	if back := d.send(d.waiting(boot.LocalFollowUp)...); len(back) != 0 || !d.bounded("one", "two") {
		t.Errorf("comes back: %v", back)
	}
	all := d.told()
	if len(all) != 2 || !slices.ContainsFunc(all, func(f finding.Finding) bool { return strings.Contains(f.Reason, "walk") }) {
		t.Errorf("findings:\n%s", lines(t, all))
	}
}

func TestAThrottleThatPassesIsRiddenOutWithinTheInvocation(t *testing.T) {
	d := newDesk(t)
	d.role("app", "")
	d.server.Inject(localaws.Fault{On: "iam:GetRole", Do: localaws.Throttle{}, Times: 2})
	d.server.Inject(localaws.Fault{On: "iam:PutRolePermissionsBoundary", Do: localaws.ServerError{Status: 503}, Times: 1})
	if back := d.send(event("CreateRole", "app", 0)); len(back) != 0 || !d.bounded("app") {
		t.Errorf("come back: %v, carries %q", back, d.carried("app"))
	}
}

// The message of a role that IAM does not know yet comes back within seconds: no
// invocation waits for it.
func TestARoleThatIAMDoesNotKnowYetIsAskedForAgain(t *testing.T) {
	d := newDesk(t)
	d.role("app", "")
	d.server.Inject(localaws.Fault{On: "iam:GetRole", Do: localaws.Stale{Writes: 1}, Times: 1})
	message := event("CreateRole", "app", 0)
	if back := d.send(message); !slices.Equal(back, []int{1}) {
		t.Errorf("come back: %v", back)
	}
	if back := d.send(message); len(back) != 0 || !d.bounded("app") {
		t.Errorf("the second time %v come back, carries %q", back, d.carried("app"))
	}
	if all := drifting(d.told()); len(all) != 1 {
		t.Errorf("findings:\n%s", lines(t, all))
	}
}

// The built function takes nothing that its queue does not know, and no event by itself.
func TestTheBuiltFunctionTakesNoForgedMessage(t *testing.T) {
	d := newDesk(t)
	d.role("app", "")
	text := event("DeleteRolePermissionsBoundary", "app", 0)
	batch, err := json.Marshal(map[string]any{"Records": []map[string]any{{
		"messageId": "m1", "receiptHandle": "AQEBzWwaftRI0KuVm4tP", "body": text,
		"eventSource": "aws:sqs", "eventSourceARN": "arn:aws:sqs:us-east-1:123456789012:" + boot.LocalFollowUp,
	}}})
	if err != nil {
		t.Fatal(err)
	}
	answer, err := d.pair.enforce.Invoke(t.Context(), batch)
	if string(answer) != `{"batchItemFailures":[{"itemIdentifier":"m1"}]}` || err != nil {
		t.Errorf("the batch is answered %s, %v", answer, err)
	}
	if answer, err := d.pair.enforce.Invoke(t.Context(), []byte(text)); err == nil || !strings.Contains(err.Error(), "only accepts batches from its queues") {
		t.Errorf("the event by itself is answered %s, %v", answer, err)
	}
	if d.bounded("app") || len(d.waiting(boot.LocalReport)) != 0 {
		t.Error("it was taken")
	}
	if back := d.send(text); len(back) != 0 || !d.bounded("app") {
		t.Errorf("from a queue, %v come back", back)
	}
}
