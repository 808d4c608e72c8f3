package templatetest_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ringfence/ringfence/internal/policy/catalog"
	"github.com/ringfence/ringfence/internal/policy/eval"
)

// memberRole returns the policies and the ARN of a role of the spoke.
func (s *stack) memberRole(id string) (p *eval.Policies, arn string) {
	s.t.Helper()
	role := s.properties(id)
	if role["PermissionsBoundary"] != s.ref("MemberBoundary") {
		s.t.Fatalf("%s does not carry its boundary", id)
	}
	if role["ManagedPolicyArns"] != nil || len(role["Policies"].([]any)) != 1 {
		s.t.Fatalf("%s has other policies", id)
	}
	return &eval.Policies{
		Identity:   []*eval.Policy{s.compile(s.get(role, "Policies", 0, "PolicyDocument"))},
		Boundaries: []*eval.Policy{s.compile(s.properties("MemberBoundary")["PolicyDocument"])},
	}, s.attribute(id, "Arn")
}

// requests decides requests of a role of the spoke, also with the SCPs and the RCP of infra/, which
// must not deny what the role needs.
func (s *stack) requests(id string, requests []request) {
	s.t.Helper()
	p, arn := s.memberRole(id)
	guarded := *p
	guarded.ServiceControl, guarded.ResourceControl = organization(s.t).ServiceControl, resourceControl(s.t)
	for _, c := range requests {
		owner := member
		if fields := strings.SplitN(c.on, ":", 6); len(fields) == 6 && len(fields[4]) == 12 {
			owner = fields[4]
		}
		for what, p := range map[string]*eval.Policies{"": p, "in the organization": &guarded} {
			if what != "" && c.want != eval.Allow {
				continue
			}
			if owner != member { // the bus of the hub
				q := *p
				q.Resource = document(s.t, anybody)
				p = &q
			}
			if got := decided(s.t, p, arn, c.action, c.on, owner, c.context); got != c.want {
				s.t.Errorf("%s, %s (%s): %s, want %s", id, c.name, what, got, c.want)
			}
		}
	}
}

const (
	memberIAM  = "arn:aws:iam::" + member + ":"
	memberTeam = memberIAM + "policy/team-boundary"
)

