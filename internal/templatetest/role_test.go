package templatetest_test

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ringfence/ringfence/internal/handler"
	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/policy/catalog"
	"github.com/ringfence/ringfence/internal/policy/eval"
)

// executionRole is a role that a function runs as: its policies and its boundary.
type executionRole struct {
	s        *stack
	arn      string
	policies *eval.Policies
}

// role returns the execution role of a function.
func (s *stack) role(function string) executionRole {
	s.t.Helper()
	role, policy := function+"Role", s.properties(function+"Policy")
	if s.properties(role)["PermissionsBoundary"] != s.ref("RoleBoundary") {
		s.t.Fatalf("%s does not carry its boundary", role)
	}
	if policy["RoleName"] != s.ref(role) {
		s.t.Fatalf("%sPolicy is another role's", function)
	}
	return executionRole{s, s.attribute(role, "Arn"), &eval.Policies{
		Identity:   []*eval.Policy{s.compile(policy["PolicyDocument"])},
		Boundaries: []*eval.Policy{s.compile(s.properties("RoleBoundary")["PolicyDocument"])},
	}}
}

// may decides one request of the role. The policies of the key, the topic and the stack's queues
// also apply.
func (r executionRole) may(action, on string, context map[string][]string) eval.Decision {
	r.s.t.Helper()
	p := *r.policies
	p.Resource = r.s.resourcePolicy(on)
	caller, err := eval.ParsePrincipal(r.arn)
	if err != nil {
		r.s.t.Fatal(err)
	}
	full := map[string][]string{"aws:SecureTransport": {"true"}}
	if on == r.s.attribute("Key", "Arn") {
		maps.Copy(full, r.s.tags("Key"))
	}
	maps.Copy(full, context)
	d := eval.Evaluate(&p, &eval.Request{Principal: caller, Action: action, Resource: on, ResourceAccount: account, Context: eval.NewContext(full)})
	if d.Uncertain {
		r.s.t.Errorf("%s on %s: uncertain", action, on)
	}
	return d
}

// resourcePolicy returns the policy of the key, the topic or a queue; nil for other resources.
func (s *stack) resourcePolicy(on string) *eval.Policy {
	s.t.Helper()
	switch on {
	case s.attribute("Key", "Arn"):
		return s.compile(s.properties("Key")["KeyPolicy"])
	case s.attribute("Ledger", "Arn"):
		return s.compile(s.properties("Ledger")["ResourcePolicy"].(map[string]any)["PolicyDocument"])
	case s.ref("Topic"):
		return s.compile(s.properties("TopicPolicy")["PolicyDocument"])
	}
	for _, queue := range s.ofType("AWS::SQS::Queue") {
		if on == s.attribute(queue, "Arn") {
			return s.queuePolicy(queue)
		}
	}
	return nil
}

// request is a request that a role may or may not make.
type request struct {
	name, action, on string
	context          map[string][]string
	want             eval.Outcome
}

// check decides requests. Those that the role may make are decided again with the SCPs and the RCP
// of infra/, which must not deny them.
func (r executionRole) check(t *testing.T, requests []request) {
	t.Helper()
	guarded := r
	guarded.policies = &eval.Policies{
		Identity: r.policies.Identity, Boundaries: r.policies.Boundaries,
		ServiceControl: organization(t).ServiceControl, ResourceControl: resourceControl(t),
	}
	for _, c := range requests {
		if d := r.may(c.action, c.on, c.context); d.Outcome != c.want {
			t.Errorf("%s: %s by %s, want %s", c.name, d.Outcome, d.DecidedBy, c.want)
		}
		if d := guarded.may(c.action, c.on, c.context); d.Outcome != c.want && c.want == eval.Allow {
			t.Errorf("%s, in the organization: %s by %s", c.name, d.Outcome, d.DecidedBy)
		}
	}
}

// throughService returns the context of a request that another service makes in a role's name.
func throughService(service string) map[string][]string {
	return map[string][]string{"kms:ViaService": {service + "." + region + ".amazonaws.com"}}
}

const denyAll = "arn:aws:iam::aws:policy/AWSDenyAll"

// leading returns the context of a request on items with these keys.
func leading(keys ...string) map[string][]string {
	return map[string][]string{"dynamodb:LeadingKeys": keys}
}

