package eval

import "testing"

// TestEndpointPolicies: the policy of the VPC endpoint must allow, grants nothing, and also limits
// callers that no boundary limits.
//
// https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
func TestEndpointPolicies(t *testing.T) {
	const (
		linked = "arn:aws:iam::111122223333:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS"
		anyone = `"Principal":"*"`
	)
	full := statements(allow("*", "*", anyone))
	noGet := statements(allow("*", "*", anyone), deny("s3:GetObject", "*", anyone))
	onlyEC2 := statements(allow("ec2:*", "*", anyone))
	get := scene{principal: user, action: "s3:GetObject", resource: object, identity: []string{s3}}
	send := scene{principal: user, action: "sqs:SendMessage", resource: queue, identity: []string{all}}
	for _, c := range []struct {
		name      string
		scene     scene
		edit      func(*scene)
		want      Outcome
		by        Layer
		uncertain bool
	}{
		{"the default", get, func(s *scene) { s.endpoint = []string{full} }, Allow, IdentityPolicies, false},
		{"does not allow", get, func(s *scene) { s.endpoint = []string{onlyEC2} }, ImplicitDeny, EndpointPolicies, false},
		{"denies", get, func(s *scene) { s.endpoint = []string{noGet} }, ExplicitDeny, EndpointPolicies, false},
		{"grants nothing", get, func(s *scene) { s.identity, s.endpoint = nil, []string{full} }, ImplicitDeny, IdentityPolicies, false},
		{"each must allow", get, func(s *scene) { s.endpoint = []string{full, onlyEC2} }, ImplicitDeny, EndpointPolicies, false},
		{"limits a direct grant", get, func(s *scene) { s.policy, s.endpoint = public, []string{onlyEC2} }, ImplicitDeny, EndpointPolicies, false},
		{"limits root", get, func(s *scene) { s.principal, s.endpoint = rootUser, []string{noGet} }, ExplicitDeny, EndpointPolicies, false},
		{"limits a service-linked role", get, func(s *scene) { s.principal, s.endpoint = linked, []string{onlyEC2} }, ImplicitDeny, EndpointPolicies, false},
		{"limits the anonymous", get, func(s *scene) { s.principal, s.policy, s.endpoint = "*", public, []string{onlyEC2} }, ImplicitDeny, EndpointPolicies, false},
		{"names the user", get, func(s *scene) { s.endpoint = []string{statements(allow("s3:*", "*", to(user)))} }, Allow, IdentityPolicies, false},
		{"names another", get, func(s *scene) { s.endpoint = []string{statements(allow("s3:*", "*", to(role)))} }, ImplicitDeny, EndpointPolicies, false},
		{"names another account", send, func(s *scene) { s.endpoint = []string{statements(allow("*", "*", to(other2)))} }, ImplicitDeny, EndpointPolicies, false},
		{"denies another", get, func(s *scene) {
			s.endpoint = []string{statements(allow("*", "*", anyone), deny("*", "*", to(role)))}
		}, Allow, IdentityPolicies, false},
		{"names nobody", get, func(s *scene) { s.endpoint = []string{all} }, ImplicitDeny, EndpointPolicies, true},
		{"names the account, of an interface endpoint", send, func(s *scene) { s.endpoint = []string{statements(allow("*", "*", to(account)))} }, Allow, IdentityPolicies, false},
		{"names the account, of what may be a gateway endpoint", get, func(s *scene) { s.endpoint = []string{statements(allow("*", "*", to(account)))} }, ImplicitDeny, EndpointPolicies, true},
		{"denies the account, of what may be a gateway endpoint", get, func(s *scene) {
			s.endpoint = []string{statements(allow("*", "*", anyone), deny("*", "*", to(rootUser)))}
		}, ExplicitDeny, EndpointPolicies, true},
		{"names the account, for its root", get, func(s *scene) {
			s.principal, s.endpoint = rootUser, []string{statements(allow("*", "*", to(account)))}
		}, Allow, IdentityPolicies, false},
		{"and the resource's policy is unclear", get, func(s *scene) {
			s.identity, s.endpoint = nil, []string{onlyEC2}
			s.policy = statements(allow("s3:*", "*", to(user), when("Odd", "aws:x", "y")))
		}, ImplicitDeny, EndpointPolicies, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.edit(&c.scene)
			c.scene.want(t, c.want, c.by)
			if d := c.scene.evaluate(t); d.Uncertain != c.uncertain {
				t.Errorf("uncertain: %v", d.Uncertain)
			}
		})
	}
}