// The requests that the hub's enforce function may make in a member account.
func TestMemberEnforceRole(t *testing.T) {
	s := spokeIn(t, nil)
	_, own := s.memberRole("EnforceRole")
	app, user, other := memberIAM+"role/dev/app", memberIAM+"user/jane", memberIAM+"policy/other-boundary"
	s.requests("EnforceRole", []request{
		{"the approved boundary on a role", "iam:PutRolePermissionsBoundary", app, boundedBy(memberTeam), eval.Allow},
		{"the approved boundary on a user", "iam:PutUserPermissionsBoundary", user, boundedBy(memberTeam), eval.Allow},
		{"another approved boundary", "iam:PutRolePermissionsBoundary", app, boundedBy(memberIAM + "policy/ci-boundary"), eval.Allow},
		{"another boundary", "iam:PutRolePermissionsBoundary", app, boundedBy(other), eval.ExplicitDeny},
		{"the approved boundary of another account", "iam:PutRolePermissionsBoundary", app, boundedBy(team), eval.ExplicitDeny},
		{"the administrator's policy as boundary", "iam:PutUserPermissionsBoundary", user, boundedBy("arn:aws:iam::aws:policy/AdministratorAccess"), eval.ExplicitDeny},
		{"no boundary at all", "iam:PutRolePermissionsBoundary", app, nil, eval.ExplicitDeny},
		{"deleting a role's boundary", "iam:DeleteRolePermissionsBoundary", app, boundedBy(memberTeam), eval.ExplicitDeny},
		{"deleting a user's boundary", "iam:DeleteUserPermissionsBoundary", user, boundedBy(memberTeam), eval.ExplicitDeny},
		{"the approved boundary on itself", "iam:PutRolePermissionsBoundary", own, boundedBy(memberTeam), eval.ExplicitDeny},
		{"the approved boundary on the role that reads", "iam:PutRolePermissionsBoundary", s.attribute("ReadRole", "Arn"), boundedBy(memberTeam), eval.ExplicitDeny},
		{"the approved boundary on the role that forwards", "iam:PutRolePermissionsBoundary", s.attribute("ForwardRole", "Arn"), boundedBy(memberTeam), eval.ExplicitDeny},
		{"the approved boundary on another role below its path", "iam:PutRolePermissionsBoundary", memberIAM + "role/ringfence/mallory", boundedBy(memberTeam), eval.Allow},

		{"a version of the approved policy", "iam:CreatePolicyVersion", memberTeam, nil, eval.Allow},
		{"its default version", "iam:SetDefaultPolicyVersion", memberTeam, nil, eval.Allow},
		{"pruning a version of it", "iam:DeletePolicyVersion", memberTeam, nil, eval.Allow},
		{"making it again", "iam:CreatePolicy", memberTeam, nil, eval.Allow},
		{"deleting it", "iam:DeletePolicy", memberTeam, nil, eval.ImplicitDeny},
		{"a version of another policy", "iam:CreatePolicyVersion", other, nil, eval.ExplicitDeny},
		{"a policy whose name begins alike", "iam:CreatePolicy", memberTeam + "2", nil, eval.ExplicitDeny},
		{"a version of its own boundary", "iam:CreatePolicyVersion", s.ref("MemberBoundary").(string), nil, eval.ExplicitDeny},

		{"a policy for itself", "iam:PutRolePolicy", own, nil, eval.ImplicitDeny},
		{"its own trust policy", "iam:UpdateAssumeRolePolicy", own, nil, eval.ImplicitDeny},
		{"attaching to a role", "iam:AttachRolePolicy", app, boundedBy(memberTeam), eval.ImplicitDeny},
		{"making a role", "iam:CreateRole", app, boundedBy(memberTeam), eval.ImplicitDeny},
		{"making an access key", "iam:CreateAccessKey", user, nil, eval.ImplicitDeny},
		{"taking a role", "sts:AssumeRole", app, nil, eval.ImplicitDeny},

		{"reading a role", "iam:GetRole", app, nil, eval.Allow},
		{"reading the members of a group", "iam:GetGroup", memberIAM + "group/admins", nil, eval.Allow},
		{"reading the account", "iam:GetAccountAuthorizationDetails", "*", nil, eval.Allow},
		{"reading an AWS managed policy", "iam:GetPolicyVersion", denyAll, nil, eval.Allow},
		{"reading who carries a policy", "iam:ListEntitiesForPolicy", memberTeam, nil, eval.Allow},
		{"reading an inline policy", "iam:GetRolePolicy", app, nil, eval.ImplicitDeny},
		{"reading who did it", "cloudtrail:LookupEvents", "*", nil, eval.ImplicitDeny},
		{"an event on the hub's bus", "events:PutEvents", single(t).attribute("OrgBus", "Arn"), nil, eval.ImplicitDeny},
		{"an object", "s3:GetObject", "arn:aws:s3:::bucket/key", nil, eval.ImplicitDeny},
	})
}

