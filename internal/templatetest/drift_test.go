package templatetest_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ringfence/ringfence/events"
	"github.com/ringfence/ringfence/internal/policy/eval"
	"github.com/ringfence/ringfence/internal/trail"
)

// compared are the types that CloudFormation compares with the template, with the read permissions
// in their schemas. Those of rules include iam:PassRole, which is for rules with a role.
// https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html
var compared = map[string][]string{
	"AWS::CloudWatch::Alarm": {"cloudwatch:DescribeAlarms", "cloudwatch:ListTagsForResource"},
	"AWS::Events::Rule":      {"events:DescribeRule", "events:ListTagsForResource", "events:ListTargetsByRule"},
	"AWS::IAM::Role":         {"iam:GetRole", "iam:GetRolePolicy", "iam:ListAttachedRolePolicies", "iam:ListRolePolicies"},
	"AWS::IAM::RolePolicy":   {"iam:GetRolePolicy"},
	"AWS::Lambda::Function": {
		"lambda:GetFunction", "lambda:GetFunctionCodeSigningConfig", "lambda:GetFunctionRecursionConfig",
		"lambda:GetFunctionScalingConfig", "lambda:GetRuntimeManagementConfig", "lambda:ListTags",
	},
}

// comparing are all actions taken in the name of the role that starts drift detection.
var comparing = func() []string {
	all := []string{"cloudformation:BatchDescribeTypeConfigurations", "cloudformation:DetectStackDrift", "cloudformation:DetectStackResourceDrift"}
	for _, actions := range compared {
		all = append(all, actions...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}()

// comparison returns the call that starts drift detection.
func (s *stack) comparison() scheduled {
	s.t.Helper()
	for _, c := range s.schedules() {
		if c.call == "DetectStackDrift" {
			return c
		}
	}
	s.t.Fatal("no schedule starts drift detection of the stack")
	return scheduled{}
}

// Four times a day, drift detection compares every part for which CloudFormation reports no false
// differences, and no other: above all nothing that the canaries tag.
func TestTheStackIsCompared(t *testing.T) {
	s := single(t)
	c, p := s.comparison(), s.properties("DriftCheck")
	if c.service != "cloudformation" || c.parameters["stackName"] != pseudo["AWS::StackId"] {
		t.Errorf("%s of %s on %v", c.call, c.service, c.parameters["stackName"])
	}
	if p["State"] != "ENABLED" || p["ScheduleExpression"] != "rate(6 hours)" || s.get(p, "Target", "RoleArn") != s.role("Drift").arn {
		t.Errorf("DriftCheck is %v", p)
	}
	var want, got []string
	for kind := range compared {
		want = append(want, s.ofType(kind)...)
	}
	for _, id := range c.parameters["logicalResourceIds"].([]any) {
		got = append(got, id.(string))
	}
	slices.Sort(want)
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +compared):\n%s", diff)
	}
	for _, canary := range s.canaries() {
		if id := s.tagged(canary); slices.Contains(got, id) {
			t.Errorf("%s is compared, but has a tag that the template does not", id)
		}
	}
	if touch, reported := s.settings("Enforce").Control.Affected(s.parsed(s.record(c))); reported {
		t.Errorf("the comparison would be reported: %+v", touch)
	}
}

// tagged returns the part that a canary tags.
func (s *stack) tagged(canary scheduled) string {
	s.t.Helper()
	on := slices.Collect(maps.Values(canary.parameters))
	for id, r := range s.Resources {
		var named any
		switch r.Type {
		case "AWS::IAM::ManagedPolicy", "AWS::SNS::Topic", "AWS::SQS::Queue":
			named = s.ref(id)
		case "AWS::DynamoDB::Table", "AWS::Events::Rule", "AWS::IAM::Role", "AWS::Lambda::Function":
			named = s.attribute(id, "Arn")
		}
		if named != nil && slices.ContainsFunc(on, func(v any) bool { return v == named }) {
			return id
		}
	}
	s.t.Fatalf("%s of %s is on %v", canary.call, canary.service, on)
	return ""
}

func (s *stack) parsed(event []byte) trail.Change {
	s.t.Helper()
	change, err := trail.Parse(event)
	if err != nil {
		s.t.Fatal(err)
	}
	return change
}

// Properties that a template does not declare are not compared, and values that AWS adds to a list
// are a difference. So the template declares what matters, and its lists are complete.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-drift.html
func TestWhatIsComparedIsDeclared(t *testing.T) {
	s := single(t)
	for _, id := range s.ofType("AWS::CloudWatch::Alarm") {
		if s.properties(id)["ActionsEnabled"] != true {
			t.Errorf("%s: a change that makes it notify no topic would not be seen", id)
		}
		metrics, _ := s.properties(id)["Metrics"].([]any)
		for _, m := range metrics {
			if m := m.(map[string]any); m["ReturnData"] == nil {
				t.Errorf("%s, %v: no ReturnData", id, m["Id"])
			}
		}
	}
	for _, id := range s.ofType("AWS::Lambda::Function") {
		if log := s.properties(id)["LoggingConfig"].(map[string]any); log["LogFormat"] != "Text" {
			t.Errorf("%s logs as %v", id, log)
		}
	}
}

