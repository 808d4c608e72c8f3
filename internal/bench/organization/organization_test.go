package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	orgtypes "github.com/aws/aws-sdk-go-v2/service/organizations/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/ringfence/ringfence/internal/boot"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/handler"
	"github.com/ringfence/ringfence/internal/localaws"
	localiam "github.com/ringfence/ringfence/internal/localaws/iam"
	"github.com/ringfence/ringfence/internal/localaws/wire"
)

// deployment is an organization with all functions of the hub, built.
type deployment struct {
	*world
	t                                *testing.T
	events, followUps, report, sweep *consumer
}

func deploy(t *testing.T, members int) *deployment {
	t.Helper()
	dir := t.TempDir()
	w, err := newWorld(t.Context(), dir, members, false, t.Output())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := w.listener.Close(); err != nil {
			t.Error(err)
		}
	})
	d := &deployment{world: w, t: t}
	for function, queues := range map[string]map[string]**consumer{
		"enforce": {eventQueue: &d.events, boot.LocalFollowUp: &d.followUps},
		"report":  {boot.LocalReport: &d.report},
		"sweep":   {sweepQueue: &d.sweep},
	} {
		binary := filepath.Join(dir, function)
		if err := build(t.Context(), function, binary); err != nil {
			t.Fatal(err)
		}
		role := "ringfence-member-read"
		if function == "enforce" {
			role = "ringfence-member-enforce"
		}
		for queue, c := range queues {
			if *c, err = w.consume(context.WithoutCancel(t.Context()), binary, role, queue, 10); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() {
				if err := (*c).process.Close(); err != nil {
					t.Error(err)
				}
			})
		}
	}
	return d
}

// until lets the functions take what is in their queues until a condition holds.
func (d *deployment) until(what string, holds func() bool) {
	d.t.Helper()
	for end := time.Now().Add(2 * time.Minute); !holds(); {
		if time.Now().After(end) {
			d.t.Fatalf("never: %s\n%s", what, d.events.process.Printed())
		}
		for _, c := range []*consumer{d.events, d.followUps, d.report, d.sweep} {
			if _, err := c.one(d.t.Context(), 0); err != nil {
				d.t.Fatal(err)
			}
		}
	}
}

// drifts creates roles without their boundary.
func (d *deployment) drifts(account string, n int) {
	d.t.Helper()
	for i := range n {
		if err := d.drift(d.t.Context(), account, fmt.Sprint("app-", i)); err != nil {
			d.t.Fatal(err)
		}
	}
}

// repaired reports whether roles carry their boundary.
func (d *deployment) repaired(account string, n int) bool {
	for i := range n {
		if d.carried(account, fmt.Sprint("app-", i)) != boundary(account) {
			return false
		}
	}
	return true
}

// carried returns the boundary of a role.
func (d *deployment) carried(account, name string) (arn string) {
	_ = d.server.IAM(account).View(localiam.Lag{}, func(tx *localiam.Tx) error {
		if r := tx.Role(name); r != nil {
			arn = r.Boundary
		}
		return nil
	})
	return arn
}

// found returns the last state of each finding of an account, as "drift status".
func (d *deployment) found(account string) (all []string) {
	last := map[string]string{}
	for _, e := range d.server.EventBridge.Published() {
		var f finding.Finding
		if err := json.Unmarshal(e.Detail, &f); err != nil {
			d.t.Fatalf("%s: %v", e.Detail, err)
		}
		if f.Account == account {
			last[f.ID] = string(f.Drift) + " " + string(f.Status)
		}
	}
	for _, state := range last {
		all = append(all, state)
	}
	slices.Sort(all)
	return all
}

func (d *deployment) dead() []string {
	return d.server.SQS.Bodies(queueARN(boot.LocalDeadLetters))
}

// Events of three members reach the hub. One member has no role for Ringfence, one is throttled: the others do not notice.
func TestThreeAccounts(t *testing.T) {
	d := deploy(t, 3)
	well, closed, slow := d.members[0], d.members[1], d.members[2]
	client := iam.NewFromConfig(d.server.Config(region, closed))
	for _, role := range []string{"ringfence-member-enforce", "ringfence-member-read"} {
		if _, err := client.DeleteRole(t.Context(), &iam.DeleteRoleInput{RoleName: &role}); err != nil {
			t.Fatal(err)
		}
	}
	var throttled atomic.Int32
	endThrottle := d.server.Inject(localaws.Fault{On: "iam:*", If: func(c wire.Call) bool {
		is := c.Account == slow && c.Operation != "CreateRole"
		if is {
			throttled.Add(1)
		}
		return is
	}, Do: localaws.Throttle{}})

	start := time.Now()
	d.drifts(closed, 3)
	d.drifts(slow, 3)
	d.drifts(well, 5)
	d.until("the account that is well is repaired", func() bool { return d.repaired(well, 5) })
	t.Logf("repaired beside an account without a role and a throttled one: 5 roles in %.2f s", time.Since(start).Seconds())
	if d.repaired(closed, 1) || d.repaired(slow, 1) || throttled.Load() == 0 {
		t.Error("the other accounts are repaired too: there was no fault")
	}
	// What can never be done is put aside with its reason, which names the account's role.
	d.until("the events of the account without the role are among the dead letters", func() bool { return len(d.dead()) == 3 })
	for _, body := range d.dead() {
		if !strings.Contains(body, closed) {
			t.Errorf("a dead letter of another account: %s", body)
		}
	}
	if reasons := d.reasons(); !strings.Contains(reasons, "arn:aws:iam::"+closed+":role/ringfence/ringfence-member-enforce (is the spoke deployed in this account?)") {
		t.Errorf("reasons: %s", reasons)
	}
	// A throttle passes.
	endThrottle()
	start = time.Now()
	d.until("the account that was throttled is repaired", func() bool { return d.repaired(slow, 3) })
	t.Logf("after the throttle ended, its account was repaired within %.2f s", time.Since(start).Seconds())

	// A sweep of all accounts says which one it cannot enter.
	d.sweepAll()
	want := map[string][]string{
		well:   slices.Repeat([]string{"missing resolved"}, 5),
		slow:   slices.Repeat([]string{"missing resolved"}, 3),
		closed: {"unreachable open"},
	}
	d.until("all findings are told", func() bool {
		for account, states := range want {
			if !slices.Equal(d.found(account), states) {
				return false
			}
		}
		return true
	})

	// When that account is closed, the next sweep ends its findings, and no other's.
	d.server.Organizations.SetAccount(closed, "closed", "Workloads", orgtypes.AccountStateSuspended)
	second := time.Now().Unix() // sweeps are named by it
	d.until("another sweep can start", func() bool { return time.Now().Unix() > second })
	d.sweepAll()
	want[closed] = []string{"unreachable resolved"}
	d.until("the finding of the closed account is resolved", func() bool { return slices.Equal(d.found(closed), want[closed]) })
	for account, states := range want {
		if got := d.found(account); !slices.Equal(got, states) {
			t.Errorf("account %s: %v, want %v", account, got, states)
		}
	}
}