// The requests that the hub's report and sweep functions may make in a member account: reads.
func TestMemberReadRole(t *testing.T) {
	s := spokeIn(t, nil)
	app, user := memberIAM+"role/dev/app", memberIAM+"user/jane"
	s.requests("ReadRole", []request{
		{"reading the account", "iam:GetAccountAuthorizationDetails", "*", nil, eval.Allow},
		{"reading a role", "iam:GetRole", app, nil, eval.Allow},
		{"reading an inline policy", "iam:GetRolePolicy", app, nil, eval.Allow},
		{"reading what is attached", "iam:ListAttachedUserPolicies", user, nil, eval.Allow},
		{"reading a user's groups", "iam:ListGroupsForUser", user, nil, eval.Allow},
		{"reading versions", "iam:ListPolicyVersions", memberTeam, nil, eval.Allow},
		{"reading who carries a policy", "iam:ListEntitiesForPolicy", memberTeam, nil, eval.Allow},
		{"reading who did it", "cloudtrail:LookupEvents", "*", nil, eval.Allow},
		{"the approved boundary on a role", "iam:PutRolePermissionsBoundary", app, boundedBy(memberTeam), eval.ImplicitDeny},
		{"a version of the approved policy", "iam:CreatePolicyVersion", memberTeam, nil, eval.ImplicitDeny},
		{"a tag", "iam:TagRole", app, nil, eval.ImplicitDeny},
		{"taking a role", "sts:AssumeRole", app, nil, eval.ImplicitDeny},
		{"an object", "s3:GetObject", "arn:aws:s3:::bucket/key", nil, eval.ImplicitDeny},
	})
	p, arn := s.memberRole("ReadRole")
	for _, a := range catalog.Actions("iam") {
		if a.Level != catalog.Read && a.Level != catalog.List && slices.ContainsFunc([]string{"*", app, user, memberTeam, memberIAM + "group/g"}, func(on string) bool {
			return decided(t, p, arn, a.String(), on, member, boundedBy(memberTeam)) == eval.Allow
		}) {
			t.Errorf("it may %s", a)
		}
	}
}

// The forwarding role puts events on the hub's bus, and does nothing else, whatever policies it is
// given.
func TestMemberForwardRole(t *testing.T) {
	s, bus := spokeIn(t, nil), single(t).attribute("OrgBus", "Arn")
	s.requests("ForwardRole", []request{
		{"an event on the hub's bus", "events:PutEvents", bus, nil, eval.Allow},
		{"an event on the hub's default bus", "events:PutEvents", "arn:aws:events:us-east-1:" + account + ":event-bus/default", nil, eval.ImplicitDeny},
		{"an event on a bus of another account", "events:PutEvents", strings.Replace(bus, account, "333333333333", 1), nil, eval.ImplicitDeny},
		{"an event on its own bus", "events:PutEvents", "arn:aws:events:us-east-1:" + member + ":event-bus/default", nil, eval.ImplicitDeny},
		{"reading a role", "iam:GetRole", memberIAM + "role/x", nil, eval.ImplicitDeny},
	})
	p, arn := s.memberRole("ForwardRole")
	p.Identity = []*eval.Policy{everything(t)}
	for action, on := range map[string]string{
		"events:PutEvents": "arn:aws:events:us-east-1:" + member + ":event-bus/default", "iam:CreateRole": memberIAM + "role/x", "sts:AssumeRole": memberIAM + "role/x",
		"iam:PutRolePolicy": arn, "sqs:SendMessage": "arn:aws:sqs:us-east-1:" + member + ":orders", "s3:GetObject": "arn:aws:s3:::b/k",
		"iam:DeleteRolePermissionsBoundary": memberIAM + "role/x", "iam:CreatePolicyVersion": s.ref("MemberBoundary").(string),
	} {
		if got := decided(t, p, arn, action, on, member, boundedBy(memberTeam)); got == eval.Allow {
			t.Errorf("its boundary lets it %s on %s", action, on)
		}
	}
}

