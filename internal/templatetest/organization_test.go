package templatetest_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ringfence/ringfence/internal/policy/eval"
)

// ofOrganization are the statements that only a stack with OrganizationId has, by policy.
var ofOrganization = map[string][]string{
	"EnforcePolicy": {"RepairInMembers", "SeeTheOrganization", "StartSweeps"},
	"ReportPolicy":  {"ReadInMembers"},
	"SweepPolicy":   {"ReadInMembers", "ListRoots", "SeeTheOrganization", "KeepAccounts"},
	"RoleBoundary":  {"ActInMembers", "SeeTheOrganization"},
}

// A stack of one account has none of the parts and permissions of an organization. With an
// organization, its policies have a few statements more, and no other difference.
func TestOneAccountHasNothingOfAnOrganization(t *testing.T) {
	one := deploy(t, translatedFile, map[string]any{"RequiredBoundaryArn": team, "ConfigRule": "true", "AlertEmail": "security@example.com"})
	org := single(t)
	for id, r := range one.Resources {
		exists := r.Condition == "" || one.on[r.Condition]
		if strings.HasPrefix(id, "Org") && exists {
			t.Errorf("%s exists in a stack of one account", id)
		}
		if !exists || r.Type != "AWS::IAM::RolePolicy" && r.Type != "AWS::IAM::ManagedPolicy" {
			continue
		}
		more := slices.DeleteFunc(org.statements(id), func(s any) bool { return slices.Contains(ofOrganization[id], fmt.Sprint(one.get(s, "Sid"))) })
		if diff := cmp.Diff(one.statements(id), more); diff != "" && id != "DriftPolicy" { // which reads two rules more
			t.Errorf("%s (-one account +organization without its statements):\n%s", id, diff)
		}
		for _, s := range one.statements(id) {
			if text := fmt.Sprint(s); strings.Contains(text, "organizations:") || strings.Contains(text, "sts:") || strings.Contains(text, "-member-") {
				t.Errorf("%s has %s", id, text)
			}
		}
	}
	for _, function := range functions {
		if e := one.environment(function); e["RINGFENCE_MEMBER_ROLE"] != "" || e["RINGFENCE_EXTERNAL_ID"] != "" || strings.Contains(fmt.Sprint(e), "-member-") {
			t.Errorf("%s is told of member accounts: %v", function, e)
		}
	}
}

// statements returns the resolved statements of a policy of the stack.
func (s *stack) statements(id string) []any {
	s.t.Helper()
	return s.get(s.properties(id), "PolicyDocument", "Statement").([]any)
}

// An organization needs an external id, and a configuration whose ARNs have the account of each
// principal.
func TestWhatAnOrganizationNeeds(t *testing.T) {
	for _, c := range []struct {
		organization, external, one string
		want                        bool
	}{
		{"", "", team, true},
		{organizationID, externalID, "", true},
		{organizationID, "", "", false},
		{"", externalID, team, false},
		{organizationID, externalID, team, false},
	} {
		s := deploy(t, templateFile, map[string]any{"OrganizationId": c.organization, "ExternalId": c.external, "RequiredBoundaryArn": c.one})
		got := true
		for _, rule := range []string{"OrganizationHasExternalId", "OrganizationHasConfiguration"} {
			if when, conditional := s.Rules[rule].(map[string]any)["RuleCondition"]; conditional && !s.holds(when) {
				continue
			}
			for _, a := range s.get(s.Rules[rule], "Assertions").([]any) {
				got = got && s.holds(s.get(a, "Assert"))
			}
		}
		if got != c.want {
			t.Errorf("%+v: %v", c, got)
		}
	}
	s := deploy(t, templateFile, map[string]any{"RequiredBoundaryArn": team})
	s.checkPatterns(t, map[string]values{
		"OrganizationId":  {good: []string{"", organizationID}, bad: []string{"*", "o-", "o-A1B2C3D4E5", "r-a1b2", organizationID + "," + organizationID}},
		"ExternalId":      {good: []string{"", externalID}, bad: []string{"short", "*", "has a space in the middle", strings.Repeat("e", 65)}},
		"RoleBoundaryArn": {good: []string{"", team}, bad: []string{"team-boundary", "arn:aws:iam::123456789012:role/x", "*"}},
		"RolePath":        {good: []string{"/ringfence/", "/a/b/"}, bad: []string{"", "/", "ringfence", "/ringfence", "/ring*/", "//"}},
		"RoleNamePrefix":  {good: []string{"", "acme-", "cf_"}, bad: []string{"*", "a/b", "a b"}},
	})
}