// The requests that the enforce function may make.
func TestEnforceRole(t *testing.T) {
	const (
		iam   = "arn:aws:iam::" + account + ":"
		dev   = iam + "role/dev/app"
		other = iam + "policy/other-boundary"
	)
	s := single(t)
	r := s.role("Enforce")
	ownBoundary := s.ref("RoleBoundary").(string)
	r.check(t, []request{
		{"an account of the organization", "organizations:DescribeAccount", "arn:aws:organizations::111111111111:account/" + organizationID + "/210987654321", nil, eval.Allow},
		{"the unit of an account", "organizations:ListParents", "arn:aws:organizations::111111111111:account/" + organizationID + "/210987654321", nil, eval.Allow},
		{"the unit of a unit", "organizations:ListParents", "arn:aws:organizations::111111111111:ou/" + organizationID + "/ou-a1b2-c3d4e5f6", nil, eval.Allow},
		{"an account of another organization", "organizations:ListTagsForResource", "arn:aws:organizations::111111111111:account/o-0000000000/210987654321", nil, eval.ImplicitDeny},
		{"all accounts", "organizations:ListRoots", "*", nil, eval.ImplicitDeny},
		{"a tag of an account", "organizations:TagResource", "arn:aws:organizations::111111111111:account/" + organizationID + "/210987654321", nil, eval.ImplicitDeny},
		{"the sweep of a new account", "sqs:SendMessage", s.attribute("SweepQueue", "Arn"), nil, eval.Allow},
		{"taking a sweep", "sqs:ReceiveMessage", s.attribute("SweepQueue", "Arn"), nil, eval.ExplicitDeny},
		{"the approved boundary on a role", "iam:PutRolePermissionsBoundary", dev, boundedBy(team), eval.Allow},
		{"the approved boundary on a user", "iam:PutUserPermissionsBoundary", iam + "user/jane", boundedBy(team), eval.Allow},
		{"another boundary on a role", "iam:PutRolePermissionsBoundary", dev, boundedBy(other), eval.ExplicitDeny},
		{"another boundary on a user", "iam:PutUserPermissionsBoundary", iam + "user/jane", boundedBy(other), eval.ExplicitDeny},
		{"the administrator's policy as boundary", "iam:PutRolePermissionsBoundary", dev, boundedBy("arn:aws:iam::aws:policy/AdministratorAccess"), eval.ExplicitDeny},
		{"a quarantine that no rule asks for", "iam:PutRolePermissionsBoundary", dev, boundedBy(denyAll), eval.ExplicitDeny},
		{"no boundary at all", "iam:PutRolePermissionsBoundary", dev, nil, eval.ExplicitDeny},
		{"the approved boundary on its own role", "iam:PutRolePermissionsBoundary", r.arn, boundedBy(team), eval.ExplicitDeny},
		{"the approved boundary on the other role", "iam:PutRolePermissionsBoundary", s.attribute("ReportRole", "Arn"), boundedBy(team), eval.ExplicitDeny},
		{"the approved boundary on the role that forwards", "iam:PutRolePermissionsBoundary", s.attribute("ForwardRole", "Arn"), boundedBy(team), eval.ExplicitDeny},
		{"the approved boundary on another principal's role below its path", "iam:PutRolePermissionsBoundary", iam + "role/ringfence/mallory", boundedBy(team), eval.Allow},
		{"the approved boundary on a role whose name begins alike", "iam:PutRolePermissionsBoundary", r.arn + "2", boundedBy(team), eval.Allow},
		{"the approved boundary on a user below its path", "iam:PutUserPermissionsBoundary", iam + "user/ringfence/mallory", boundedBy(team), eval.Allow},
		{"another boundary on another principal's role below its path", "iam:PutRolePermissionsBoundary", iam + "role/ringfence/mallory", boundedBy(other), eval.ExplicitDeny},
		{"deleting a role's boundary", "iam:DeleteRolePermissionsBoundary", dev, boundedBy(team), eval.ExplicitDeny},
		{"deleting a user's boundary", "iam:DeleteUserPermissionsBoundary", iam + "user/jane", boundedBy(team), eval.ExplicitDeny},
		{"deleting its own boundary", "iam:DeleteRolePermissionsBoundary", r.arn, boundedBy(ownBoundary), eval.ExplicitDeny},

		{"a version of the approved policy", "iam:CreatePolicyVersion", team, nil, eval.Allow},
		{"its default version", "iam:SetDefaultPolicyVersion", team, nil, eval.Allow},
		{"pruning a version of it", "iam:DeletePolicyVersion", team, nil, eval.Allow},
		{"making it again", "iam:CreatePolicy", team, nil, eval.Allow},
		{"deleting it", "iam:DeletePolicy", team, nil, eval.ImplicitDeny},
		{"a version of another policy", "iam:CreatePolicyVersion", other, nil, eval.ExplicitDeny},
		{"another policy's default version", "iam:SetDefaultPolicyVersion", other, nil, eval.ExplicitDeny},
		{"pruning another policy", "iam:DeletePolicyVersion", other, nil, eval.ExplicitDeny},
		{"making another policy", "iam:CreatePolicy", other, nil, eval.ExplicitDeny},
		{"a policy whose name begins alike", "iam:CreatePolicy", team + "2", nil, eval.ExplicitDeny},
		{"a version of its own boundary", "iam:CreatePolicyVersion", ownBoundary, nil, eval.ExplicitDeny},

		{"a policy for its own role", "iam:PutRolePolicy", r.arn, nil, eval.ExplicitDeny},
		{"attaching to its own role", "iam:AttachRolePolicy", r.arn, nil, eval.ExplicitDeny},
		{"its own trust policy", "iam:UpdateAssumeRolePolicy", r.arn, nil, eval.ExplicitDeny},
		{"attaching to a role", "iam:AttachRolePolicy", dev, boundedBy(team), eval.ImplicitDeny},
		{"a policy for a role", "iam:PutRolePolicy", dev, boundedBy(team), eval.ImplicitDeny},
		{"making a role", "iam:CreateRole", dev, boundedBy(team), eval.ImplicitDeny},
		{"deleting a role", "iam:DeleteRole", dev, nil, eval.ImplicitDeny},
		{"taking a role", "sts:AssumeRole", dev, nil, eval.ImplicitDeny},
		{"making an access key", "iam:CreateAccessKey", iam + "user/jane", nil, eval.ImplicitDeny},

		{"reading a role", "iam:GetRole", dev, nil, eval.Allow},
		{"reading its own role", "iam:GetRole", r.arn, nil, eval.Allow},
		{"reading the members of a group", "iam:GetGroup", iam + "group/admins", nil, eval.Allow},
		{"reading the account", "iam:GetAccountAuthorizationDetails", "*", nil, eval.Allow},
		{"reading an AWS managed policy", "iam:GetPolicyVersion", denyAll, nil, eval.Allow},
		{"reading a role of another account", "iam:GetRole", "arn:aws:iam::210987654321:role/x", nil, eval.ImplicitDeny},
		{"reading who carries a policy", "iam:ListEntitiesForPolicy", team, nil, eval.Allow},
		{"reading which principals have another policy", "iam:ListEntitiesForPolicy", iam + "policy/orders-cap", nil, eval.Allow},
		{"reading who carries an AWS managed policy", "iam:ListEntitiesForPolicy", denyAll, nil, eval.ImplicitDeny},

		// The report determines what a principal could do meanwhile, and the actor.
		{"reading an inline policy", "iam:GetRolePolicy", dev, nil, eval.ImplicitDeny},
		{"reading what is attached", "iam:ListAttachedUserPolicies", iam + "user/jane", nil, eval.ImplicitDeny},
		{"reading who did it", "cloudtrail:LookupEvents", "*", nil, eval.ImplicitDeny},
		{"publishing a finding", "sns:Publish", s.ref("Topic").(string), nil, eval.ExplicitDeny},
		{"a finding on the bus", "events:PutEvents", "arn:aws:events:us-east-1:" + account + ":event-bus/default", map[string][]string{"events:source": {"ringfence"}}, eval.ImplicitDeny},
		{"the key, through SNS", "kms:GenerateDataKey", s.attribute("Key", "Arn"), throughService("sns"), eval.ImplicitDeny},

		{"reading an item", "dynamodb:GetItem", s.attribute("Ledger", "Arn"), nil, eval.Allow},
		{"writing an item", "dynamodb:PutItem", s.attribute("Ledger", "Arn"), nil, eval.Allow},
		{"an item of another table", "dynamodb:GetItem", "arn:aws:dynamodb:us-east-1:" + account + ":table/app", nil, eval.ImplicitDeny},
		{"the key, through DynamoDB", "kms:Decrypt", s.attribute("Key", "Arn"), throughService("dynamodb"), eval.Allow},

		{"switching its rule off", "events:DisableRule", s.attribute("ChangesRule", "Arn"), nil, eval.ImplicitDeny},
		{"taking an event", "sqs:ReceiveMessage", s.attribute("EventQueue", "Arn"), nil, eval.Allow},
		{"having an event sooner or later", "sqs:ChangeMessageVisibility", s.attribute("EventQueue", "Arn"), nil, eval.Allow},
		{"an event of its own", "sqs:SendMessage", s.attribute("EventQueue", "Arn"), nil, eval.ExplicitDeny},
		{"taking a second look", "sqs:DeleteMessage", s.attribute("FollowUpQueue", "Arn"), nil, eval.Allow},
		{"asking for the next page", "sqs:SendMessage", s.attribute("FollowUpQueue", "Arn"), nil, eval.Allow},
		{"handing a finding on", "sqs:SendMessage", s.attribute("ReportQueue", "Arn"), nil, eval.Allow},
		{"taking a finding away", "sqs:DeleteMessage", s.attribute("ReportQueue", "Arn"), nil, eval.ExplicitDeny},
		{"parking a message", "sqs:SendMessage", s.attribute("DeadLetters", "Arn"), nil, eval.Allow},
		{"emptying the dead letters", "sqs:PurgeQueue", s.attribute("DeadLetters", "Arn"), nil, eval.ExplicitDeny},
		{"taking a dead letter", "sqs:ReceiveMessage", s.attribute("DeadLetters", "Arn"), nil, eval.ExplicitDeny},
		{"the key, through SQS", "kms:Decrypt", s.attribute("Key", "Arn"), throughService("sqs"), eval.Allow},
		{"the key, by itself", "kms:Decrypt", s.attribute("Key", "Arn"), nil, eval.ImplicitDeny},
		{"its log", "logs:PutLogEvents", s.stream("EnforceLogs"), nil, eval.Allow},
		{"the other log", "logs:PutLogEvents", s.stream("ReportLogs"), nil, eval.ImplicitDeny},
	})
}

