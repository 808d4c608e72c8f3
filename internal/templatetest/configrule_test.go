package templatetest_test

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ringfence/ringfence/internal/boot"
	"github.com/ringfence/ringfence/internal/policy/eval"
	"github.com/ringfence/ringfence/internal/tamper"
)

// The AWS Config rule is created with everything that it needs, or not at all.
func TestTheConfigRuleIsOptional(t *testing.T) {
	var got []string
	for _, id := range []string{"AWS::Config::ConfigRule", "AWS::Lambda::Permission"} {
		got = append(got, single(t).ofType(id)...)
	}
	if diff := cmp.Diff([]string{"ComplianceRule", "ConfigRulePermission"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for _, path := range []string{templateFile, translatedFile} {
		for value, want := range map[string]bool{"true": true, "false": false} {
			s := deploy(t, path, map[string]any{"RequiredBoundaryArn": team, "ConfigRule": value})
			parts := 0
			for id, r := range s.Resources {
				if !strings.HasPrefix(id, "ConfigRule") && id != "ComplianceRule" {
					continue
				}
				parts++
				if r.Condition == "" || s.on[r.Condition] != want {
					t.Errorf("%s with ConfigRule %s: condition %q is %v", id, value, r.Condition, s.on[r.Condition])
				}
			}
			if parts != 7 {
				t.Errorf("%s: %d parts", path, parts)
			}
			if c := s.comparison(); want != strings.Contains(fmt.Sprint(c.parameters["logicalResourceIds"]), "ConfigRule") {
				t.Errorf("ConfigRule %s: compared are %v", value, c.parameters["logicalResourceIds"])
			}
		}
	}
	if s := deploy(t, translatedFile, map[string]any{"RequiredBoundaryArn": team}); s.on["HasConfigRule"] {
		t.Error("it is created by default")
	}
}

// Without the rule, its names have no special meaning: a role or alarm that another principal
// creates with one of them is judged, repaired and denied like any other.
func TestTheNamesOfTheConfigRuleAreNobodys(t *testing.T) {
	with, without := single(t), deploy(t, translatedFile, map[string]any{"RequiredBoundaryArn": team})
	role, alarm := with.attribute("ConfigRuleRole", "Arn"), with.attribute("ConfigRuleUnansweredAlarm", "Arn")
	for s, own := range map[*stack]bool{with: true, without: false} {
		if got := s.settings("Enforce").Control.Contains(role); got != own {
			t.Errorf("with the rule %v: known as its own: %v", own, got)
		}
		free := s.role("Enforce")
		free.policies = &eval.Policies{Identity: []*eval.Policy{everything(t)}, Boundaries: free.policies.Boundaries}
		for _, r := range []executionRole{s.role("Enforce"), free} {
			if got := r.may("iam:PutRolePermissionsBoundary", role, boundedBy(team)).Outcome; (got == eval.Allow) == own {
				t.Errorf("with the rule %v: the required boundary on its role: %s", own, got)
			}
		}
		topic := s.compile(s.properties("TopicPolicy")["PolicyDocument"])
		context := map[string][]string{"aws:SourceArn": {alarm}, "aws:SourceAccount": {account}, "aws:SecureTransport": {"true"}}
		if got := s.asks(topic, "cloudwatch.amazonaws.com", "sns:Publish", s.ref("Topic").(string), context); got != own {
			t.Errorf("with the rule %v: its alarm tells: %v", own, got)
		}
	}
}

// AWS Config asks about users and roles after each change and once a day.
func TestTheConfigRuleAsks(t *testing.T) {
	s := single(t)
	want := roundTrip(t, map[string]any{
		"ConfigRuleName": name + "-boundaries", "Description": s.properties("ComplianceRule")["Description"],
		"Scope": map[string]any{"ComplianceResourceTypes": []any{"AWS::IAM::Role", "AWS::IAM::User"}},
		"Source": map[string]any{
			"Owner": "CUSTOM_LAMBDA", "SourceIdentifier": s.attribute("ConfigRuleFunction", "Arn"),
			"SourceDetails": []any{
				map[string]any{"EventSource": "aws.config", "MessageType": "ConfigurationItemChangeNotification"},
				map[string]any{"EventSource": "aws.config", "MessageType": "OversizedConfigurationItemChangeNotification"},
				map[string]any{"EventSource": "aws.config", "MessageType": "ScheduledNotification", "MaximumExecutionFrequency": "TwentyFour_Hours"},
			},
		},
	})
	if diff := cmp.Diff(want, any(s.properties("ComplianceRule"))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	// Only AWS Config may call the function, and only for this account: a rule of another account
	// learns nothing.
	permission := map[string]any{
		"FunctionName": s.ref("ConfigRuleFunction"), "Action": "lambda:InvokeFunction", "Principal": "config.amazonaws.com", "SourceAccount": account,
	}
	if diff := cmp.Diff(permission, s.properties("ConfigRulePermission")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	// AWS Config refuses a rule if it may not call the rule's function.
	if got := s.Resources["ComplianceRule"].DependsOn; fmt.Sprint(got) != "ConfigRulePermission" && fmt.Sprint(got) != "[ConfigRulePermission]" {
		t.Errorf("the rule waits for %v", got)
	}
}

// The requests that the function may make: it reads, and sends results.
func TestConfigRuleRole(t *testing.T) {
	const iam = "arn:aws:iam::" + account + ":"
	s := single(t)
	s.role("ConfigRule").check(t, []request{
		{"giving results", "config:PutEvaluations", "*", nil, eval.Allow},
		{"deleting results", "config:DeleteEvaluationResults", "*", nil, eval.ImplicitDeny},
		{"changing a rule", "config:PutConfigRule", "*", nil, eval.ImplicitDeny},
		{"reading a role", "iam:GetRole", iam + "role/dev/app", nil, eval.Allow},
		{"reading the account", "iam:GetAccountAuthorizationDetails", "*", nil, eval.Allow},
		{"reading an inline policy", "iam:GetUserPolicy", iam + "user/jane", nil, eval.Allow},
		{"reading a policy's versions", "iam:ListPolicyVersions", team, nil, eval.Allow},
		{"reading an AWS managed policy", "iam:GetPolicyVersion", denyAll, nil, eval.Allow},
		{"reading a role of another account", "iam:GetRole", "arn:aws:iam::210987654321:role/x", nil, eval.ImplicitDeny},
		{"the approved boundary on a role", "iam:PutRolePermissionsBoundary", iam + "role/dev/app", boundedBy(team), eval.ImplicitDeny},
		{"a version of the approved policy", "iam:CreatePolicyVersion", team, nil, eval.ImplicitDeny},
		{"reading an item", "dynamodb:GetItem", s.attribute("Ledger", "Arn"), nil, eval.ImplicitDeny},
		{"writing an item", "dynamodb:PutItem", s.attribute("Ledger", "Arn"), nil, eval.ExplicitDeny},
		{"publishing a finding", "sns:Publish", s.ref("Topic").(string), nil, eval.ExplicitDeny},
		{"taking an event", "sqs:ReceiveMessage", s.attribute("EventQueue", "Arn"), nil, eval.ExplicitDeny},
		{"its log", "logs:PutLogEvents", s.stream("ConfigRuleLogs"), nil, eval.Allow},
		{"the other log", "logs:PutLogEvents", s.stream("EnforceLogs"), nil, eval.ImplicitDeny},
	})
	for _, a := range s.granted("ConfigRulePolicy") {
		if strings.HasPrefix(a, "iam:") && !strings.HasPrefix(a, "iam:Get") && !strings.HasPrefix(a, "iam:List") {
			t.Errorf("the role is given %s", a)
		}
	}
}

// The function starts with the template's settings, and knows all own roles: these require no
// boundary but their own.
func TestTheConfigRuleIsTold(t *testing.T) {
	s := single(t)
	want := map[string]any{
		"AWS_ENDPOINT_URL": "", "RINGFENCE_BOUNDARY_ARN": team, "RINGFENCE_BOUNDARY_DOCUMENT": "", "RINGFENCE_MODE": "alert", "RINGFENCE_LOG_LEVEL": "info",
		"RINGFENCE_PROPAGATION": "30s", "RINGFENCE_CONTROL": s.environment("ConfigRule")["RINGFENCE_CONTROL"],
	}
	if diff := cmp.Diff(want, s.environment("ConfigRule")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	settings := s.settings("ConfigRule")
	if _, err := boot.LoadConfig(settings, func(string) ([]byte, error) { return nil, fs.ErrNotExist }); err != nil {
		t.Error(err)
	}
	for _, known := range []tamper.Parts{settings.Control, s.settings("Enforce").Control} {
		for _, role := range ownRoles(s) {
			if arn := s.attribute(role+"Role", "Arn"); !known.Contains(arn) || !known.Contains(s.ref("RoleBoundary").(string)) {
				t.Errorf("%s is not known as one of its own", arn)
			}
		}
	}
	p := s.properties("ConfigRuleFunction")
	if got := s.get(p, "LoggingConfig", "LogGroup"); got != "/aws/lambda/"+s.get(p, "FunctionName").(string) || got != s.ref("ConfigRuleLogs") {
		t.Errorf("its logs go to %v", got)
	}
	set := fmt.Sprintf("%v %v %v %v %v", p["Timeout"], p["MemorySize"], p["ReservedConcurrentExecutions"], p["Runtime"], p["Handler"])
	if set != "900 256 2 provided.al2023 bootstrap" {
		t.Errorf("it is %s", set)
	}
	if p["Role"] != s.attribute("ConfigRuleRole", "Arn") || s.Resources["ConfigRuleFunction"].DependsOn == nil {
		t.Errorf("it has the role %v, and waits for %v", p["Role"], s.Resources["ConfigRuleFunction"].DependsOn)
	}
	key := s.compile(s.properties("Key")["KeyPolicy"])
	group := map[string][]string{"kms:EncryptionContext:aws:logs:arn": {s.group("ConfigRuleLogs")}}
	if !s.asks(key, "logs."+region+".amazonaws.com", "kms:Encrypt", s.attribute("Key", "Arn"), group) {
		t.Error("its log cannot be encrypted")
	}
	topic := s.compile(s.properties("TopicPolicy")["PolicyDocument"])
	alarm := map[string][]string{"aws:SourceArn": {s.attribute("ConfigRuleUnansweredAlarm", "Arn")}, "aws:SourceAccount": {account}, "aws:SecureTransport": {"true"}}
	if !s.asks(topic, "cloudwatch.amazonaws.com", "sns:Publish", s.ref("Topic").(string), alarm) {
		t.Error("its alarm notifies no topic")
	}
}

// IAM accepts 6,144 characters in a managed policy, even with long names.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
func TestTheBoundaryOfTheRolesFits(t *testing.T) {
	s := single(t)
	s.values["AWS::StackName"] = strings.Repeat("n", 64-len("-control-base-canary"))
	text, err := json.Marshal(s.properties("RoleBoundary")["PolicyDocument"])
	if err != nil {
		t.Fatal(err)
	}
	size := len(strings.NewReplacer("arn:aws:", "arn:aws-us-gov:", region, "us-gov-west-1", " ", "").Replace(string(text)))
	t.Logf("%d", size)
	if size > 6144 {
		t.Errorf("it may have %d characters", size)
	}
}
