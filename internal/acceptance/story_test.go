package acceptance

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/ringfence/ringfence/internal/boot"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/localaws"
	localiam "github.com/ringfence/ringfence/internal/localaws/iam"
)

// story is a world with a role inside its boundary, and users with access keys.
type story struct {
	*world
}

const storyConfig = `version: 1
mode: enforce
boundaries:
  team: {arn: "arn:${partition}:iam::${account}:policy/team", document: team.json}
rules:
  - {name: roles, match: {kinds: [role]}, boundary: team}
`

func newStory(t *testing.T, settings ...string) *story {
	t.Helper()
	s3 := document{allow("s3:*")}.String()
	g := generator{}
	policy := g.policy("team", []string{s3})
	role := map[string]any{
		"RoleName": "app", "RoleId": "AROAAPPEXAMPLE", "Path": "/dev/", "Arn": arnOf("role", "dev/app"), "CreateDate": "2026-01-01T00:00:00Z",
		"AssumeRolePolicyDocument": document{}, "RolePolicyList": []any{map[string]any{"PolicyName": "all", "PolicyDocument": document{allow("ec2:*")}}},
		"AttachedManagedPolicies": []any{}, "PermissionsBoundary": map[string]string{"PermissionsBoundaryArn": arnOf("policy", "team")},
	}
	state, err := json.Marshal(map[string]any{"UserDetailList": []any{}, "GroupDetailList": []any{}, "RoleDetailList": []any{role}, "Policies": []any{policy}})
	if err != nil {
		t.Fatal(err)
	}
	return &story{world: newWorld(t, state, files{"ringfence.yaml": storyConfig, "team.json": s3}, settings...)}
}

// as returns a client with the access key of a user, who is created if needed.
func (s *story) as(name string) *iam.Client {
	s.t.Helper()
	ctx := context.Background()
	_, _ = s.iam.CreateUser(ctx, &iam.CreateUserInput{UserName: &name}) // which may exist already
	key := must[*iam.CreateAccessKeyOutput](s.t)(s.iam.CreateAccessKey(ctx, &iam.CreateAccessKeyInput{UserName: &name}))
	s.queue = nil // none of this is part of the story
	return iam.NewFromConfig(s.server.ConfigAs("us-east-1", aws.Credentials{AccessKeyID: *key.AccessKey.AccessKeyId, SecretAccessKey: *key.AccessKey.SecretAccessKey}))
}

func (s *story) removes(who *iam.Client) {
	s.t.Helper()
	must[*iam.DeleteRolePermissionsBoundaryOutput](s.t)(who.DeleteRolePermissionsBoundary(context.Background(), &iam.DeleteRolePermissionsBoundaryInput{RoleName: aws.String("app")}))
}

// removesUnseen removes the boundary without a record.
func (s *story) removesUnseen() {
	s.t.Helper()
	err := s.server.IAM(s.account).Edit(func(tx *localiam.Tx) error {
		tx.Role("app").Boundary = ""
		return nil
	})
	if err != nil || s.boundary() != "" {
		s.t.Fatalf("the boundary is %q, %v", s.boundary(), err)
	}
}

// boundary returns the role's boundary.
func (s *story) boundary() string {
	s.t.Helper()
	p, ok := s.details().Principal(arnOf("role", "dev/app"))
	if !ok {
		s.t.Fatal("the role does not exist")
	}
	return p.Boundary
}

// drifted passes Ringfence all events, including those of its own writes, until there are none,
// and returns the findings.
func (s *story) drifted() (list []finding.Finding) {
	s.t.Helper()
	for range 10 {
		events := s.queue
		if s.queue = nil; len(events) == 0 {
			return list
		}
		for _, e := range events {
			list = append(list, s.handle(e)...)
		}
	}
	s.t.Fatal("Ringfence keeps reacting to its own writes")
	return nil
}

// one returns the only finding.
func (s *story) one(list []finding.Finding) finding.Finding {
	s.t.Helper()
	if len(list) != 1 {
		s.t.Fatalf("%d findings: %s", len(list), lines(list))
	}
	if f := list[0]; f.Action != finding.Reattach || f.Outcome != finding.Done || s.boundary() != arnOf("policy", "team") {
		s.t.Fatalf("the boundary is %q: %s", s.boundary(), line(f))
	}
	return list[0]
}

// secondLooks passes Ringfence the second looks that are due, and returns the findings.
func (s *story) secondLooks() []finding.Finding {
	s.t.Helper()
	s.queue = append(s.queue, s.take(s.followUps)...)
	return s.drifted()
}