// stream returns the ARN of a stream in a log group.
func (s *stack) stream(logs string) string {
	return strings.TrimSuffix(s.attribute(logs, "Arn"), "*") + "log-stream:x"
}

// ownProduct is the product ARN under which the account imports its own findings.
const ownProduct = "arn:aws:securityhub:us-east-1:" + account + ":product/" + account + "/default"

// full returns a stack with all options that give a role permissions.
func full(t *testing.T) *stack {
	t.Helper()
	return deploy(t, translatedFile, map[string]any{"RequiredBoundaryArn": team, "AlertEmail": "security@example.com", "SecurityHub": "true", "Ocsf": "true", "ConfigRule": "true", "OrganizationId": organizationID, "ExternalId": externalID, "OwnerTopicArns": shopTopic})
}

// With Security Hub enabled, the report function may import findings of this account, and nothing
// else there. OCSF needs no permission, because the bus is the same.
func TestSinksThatAreOn(t *testing.T) {
	s := full(t)
	got := s.environment("Report")
	if got["RINGFENCE_SECURITY_HUB"] != "true" || got["RINGFENCE_OCSF"] != "true" {
		t.Errorf("the function has the setting %v", got)
	}
	r := s.role("Report")
	r.check(t, []request{
		{"importing a finding", "securityhub:BatchImportFindings", ownProduct, nil, eval.Allow},
		{"importing as another product", "securityhub:BatchImportFindings", "arn:aws:securityhub:us-east-1:" + account + ":product/aws/guardduty", nil, eval.ImplicitDeny},
		{"importing into another account", "securityhub:BatchImportFindings", "arn:aws:securityhub:us-east-1:210987654321:product/210987654321/default", nil, eval.ImplicitDeny},
		{"importing into another region", "securityhub:BatchImportFindings", "arn:aws:securityhub:eu-west-1:" + account + ":product/" + account + "/default", nil, eval.ImplicitDeny},
		{"closing a finding as people do", "securityhub:BatchUpdateFindings", ownProduct, nil, eval.ImplicitDeny},
		{"switching it off", "securityhub:DisableSecurityHub", "arn:aws:securityhub:us-east-1:" + account + ":hub/default", nil, eval.ImplicitDeny},
	})
	targets := []string{"*", ownProduct, "arn:aws:securityhub:us-east-1:" + account + ":hub/default"}
	for function, want := range map[string][]string{"Report": {"securityhub:BatchImportFindings"}, "Enforce": nil} {
		if diff := cmp.Diff(want, s.role(function).allowed("securityhub", targets, func(catalog.Action) bool { return true })); diff != "" {
			t.Errorf("%s (-want +got):\n%s", function, diff)
		}
		if got := single(t).role(function).allowed("securityhub", targets, func(catalog.Action) bool { return true }); got != nil {
			t.Errorf("%s may %v, but it is not enabled", function, got)
		}
	}
	// The roles' boundary limits them whatever else they are given.
	r.policies.Identity = []*eval.Policy{everything(t)}
	if d := r.may("securityhub:BatchUpdateFindings", ownProduct, nil); d.Outcome == eval.Allow {
		t.Error("their boundary lets them close findings")
	}
	off := single(t)
	for id, part := range s.Resources {
		same := cmp.Equal(off.properties(id), s.properties(id))
		if differs := slices.Contains([]string{"ReportFunction", "ReportPolicy", "RoleBoundary"}, id); same == differs {
			t.Errorf("%s (%s) is the same: %v", id, part.Type, same)
		}
	}
}