// A rule decides by the organizational unit of an account. Accounts that enforce meets for the first time are swept, once
// each, whatever the number of their events.
func TestUnitsOfAnOrganization(t *testing.T) {
	d := deploy(t, 3)
	work, free, late := d.members[0], d.members[1], d.members[2]
	d.server.Organizations.SetAccount(free, "free", sandbox+"/Team", orgtypes.AccountStateActive)
	handled := func() bool { return len(d.server.SQS.Bodies(queueARN(eventQueue))) == 0 }
	d.drifts(free, 3)
	d.drifts(work, 3)
	d.until("the events are handled", handled)
	if !d.repaired(work, 3) || d.carried(free, "app-0")+d.carried(free, "app-1")+d.carried(free, "app-2") != "" {
		t.Error("the rules do not follow the units")
	}
	// An account whose unit is not known waits: it is neither repaired nor let off.
	endThrottle := d.server.Inject(localaws.Fault{On: "organizations:*", Do: localaws.Throttle{}})
	d.drifts(late, 1)
	for range 3 {
		if _, err := d.events.one(t.Context(), 0); err != nil {
			t.Fatal(err)
		}
	}
	if handled() || d.carried(late, "app-0") != "" {
		t.Error("an account whose unit is not known is decided on")
	}
	endThrottle()
	d.until("the account is repaired", func() bool { return d.repaired(late, 1) && handled() })
	var swept []string
	for _, body := range d.server.SQS.Bodies(queueARN(sweepQueue)) {
		var m handler.SweepMessage
		if err := json.Unmarshal([]byte(body), &m); err != nil {
			t.Fatal(err)
		}
		swept = append(swept, m.Sweep.Account)
	}
	slices.Sort(swept)
	if !slices.Equal(swept, d.members) {
		t.Errorf("swept are %v, want %v", swept, d.members)
	}
	if len(d.dead()) > 0 {
		t.Errorf("dead letters: %v", d.dead())
	}
}

// sweepAll starts a sweep of all accounts.
func (d *deployment) sweepAll() {
	d.t.Helper()
	_, err := sqs.NewFromConfig(d.server.Config(region, hub)).SendMessage(d.t.Context(), &sqs.SendMessageInput{QueueUrl: &d.sweep.url, MessageBody: aws.String(`{"sweep": {}}`)})
	if err != nil {
		d.t.Fatal(err)
	}
}

// reasons returns why the dead letters are there.
func (d *deployment) reasons() string {
	var all bytes.Buffer
	client := sqs.NewFromConfig(d.server.Config(region, hub))
	url := d.listener.URL + "/" + hub + "/" + boot.LocalDeadLetters
	out, err := client.ReceiveMessage(d.t.Context(), &sqs.ReceiveMessageInput{QueueUrl: &url, MaxNumberOfMessages: 10, MessageAttributeNames: []string{"reason"}})
	if err != nil {
		d.t.Fatal(err)
	}
	for _, m := range out.Messages {
		fmt.Fprintln(&all, aws.ToString(m.MessageAttributes["reason"].StringValue))
	}
	return all.String()
}

// A flood of one account does not lose anything, nor keep the others waiting. How long they wait is measured by the
// command.
func TestAFlood(t *testing.T) {
	var out, progress bytes.Buffer
	if err := run(t.Context(), options{accounts: 5, events: 200, flood: 0.8, processes: 2, json: true}, &out, &progress); err != nil {
		t.Fatal(err)
	}
	var f Figures
	if err := json.Unmarshal(out.Bytes(), &f); err != nil {
		t.Fatal(err)
	}
	if f.Lost != 0 || f.Dead != 0 || f.Events != 200 || !f.Fair || f.Quiet.Median <= 0 || f.Flood.Most <= f.Quiet.Median {
		t.Errorf("%s", &out)
	}
	f.Print(&progress)
	if !strings.Contains(progress.String(), "5 accounts, 200 events") {
		t.Errorf("%s", &progress)
	}
}