// TestWhoKeepsRemovingABoundaryIsNamed: from the third removal within an hour, the finding names
// the actor and the count, and has a higher severity. Ringfence continues to repair.
func TestWhoKeepsRemovingABoundaryIsNamed(t *testing.T) {
	s := newStory(t)
	eve, mallory := s.as("eve"), s.as("mallory")
	const eveARN, malloryARN = "arn:aws:iam::123456789012:user/eve", "arn:aws:iam::123456789012:user/mallory"
	for i, c := range []struct {
		who      *iam.Client
		after    time.Duration
		severity finding.Severity
		repairs  int
		actors   finding.Strings
	}{
		{eve, 0, finding.High, 0, nil},
		{eve, 12 * time.Minute, finding.High, 0, nil},
		{eve, 12 * time.Minute, finding.Critical, 3, finding.Strings{eveARN}},
		{mallory, 12 * time.Minute, finding.Critical, 4, finding.Strings{malloryARN, eveARN}},
		{eve, 3 * time.Hour, finding.High, 0, nil}, // which is another day
	} {
		s.clock.Advance(c.after)
		s.removes(c.who)
		f := s.one(s.drifted())
		if f.Severity != c.severity {
			t.Errorf("the %s time: severity %s, want %s", nth(i), f.Severity, c.severity)
		}
		if (f.Contested != nil) != (c.repairs > 0) {
			t.Fatalf("the %s time: contested %+v", nth(i), f.Contested)
		}
		if f.Contested == nil {
			continue
		}
		got := slices.Sorted(slices.Values(f.Contested.Actors))
		if f.Contested.Repairs != c.repairs || !slices.Equal(got, slices.Sorted(slices.Values(c.actors))) || !f.Contested.Since.Equal(now) {
			t.Errorf("the %s time: %+v", nth(i), f.Contested)
		}
		mails := s.mails()
		text := mails[len(mails)-1].text
		for _, want := range append(got, fmt.Sprintf("the %s time", nth(i)), fmt.Sprint(c.repairs, " repairs since 2026-03-01T12:00:00Z")) {
			if !strings.Contains(text, want) {
				t.Errorf("the mail lacks %q:\n%s", want, text)
			}
		}
	}
}

func nth(i int) string { return []string{"1st", "2nd", "3rd", "4th", "5th"}[i] }

// TestWhoOnlyAttachesAPolicyIsNotBlamed: if the events of removals were lost, the call that
// reveals the drift is not one of them. CloudTrail's history shows which call is.
func TestWhoOnlyAttachesAPolicyIsNotBlamed(t *testing.T) {
	s := newStory(t)
	eve, alice := s.as("eve"), s.as("alice")
	s.server.Inject(localaws.Fault{On: "iam:DeleteRolePermissionsBoundary", Do: localaws.Lose{}})
	for range 3 {
		s.removes(eve)
		if f := s.drifted(); len(f) > 0 {
			t.Fatalf("found by a lost event: %s", lines(f))
		}
		s.clock.Advance(time.Minute)
		must[*iam.PutRolePolicyOutput](t)(alice.PutRolePolicy(t.Context(), &iam.PutRolePolicyInput{
			RoleName: aws.String("app"), PolicyName: aws.String("more"), PolicyDocument: aws.String(document{allow("sqs:*")}.String()),
		}))
		f := s.one(s.drifted())
		if f.Contested != nil && slices.Contains(f.Contested.Actors, "arn:aws:iam::123456789012:user/alice") {
			t.Errorf("blamed: %+v", f.Contested)
		}
		if f.Event.Name != "PutRolePolicy" {
			t.Errorf("event %s", f.Event.Name)
		}
		if f.OpenedBy == nil || f.OpenedBy.Actor.ARN != "arn:aws:iam::123456789012:user/eve" || f.OpenedBy.Event.Name != "DeleteRolePermissionsBoundary" {
			t.Errorf("opened by %+v", f.OpenedBy)
		}
	}
}

// TestTheSecondLookFindsWhatNoEventTold: an actor reverts the repair before Ringfence looks again,
// and that event is lost.
func TestTheSecondLookFindsWhatNoEventTold(t *testing.T) {
	s := newStory(t)
	eve := s.as("eve")
	s.removes(eve)
	first := s.one(s.drifted())

	s.clock.Advance(30 * time.Second)
	s.server.Inject(localaws.Fault{On: "iam:DeleteRolePermissionsBoundary", Do: localaws.Lose{}, Times: 1})
	s.removes(eve)
	if f := s.drifted(); len(f) > 0 || s.boundary() != "" {
		t.Fatalf("the event was not lost: %s", lines(f))
	}

	s.clock.Advance(30 * time.Second)
	second := s.one(s.secondLooks())
	if second.ID == first.ID || second.Drift != finding.Missing || second.Cause != "second-look" || !strings.Contains(second.Reason, "second look") {
		t.Errorf("%s", line(second))
	}
	// No event revealed it. The history has the call that opened it.
	if second.Actor.ARN != "" || second.Event.ID != "" {
		t.Errorf("no call showed it: %+v by %+v", second.Event, second.Actor)
	}
	if c := second.OpenedBy; c == nil || c.Event.ID == first.Event.ID || c.Actor.Name != "eve" || !c.Event.Time.Equal(now.Add(30*time.Second)) {
		t.Errorf("opened by %+v", c)
	}

	// Then everything is inside, and the second look at that repair finds nothing.
	s.clock.Advance(time.Minute)
	if f := s.secondLooks(); len(f) > 0 || s.boundary() != arnOf("policy", "team") {
		t.Errorf("%q: %s", s.boundary(), lines(f))
	}
	if n := len(s.server.EventBridge.Published()); n != 2 {
		t.Errorf("%d findings on the bus, want 2", n)
	}
}