// The requests that the report function may make.
func TestReportRole(t *testing.T) {
	const iam = "arn:aws:iam::" + account + ":"
	s := single(t)
	r := s.role("Report")
	if !strings.HasPrefix(r.arn, iam+"role/ringfence/") {
		t.Fatalf("the role %s is outside the path of Ringfence's roles", r.arn)
	}
	r.check(t, []request{
		{"reading a role", "iam:GetRole", iam + "role/dev/app", nil, eval.Allow},
		{"reading an inline policy", "iam:GetRolePolicy", iam + "role/dev/app", nil, eval.Allow},
		{"reading what is attached", "iam:ListAttachedUserPolicies", iam + "user/jane", nil, eval.Allow},
		{"reading a user's groups", "iam:ListGroupsForUser", iam + "user/jane", nil, eval.Allow},
		{"reading a group's policies", "iam:ListGroupPolicies", iam + "group/admins", nil, eval.Allow},
		{"reading an AWS managed policy", "iam:GetPolicyVersion", denyAll, nil, eval.Allow},
		{"reading who carries a policy", "iam:ListEntitiesForPolicy", team, nil, eval.Allow},
		{"reading a role of another account", "iam:GetRole", "arn:aws:iam::210987654321:role/x", nil, eval.ImplicitDeny},
		{"reading the account", "iam:GetAccountAuthorizationDetails", "*", nil, eval.ImplicitDeny},
		{"reading who did it", "cloudtrail:LookupEvents", "*", nil, eval.Allow},

		{"the approved boundary on a role", "iam:PutRolePermissionsBoundary", iam + "role/dev/app", boundedBy(team), eval.ImplicitDeny},
		{"a version of the approved policy", "iam:CreatePolicyVersion", team, nil, eval.ImplicitDeny},
		{"a policy for its own role", "iam:PutRolePolicy", r.arn, nil, eval.ImplicitDeny},

		{"publishing a finding", "sns:Publish", s.ref("Topic").(string), nil, eval.Allow},
		{"publishing elsewhere", "sns:Publish", "arn:aws:sns:us-east-1:" + account + ":other", nil, eval.ImplicitDeny},
		{"a finding on the bus", "events:PutEvents", "arn:aws:events:us-east-1:" + account + ":event-bus/default", map[string][]string{"events:source": {"ringfence"}}, eval.Allow},
		{"an event in another's name", "events:PutEvents", "arn:aws:events:us-east-1:" + account + ":event-bus/default", map[string][]string{"events:source": {"aws.iam"}}, eval.ImplicitDeny},
		{"an event on another bus", "events:PutEvents", "arn:aws:events:us-east-1:" + account + ":event-bus/x", map[string][]string{"events:source": {"ringfence"}}, eval.ImplicitDeny},

		{"importing a finding if it is not enabled", "securityhub:BatchImportFindings", ownProduct, nil, eval.ImplicitDeny},

		{"reading an item", "dynamodb:GetItem", s.attribute("Ledger", "Arn"), nil, eval.Allow},
		{"writing an item", "dynamodb:PutItem", s.attribute("Ledger", "Arn"), nil, eval.Allow},

		{"taking a finding", "sqs:ReceiveMessage", s.attribute("ReportQueue", "Arn"), nil, eval.Allow},
		{"having a finding sooner or later", "sqs:ChangeMessageVisibility", s.attribute("ReportQueue", "Arn"), nil, eval.Allow},
		{"a digest", "sqs:SendMessage", s.attribute("ReportQueue", "Arn"), nil, eval.Allow},
		{"asking for a second look", "sqs:SendMessage", s.attribute("FollowUpQueue", "Arn"), nil, eval.Allow},
		{"taking a second look away", "sqs:DeleteMessage", s.attribute("FollowUpQueue", "Arn"), nil, eval.ExplicitDeny},
		{"parking a message", "sqs:SendMessage", s.attribute("DeadLetters", "Arn"), nil, eval.Allow},
		{"an event of its own", "sqs:SendMessage", s.attribute("EventQueue", "Arn"), nil, eval.ExplicitDeny},
		{"taking an event away", "sqs:ReceiveMessage", s.attribute("EventQueue", "Arn"), nil, eval.ExplicitDeny},
		{"the key, through SNS", "kms:GenerateDataKey", s.attribute("Key", "Arn"), throughService("sns"), eval.Allow},
		{"the key, through SQS", "kms:Decrypt", s.attribute("Key", "Arn"), throughService("sqs"), eval.Allow},
		{"the key, through DynamoDB", "kms:Decrypt", s.attribute("Key", "Arn"), throughService("dynamodb"), eval.Allow},
		{"the key, by itself", "kms:Decrypt", s.attribute("Key", "Arn"), nil, eval.ImplicitDeny},
		{"its log", "logs:PutLogEvents", s.stream("ReportLogs"), nil, eval.Allow},
		{"the other log", "logs:PutLogEvents", s.stream("EnforceLogs"), nil, eval.ImplicitDeny},
	})
}