// The role starts drift detection and reads what is compared, and does nothing else.
func TestDriftRole(t *testing.T) {
	s := single(t)
	const stacks = "arn:aws:cloudformation:us-east-1:" + account + ":stack/"
	requests := []request{
		{"comparing", "cloudformation:DetectStackDrift", pseudo["AWS::StackId"].(string), nil, eval.Allow},
		{"comparing a part", "cloudformation:DetectStackResourceDrift", pseudo["AWS::StackId"].(string), nil, eval.Allow},
		{"comparing another stack", "cloudformation:DetectStackDrift", stacks + "other/0e2b41a3", nil, eval.ImplicitDeny},
		{"the settings of types", "cloudformation:BatchDescribeTypeConfigurations", "*", nil, eval.Allow},
		{"updating the stack", "cloudformation:UpdateStack", pseudo["AWS::StackId"].(string), nil, eval.ImplicitDeny},
		{"another function", "lambda:GetFunction", s.attribute("EnforceFunction", "Arn") + "2", nil, eval.ImplicitDeny},
		{"invoking a function", "lambda:InvokeFunction", s.attribute("EnforceFunction", "Arn"), nil, eval.ImplicitDeny},
		{"another role", "iam:GetRole", "arn:aws:iam::" + account + ":role/dev/app", nil, eval.ImplicitDeny},
		{"another policy", "iam:GetPolicyVersion", team, nil, eval.ImplicitDeny},
		{"another rule", "events:DescribeRule", "arn:aws:events:us-east-1:" + account + ":rule/other", nil, eval.ImplicitDeny},
		{"taking an event", "sqs:ReceiveMessage", s.attribute("EventQueue", "Arn"), nil, eval.ExplicitDeny},
	}
	for kind, actions := range compared {
		for _, id := range s.ofType(kind) {
			of := id
			if kind == "AWS::IAM::RolePolicy" {
				of = strings.TrimSuffix(id, "Policy") + "Role"
			}
			for _, a := range actions {
				requests = append(requests, request{"reading " + id, a, s.attribute(of, "Arn"), nil, eval.Allow})
			}
		}
	}
	s.role("Drift").check(t, requests)
	if diff := cmp.Diff(comparing, s.granted("DriftPolicy")); diff != "" {
		t.Errorf("(-want +granted):\n%s", diff)
	}
}

// Every completed comparison of the stack reaches the function, whatever it found, so that the
// alarm on their absence stays quiet. The start of a comparison, its failure, and results for
// other stacks do not.
func TestComparisonsArriveAndTheirAbsenceIsTold(t *testing.T) {
	s := single(t)
	rule := s.rules()["DriftRule"]
	drifted := scenarioEvent(t, "control-drifted")
	for _, c := range []struct {
		from, to string
		want     bool
	}{
		{`"DRIFTED"`, `"DRIFTED"`, true},
		{`"DRIFTED"`, `"IN_SYNC"`, true},
		{`"DETECTION_COMPLETE"`, `"DETECTION_IN_PROGRESS"`, false},
		{`"DETECTION_COMPLETE"`, `"DETECTION_FAILED"`, false},
		{`stack/ringfence/`, `stack/ringfence-2/`, false},
		{`"aws.cloudformation"`, `"mallory"`, false},
	} {
		if got := s.matches(rule, []byte(strings.ReplaceAll(drifted, c.from, c.to))); got != c.want {
			t.Errorf("%s for %s: matched %v, want %v", c.to, c.from, got, c.want)
		}
	}
	if m := s.watches("DriftCheckAlarm")[0]; s.get(m, "Dimensions", 0, "Value") != s.ref("DriftRule") || m["Namespace"] != "AWS/Events" {
		t.Errorf("DriftCheckAlarm is on %v", m)
	}
	for name, c := range map[string]struct {
		matched minutes
		want    int
	}{
		"every time":   {of(2, 6), 0},
		"one fails":    {then(of(2, 2), of(1, 1), of(2, 2)), 0},
		"not any more": {then(of(2, 2), of(none, 4)), 1},
	} {
		if got := s.tells("DriftCheckAlarm", map[string]minutes{"MatchedEvents": c.matched}); got != c.want {
			t.Errorf("%s: reported %d times, want %d", name, got, c.want)
		}
	}
}

func scenarioEvent(t *testing.T, name string) string {
	t.Helper()
	all, err := events.All()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range all {
		if s.Name == name {
			return string(s.Event)
		}
	}
	t.Fatalf("no scenario %s", name)
	return ""
}
