package templatetest_test

import (
	"maps"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ringfence/ringfence/internal/policy/eval"
)

// ownRoles returns the stack's roles, by the part of their ids before Role.
func ownRoles(s *stack) (names []string) {
	for _, id := range s.ofType("AWS::IAM::Role") {
		names = append(names, strings.TrimSuffix(id, "Role"))
	}
	return names
}

// Every role of the stack has the boundary of Ringfence's roles and is known as one of its parts,
// so that a rule for every principal requires nothing of it. Both the enforce function's policy
// and its boundary prevent it from setting a boundary on these roles.
func TestEveryOwnRoleIsBoundAndLeftAlone(t *testing.T) {
	s := single(t)
	control, sweep := s.settings("Enforce").Control, s.settings("Sweep").Control
	boundary := s.ref("RoleBoundary").(string)
	if !control.Contains(boundary) || !sweep.Contains(boundary) {
		t.Errorf("the boundary %s is not known as a part of Ringfence", boundary)
	}
	enforce := s.role("Enforce")
	for _, name := range ownRoles(s) {
		own := s.role(name) // fails if it does not have the boundary
		if !strings.HasPrefix(own.arn, "arn:aws:iam::"+account+":role/ringfence/") {
			t.Errorf("%s is not below the path that the SCP guards", own.arn)
		}
		if !control.Contains(own.arn) || !sweep.Contains(own.arn) {
			t.Errorf("%s is not known as a part of Ringfence", own.arn)
		}
		if d := enforce.may("iam:PutRolePermissionsBoundary", own.arn, boundedBy(team)); d.Outcome != eval.ExplicitDeny {
			t.Errorf("the required boundary on %s: %s", own.arn, d.Outcome)
		}
		free := enforce
		free.policies = &eval.Policies{Identity: []*eval.Policy{everything(t)}, Boundaries: enforce.policies.Boundaries}
		if d := free.may("iam:PutRolePermissionsBoundary", own.arn, boundedBy(team)); d.Outcome != eval.ExplicitDeny {
			t.Errorf("the required boundary on %s, by the boundary alone: %s", own.arn, d.Outcome)
		}
	}
}

// The canaries' role writes a tag on four parts of the stack and does nothing else, whatever
// policies it is given.
func TestCanaryRole(t *testing.T) {
	s := single(t)
	r := s.role("Canary")
	free := r
	free.policies = &eval.Policies{Identity: []*eval.Policy{everything(t)}, Boundaries: r.policies.Boundaries}
	for _, c := range []struct{ action, on, other string }{
		{"iam:TagPolicy", s.ref("CanaryMark").(string), s.ref("RoleBoundary").(string)},
		{"iam:TagPolicy", s.ref("CanaryMark").(string), team},
		{"sqs:TagQueue", s.attribute("DeadLetters", "Arn"), s.attribute("EventQueue", "Arn")},
		{"sns:TagResource", s.ref("Topic").(string), s.ref("Topic").(string) + "2"},
		{"dynamodb:TagResource", s.attribute("Ledger", "Arn"), s.attribute("Ledger", "Arn") + "2"},
	} {
		r.check(t, []request{
			{c.action, c.action, c.on, nil, eval.Allow},
			{c.action + " elsewhere", c.action, c.other, nil, eval.ImplicitDeny},
			{"untagging", strings.Replace(c.action, ":Tag", ":Untag", 1), c.on, nil, eval.ImplicitDeny},
		})
		free.check(t, []request{{c.action + " elsewhere, by the boundary alone", c.action, c.other, nil, eval.ImplicitDeny}})
	}
	if diff := cmp.Diff([]string{"dynamodb:TagResource", "iam:TagPolicy", "sns:TagResource", "sqs:TagQueue"}, s.granted("CanaryPolicy")); diff != "" {
		t.Errorf("(-want +granted):\n%s", diff)
	}
}

// The role that forwards does only that.
func TestForwardRole(t *testing.T) {
	s := single(t)
	s.role("Forward").check(t, []request{
		{"an event on the bus", "events:PutEvents", "arn:aws:events:us-east-1:" + account + ":event-bus/default", nil, eval.Allow},
		{"an event on another bus", "events:PutEvents", "arn:aws:events:us-east-1:" + account + ":event-bus/x", nil, eval.ImplicitDeny},
		{"a message", "sqs:SendMessage", s.attribute("EventQueue", "Arn"), nil, eval.ExplicitDeny},
		{"the approved boundary on a role", "iam:PutRolePermissionsBoundary", "arn:aws:iam::" + account + ":role/app", boundedBy(team), eval.ImplicitDeny},
	})
}

// The stack of the other regions forwards with that role, and creates no role of its own, which no
// rule would recognize as Ringfence's.
func TestOtherRegionsForwardWithTheRoleOfTheStack(t *testing.T) {
	var other struct{ Parameters, Resources map[string]map[string]any }
	decode(t, infra+"/other-regions.yaml", &other)
	s := single(t)
	o := &stack{t: t, values: maps.Clone(pseudo)}
	for p, declared := range other.Parameters {
		o.values[p] = declared["Default"]
	}
	for id, r := range other.Resources {
		if kind := r["Type"].(string); strings.HasPrefix(kind, "AWS::IAM::") {
			t.Errorf("%s is a %s", id, kind)
		}
	}
	got := o.resolve(s.get(other.Resources["ForwardRule"], "Properties", "Targets", 0, "RoleArn"))
	if want := s.attribute("ForwardRole", "Arn"); got != want {
		t.Errorf("the rule forwards in the name of %v, want %s", got, want)
	}
}