// The requests that the sweep function may make: it reads, and passes on.
func TestSweepRole(t *testing.T) {
	const iam = "arn:aws:iam::" + account + ":"
	s := single(t)
	r := s.role("Sweep")
	r.check(t, []request{
		{"reading the account", "iam:GetAccountAuthorizationDetails", "*", nil, eval.Allow},
		{"reading a role", "iam:GetRole", iam + "role/dev/app", nil, eval.Allow},
		{"reading a user", "iam:GetUser", iam + "user/jane", nil, eval.Allow},
		{"reading a role of another account", "iam:GetRole", "arn:aws:iam::210987654321:role/x", nil, eval.ImplicitDeny},
		{"reading a policy", "iam:GetPolicy", team, nil, eval.Allow},
		{"reading its versions", "iam:ListPolicyVersions", team, nil, eval.Allow},
		{"reading an AWS managed policy", "iam:GetPolicyVersion", denyAll, nil, eval.Allow},
		{"reading an inline policy", "iam:GetRolePolicy", iam + "role/dev/app", nil, eval.ImplicitDeny},
		{"reading who did it", "cloudtrail:LookupEvents", "*", nil, eval.ImplicitDeny},

		{"the approved boundary on a role", "iam:PutRolePermissionsBoundary", iam + "role/dev/app", boundedBy(team), eval.ImplicitDeny},
		{"a version of the approved policy", "iam:CreatePolicyVersion", team, nil, eval.ImplicitDeny},
		{"a policy for its own role", "iam:PutRolePolicy", r.arn, nil, eval.ImplicitDeny},

		{"reading an item", "dynamodb:GetItem", s.attribute("Ledger", "Arn"), nil, eval.Allow},
		{"reading what is open", "dynamodb:Scan", s.attribute("Ledger", "Arn"), nil, eval.Allow},
		{"reading another table", "dynamodb:Scan", s.attribute("Ledger", "Arn") + "2", nil, eval.ImplicitDeny},
		{"writing any item", "dynamodb:PutItem", s.attribute("Ledger", "Arn"), nil, eval.ExplicitDeny},
		{"writing an account", "dynamodb:PutItem", s.attribute("Ledger", "Arn"), leading("account#210987654321"), eval.Allow},
		{"writing a finding", "dynamodb:PutItem", s.attribute("Ledger", "Arn"), leading("principal#210987654321#AROA1"), eval.ExplicitDeny},
		{"writing an account and a finding", "dynamodb:PutItem", s.attribute("Ledger", "Arn"), leading("account#210987654321", "sweep#210987654321#"), eval.ImplicitDeny},
		{"deleting an account", "dynamodb:DeleteItem", s.attribute("Ledger", "Arn"), leading("account#210987654321"), eval.ExplicitDeny},

		{"the roots of the organization", "organizations:ListRoots", "*", nil, eval.Allow},
		{"the units of a root", "organizations:ListOrganizationalUnitsForParent", "arn:aws:organizations::111111111111:root/" + organizationID + "/r-a1b2", nil, eval.Allow},
		{"the accounts of a unit", "organizations:ListAccountsForParent", "arn:aws:organizations::111111111111:ou/" + organizationID + "/ou-a1b2-c3d4e5f6", nil, eval.Allow},
		{"an account", "organizations:DescribeAccount", "arn:aws:organizations::111111111111:account/" + organizationID + "/210987654321", nil, eval.Allow},
		{"an account of another organization", "organizations:DescribeAccount", "arn:aws:organizations::111111111111:account/o-0000000000/210987654321", nil, eval.ImplicitDeny},
		{"moving an account", "organizations:MoveAccount", "arn:aws:organizations::111111111111:account/" + organizationID + "/210987654321", nil, eval.ImplicitDeny},

		{"what the ledger is like", "dynamodb:DescribeTable", s.attribute("Ledger", "Arn"), nil, eval.Allow},
		{"what another table is like", "dynamodb:DescribeTable", s.attribute("Ledger", "Arn") + "2", nil, eval.ImplicitDeny},
		{"who may write to the ledger", "dynamodb:GetResourcePolicy", s.attribute("Ledger", "Arn"), nil, eval.Allow},
		{"what the key is like", "kms:DescribeKey", s.attribute("Key", "Arn"), nil, eval.Allow},
		{"the policy of the key", "kms:GetKeyPolicy", s.attribute("Key", "Arn"), nil, eval.Allow},
		{"another policy of the key", "kms:PutKeyPolicy", s.attribute("Key", "Arn"), nil, eval.ImplicitDeny},
		{"what another key is like", "kms:DescribeKey", s.attribute("Key", "Arn") + "2", nil, eval.ImplicitDeny},
		{"what the topic is like", "sns:GetTopicAttributes", s.ref("Topic").(string), nil, eval.Allow},
		{"another policy of the topic", "sns:SetTopicAttributes", s.ref("Topic").(string), nil, eval.ImplicitDeny},
		{"who is given messages", "lambda:ListEventSourceMappings", "*", nil, eval.Allow},
		{"what the events' queue is like", "sqs:GetQueueAttributes", s.attribute("EventQueue", "Arn"), nil, eval.Allow},
		{"what the rules' dead letters are like", "sqs:GetQueueAttributes", s.attribute("RuleDeadLetters", "Arn"), nil, eval.Allow},
		{"taking the rules' dead letters", "sqs:ReceiveMessage", s.attribute("RuleDeadLetters", "Arn"), nil, eval.ExplicitDeny},
		{"what another queue is like", "sqs:GetQueueAttributes", s.attribute("EventQueue", "Arn") + "2", nil, eval.ExplicitDeny},
		{"another policy of a queue", "sqs:SetQueueAttributes", s.attribute("EventQueue", "Arn"), nil, eval.ImplicitDeny},

		{"taking a sweep", "sqs:ReceiveMessage", s.attribute("SweepQueue", "Arn"), nil, eval.Allow},
		{"having a sweep sooner or later", "sqs:ChangeMessageVisibility", s.attribute("SweepQueue", "Arn"), nil, eval.Allow},
		{"having a sweep go on", "sqs:SendMessage", s.attribute("SweepQueue", "Arn"), nil, eval.Allow},
		{"handing on", "sqs:SendMessage", s.attribute("FollowUpQueue", "Arn"), nil, eval.Allow},
		{"taking away what it handed on", "sqs:DeleteMessage", s.attribute("FollowUpQueue", "Arn"), nil, eval.ExplicitDeny},
		{"parking a message", "sqs:SendMessage", s.attribute("DeadLetters", "Arn"), nil, eval.Allow},
		{"a finding", "sqs:SendMessage", s.attribute("ReportQueue", "Arn"), nil, eval.ExplicitDeny},
		{"an event of its own", "sqs:SendMessage", s.attribute("EventQueue", "Arn"), nil, eval.ExplicitDeny},
		{"publishing a finding", "sns:Publish", s.ref("Topic").(string), nil, eval.ExplicitDeny},
		{"a finding on the bus", "events:PutEvents", "arn:aws:events:us-east-1:" + account + ":event-bus/default", map[string][]string{"events:source": {"ringfence"}}, eval.ImplicitDeny},
		{"the key, through SQS", "kms:Decrypt", s.attribute("Key", "Arn"), throughService("sqs"), eval.Allow},
		{"the key, through DynamoDB", "kms:Decrypt", s.attribute("Key", "Arn"), throughService("dynamodb"), eval.Allow},
		{"the key, through SNS", "kms:GenerateDataKey", s.attribute("Key", "Arn"), throughService("sns"), eval.ImplicitDeny},
		{"the key, by itself", "kms:Decrypt", s.attribute("Key", "Arn"), nil, eval.ImplicitDeny},
		{"its log", "logs:PutLogEvents", s.stream("SweepLogs"), nil, eval.Allow},
		{"another log", "logs:PutLogEvents", s.stream("EnforceLogs"), nil, eval.ImplicitDeny},
	})
}

