package eval

import "testing"

// Ensure that a resource policy gets past the implicit deny of a boundary, of the
// identity policies and of a session policy exactly where AWS says so.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
func TestBypass(t *testing.T) {
	star := `"Principal":"*"`
	starAWS := to("*")
	arnIs := func(arn string) string { return when("ArnEquals", "aws:PrincipalArn", arn) }
	const (
		nobody   = iota // neither boundary nor session policy nor identity policies allow
		identity        // the identity policies do
		capped          // identity policies do not, boundary and session policy do
	)
	for _, c := range []struct {
		name      string
		caller    string
		principal string
		condition string
		situation int
		want      Outcome
		by        Layer
	}{
		{"user ARN", user, to(user), "", nobody, Allow, ResourcePolicy},
		{"another user's ARN", user, to(fedUser), "", nobody, ImplicitDeny, IdentityPolicies},
		{"user ARN without its path", user, to("arn:aws:iam::111122223333:user/jane"), "", nobody, ImplicitDeny, IdentityPolicies},
		{"user ARN in another case", user, to("arn:aws:iam::111122223333:user/dev/Jane"), "", nobody, ImplicitDeny, IdentityPolicies},

		{"role ARN", session, to(role), "", nobody, ImplicitDeny, PermissionsBoundaries},
		{"role ARN, identity policies allow too", session, to(role), "", identity, ImplicitDeny, PermissionsBoundaries},
		{"role ARN, boundary and session policy allow", session, to(role), "", capped, Allow, ResourcePolicy},
		{"role ARN as the caller", role, to(role), "", nobody, ImplicitDeny, PermissionsBoundaries},
		{"role ARN with a path", session, to("arn:aws:iam::111122223333:role/a/b/app"), "", capped, Allow, ResourcePolicy},
		{"role ARN of another role", session, to("arn:aws:iam::111122223333:role/a/app2"), "", capped, ImplicitDeny, IdentityPolicies},
		{"role ARN of another account", session, to("arn:aws:iam::444455556666:role/app"), "", capped, ImplicitDeny, IdentityPolicies},

		{"* with PrincipalArn the role", session, star, arnIs(role), nobody, Allow, ResourcePolicy},
		{"AWS * with PrincipalArn the role", session, starAWS, arnIs(role), nobody, Allow, ResourcePolicy},
		{"* with PrincipalArn the role, caller given as role", role, star, arnIs(role), nobody, Allow, ResourcePolicy},
		{"* with PrincipalArn another role", session, star, arnIs(role + "2"), nobody, ImplicitDeny, IdentityPolicies},
		{"* with PrincipalArn the session", session, star, arnIs(session), nobody, ImplicitDeny, IdentityPolicies},

		{"account root with PrincipalArn the role", session, to(rootUser), arnIs(role), nobody, ImplicitDeny, IdentityPolicies},
		{"account root with PrincipalArn, identity allows", session, to(rootUser), arnIs(role), identity, ImplicitDeny, PermissionsBoundaries},
		{"account id", session, to(account), "", capped, ImplicitDeny, IdentityPolicies},

		{"role session ARN", session, to(session), "", nobody, Allow, ResourcePolicy},
		{"another session's ARN", session, to(session + "x"), "", nobody, ImplicitDeny, IdentityPolicies},

		{"federated user ARN", fed, to(fed), "", nobody, Allow, ResourcePolicy},
		{"parent user's ARN", fed, to(fedUser), "", nobody, ImplicitDeny, PermissionsBoundaries},
		{"parent user's ARN, boundary and session policy allow", fed, to(fedUser), "", capped, Allow, ResourcePolicy},
		{"another federated user's ARN", fed, to(fed + "x"), "", nobody, ImplicitDeny, IdentityPolicies},
	} {
		t.Run(c.name, func(t *testing.T) {
			more := []string{c.principal}
			if c.condition != "" {
				more = append(more, c.condition)
			}
			elsewhere := statements(allow("ec2:*", "*"))
			s := scene{
				principal: c.caller, action: "s3:GetObject", resource: object, account: account,
				policy:   statements(allow("s3:GetObject", "arn:aws:s3:::bucket/*", more...)),
				boundary: []string{elsewhere},
			}
			if c.caller != user {
				s.session = []string{elsewhere}
			}
			switch c.situation {
			case identity:
				s.identity = []string{statements(allow("s3:*", "*"))}
			case capped:
				s.boundary = []string{statements(allow("s3:*", "*"))}
				s.session = s.boundary
			}
			s.want(t, c.want, c.by)

			// An explicit Deny beats all of them, in whichever layer.
			no := []string{statements(allow("s3:*", "*"), deny("s3:GetObject", "*"))}
			s.boundary = no
			s.want(t, ExplicitDeny, PermissionsBoundaries)
			s.identity = no
			s.want(t, ExplicitDeny, IdentityPolicies)
		})
	}
}

