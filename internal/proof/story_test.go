package proof

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

	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/localaws"
)

// story is a world with a role inside its boundary, and people with keys of their own.
type story struct {
	*world
	told int // the findings on the bus that were looked into again
}

const storyConfig = `version: 1
mode: enforce
boundaries:
  team: {arn: "arn:${partition}:iam::${account}:policy/team", document: team.json}
rules:
  - {name: roles, match: {kinds: [role]}, boundary: team}
`

func newStory(t *testing.T) *story {
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
	return &story{world: newWorld(t, state, files{"ringfence.yaml": storyConfig, "team.json": s3})}
}

// as gives a client with the access key of a user, who is made where there is none yet.
func (s *story) as(name string) *iam.Client {
	s.t.Helper()
	ctx := context.Background()
	_, _ = s.iam.CreateUser(ctx, &iam.CreateUserInput{UserName: &name}) // who may be there already
	key := must[*iam.CreateAccessKeyOutput](s.t)(s.iam.CreateAccessKey(ctx, &iam.CreateAccessKeyInput{UserName: &name}))
	s.queue = nil // none of this is part of the story
	return iam.NewFromConfig(s.server.ConfigAs("us-east-1", aws.Credentials{AccessKeyID: *key.AccessKey.AccessKeyId, SecretAccessKey: *key.AccessKey.SecretAccessKey}))
}

func (s *story) removes(who *iam.Client) {
	s.t.Helper()
	must[*iam.DeleteRolePermissionsBoundaryOutput](s.t)(who.DeleteRolePermissionsBoundary(context.Background(), &iam.DeleteRolePermissionsBoundaryInput{RoleName: aws.String("app")}))
}

// boundary is what the role carries.
func (s *story) boundary() string {
	s.t.Helper()
	p, ok := s.details().Principal(arnOf("role", "dev/app"))
	if !ok {
		s.t.Fatal("the role is gone")
	}
	return p.Boundary
}

// drifted hands Ringfence all that has happened, its own writes too, until it is quiet,
// and gives the findings that tell of drift.
func (s *story) drifted() (list []finding.Finding) {
	s.t.Helper()
	for range 10 {
		events := s.queue
		if s.queue = nil; len(events) == 0 {
			return list
		}
		for _, e := range events {
			for _, f := range s.handle(e).Findings {
				if f.Drift != finding.None {
					list = append(list, f)
				}
			}
		}
	}
	s.t.Fatal("Ringfence keeps reacting to what it did itself")
	return nil
}

// one is the only finding.
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

// secondLooks hands back the findings that Ringfence has put on the bus since it was
// last called, as EventBridge delivers them, and gives what comes of it.
func (s *story) secondLooks() []finding.Finding {
	s.t.Helper()
	published := s.server.EventBridge.Published()
	for _, e := range published[s.told:] {
		s.queue = append(s.queue, e.JSON())
	}
	s.told = len(published)
	return s.drifted()
}

// TestWhoeverKeepsRemovingABoundaryIsNamed: from the third time within an hour on the
// finding says who does it and how often, and is graded worse; Ringfence goes on.
func TestWhoeverKeepsRemovingABoundaryIsNamed(t *testing.T) {
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

// TestWhoOnlyAttachesAPolicyIsNotBlamed: where the events of removals were lost, the call
// that brings the drift to light is not one of them.
func TestWhoOnlyAttachesAPolicyIsNotBlamed(t *testing.T) {
	s := newStory(t)
	eve, alice := s.as("eve"), s.as("alice")
	s.server.Inject(localaws.Fault{On: "iam:DeleteRolePermissionsBoundary", Do: localaws.Lose{}})
	for range 3 {
		s.removes(eve)
		if f := s.drifted(); len(f) > 0 {
			t.Fatalf("found by an event that was lost: %s", lines(f))
		}
		s.clock.Advance(time.Minute)
		must[*iam.PutRolePolicyOutput](t)(alice.PutRolePolicy(t.Context(), &iam.PutRolePolicyInput{
			RoleName: aws.String("app"), PolicyName: aws.String("more"), PolicyDocument: aws.String(document{allow("sqs:*")}.String()),
		}))
		f := s.one(s.drifted())
		if f.Contested != nil && !slices.Equal(f.Contested.Actors, []string{"arn:aws:iam::123456789012:user/eve"}) {
			t.Errorf("blamed: %+v", f.Contested)
		}
		if f.Event.Name != "PutRolePolicy" {
			t.Errorf("event %s", f.Event.Name)
		}
	}
}

// TestTheSecondLookFindsWhatNoEventTold: somebody reverts the repair before Ringfence
// looks again, and that event is lost.
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
	if second.ID == first.ID || second.Drift != finding.Missing || !strings.Contains(second.Reason, "second look") || !strings.Contains(second.Reason, first.ID) {
		t.Errorf("%s", line(second))
	}
	if second.Actor.ARN != "" {
		t.Errorf("nobody knows who did it: %+v", second.Actor)
	}

	// All is well then, and the look at that repair finds nothing any more.
	if f := s.secondLooks(); len(f) > 0 || s.boundary() != arnOf("policy", "team") {
		t.Errorf("%q: %s", s.boundary(), lines(f))
	}
	if n := len(s.server.EventBridge.Published()); n != 2 {
		t.Errorf("%d findings on the bus, want 2", n)
	}
}

// TestALateReadIsMadeGoodByTheSecondLook: IAM answers the first look with what was before
// the boundary was removed, so that nothing seems wrong; the sweep aside, only the second
// look at an earlier repair can see it.
func TestALateReadIsMadeGoodByTheSecondLook(t *testing.T) {
	s := newStory(t)
	eve := s.as("eve")
	s.removes(eve)
	s.one(s.drifted())
	s.server.Inject(localaws.Fault{On: "iam:GetRole", Do: localaws.Stale{Writes: 1}, Times: 1})
	s.removes(eve)
	if f := s.drifted(); len(f) > 0 {
		t.Fatalf("the read was not stale: %s", lines(f))
	}
	s.clock.Advance(time.Minute)
	s.one(s.secondLooks())
}