// The role that starts a sweep does only that, and it is what the schedule does.
func TestSweepStartRole(t *testing.T) {
	s := single(t)
	key, queue := s.attribute("Key", "Arn"), s.attribute("SweepQueue", "Arn")
	s.role("SweepStart").check(t, []request{
		{"a sweep", "sqs:SendMessage", queue, nil, eval.Allow},
		{"taking a sweep", "sqs:ReceiveMessage", queue, nil, eval.ExplicitDeny},
		{"a follow-up", "sqs:SendMessage", s.attribute("FollowUpQueue", "Arn"), nil, eval.ExplicitDeny},
		{"an event", "sqs:SendMessage", s.attribute("EventQueue", "Arn"), nil, eval.ExplicitDeny},
		{"the key, through SQS", "kms:GenerateDataKey", key, throughService("sqs"), eval.Allow},
		{"the key, by itself", "kms:GenerateDataKey", key, nil, eval.ImplicitDeny},
		{"the approved boundary on a role", "iam:PutRolePermissionsBoundary", "arn:aws:iam::" + account + ":role/app", boundedBy(team), eval.ImplicitDeny},
	})
	for parameter, want := range map[string][2]string{
		"rate(1 hour)": {"ENABLED", "rate(1 hour)"}, "rate(6 hours)": {"ENABLED", "rate(6 hours)"}, "rate(1 day)": {"ENABLED", "rate(1 day)"}, "off": {"DISABLED", "rate(1 day)"},
	} {
		other := deploy(t, translatedFile, map[string]any{"RequiredBoundaryArn": team, "SweepSchedule": parameter})
		p := other.properties("SweepStart")
		if p["State"] != want[0] || p["ScheduleExpression"] != want[1] || other.get(p, "Target", "RoleArn") != other.role("SweepStart").arn {
			t.Errorf("%s: %v", parameter, p)
		}
		alarm, missing := other.properties("SweepAlarm"), "breaching"
		if parameter == "off" {
			missing = "notBreaching"
		}
		every := map[string]float64{"rate(6 hours)": 6 * 3600, "rate(1 day)": 24 * 3600}[parameter]
		if got := alarm["Period"].(float64); got != max(every, 3600) || alarm["TreatMissingData"] != missing {
			t.Errorf("%s: the alarm is %v", parameter, alarm)
		}
	}
	for _, c := range s.schedules() {
		if c.call != "SendMessage" {
			continue
		}
		var m handler.SweepMessage
		if err := json.Unmarshal([]byte(c.parameters["messageBody"].(string)), &m); err != nil || m.Sweep == nil || m.Sweep.Check() != nil {
			t.Errorf("%v: %v", c, err)
		}
		if c.parameters["queueUrl"] != s.ref("SweepQueue") {
			t.Errorf("it sends to %v", c.parameters["queueUrl"])
		}
	}
}

// The role that repairs notifies no one and reads no principal's policies; the role that reports
// only reads.
func TestTheRolesAreApart(t *testing.T) {
	s := single(t)
	reads := regexp.MustCompile(`^iam:(Get(Role|User|Group)Policy|List(Attached)?(Role|User|Group)Policies|ListGroupsForUser)$`)
	for _, a := range s.granted("EnforcePolicy") {
		service, _, _ := strings.Cut(a, ":")
		if reads.MatchString(a) || slices.Contains([]string{"cloudtrail", "events", "sns"}, service) {
			t.Errorf("the enforce role is given %s", a)
		}
	}
	for _, a := range s.granted("ReportPolicy", "SweepPolicy") {
		if strings.HasPrefix(a, "iam:") && !strings.HasPrefix(a, "iam:Get") && !strings.HasPrefix(a, "iam:List") {
			t.Errorf("a role that only reads is given %s", a)
		}
	}
}

// Of all writes to IAM, the enforce role may make those of a repair, and the other roles none.
func TestWritesToIAM(t *testing.T) {
	s := single(t)
	want := map[string][]string{"Enforce": {
		"iam:CreatePolicy", "iam:CreatePolicyVersion", "iam:DeletePolicyVersion", "iam:PutRolePermissionsBoundary",
		"iam:PutUserPermissionsBoundary", "iam:SetDefaultPolicyVersion",
	}}
	targets := []string{
		"*", team, "arn:aws:iam::" + account + ":group/admins", "arn:aws:iam::" + account + ":role/app",
		"arn:aws:iam::" + account + ":user/jane", s.attribute("EnforceRole", "Arn"), s.attribute("ReportRole", "Arn"),
	}
	for _, function := range functions {
		got := s.role(function).allowed("iam", targets, func(a catalog.Action) bool { return a.Level != catalog.Read && a.Level != catalog.List })
		if diff := cmp.Diff(want[function], got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", function, diff)
		}
	}
}