// A member role has the statements of the hub's own roles: what the functions may do in their own
// account, they may do in others, and no more.
func TestMemberRolesAreTheHubsRoles(t *testing.T) {
	s := spokeIn(t, nil)
	list := strings.Join(sampleConfig(t).Attachable("aws", member), ",")
	h := deployIn(t, translatedFile, map[string]any{"AWS::AccountId": member}, map[string]any{"ConfiguredBoundaryArns": list})
	iam := func(statements []any) map[string]any {
		out := map[string]any{}
		for _, statement := range statements {
			m := maps.Clone(statement.(map[string]any))
			if text := fmt.Sprint(m["Action"]); m["Sid"] == "NeverItself" || !strings.Contains(text, "iam:") && !strings.Contains(text, "cloudtrail:") {
				continue
			}
			out[fmt.Sprint(m["Sid"])] = m
		}
		return out
	}
	enforce := iam(s.get(s.properties("EnforceRole"), "Policies", 0, "PolicyDocument", "Statement").([]any))
	if diff := cmp.Diff(iam(h.statements("EnforcePolicy")), enforce); diff != "" || len(enforce) < 8 {
		t.Errorf("enforce (-hub +member):\n%s", diff)
	}
	want := map[string]bool{}
	for _, a := range h.granted("ReportPolicy", "SweepPolicy") {
		if strings.HasPrefix(a, "iam:") || strings.HasPrefix(a, "cloudtrail:") {
			want[a] = true
		}
	}
	got := map[string]bool{}
	for _, statement := range s.compile(s.get(s.properties("ReadRole"), "Policies", 0, "PolicyDocument")).Document.Statements {
		for _, a := range statement.Action.Values {
			got[a] = true
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("read (-hub +member):\n%s", diff)
	}
}

// The chain of trust: only the hub's function, in the hub's account, of the organization, with the
// external id. The first table is about the roles' trust alone: the caller's own policies allow
// everything.
func TestOnlyTheHubAssumesMemberRoles(t *testing.T) {
	s, h := spokeIn(t, nil), single(t)
	given := func(external, organization string) map[string][]string {
		context := map[string][]string{"aws:ResourceOrgID": {organizationID}}
		if external != "" {
			context["sts:ExternalId"] = []string{external}
		}
		if organization != "" {
			context["aws:PrincipalOrgID"] = []string{organization}
		}
		return context
	}
	right := given(externalID, organizationID)
	hubRole := func(id string) string { return h.attribute(id+"Role", "Arn") }
	for _, c := range []struct {
		name, who     string
		context       map[string][]string
		enforce, read bool
	}{
		{"enforce", hubRole("Enforce"), right, true, false},
		{"report", hubRole("Report"), right, false, true},
		{"sweep", hubRole("Sweep"), right, false, true},
		{"enforce, without the external id", hubRole("Enforce"), given("", organizationID), false, false},
		{"sweep, without the external id", hubRole("Sweep"), given("", organizationID), false, false},
		{"enforce, with another external id", hubRole("Enforce"), given(externalID+"x", organizationID), false, false},
		{"enforce, with the external id in upper case", hubRole("Enforce"), given(strings.ToUpper(externalID), organizationID), false, false},
		{"enforce of another organization", hubRole("Enforce"), given(externalID, "o-0000000000"), false, false},
		{"enforce of no organization", hubRole("Enforce"), given(externalID, ""), false, false},
		{"another role of the hub's stack", hubRole("Canary"), right, false, false},
		{"the role of AWS Config", hubRole("ConfigRule"), right, false, false},
		{"an administrator of the hub's account", iamARN + "role/admin", right, false, false},
		{"the root user of the hub's account", "arn:aws:iam::" + account + ":root", right, false, false},
		{"a user of the hub's account with the name", iamARN + "user/ringfence/ringfence-enforce", right, false, false},
		{"a role of the hub's account with the name, outside the path", iamARN + "role/ringfence-enforce", right, false, false},
		{"a role of the hub's account with a longer name", hubRole("Enforce") + "2", right, false, false},
		{"the same role of another account", strings.Replace(hubRole("Enforce"), account, "333333333333", 1), right, false, false},
		{"the same role of the member account", strings.Replace(hubRole("Enforce"), account, member, 1), right, false, false},
		{"an administrator of the member account", memberIAM + "role/admin", right, false, false},
		{"a service", "lambda.amazonaws.com", right, false, false},
	} {
		for role, want := range map[string]bool{"EnforceRole": c.enforce, "ReadRole": c.read} {
			p := &eval.Policies{Identity: []*eval.Policy{everything(t)}, Resource: s.compile(s.properties(role)["AssumeRolePolicyDocument"])}
			if got := decided(t, p, c.who, "sts:AssumeRole", s.attribute(role, "Arn"), member, c.context) == eval.Allow; got != want {
				t.Errorf("%s assumes %s: %v", c.name, role, got)
			}
			for _, action := range []string{"sts:TagSession", "sts:SetSourceIdentity", "sts:AssumeRoleWithWebIdentity"} {
				if decided(t, p, c.who, action, s.attribute(role, "Arn"), member, c.context) == eval.Allow {
					t.Errorf("%s: %s on %s", c.name, action, role)
				}
			}
		}
	}
	// The hub's side: its roles' own policies and boundary, alone and with the policies of infra/, and
	// a trust policy that admits everybody.
	for _, c := range []struct {
		function, on, organization string
		want                       bool
	}{
		{"Enforce", s.attribute("EnforceRole", "Arn"), organizationID, true},
		{"Report", s.attribute("ReadRole", "Arn"), organizationID, true},
		{"Sweep", s.attribute("ReadRole", "Arn"), organizationID, true},
		{"Enforce", s.attribute("ReadRole", "Arn"), organizationID, false},
		{"Report", s.attribute("EnforceRole", "Arn"), organizationID, false},
		{"Sweep", s.attribute("EnforceRole", "Arn"), organizationID, false},
		{"Enforce", s.attribute("EnforceRole", "Arn"), "o-0000000000", false},
		{"Enforce", s.attribute("EnforceRole", "Arn"), "", false},
		{"Enforce", s.attribute("EnforceRole", "Arn") + "2", organizationID, false},
		{"Enforce", s.attribute("ForwardRole", "Arn"), organizationID, false},
		{"Enforce", memberIAM + "role/OrganizationAccountAccessRole", organizationID, false},
		{"Sweep", memberIAM + "role/ringfence-member-read", organizationID, false},
	} {
		role := h.role(c.function)
		context := map[string][]string{"aws:PrincipalOrgID": {organizationID}, "sts:ExternalId": {externalID}}
		if c.organization != "" {
			context["aws:ResourceOrgID"] = []string{c.organization}
		}
		own := *role.policies
		own.Resource = document(t, anybody)
		guarded := own
		guarded.ServiceControl, guarded.ResourceControl = organization(t).ServiceControl, resourceControl(t)
		for what, p := range map[string]*eval.Policies{"by its own policies": &own, "in the organization": &guarded} {
			if got := decided(t, p, role.arn, "sts:AssumeRole", c.on, member, context) == eval.Allow; got != c.want {
				t.Errorf("%s assumes %s of %q, %s: %v", c.function, c.on, c.organization, what, got)
			}
		}
	}
	for _, role := range []string{"EnforceRole", "ReadRole"} {
		if got := s.properties(role)["MaxSessionDuration"].(float64); got != 3600 {
			t.Errorf("sessions of %s last for %v s", role, got)
		}
	}
}

// An administrator of a member account can only read the parts of the spoke, where the SCPs apply.
// StackSets and Control Tower bring them there.
func TestMemberAdministratorsOnlyReadTheSpoke(t *testing.T) {
	s, p, asked := spokeIn(t, nil), organization(t), 0
	var parts []string
	for _, kind := range []string{"AWS::Events::Rule", "AWS::IAM::Role", "AWS::SQS::Queue"} {
		for _, id := range s.ofType(kind) {
			parts = append(parts, s.attribute(id, "Arn"))
		}
	}
	for _, id := range s.ofType("AWS::IAM::ManagedPolicy") {
		parts = append(parts, s.ref(id).(string))
	}
	parts = append(parts, "arn:aws:cloudformation:us-east-1:"+member+":stack/"+s.values["AWS::StackName"].(string)+"/1")
	messages := []string{"sqs:CancelMessageMoveTask", "sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:ReceiveMessage", "sqs:SendMessage", "sqs:StartMessageMoveTask"}
	for _, arn := range parts {
		for _, a := range actionsOn(arn) {
			asked++
			q := *p
			if strings.HasPrefix(a.String(), "sts:") {
				q.Resource = document(t, anybody)
			}
			context := boundedBy(memberTeam)
			if got := decided(t, &q, memberIAM+"role/admin", a.String(), arn, member, context) == eval.Allow; got != isRead(a) {
				t.Errorf("an administrator: %s on %s: %v", a, arn, got)
			}
			if strings.HasPrefix(a.String(), "sts:") || a.String() == "iam:DeleteRolePermissionsBoundary" || slices.Contains(messages, a.String()) {
				continue // no deployment needs these
			}
			for _, who := range []string{"stacksets-exec-0123456789abcdef", "AWSControlTowerExecution"} {
				if got := decided(t, &q, memberIAM+"role/"+who, a.String(), arn, member, context); got != eval.Allow {
					t.Errorf("%s: %s on %s: %s", who, a, arn, got)
				}
			}
		}
	}
	if asked < 200 {
		t.Errorf("only %d requests", asked)
	}
}

// No statement of the spoke has an action with a wildcard, and "*" is the resource only of denials,
// of actions without a resource, and of the boundary.
func TestNoWildcardActionsInMembers(t *testing.T) {
	s := spokeIn(t, nil)
	documents := map[string]any{"MemberBoundary": s.properties("MemberBoundary")["PolicyDocument"]}
	for _, id := range s.ofType("AWS::IAM::Role") {
		documents[id] = s.get(s.properties(id), "Policies", 0, "PolicyDocument")
	}
	for id, d := range documents {
		for _, statement := range s.compile(d).Document.Statements {
			for _, a := range statement.Action.Values {
				if strings.ContainsAny(a, "*?") || statement.Action.Not {
					t.Errorf("%s, %s: %s", id, statement.Sid, a)
				}
				if slices.Contains(statement.Resource.Values, "*") && statement.Effect == "Allow" && id != "MemberBoundary" &&
					!slices.Contains([]string{"cloudtrail:LookupEvents", "iam:GetAccountAuthorizationDetails"}, a) {
					t.Errorf("%s, %s: %s on every resource", id, statement.Sid, a)
				}
			}
		}
	}
}

// In an environment that allows no role without the company's boundary, path and prefix, the roles
// have these, and the hub's roles are trusted by the same path and prefix.
func TestRestrictedMembers(t *testing.T) {
	restricted := map[string]any{"RolePath": "/platform/", "RoleNamePrefix": "acme-"}
	s := deployIn(t, spokeFile, map[string]any{"AWS::AccountId": member}, merge(restricted, map[string]any{
		"HubAccountId": account, "OrganizationId": organizationID, "ExternalId": externalID, "RoleBoundaryName": "company/limit",
	}))
	h := deploy(t, translatedFile, merge(restricted, map[string]any{"ConfiguredBoundaryArns": team, "OrganizationId": organizationID, "ExternalId": externalID}))
	for _, id := range s.ofType("AWS::IAM::Role") {
		if got := s.properties(id)["PermissionsBoundary"]; got != memberIAM+"policy/company/limit" || !strings.HasPrefix(s.attribute(id, "Arn"), memberIAM+"role/platform/acme-ringfence-member-") {
			t.Errorf("%s has the boundary %v", s.attribute(id, "Arn"), got)
		}
	}
	context := map[string][]string{"sts:ExternalId": {externalID}, "aws:PrincipalOrgID": {organizationID}, "aws:ResourceOrgID": {organizationID}}
	p := *h.role("Enforce").policies
	p.Resource = s.compile(s.properties("EnforceRole")["AssumeRolePolicyDocument"])
	if got := decided(t, &p, h.attribute("EnforceRole", "Arn"), "sts:AssumeRole", s.attribute("EnforceRole", "Arn"), member, context); got != eval.Allow {
		t.Errorf("the hub assumes the role: %s", got)
	}
	if got := strings.ReplaceAll(h.environment("Enforce")["RINGFENCE_MEMBER_ROLE"].(string), "${account}", member); got != s.attribute("EnforceRole", "Arn") {
		t.Errorf("enforce assumes %s", got)
	}
	if got := strings.ReplaceAll(h.environment("Sweep")["RINGFENCE_MEMBER_ROLE"].(string), "${account}", member); got != s.attribute("ReadRole", "Arn") {
		t.Errorf("sweep assumes %s", got)
	}
}

func merge(all ...map[string]any) map[string]any {
	out := map[string]any{}
	for _, m := range all {
		maps.Copy(out, m)
	}
	return out
}
