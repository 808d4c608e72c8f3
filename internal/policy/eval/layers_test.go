package eval

import "testing"

var (
	all    = statements(allow("*", "*"))
	s3     = statements(allow("s3:*", "*"))
	ec2    = statements(allow("ec2:*", "*"))
	noGet  = statements(allow("*", "*"), deny("s3:GetObject", "*"))
	public = statements(allow("s3:GetObject", "*", `"Principal":"*"`))
)

// Ensure that identity policies and boundary intersect as AWS's own table says.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
func TestIdentityAndBoundary(t *testing.T) {
	for _, c := range []struct {
		name               string
		action             string
		identity, boundary []string
		want               Outcome
		by                 Layer
	}{
		{"inside both", "s3:GetObject", []string{s3}, []string{statements(allow("s3:GetObject", "*"))}, Allow, IdentityPolicies},
		{"outside the boundary", "s3:PutObject", []string{s3}, []string{statements(allow("s3:GetObject", "*"))}, ImplicitDeny, PermissionsBoundaries},
		{"no overlap", "ec2:RunInstances", []string{ec2}, []string{s3}, ImplicitDeny, PermissionsBoundaries},
		{"a boundary never grants", "s3:GetObject", nil, []string{s3}, ImplicitDeny, IdentityPolicies},
		{"no boundary", "s3:GetObject", []string{s3}, nil, Allow, IdentityPolicies},
		{"nothing at all", "s3:GetObject", nil, nil, ImplicitDeny, IdentityPolicies},
		{"second policy allows", "s3:GetObject", []string{ec2, s3}, nil, Allow, IdentityPolicies},
		{"Deny in another policy", "s3:GetObject", []string{s3, noGet}, nil, ExplicitDeny, IdentityPolicies},
		{"Deny in the boundary", "s3:GetObject", []string{s3}, []string{noGet}, ExplicitDeny, PermissionsBoundaries},
		{"every boundary must allow", "s3:GetObject", []string{s3}, []string{s3, ec2}, ImplicitDeny, PermissionsBoundaries},
		{"Deny in a later boundary", "s3:GetObject", []string{s3}, []string{ec2, noGet}, ExplicitDeny, PermissionsBoundaries},
	} {
		t.Run(c.name, func(t *testing.T) {
			scene{principal: user, action: c.action, resource: object, identity: c.identity, boundary: c.boundary}.want(t, c.want, c.by)
		})
	}
}