// Items of the ledger are read and written one at a time, a sweep reads all, and there is no other
// access: a function cannot overwrite what it has not read, and cannot delete what was reported.
func TestTheLedgerIsOnlyReadAndWritten(t *testing.T) {
	s := single(t)
	ledger := s.attribute("Ledger", "Arn")
	targets := []string{"*", ledger, ledger + "/index/x", ledger + "/stream/x", ledger + "/backup/x"}
	for _, function := range functions {
		want := []string{"dynamodb:GetItem", "dynamodb:PutItem"}
		if function == "Sweep" {
			want = []string{ // Scan is for the findings that no event resolved
				"dynamodb:DescribeContinuousBackups", "dynamodb:DescribeTable", "dynamodb:DescribeTimeToLive",
				"dynamodb:GetItem", "dynamodb:GetResourcePolicy", "dynamodb:Scan",
			}
		}
		got := s.role(function).allowed("dynamodb", targets, func(catalog.Action) bool { return true })
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", function, diff)
		}
	}
	if got := s.role("Enforce").may("dynamodb:PutItem", ledger+"2", nil); got.Outcome == eval.Allow {
		t.Error("a table whose name begins the same can be written")
	}
}

// allowed returns the actions of a service that the role may take on any of the targets, with the
// required boundary in the request.
func (r executionRole) allowed(service string, targets []string, asked func(catalog.Action) bool) (actions []string) {
	r.s.t.Helper()
	all := catalog.Actions(service)
	if len(all) < 30 {
		r.s.t.Fatalf("the catalogue has only %d actions of %s", len(all), service)
	}
	for _, a := range all {
		if asked(a) && slices.ContainsFunc(targets, func(on string) bool {
			return r.may(a.String(), on, boundedBy(team)).Outcome == eval.Allow
		}) {
			actions = append(actions, a.String())
		}
	}
	slices.Sort(actions)
	return actions
}

// The roles' boundary prevents the worst, whatever policies the roles are given.
func TestRoleBoundaryCapsAnyPolicy(t *testing.T) {
	s := single(t)
	for _, function := range functions {
		r := s.role(function)
		r.policies.Identity = []*eval.Policy{everything(t)}
		for action, on := range map[string]string{
			"iam:DeleteRolePermissionsBoundary": "arn:aws:iam::" + account + ":role/dev/app",
			"iam:PutRolePermissionsBoundary":    r.arn,
			"iam:AttachRolePolicy":              r.arn,
			"iam:PutRolePolicy":                 r.arn,
			"iam:CreatePolicyVersion":           s.ref("RoleBoundary").(string),
			"iam:CreateAccessKey":               "arn:aws:iam::" + account + ":user/jane",
			"iam:CreateUser":                    "arn:aws:iam::" + account + ":user/x",
			"sts:AssumeRole":                    "arn:aws:iam::" + account + ":role/admin",
			"s3:GetObject":                      "arn:aws:s3:::bucket/key",
			"dynamodb:DeleteTable":              s.attribute("Ledger", "Arn"),
			"dynamodb:DeleteItem":               s.attribute("Ledger", "Arn"),
			"events:DisableRule":                s.attribute("ChangesRule", "Arn"),
		} {
			if d := r.may(action, on, boundedBy(team)); d.Outcome == eval.Allow {
				t.Errorf("%s: %s on %s is allowed", function, action, on)
			}
		}
	}
}

// With a configuration, exactly its boundaries can be attached and restored.
func TestRoleWithSeveralBoundaries(t *testing.T) {
	const second = "arn:aws:iam::" + account + ":policy/x/second"
	s := deploy(t, translatedFile, map[string]any{"ConfiguredBoundaryArns": strings.Join([]string{team, second, denyAll}, ",")})
	for _, function := range functions {
		if v := s.environment(function)["RINGFENCE_BOUNDARY_ARN"]; v != "" {
			t.Errorf("%s has the setting for one boundary, %v, besides its configuration", function, v)
		}
	}
	r := s.role("Enforce")
	for arn, want := range map[string]eval.Outcome{
		team: eval.Allow, second: eval.Allow, denyAll: eval.Allow, team + "," + second: eval.ExplicitDeny, "": eval.ExplicitDeny,
		"arn:aws:iam::" + account + ":policy/second": eval.ExplicitDeny,
	} {
		if d := r.may("iam:PutRolePermissionsBoundary", "arn:aws:iam::"+account+":role/x", boundedBy(arn)); d.Outcome != want {
			t.Errorf("boundary %q: %s", arn, d.Outcome)
		}
	}
	if d := r.may("iam:CreatePolicyVersion", second, nil); d.Outcome != eval.Allow {
		t.Errorf("restoring the second: %s", d.Outcome)
	}
}

// No statement of a role has an action with a wildcard. "*" is the resource only of denials, of
// actions without a resource, and of the boundary, which grants nothing.
func TestNoWildcardActions(t *testing.T) {
	s := full(t)
	unbound := []string{"cloudformation:BatchDescribeTypeConfigurations", "cloudtrail:LookupEvents", "config:PutEvaluations", "iam:GetAccountAuthorizationDetails", "lambda:ListEventSourceMappings", "organizations:ListRoots", "xray:PutTelemetryRecords", "xray:PutTraceSegments"}
	for _, id := range append(s.ofType("AWS::IAM::RolePolicy"), "RoleBoundary") {
		for _, statement := range s.compile(s.properties(id)["PolicyDocument"]).Document.Statements {
			if statement.Action.Not || len(statement.Action.Values) == 0 {
				t.Errorf("%s, %s: NotAction", id, statement.Sid)
			}
			for _, a := range statement.Action.Values {
				if strings.ContainsAny(a, "*?") {
					t.Errorf("%s, %s: action %s", id, statement.Sid, a)
				}
				wide := slices.Contains(statement.Resource.Values, "*")
				if wide && statement.Effect == policy.Allow && id != "RoleBoundary" && !slices.Contains(unbound, a) {
					t.Errorf("%s, %s: %s on every resource", id, statement.Sid, a)
				}
			}
		}
	}
	var policies []string
	for _, name := range ownRoles(s) {
		policies = append(policies, name+"Policy")
	}
	if diff := cmp.Diff(policies, s.ofType("AWS::IAM::RolePolicy")); diff != "" {
		t.Errorf("one policy for each role (-want +got):\n%s", diff)
	}
	for _, kind := range []string{"AWS::IAM::Policy", "AWS::IAM::User", "AWS::IAM::Group"} {
		if got := s.ofType(kind); len(got) > 0 {
			t.Errorf("%v grants something that no test looks at", got)
		}
	}
}

