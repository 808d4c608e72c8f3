package templatetest_test

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ringfence/ringfence/internal/config"
	"github.com/ringfence/ringfence/internal/localaws/pattern"
	"github.com/ringfence/ringfence/internal/policy/eval"
	"github.com/ringfence/ringfence/internal/spoke"
)

const (
	spokeFile = infra + "/org/spoke.yaml"
	// member is an account of the organization whose hub is the account of the other tests.
	member = "210987654321"
)

// spokeIn returns the spoke in a member account.
func spokeIn(t *testing.T, place map[string]any) *stack {
	t.Helper()
	there := map[string]any{"AWS::AccountId": member, "AWS::StackName": "StackSet-" + name + "-member-1"}
	maps.Copy(there, place)
	return deployIn(t, spokeFile, there, map[string]any{"HubAccountId": account, "OrganizationId": organizationID, "ExternalId": externalID})
}

// sampleConfig returns the configuration that the spoke is made of.
func sampleConfig(t *testing.T) *config.Config {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(infra, "ringfence.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	f, err := config.Load("ringfence.yaml", data, func(p string) ([]byte, error) { return os.ReadFile(filepath.Join(infra, p)) })
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// The spoke has the boundaries of the sample configuration, as they are now. CloudFormation accepts
// templates of at most 51,200 bytes in a call.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
func TestTheSpokeIsMadeOfTheSampleConfiguration(t *testing.T) {
	text, err := os.ReadFile(spokeFile)
	if err != nil {
		t.Fatal(err)
	}
	boundaries, attachable := sampleConfig(t).Unexpanded()
	made, err := spoke.Fill(string(text), boundaries, attachable)
	if err != nil {
		t.Fatal(err)
	}
	if made != string(text) {
		t.Error("infra/org/spoke.yaml is not made of infra/ringfence.yaml: make spoke")
	}
	if len(text) > 51200 {
		t.Errorf("the template has %d bytes", len(text))
	}
}

// Each account gets the approved documents as the functions expand them for it, under the names
// that the configuration gives.
func TestEveryAccountGetsTheApprovedBoundaries(t *testing.T) {
	f := sampleConfig(t)
	for _, place := range []map[string]any{
		{"AWS::AccountId": member},
		{"AWS::AccountId": "333333333333"},
		{"AWS::Partition": "aws-us-gov", "AWS::Region": "us-gov-west-1"},
		{"AWS::Partition": "aws-cn", "AWS::Region": "cn-north-1"},
	} {
		s := spokeIn(t, place)
		want, got := map[string]any{}, map[string]any{}
		for _, b := range f.Boundaries(s.values["AWS::Partition"].(string), s.values["AWS::AccountId"].(string)) {
			var document any
			if err := json.Unmarshal(b.Document, &document); err != nil {
				t.Fatal(err)
			}
			want[b.ARN] = document
		}
		for _, id := range s.ofType("AWS::IAM::ManagedPolicy") {
			if r := s.Resources[id]; r.Condition == "CreatesBoundaries" {
				if r.DeletionPolicy != "Retain" || r.UpdateReplacePolicy != "Retain" || !s.on["CreatesBoundaries"] {
					t.Errorf("%s would go with the stack, or does not come with it", id)
				}
				got[s.ref(id).(string)] = s.properties(id)["PolicyDocument"]
			}
		}
		if diff := cmp.Diff(want, got); diff != "" || len(got) < 4 {
			t.Errorf("%v (-configuration +spoke):\n%s", place, diff)
		}
	}
}

// IAM's resources come in the region of IAM's events, in every partition, and the rules everywhere.
func TestWhatTheSpokeCreatesWhere(t *testing.T) {
	for _, c := range []struct {
		partition, region string
		home              bool
	}{
		{"aws", "us-east-1", true},
		{"aws", "eu-west-1", false},
		{"aws-us-gov", "us-gov-west-1", true},
		{"aws-us-gov", "us-gov-east-1", false},
		{"aws-cn", "cn-north-1", true},
		{"aws-cn", "cn-northwest-1", false},
	} {
		s := spokeIn(t, map[string]any{"AWS::Partition": c.partition, "AWS::Region": c.region})
		for id, r := range s.Resources {
			exists := r.Condition == "" || s.on[r.Condition]
			if want := c.home || !strings.HasPrefix(r.Type, "AWS::IAM::"); exists != want {
				t.Errorf("%s in %s: %v", id, c.region, exists)
			}
			s.resolve(any(r.Properties))
		}
	}
	s := spokeIn(t, nil)
	if diff := cmp.Diff([]string{"AWS::Events::Rule", "AWS::IAM::ManagedPolicy", "AWS::IAM::Role", "AWS::SQS::Queue", "AWS::SQS::QueuePolicy"}, s.types()); diff != "" {
		t.Errorf("types (-want +got):\n%s", diff)
	}
	if created := deployIn(t, spokeFile, nil, map[string]any{"HubAccountId": account, "OrganizationId": organizationID, "ExternalId": externalID, "CreateBoundaries": "false"}); created.on["CreatesBoundaries"] || !created.on["IsHome"] {
		t.Error("the boundaries cannot be left to others")
	}
}

// types returns the types of the stack's resources, sorted, each once.
func (s *stack) types() (types []string) {
	for _, r := range s.Resources {
		types = append(types, r.Type)
	}
	slices.Sort(types)
	return slices.Compact(types)
}

// The rules forward exactly what the rules of the hub's bus select, with the role that the bus
// admits, to the hub's bus. What cannot be delivered goes to the queue of dead letters.
func TestTheSpokeForwardsToTheHub(t *testing.T) {
	s, h := spokeIn(t, nil), single(t)
	for _, rule := range []string{"Changes", "Control"} {
		p := s.properties(rule + "Rule")
		if diff := cmp.Diff(h.properties("Org" + rule + "Rule")["EventPattern"], p["EventPattern"]); diff != "" {
			t.Errorf("%s (-hub +spoke):\n%s", rule, diff)
		}
		targets := p["Targets"].([]any)
		if len(targets) != 1 || s.get(targets, 0, "Arn") != h.attribute("OrgBus", "Arn") || s.get(targets, 0, "RoleArn") != s.attribute("ForwardRole", "Arn") ||
			s.get(targets, 0, "DeadLetterConfig", "Arn") != s.attribute("DeadLetters", "Arn") || p["State"] != "ENABLED" {
			t.Errorf("%s forwards to %v", rule, targets)
		}
		if !s.maySend(rule+"Rule", "DeadLetters") {
			t.Errorf("%s cannot leave what it could not deliver", rule)
		}
	}
	for who, want := range map[string]eval.Outcome{
		"arn:aws:iam::" + member + ":role/admin": eval.ExplicitDeny, s.attribute("EnforceRole", "Arn"): eval.ExplicitDeny,
		"arn:aws:iam::" + member + ":root": eval.ExplicitDeny,
	} {
		p := &eval.Policies{Identity: []*eval.Policy{everything(t)}, Resource: s.queuePolicy("DeadLetters")}
		if got := decided(t, p, who, "sqs:SendMessage", s.attribute("DeadLetters", "Arn"), member, map[string][]string{"aws:SecureTransport": {"true"}}); got != want {
			t.Errorf("a dead letter by %s: %s", who, got)
		}
	}
}

// decided evaluates a request on a resource of an account.
func decided(t *testing.T, p *eval.Policies, who, action, on, owner string, context map[string][]string) eval.Outcome {
	t.Helper()
	caller, err := eval.ParsePrincipal(who)
	if err != nil {
		t.Fatal(err)
	}
	d := eval.Evaluate(p, &eval.Request{Principal: caller, Action: action, Resource: on, ResourceAccount: owner, Context: eval.NewContext(context)})
	if d.Uncertain {
		t.Errorf("%s on %s by %s: uncertain", action, on, who)
	}
	return d.Outcome
}

// Each rule forwards the calls that switch the other one off, and the hub knows what they change as
// a part of Ringfence.
func TestTheSpokeIsWatched(t *testing.T) {
	s, control := spokeIn(t, nil), single(t).settings("Enforce").Control
	patterns := map[string]*pattern.Pattern{}
	for _, rule := range s.ofType("AWS::Events::Rule") {
		text, err := json.Marshal(s.properties(rule)["EventPattern"])
		if err != nil {
			t.Fatal(err)
		}
		if patterns[rule], err = pattern.Compile(text); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		source, call string
		parameters   map[string]any
		by           string
	}{
		{"events", "DisableRule", map[string]any{"name": name + "-member-changes"}, "ControlRule"},
		{"events", "RemoveTargets", map[string]any{"rule": name + "-member-changes"}, "ControlRule"},
		{"events", "DisableRule", map[string]any{"name": name + "-member-control"}, "ChangesRule"},
		{"events", "PutTargets", map[string]any{"rule": name + "-member-control"}, "ChangesRule"},
		{"iam", "UpdateAssumeRolePolicy", map[string]any{"roleName": name + "-member-enforce"}, "ChangesRule"},
		{"iam", "DeleteRolePolicy", map[string]any{"roleName": name + "-member-forward"}, "ChangesRule"},
		{"iam", "DeleteRole", map[string]any{"roleName": name + "-member-read"}, "ChangesRule"},
		{"iam", "CreatePolicyVersion", map[string]any{"policyArn": s.ref("MemberBoundary")}, "ChangesRule"},
		{"sqs", "DeleteQueue", map[string]any{"queueUrl": s.ref("DeadLetters")}, "ControlRule"},
		{"cloudformation", "DeleteStack", map[string]any{"stackName": s.values["AWS::StackName"]}, "ControlRule"},
		{"cloudtrail", "StopLogging", map[string]any{"name": "trail"}, "ControlRule"},
	} {
		record, err := json.Marshal(map[string]any{
			"eventVersion": "1.11", "eventID": "e", "eventSource": c.source + ".amazonaws.com", "eventName": c.call, "eventCategory": "Management",
			"eventTime": "2026-03-01T12:00:00Z", "awsRegion": region, "recipientAccountId": member,
			"userIdentity": map[string]any{"type": "Root"}, "requestParameters": c.parameters,
		})
		if err != nil {
			t.Fatal(err)
		}
		event := envelope(t, record)
		if !s.matches(patterns[c.by], event) {
			t.Errorf("%s %v is not forwarded by %s", c.call, c.parameters, c.by)
		}
		if _, own := control.Affected(s.parsed(event)); !own {
			t.Errorf("%s %v is not known as a change of Ringfence", c.call, c.parameters)
		}
	}
	for _, role := range []string{"EnforceRole", "ForwardRole", "ReadRole"} {
		if !control.Contains(s.attribute(role, "Arn")) || !single(t).settings("Sweep").Control.Contains(s.attribute(role, "Arn")) {
			t.Errorf("%s is not known as a part of Ringfence", role)
		}
	}
	if boundary := s.ref("MemberBoundary").(string); !control.Contains(boundary) {
		t.Errorf("%s is not known as a part of Ringfence", boundary)
	}
}