// Ensure that each layer is asked of the callers that it is for, and only of them.
func TestLayers(t *testing.T) {
	const linked = "arn:aws:iam::111122223333:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS"
	get := func(principal string) scene {
		return scene{principal: principal, action: "s3:GetObject", resource: object, identity: []string{s3}}
	}
	for _, c := range []struct {
		name  string
		scene scene
		edit  func(*scene)
		want  Outcome
		by    Layer
	}{
		{"SCP allows", get(user), func(s *scene) { s.scps = [][]string{{all}, {s3}} }, Allow, IdentityPolicies},
		{"one level's SCP does not allow", get(user), func(s *scene) { s.scps = [][]string{{all}, {ec2}, {all}} }, ImplicitDeny, ServiceControlPolicies},
		{"one of a level's SCPs allows", get(user), func(s *scene) { s.scps = [][]string{{ec2, s3}} }, Allow, IdentityPolicies},
		{"a level without SCPs", get(user), func(s *scene) { s.scps = [][]string{{all}, {}} }, ImplicitDeny, ServiceControlPolicies},
		{"SCP denies at the last level", get(user), func(s *scene) { s.scps = [][]string{{ec2}, {noGet}} }, ExplicitDeny, ServiceControlPolicies},
		{"only Deny in an SCP", get(user), func(s *scene) { s.scps = [][]string{{statements(deny("ec2:*", "*"))}} }, ImplicitDeny, ServiceControlPolicies},
		{"SCP limits a session", get(session), func(s *scene) { s.scps = [][]string{{ec2}} }, ImplicitDeny, ServiceControlPolicies},
		{"SCP limits root", get(rootUser), func(s *scene) { s.scps = [][]string{{ec2}} }, ImplicitDeny, ServiceControlPolicies},
		{"SCP beats a direct grant", get(user), func(s *scene) { s.scps = [][]string{{ec2}}; s.policy = public }, ImplicitDeny, ServiceControlPolicies},
		{"SCP spares a service-linked role", get(linked), func(s *scene) { s.scps = [][]string{{noGet}} }, Allow, IdentityPolicies},
		{"SCP spares a service", get("sns.amazonaws.com"), func(s *scene) { s.scps = [][]string{{noGet}}; s.policy = public }, Allow, ResourcePolicy},

		{"RCP allows", get(user), func(s *scene) { s.rcps = [][]string{{statements(allow("*", "*", `"Principal":"*"`))}} }, Allow, IdentityPolicies},
		{"RCP denies", get(user), func(s *scene) { s.rcps = [][]string{{statements(deny("s3:*", "*", `"Principal":"*"`))}} }, ExplicitDeny, ResourceControlPolicies},
		{"RCP with only a Deny elsewhere", get(user), func(s *scene) { s.rcps = [][]string{{statements(deny("sqs:*", "*", `"Principal":"*"`))}} }, Allow, IdentityPolicies},
		{"RCP without an Allow for it", get(user), func(s *scene) { s.rcps = [][]string{{all}, {statements(allow("sqs:*", "*", `"Principal":"*"`))}} }, ImplicitDeny, ResourceControlPolicies},
		{"RCP limits the anonymous", get("*"), func(s *scene) { s.policy = public; s.rcps = [][]string{{noGet}} }, ExplicitDeny, ResourceControlPolicies},
		{"RCP spares a service-linked role", get(linked), func(s *scene) { s.rcps = [][]string{{noGet}} }, Allow, IdentityPolicies},

		{"root needs nothing", get(rootUser), func(s *scene) { s.identity = nil }, Allow, IdentityPolicies},
		{"root is not bounded", get(rootUser), func(s *scene) { s.identity, s.boundary = nil, []string{noGet} }, Allow, IdentityPolicies},
		{"root meets the resource's Deny", get(rootUser), func(s *scene) { s.policy = statements(deny("s3:*", "*", to("*"))) }, ExplicitDeny, ResourcePolicy},

		{"session policy intersects", get(session), func(s *scene) { s.session = []string{ec2} }, ImplicitDeny, SessionPolicy},
		{"session policy allows", get(session), func(s *scene) { s.session = []string{s3} }, Allow, IdentityPolicies},
		{"session policy never grants", get(session), func(s *scene) { s.identity, s.session = nil, []string{s3} }, ImplicitDeny, IdentityPolicies},
		{"session policy denies", get(session), func(s *scene) { s.session = []string{noGet} }, ExplicitDeny, SessionPolicy},
		{"two session policies", get(session), func(s *scene) { s.session = []string{ec2, s3} }, Allow, IdentityPolicies},
		{"no session policy on a role session", get(session), nil, Allow, IdentityPolicies},
		{"no session policy on a federated user", get(fed), nil, ImplicitDeny, SessionPolicy},
		{"session policy on a federated user", get(fed), func(s *scene) { s.session = []string{s3} }, Allow, IdentityPolicies},
		{"users have no session policy", get(user), func(s *scene) { s.session = []string{ec2} }, Allow, IdentityPolicies},

		{"resource policy alone, same account", get(user), func(s *scene) { s.identity, s.policy = nil, public }, Allow, ResourcePolicy},
		{"resource policy denies", get(user), func(s *scene) { s.policy = statements(deny("s3:*", "*", to(account))) }, ExplicitDeny, ResourcePolicy},
		{"resource policy denies another account", get(user), func(s *scene) { s.policy = statements(deny("s3:*", "*", to(other2))) }, Allow, IdentityPolicies},
		{"anonymous", get("*"), func(s *scene) { s.policy = public }, Allow, ResourcePolicy},
		{"anonymous, named principals only", get("*"), func(s *scene) { s.policy = statements(allow("s3:*", "*", to(user))) }, ImplicitDeny, ResourcePolicy},
		{"anonymous, no policy", get("*"), nil, ImplicitDeny, ResourcePolicy},
		{"service named", get("logs.amazonaws.com"), func(s *scene) {
			s.policy = statements(allow("s3:*", "*", `"Principal":{"Service":["sns.amazonaws.com","logs.amazonaws.com"]}`))
		}, Allow, ResourcePolicy},
		{"another service named", get("logs.amazonaws.com"), func(s *scene) {
			s.policy = statements(allow("s3:*", "*", `"Principal":{"Service":"sns.amazonaws.com"}`))
		}, ImplicitDeny, ResourcePolicy},
		{"service without a policy", get("logs.amazonaws.com"), nil, ImplicitDeny, ResourcePolicy},

		{"named by unique id", get(user), func(s *scene) {
			s.identity, s.policy = nil, statements(allow("s3:*", "*", to("AIDAEXAMPLE")))
			s.edit = func(r *Request) { r.Principal.UserID = "AIDAEXAMPLE" }
		}, Allow, ResourcePolicy},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.edit != nil {
				c.edit(&c.scene)
			}
			c.scene.want(t, c.want, c.by)
		})
	}
}