// Only the forwarding role of a member account puts events on the bus of the organization.
// Neither other roles there, nor another organization, nor the hub's own principals can, whatever
// their own policies allow.
func TestTheBusOfTheOrganization(t *testing.T) {
	s := single(t)
	bus := s.attribute("OrgBus", "Arn")
	p := s.compile(s.properties("OrgBus")["Policy"])
	const forward = "arn:aws:iam::210987654321:role/ringfence/ringfence-member-forward"
	for _, c := range []struct {
		who, organization, action string
		want                      eval.Outcome
	}{
		{forward, organizationID, "events:PutEvents", eval.Allow},
		{"arn:aws:sts::210987654321:assumed-role/ringfence-member-forward/x", organizationID, "events:PutEvents", eval.ExplicitDeny}, // without the path: another role
		{forward, "o-0000000000", "events:PutEvents", eval.ExplicitDeny},
		{forward, "", "events:PutEvents", eval.ExplicitDeny},
		{forward + "2", organizationID, "events:PutEvents", eval.ExplicitDeny},
		{"arn:aws:iam::210987654321:role/ringfence-member-forward", organizationID, "events:PutEvents", eval.ExplicitDeny},
		{"arn:aws:iam::210987654321:role/admin", organizationID, "events:PutEvents", eval.ExplicitDeny},
		{"arn:aws:iam::210987654321:root", organizationID, "events:PutEvents", eval.ExplicitDeny},
		{iamARN + "role/admin", organizationID, "events:PutEvents", eval.ExplicitDeny},
		{s.attribute("ReportRole", "Arn"), organizationID, "events:PutEvents", eval.ExplicitDeny},
		{"events.amazonaws.com", "", "events:PutEvents", eval.ImplicitDeny}, // admitted by no statement
		{forward, organizationID, "events:PutRule", eval.ImplicitDeny},
		{forward, organizationID, "events:DeleteEventBus", eval.ImplicitDeny},
		{iamARN + "role/ringfence-deployer", organizationID, "events:UpdateEventBus", eval.Allow},
	} {
		caller, err := eval.ParsePrincipal(c.who)
		if err != nil {
			t.Fatal(err)
		}
		context := map[string][]string{}
		if c.organization != "" {
			context["aws:PrincipalOrgID"] = []string{c.organization}
		}
		d := eval.Evaluate(&eval.Policies{Identity: []*eval.Policy{everything(t)}, Resource: p}, &eval.Request{
			Principal: caller, Action: c.action, Resource: bus, ResourceAccount: account, Context: eval.NewContext(context),
		})
		if d.Outcome != c.want || d.Uncertain {
			t.Errorf("%s by %s of %q: %s by %s, want %s, uncertain %v", c.action, c.who, c.organization, d.Outcome, d.DecidedBy, c.want, d.Uncertain)
		}
	}
}

// The rules of the bus have the patterns of the rules of the account, as far as a member account
// has such parts.
func TestRulesOfTheOrganizationSelectTheSame(t *testing.T) {
	s := single(t)
	if diff := cmp.Diff(s.properties("ChangesRule")["EventPattern"], s.properties("OrgChangesRule")["EventPattern"]); diff != "" {
		t.Errorf("(-account +organization):\n%s", diff)
	}
	if got := s.rulesOn(name + "-org"); len(got) != 2 {
		t.Errorf("%d rules are on the bus", len(got))
	}
	one, org := s.properties("EventArchive"), s.properties("OrgArchive")
	if diff := cmp.Diff(one["EventPattern"], org["EventPattern"]); diff != "" || org["SourceArn"] != s.attribute("OrgBus", "Arn") || org["RetentionDays"] != one["RetentionDays"] {
		t.Errorf("the archive is %v\n%s", org, diff)
	}
}

// In an environment that allows no role without the company's boundary, path and prefix, all roles
// have these. They keep the denials of their own boundary, and are known as Ringfence's.
func TestRestrictedEnvironments(t *testing.T) {
	const company = "arn:aws:iam::" + account + ":policy/company/limit"
	s := deploy(t, translatedFile, map[string]any{
		"RequiredBoundaryArn": team, "ConfigRule": "true", "OrganizationId": organizationID, "ExternalId": externalID,
		"RoleBoundaryArn": company, "RolePath": "/platform/security/", "RoleNamePrefix": "acme-",
	})
	control, sweep := s.settings("Enforce").Control, s.settings("Sweep").Control
	denials := s.compile(s.properties("RoleDenials")["PolicyDocument"])
	for _, role := range s.ofType("AWS::IAM::Role") {
		p, arn := s.properties(role), s.attribute(role, "Arn")
		if p["PermissionsBoundary"] != company || !strings.HasPrefix(arn, "arn:aws:iam::"+account+":role/platform/security/acme-ringfence-") {
			t.Errorf("%s is %s with the boundary %v", role, arn, p["PermissionsBoundary"])
		}
		if diff := cmp.Diff([]any{s.ref("RoleDenials")}, p["ManagedPolicyArns"]); diff != "" {
			t.Errorf("%s (-want +attached):\n%s", role, diff)
		}
		if !control.Contains(arn) || !control.Contains(company) || !sweep.Contains(arn) || !sweep.Contains(company) {
			t.Errorf("%s with %s is not known as Ringfence's", arn, company)
		}
		for _, c := range []struct{ action, on string }{
			{"iam:PutRolePermissionsBoundary", arn},
			{"sqs:ReceiveMessage", "arn:aws:sqs:us-east-1:" + account + ":bait"},
			{"iam:CreatePolicyVersion", s.ref("RoleDenials").(string)},
		} {
			caller, err := eval.ParsePrincipal(arn)
			if err != nil {
				t.Fatal(err)
			}
			d := eval.Evaluate(&eval.Policies{Identity: []*eval.Policy{everything(t), denials}, Boundaries: []*eval.Policy{everything(t)}}, &eval.Request{
				Principal: caller, Action: c.action, Resource: c.on, ResourceAccount: account, Context: eval.NewContext(boundedBy(team)),
			})
			if d.Outcome != eval.ExplicitDeny {
				t.Errorf("%s: %s on %s: %s", role, c.action, c.on, d.Outcome)
			}
		}
	}
	var own []any // the same denials as in the boundary, but for itself
	for _, statement := range s.statements("RoleBoundary") {
		if statement.(map[string]any)["Effect"] == "Deny" {
			own = append(own, statement)
		}
	}
	if got := s.statements("RoleDenials"); len(got) != len(own) || len(own) < 2 || !cmp.Equal(got[0], own[0]) {
		t.Errorf("the denials are %v, those of the boundary %v", got, own)
	}
	if got := deploy(t, translatedFile, map[string]any{"RequiredBoundaryArn": team}); got.on["HasRoleBoundary"] || got.properties("EnforceRole")["ManagedPolicyArns"] != nil {
		t.Error("a stack without the parameter attaches the denials")
	}
}