// TestWhoWasCaughtBeforeIsNotBlamedAgain: no record shows what happened since, and the record of
// the repaired drift says nothing about it.
func TestWhoWasCaughtBeforeIsNotBlamedAgain(t *testing.T) {
	s := newStory(t)
	eve := s.as("eve")
	s.removes(eve)
	s.one(s.drifted())
	s.clock.Advance(30 * time.Second)
	s.removesUnseen()
	s.clock.Advance(30 * time.Second)
	if second := s.one(s.secondLooks()); second.OpenedBy != nil || second.Exposure.From != nil {
		t.Errorf("the actor is unknown: %s", line(second))
	}
	mails := s.mails()
	if text := mails[len(mails)-1].text; !strings.Contains(text, "not known") {
		t.Errorf("the mail does not say so:\n%s", text)
	}
}

// TestACallOnWhatIsOutsideAlreadyDidNotOpenIt: Ringfence may only alert here. A call on a role
// that is already outside is evidence and reported, but it is not how the role got there.
func TestACallOnWhatIsOutsideAlreadyDidNotOpenIt(t *testing.T) {
	s := newStory(t, boot.EnvMode, "alert")
	eve, alice := s.as("eve"), s.as("alice")
	s.removesUnseen()
	s.clock.Advance(time.Minute)
	must[*iam.PutRolePolicyOutput](t)(alice.PutRolePolicy(t.Context(), &iam.PutRolePolicyInput{
		RoleName: aws.String("app"), PolicyName: aws.String("more"), PolicyDocument: aws.String(document{allow("sqs:*")}.String()),
	}))
	first := s.drifted()
	s.clock.Advance(time.Minute)
	must[*iam.PutRolePermissionsBoundaryOutput](t)(eve.PutRolePermissionsBoundary(t.Context(), &iam.PutRolePermissionsBoundaryInput{
		RoleName: aws.String("app"), PermissionsBoundary: aws.String("arn:aws:iam::aws:policy/PowerUserAccess"),
	}))
	second := s.drifted()
	if len(first) != 1 || len(second) != 1 || first[0].ID != second[0].ID || second[0].Drift != finding.Replaced {
		t.Fatalf("%s\n%s", lines(first), lines(second))
	}
	f := second[0]
	if f.OpenedBy != nil || f.Exposure.From != nil || len(f.Evidence) != 1 || f.Evidence[0].Actor.Name != "eve" {
		t.Errorf("opened by %+v, outside %+v, evidence %+v", f.OpenedBy, f.Exposure, f.Evidence)
	}
}

// TestALateReadIsMadeGoodWithinSeconds: IAM answers the first look with the state before the
// boundary was removed. The event contradicts it, so Ringfence looks again.
func TestALateReadIsMadeGoodWithinSeconds(t *testing.T) {
	s := newStory(t, boot.EnvPropagation, "30s")
	eve := s.as("eve")
	s.server.Inject(localaws.Fault{On: "iam:GetRole", Do: localaws.Stale{Writes: 1}, Times: 1})
	s.removes(eve)
	event := s.queue[0]
	if answer, err := s.decide(event); err == nil {
		t.Fatalf("the read was not stale: %+v", answer)
	}
	if f := s.tell(); len(f) > 0 {
		t.Errorf("reported too early: %s", lines(f))
	}
	s.one(s.drifted())
}

// TestALateReadIsMadeGoodByTheSecondLook: IAM returns the old state for longer than it should.
// Then the event is reported. The second look sees that the role is still outside.
func TestALateReadIsMadeGoodByTheSecondLook(t *testing.T) {
	s := newStory(t)
	eve := s.as("eve")
	s.removes(eve)
	s.one(s.drifted())
	s.clock.Advance(time.Second)
	s.server.Inject(localaws.Fault{On: "iam:GetRole", Do: localaws.Stale{Writes: 1}, Times: 1})
	s.removes(eve)
	if f := s.drifted(); len(f) != 1 || f[0].Resolution != finding.WasBack || s.boundary() != "" {
		t.Fatalf("the read was not stale: %s", lines(f))
	}
	s.clock.Advance(time.Minute)
	s.one(s.secondLooks())
}