// Ensure that across accounts both sides must allow, and that the caller's side is its
// identity policies within boundary, session policy and SCPs.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
func TestCrossAccount(t *testing.T) {
	grant := func(principal string) string { return statements(allow("s3:*", "*", to(principal))) }
	for _, c := range []struct {
		name string
		edit func(*scene)
		want Outcome
		by   Layer
	}{
		{"both allow, user named", func(s *scene) { s.policy = grant(user) }, Allow, IdentityPolicies},
		{"both allow, account named", func(s *scene) { s.policy = grant(account) }, Allow, IdentityPolicies},
		{"both allow, everybody", func(s *scene) { s.policy = grant("*") }, Allow, IdentityPolicies},
		{"no resource policy", nil, ImplicitDeny, ResourcePolicy},
		{"resource policy names another account", func(s *scene) { s.policy = grant(other2) }, ImplicitDeny, ResourcePolicy},
		{"identity does not allow, user named", func(s *scene) { s.policy, s.identity = grant(user), nil }, ImplicitDeny, IdentityPolicies},
		{"identity does not allow, everybody", func(s *scene) { s.policy, s.identity = grant("*"), nil }, ImplicitDeny, IdentityPolicies},
		{"boundary does not allow, user named", func(s *scene) { s.policy, s.boundary = grant(user), []string{ec2} }, ImplicitDeny, PermissionsBoundaries},
		{"boundary does not allow, session named", func(s *scene) {
			s.principal, s.policy, s.boundary = session, grant(session), []string{ec2}
		}, ImplicitDeny, PermissionsBoundaries},
		{"session policy does not allow, session named", func(s *scene) {
			s.principal, s.policy, s.session = session, grant(session), []string{ec2}
		}, ImplicitDeny, SessionPolicy},
		{"identity does not allow, role named", func(s *scene) {
			s.principal, s.policy, s.identity = session, grant(role), nil
		}, ImplicitDeny, IdentityPolicies},
		{"SCP of the caller's account", func(s *scene) { s.policy, s.scps = grant(user), [][]string{{ec2}} }, ImplicitDeny, ServiceControlPolicies},
		{"RCP of the resource's account", func(s *scene) { s.policy, s.rcps = grant(user), [][]string{{noGet}} }, ExplicitDeny, ResourceControlPolicies},
		{"root of the other account", func(s *scene) { s.principal, s.identity, s.policy = rootUser, nil, grant(account) }, Allow, IdentityPolicies},
		{"root of the other account, not named", func(s *scene) { s.principal, s.identity = rootUser, nil }, ImplicitDeny, ResourcePolicy},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := scene{principal: user, action: "s3:GetObject", resource: object, account: other2, identity: []string{s3}}
			if c.edit != nil {
				c.edit(&s)
			}
			s.want(t, c.want, c.by)
			if d := s.evaluate(t); !d.CrossAccount {
				t.Error("not seen as cross-account")
			}
		})
	}
	t.Run("account read from the ARN", func(t *testing.T) {
		scene{
			principal: user, action: "sqs:SendMessage", identity: []string{all},
			resource: "arn:aws:sqs:eu-west-1:444455556666:q",
		}.want(t, ImplicitDeny, ResourcePolicy)
	})
}