// Ensure that the bypass heeds all of the statement, not its principal alone.
func TestBypassHeedsTheWholeStatement(t *testing.T) {
	for name, policy := range map[string]string{
		"resource":    statements(allow("s3:GetObject", "arn:aws:s3:::bucket/other/*", to(user))),
		"notResource": `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:GetObject","NotResource":"arn:aws:s3:::bucket/k*","Principal":{"AWS":"` + user + `"}}}`,
		"action":      statements(allow("s3:PutObject", "arn:aws:s3:::bucket/*", to(user))),
		"condition":   statements(allow("s3:GetObject", "arn:aws:s3:::bucket/*", to(user), when("Bool", "aws:SecureTransport", "true"))),
	} {
		t.Run(name, func(t *testing.T) {
			scene{
				principal: user, action: "s3:GetObject", resource: object, policy: policy,
				identity: []string{statements(allow("s3:*", "*"))},
				boundary: []string{statements(allow("ec2:*", "*"))},
			}.want(t, ImplicitDeny, PermissionsBoundaries)
		})
	}
}

// Ensure that NotPrincipal with Deny spares only the caller that it names, and nobody
// who has a boundary.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
func TestNotPrincipal(t *testing.T) {
	everything := []string{statements(allow("*", "*"))}
	policy := func(effect string, but ...string) string {
		list := ""
		for i, arn := range but {
			if i > 0 {
				list += ","
			}
			list += `"` + arn + `"`
		}
		return `{"Version":"2012-10-17","Statement":{"Effect":"` + effect + `","Action":"s3:*","Resource":"*","NotPrincipal":{"AWS":[` + list + `]}}}`
	}
	for _, c := range []struct {
		name     string
		caller   string
		policy   string
		boundary []string
		want     Outcome
		by       Layer
	}{
		{"named user", user, policy("Deny", user, rootUser), nil, Allow, IdentityPolicies},
		{"named user with a boundary", user, policy("Deny", user, rootUser), everything, ExplicitDeny, ResourcePolicy},
		{"named role", session, policy("Deny", role), nil, Allow, IdentityPolicies},
		{"named role with a boundary", session, policy("Deny", role), everything, ExplicitDeny, ResourcePolicy},
		{"named session with a boundary", session, policy("Deny", session), everything, ExplicitDeny, ResourcePolicy},
		{"account only", user, policy("Deny", rootUser), nil, ExplicitDeny, ResourcePolicy},
		{"root itself", rootUser, policy("Deny", rootUser), everything, Allow, IdentityPolicies},
		{"somebody else", user, policy("Deny", fedUser), nil, ExplicitDeny, ResourcePolicy},
		{"Allow spares the named", user, policy("Allow", user), []string{statements(allow("ec2:*", "*"))}, ImplicitDeny, PermissionsBoundaries},
		{"Allow to all others", user, policy("Allow", fedUser), []string{statements(allow("ec2:*", "*"))}, Allow, ResourcePolicy},
	} {
		t.Run(c.name, func(t *testing.T) {
			scene{
				principal: c.caller, action: "s3:GetObject", resource: object,
				identity: everything, boundary: c.boundary, policy: c.policy,
			}.want(t, c.want, c.by)
		})
	}
}