// services are the prefixes of the actions of the AWS clients that the code uses.
var services = map[string]string{
	"cloudtrail": "cloudtrail", "configservice": "config", "dynamodb": "dynamodb", "eventbridge": "events", "iam": "iam", "kms": "kms", "lambda": "lambda", "organizations": "organizations", "sns": "sns", "sqs": "sqs", "sts": "sts",
}

// lambdas are the actions that Lambda itself takes in the roles' name.
var lambdas = []string{
	"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "logs:CreateLogStream", "logs:PutLogEvents",
	"xray:PutTraceSegments", "xray:PutTelemetryRecords", "kms:Decrypt", "kms:GenerateDataKey",
}

// signed are the actions that the code takes without an SDK client.
var signed = []string{"securityhub:BatchImportFindings"}

// organizing are the actions in member accounts that the code takes through a library of the SDK.
var organizing = []string{"organizations:ListParents", "organizations:ListTagsForResource", "sts:AssumeRole"}

// The roles together are allowed exactly the calls that the functions' code and the schedules
// make, or that AWS makes in their name, and their boundary allows the same. (The tests above
// check which role needs which.)
func TestRolesAllowWhatTheCodeCalls(t *testing.T) {
	s := full(t)
	want := slices.Concat(calls(t), lambdas, comparing, signed, organizing)
	for _, c := range s.schedules() {
		want = append(want, c.service+":"+c.call)
	}
	slices.Sort(want)
	want = slices.Compact(want)
	if len(want) < len(lambdas)+10 {
		t.Fatalf("only %v: the search for calls is broken", want)
	}
	for what, policies := range map[string][]string{"the roles": {"CanaryPolicy", "ConfigRulePolicy", "DriftPolicy", "EnforcePolicy", "ReportPolicy", "SweepPolicy", "SweepStartPolicy"}, "their boundary": {"RoleBoundary"}} {
		got := s.granted(policies...)
		for _, a := range want {
			if !slices.Contains(got, a) {
				t.Errorf("%s: no %s, which the code calls", what, a)
			}
		}
		for _, a := range got {
			if !slices.Contains(want, a) {
				t.Errorf("%s: %s, which no code calls", what, a)
			}
		}
	}
}

// granted returns the actions that policies of the stack allow, sorted.
func (s *stack) granted(policies ...string) (actions []string) {
	s.t.Helper()
	for _, id := range policies {
		for _, statement := range s.compile(s.properties(id)["PolicyDocument"]).Document.Statements {
			if statement.Effect == policy.Allow {
				actions = append(actions, statement.Action.Values...)
			}
		}
	}
	slices.Sort(actions)
	return slices.Compact(actions)
}

// The documentation explains each permission of each role, and no other.
func TestPermissionsAreExplained(t *testing.T) {
	text, err := os.ReadFile("../../docs/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, found := strings.Cut(string(text), "## Permissions, one by one\n")
	section, _, _ = strings.Cut(section, "\n## ")
	if !found {
		t.Fatal("no section on permissions")
	}
	s := full(t)
	for _, function := range append([]string{"Canary", "ConfigRule", "Drift"}, functions...) {
		_, part, found := strings.Cut(section, "### "+function+"\n")
		part, _, _ = strings.Cut(part, "\n### ")
		if !found {
			t.Errorf("nothing on the permissions of %s", function)
		}
		var explained []string
		for _, row := range regexp.MustCompile(`(?m)^\| (`+"`"+`.*?) \|`).FindAllStringSubmatch(part, -1) {
			for _, a := range regexp.MustCompile("`([a-z0-9]+:[A-Za-z]+)`").FindAllStringSubmatch(row[1], -1) {
				explained = append(explained, a[1])
			}
		}
		slices.Sort(explained)
		if diff := cmp.Diff(s.granted(function+"Policy"), explained); diff != "" {
			t.Errorf("%s (-granted +explained):\n%s", function, diff)
		}
	}
}

// notDeployed are the packages that run on a laptop.
var notDeployed = []string{"bench", "lake", "live", "localaws", "proof", "replay", "s3logs", "stack"}

// calls finds the AWS calls in the packages of the functions: every service.NameInput of the SDK.
func calls(t *testing.T) (actions []string) {
	t.Helper()
	for _, dir := range []string{"..", "../../functions"} {
		err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err == nil && d.IsDir() && slices.Contains(notDeployed, d.Name()) {
				return filepath.SkipDir
			}
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
			if err != nil {
				return err
			}
			for _, i := range file.Imports {
				_, service, found := strings.Cut(strings.Trim(i.Path.Value, `"`), "/aws-sdk-go-v2/service/")
				if found && !strings.Contains(service, "/") {
					actions = append(actions, inputs(t, file, service)...)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return actions
}

func inputs(t *testing.T, file *ast.File, service string) (actions []string) {
	ast.Inspect(file, func(n ast.Node) bool {
		selector, _ := n.(*ast.SelectorExpr)
		if selector == nil || fmt.Sprint(selector.X) != service || !strings.HasSuffix(selector.Sel.Name, "Input") {
			return true
		}
		prefix, known := services[service]
		if !known {
			t.Errorf("calls of %s are not known to this test", service)
		}
		call := strings.TrimSuffix(selector.Sel.Name, "Input")
		actions = append(actions, prefix+":"+strings.TrimSuffix(call, "Batch")) // a batch needs the permission of its entries
		return true
	})
	return actions
}

// TestWhatIsNotDeployedIsInNoFunction: the packages that the test above skips are not part of any
// function.
func TestWhatIsNotDeployedIsInNoFunction(t *testing.T) {
	cmd := exec.CommandContext(t.Context(), "go", "list", "-deps", "../../functions/...")
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range append(slices.Clone(notDeployed), "klauspost/compress") {
		if path := "/" + name + "\n"; strings.Contains(string(out), "internal"+path) || strings.Contains(string(out), name+"/") {
			t.Errorf("a function has %s", name)
		}
	}
}