// Ensure that trust policies and key policies must allow even within one account.
func TestMustAllow(t *testing.T) {
	const target = "arn:aws:iam::111122223333:role/target"
	trust := func(principal string) string { return statements(allow("sts:AssumeRole", "", to(principal))) }
	assume := scene{principal: user, action: "sts:AssumeRole", resource: target, identity: []string{all}}
	decrypt := scene{principal: user, action: "KMS:Decrypt", resource: key, identity: []string{all}}
	for _, c := range []struct {
		name  string
		scene scene
		edit  func(*scene)
		want  Outcome
		by    Layer
	}{
		{"trust policy is silent", assume, func(s *scene) { s.policy = trust(fedUser) }, ImplicitDeny, ResourcePolicy},
		{"no trust policy", assume, nil, ImplicitDeny, ResourcePolicy},
		{"trust policy names the account, identity allows", assume, func(s *scene) { s.policy = trust(rootUser) }, Allow, IdentityPolicies},
		{"trust policy names the account, identity does not", assume, func(s *scene) { s.policy, s.identity = trust(rootUser), nil }, ImplicitDeny, IdentityPolicies},
		{"trust policy names the user", assume, func(s *scene) { s.policy, s.identity = trust(user), nil }, Allow, ResourcePolicy},
		{"trust policy names the role", assume, func(s *scene) { s.principal, s.policy, s.identity = session, trust(role), nil }, Allow, ResourcePolicy},
		{"trust policy names the role, boundary does not allow", assume, func(s *scene) {
			s.principal, s.policy, s.boundary = session, trust(role), []string{s3}
		}, ImplicitDeny, PermissionsBoundaries},
		{"trust policy for a service", assume, func(s *scene) {
			s.principal, s.policy = "ec2.amazonaws.com", statements(allow("sts:AssumeRole", "", `"Principal":{"Service":"ec2.amazonaws.com"}`))
		}, Allow, ResourcePolicy},
		{"trust policy for an identity provider", assume, func(s *scene) {
			s.principal, s.action = "arn:aws:iam::111122223333:oidc-provider/idp.example.com", "sts:AssumeRoleWithWebIdentity"
			s.policy = statements(allow("sts:AssumeRoleWithWebIdentity", "", `"Principal":{"Federated":"arn:aws:iam::111122223333:oidc-provider/idp.example.com"}`))
		}, Allow, ResourcePolicy},
		{"other sts action", assume, func(s *scene) { s.action, s.resource = "sts:GetSessionToken", "*" }, Allow, IdentityPolicies},

		{"key policy is silent", decrypt, func(s *scene) { s.policy = statements(allow("kms:*", "*", to(fedUser))) }, ImplicitDeny, ResourcePolicy},
		{"no key policy", decrypt, nil, ImplicitDeny, ResourcePolicy},
		{"key policy names the account", decrypt, func(s *scene) { s.policy = statements(allow("kms:*", "*", to(rootUser))) }, Allow, IdentityPolicies},
		{"key policy names the account, identity does not allow", decrypt, func(s *scene) {
			s.identity, s.policy = nil, statements(allow("kms:*", "*", to(rootUser)))
		}, ImplicitDeny, IdentityPolicies},
		{"key policy names the user", decrypt, func(s *scene) { s.identity, s.policy = nil, statements(allow("kms:*", "*", to(user))) }, Allow, ResourcePolicy},
		{"key policy leaves out root", decrypt, func(s *scene) {
			s.principal, s.policy = rootUser, statements(allow("kms:*", "*", to(user)))
		}, ImplicitDeny, ResourcePolicy},
		{"no key", decrypt, func(s *scene) { s.action, s.resource = "kms:ListKeys", "*" }, Allow, IdentityPolicies},
		{"a queue needs no policy", decrypt, func(s *scene) { s.action, s.resource = "sqs:SendMessage", queue }, Allow, IdentityPolicies},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.edit != nil {
				c.edit(&c.scene)
			}
			c.scene.want(t, c.want, c.by)
		})
	}
}

// Ensure that the decision names the statement, and says why the other layers did
// not decide.
func TestDecisionGivesReasons(t *testing.T) {
	d := scene{
		principal: session, action: "s3:GetObject", resource: object,
		identity: []string{ec2, statements(allow("sqs:*", "*"), allow("s3:*", "*"))},
		boundary: []string{statements(allow("s3:List*", "*"), allow("s3:*", "*"), deny("iam:*", "*"))},
		scps:     [][]string{{all}, {ec2, s3}},
	}.evaluate(t)
	want := Decision{
		Outcome: Allow, DecidedBy: IdentityPolicies, Place: Place{-1, 1, 1},
		Layers: [layers]LayerAnswer{
			ResourceControlPolicies: says(NotGiven),
			ServiceControlPolicies:  {Allowed, false, Place{1, 1, 0}},
			EndpointPolicies:        says(NotGiven),
			ResourcePolicy:          says(NotGiven),
			IdentityPolicies:        {Allowed, false, Place{-1, 1, 1}},
			PermissionsBoundaries:   {Allowed, false, Place{-1, 0, 1}},
			SessionPolicy:           says(NotGiven),
		},
	}
	if d != want {
		t.Errorf("\n%+v, want\n%+v", d, want)
	}

	d = scene{
		principal: user, action: "s3:GetObject", resource: object, policy: public,
		boundary: []string{ec2}, identity: []string{ec2},
	}.evaluate(t)
	if d.Layers[IdentityPolicies].Reason != NotNeeded || d.Layers[PermissionsBoundaries].Reason != NotNeeded {
		t.Errorf("%+v", d.Layers)
	}
	for l := range layers {
		if l.String() == "" || d.Layers[l].Reason.String() == "" {
			t.Errorf("layer %d has no words", l)
		}
	}
}
