package eval

import (
	"testing"

	"github.com/ringfence/ringfence/internal/policy"
)

// What other evaluators of IAM policies are known to get wrong. Where the whole table
// of a rule is tested elsewhere in this package, only the error is repeated here.

func TestRoleARNIsNoBypass(t *testing.T) {
	scene{
		principal: session, action: "s3:GetObject", resource: object,
		identity: []string{s3}, boundary: []string{ec2}, policy: statements(allow("s3:*", "*", to(role))),
	}.want(t, ImplicitDeny, PermissionsBoundaries)
}

func TestBypassHeedsResource(t *testing.T) {
	scene{
		principal: user, action: "s3:GetObject", resource: object,
		identity: []string{s3}, boundary: []string{ec2},
		policy: statements(allow("s3:*", "arn:aws:s3:::bucket/public/*", to(user))),
	}.want(t, ImplicitDeny, PermissionsBoundaries)
}

// Ensure that a Deny never vanishes over something that cannot be read, in whichever
// layer it stands, and that the decision says so.
func TestUnknownOperatorInDeny(t *testing.T) {
	odd := deny("s3:*", "*", when("StringSortOf", "aws:x", "y"))
	denies := statements(allow("s3:*", "*"), odd)
	base := scene{principal: session, action: "s3:GetObject", resource: object, identity: []string{s3}}
	for layer, edit := range map[Layer]func(*scene){
		ResourceControlPolicies: func(s *scene) { s.rcps = [][]string{{denies}} },
		ServiceControlPolicies:  func(s *scene) { s.scps = [][]string{{denies}} },
		ResourcePolicy: func(s *scene) {
			s.policy = statements(deny("s3:*", "*", to("*"), when("StringSortOf", "aws:x", "y")))
		},
		IdentityPolicies:      func(s *scene) { s.identity = append(s.identity, denies) },
		PermissionsBoundaries: func(s *scene) { s.boundary = []string{denies} },
		SessionPolicy:         func(s *scene) { s.session = []string{denies} },
	} {
		t.Run(layer.String(), func(t *testing.T) {
			s := base
			edit(&s)
			s.want(t, ExplicitDeny, layer)
			d := s.evaluate(t)
			if !d.Uncertain || !d.Layers[layer].Uncertain || d.Layers[layer].Place != d.Place {
				t.Errorf("does not say that it is uncertain: %+v", d)
			}
		})
	}
}

func TestUnknownOperatorInAllow(t *testing.T) {
	s := scene{
		principal: user, action: "s3:GetObject", resource: object,
		identity: []string{statements(allow("s3:*", "*", when("StringSortOf", "aws:x", "y")))},
	}
	s.want(t, ImplicitDeny, IdentityPolicies)
	if d := s.evaluate(t); !d.Uncertain || d.Layers[IdentityPolicies] != (LayerAnswer{NoAllow, true, Place{-1, 0, 0}}) {
		t.Errorf("%+v", d)
	}
	// Another statement may settle it.
	s.identity = append(s.identity, s3)
	s.want(t, Allow, IdentityPolicies)
}

// Ensure that an answer is called uncertain only where it hangs on what cannot be read.
func TestUncertain(t *testing.T) {
	odd := when("StringSortOf", "aws:x", "y")
	maybe, maybeNot := statements(allow("s3:*", "*", odd)), statements(allow("*", "*"), deny("s3:*", "*", odd))
	base := scene{principal: user, action: "s3:GetObject", resource: object, identity: []string{s3}}
	for _, c := range []struct {
		name string
		edit func(*scene)
		want Outcome
		by   Layer
		sure bool
	}{
		{"a Deny that cannot be read, and one that can", func(s *scene) { s.identity = []string{statements(deny("s3:*", "*", odd), deny("s3:*", "*"))} }, ExplicitDeny, IdentityPolicies, true},
		{"the same in two policies", func(s *scene) { s.identity = []string{maybeNot, noGet} }, ExplicitDeny, IdentityPolicies, true},
		{"the same in two layers", func(s *scene) { s.scps = [][]string{{maybeNot}}; s.boundary = []string{noGet} }, ExplicitDeny, PermissionsBoundaries, true},
		{"the same in two levels", func(s *scene) { s.scps = [][]string{{maybeNot}, {noGet}} }, ExplicitDeny, ServiceControlPolicies, true},
		{"the same in two boundaries", func(s *scene) { s.boundary = []string{maybeNot, noGet} }, ExplicitDeny, PermissionsBoundaries, true},
		{"an Allow that cannot be read, and a boundary without one", func(s *scene) { s.identity = []string{maybe}; s.boundary = []string{ec2} }, ImplicitDeny, PermissionsBoundaries, true},
		{"an Allow that cannot be read in both", func(s *scene) { s.identity = []string{maybe}; s.boundary = []string{maybe} }, ImplicitDeny, IdentityPolicies, false},
		{"an Allow that cannot be read in one boundary of two", func(s *scene) { s.boundary = []string{maybe, s3} }, ImplicitDeny, PermissionsBoundaries, false},
		{"one boundary cannot be read, another does not allow", func(s *scene) { s.boundary = []string{maybe, ec2} }, ImplicitDeny, PermissionsBoundaries, true},
		{"an Allow that cannot be read at one level", func(s *scene) { s.scps = [][]string{{all}, {maybe}} }, ImplicitDeny, ServiceControlPolicies, false},
		{"an Allow that cannot be read in an RCP", func(s *scene) { s.rcps = [][]string{{maybe}} }, ImplicitDeny, ResourceControlPolicies, false},
		{"a resource policy that cannot be read", func(s *scene) {
			s.identity, s.policy = nil, statements(allow("s3:*", "*", to(user), odd))
		}, ImplicitDeny, IdentityPolicies, false},
		{"a resource policy that cannot be read, and an SCP", func(s *scene) {
			s.identity, s.policy, s.scps = nil, statements(allow("s3:*", "*", to(user), odd)), [][]string{{ec2}}
		}, ImplicitDeny, ServiceControlPolicies, true},
		{"a resource policy that cannot be read, for somebody else", func(s *scene) {
			s.identity, s.policy = nil, statements(allow("s3:*", "*", to(fedUser), odd))
		}, ImplicitDeny, IdentityPolicies, true},
		{"a resource policy of another account that cannot be read", func(s *scene) {
			s.account, s.policy = other2, statements(allow("s3:*", "*", to(user), odd))
		}, ImplicitDeny, ResourcePolicy, false},
		{"role allowed, session perhaps", func(s *scene) {
			s.principal, s.boundary = session, []string{ec2}
			s.policy = statements(allow("s3:*", "*", to(role)), allow("s3:*", "*", to(session), odd))
		}, ImplicitDeny, PermissionsBoundaries, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := base
			c.edit(&s)
			s.want(t, c.want, c.by)
			if d := s.evaluate(t); d.Uncertain == c.sure {
				t.Errorf("uncertain: %v\n%+v", d.Uncertain, d)
			}
		})
	}
}

// Ensure that a Principal element in an identity policy, or none in a resource
// policy, or a missing Resource, is not read as if nothing were wrong.
func TestElementsInTheWrongPlace(t *testing.T) {
	base := scene{principal: user, action: "s3:GetObject", resource: object, identity: []string{s3}}
	for name, c := range map[string]struct {
		edit func(*scene)
		want Outcome
		by   Layer
	}{
		"Allow with Principal in an identity policy":   {func(s *scene) { s.identity = []string{public} }, ImplicitDeny, IdentityPolicies},
		"Deny with Principal in a boundary":            {func(s *scene) { s.boundary = []string{statements(deny("*", "*", to("*")))} }, ExplicitDeny, PermissionsBoundaries},
		"Allow without Principal in a bucket policy":   {func(s *scene) { s.policy, s.identity = s3, nil }, ImplicitDeny, IdentityPolicies},
		"Deny without Principal in a bucket policy":    {func(s *scene) { s.policy = noGet }, ExplicitDeny, ResourcePolicy},
		"Allow without Resource in an identity policy": {func(s *scene) { s.identity = []string{statements(allow("s3:*", ""))} }, ImplicitDeny, IdentityPolicies},
		"Deny without Resource in a boundary":          {func(s *scene) { s.boundary = []string{statements(allow("s3:*", "*"), deny("s3:*", ""))} }, ExplicitDeny, PermissionsBoundaries},
		"Deny without Principal for another action":    {func(s *scene) { s.policy = statements(deny("sqs:*", "*")) }, Allow, IdentityPolicies},
		"Allow without Principal does not grant anon":  {func(s *scene) { s.policy, s.principal = s3, "*" }, ImplicitDeny, ResourcePolicy},
	} {
		t.Run(name, func(t *testing.T) {
			s := base
			c.edit(&s)
			s.want(t, c.want, c.by)
		})
	}
}

// Ensure that one compiled document answers for one caller after another: variables
// are not replaced in the document itself.
func TestVariablesAreNotReplacedInPlace(t *testing.T) {
	p := parse(t, statements(allow("s3:GetObject", "arn:aws:s3:::b/${aws:username}/*")))
	for _, name := range []string{"jane", "bob", "jane"} {
		context := NewContext(map[string][]string{"aws:username": {name}})
		for _, folder := range []string{"jane", "bob"} {
			want := ImplicitDeny
			if folder == name {
				want = Allow
			}
			if got := p.Alone("s3:GetObject", "arn:aws:s3:::b/"+folder+"/x", &context); got.Outcome != want {
				t.Errorf("%s in the folder of %s: %v, want %v", name, folder, got.Outcome, want)
			}
		}
	}
}

// Ensure how the Action and Resource elements match.
func TestActionsAndResources(t *testing.T) {
	for _, c := range []struct {
		version          policy.Version
		element          string
		action, resource string
		want             bool
	}{
		// Actions fold case, resources do not.
		{policy.Version2012, `"Action":"S3:getobject","Resource":"*"`, "s3:GetObject", "*", true},
		{policy.Version2012, `"Action":"s3:GetObject","Resource":"*"`, "S3:GETOBJECT", "*", true},
		{policy.Version2012, `"Action":"s3:Get*","Resource":"*"`, "s3:getobject", "*", true},
		{policy.Version2012, `"Action":"s3:*OBJECT","Resource":"*"`, "s3:GetObject", "*", true},
		{policy.Version2012, `"Action":"s3:Get?bject","Resource":"*"`, "s3:GetObject", "*", true},
		{policy.Version2012, `"Action":"s3:Get?Object","Resource":"*"`, "s3:GetObject", "*", false},
		{policy.Version2012, `"Action":"s3:*","Resource":"*"`, "s3control:GetObject", "*", false},
		{policy.Version2012, `"Action":"*","Resource":"*"`, "s3:GetObject", "*", true},
		{policy.Version2012, `"NotAction":"S3:get*","Resource":"*"`, "s3:GetObject", "*", false},
		{policy.Version2012, `"NotAction":["iam:*","sts:*"],"Resource":"*"`, "s3:GetObject", "*", true},
		{policy.Version2012, `"NotAction":["iam:*","S3:*"],"Resource":"*"`, "s3:GetObject", "*", false},
		{policy.Version2012, `"Action":"*","Resource":"arn:aws:s3:::Bucket/*"`, "s3:GetObject", "arn:aws:s3:::bucket/x", false},

		// Wildcards in resources.
		{policy.Version2012, `"Action":"*","Resource":"arn:aws:s3:*"`, "s3:GetObject", object, true},
		{policy.Version2012, `"Action":"*","Resource":"arn:aws:s3:::*"`, "s3:GetObject", object, true},
		{policy.Version2012, `"Action":"*","Resource":"arn:*:s3:*:*:bucket/*"`, "s3:GetObject", object, true},
		{policy.Version2012, `"Action":"*","Resource":"arn:aws:iam::111122223333:*/dev/*"`, "iam:GetUser", user, true},
		{policy.Version2012, `"Action":"*","Resource":"arn:aws:iam::111122223333:u*"`, "iam:GetUser", user, true},
		{policy.Version2012, `"Action":"*","Resource":"arn:aws:ec2:*:*:*/*"`, "ec2:StopInstances", "arn:aws:ec2:eu-west-1:111122223333:instance/i-1", true},
		{policy.Version2012, `"Action":"*","Resource":"arn:aws:iam::*:user/*"`, "iam:GetUser", user, true},
		{policy.Version2012, `"Action":"*","Resource":"arn:aws:iam::1111????3333:user/*"`, "iam:GetUser", user, true},
		{policy.Version2012, `"Action":"*","Resource":"arn:aws:s3:::bucket/*/test/*"`, "s3:GetObject", "arn:aws:s3:::bucket/1///test///x", true},
		{policy.Version2012, `"Action":"*","Resource":"arn:aws:s3:::bucket/*/test/*"`, "s3:GetObject", "arn:aws:s3:::bucket/test/x", false},
		{policy.Version2012, `"Action":"*","Resource":"arn:aws:logs:*:*:log-group:*:*"`, "logs:PutLogEvents", "arn:aws:logs:eu-west-1:111122223333:log-group:/a/b:log-stream:c", true},
		{policy.Version2012, `"Action":"*","Resource":"arn:aws:s3:::bucket"`, "s3:GetObject", object, false},

		// Incomplete ARNs are completed, and only they.
		{policy.Version2012, `"Action":"*","Resource":"arn:aws:sqs"`, "sqs:SendMessage", queue, true},
		{policy.Version2012, `"Action":"*","Resource":"arn:aws:sqs:eu-west-1"`, "sqs:SendMessage", queue, true},
		{policy.Version2012, `"Action":"*","Resource":"arn:aws:sqs:eu-west-2"`, "sqs:SendMessage", queue, false},
		{policy.Version2012, `"Action":"*","Resource":"arn:aws:sqs:*:111122223333"`, "sqs:SendMessage", queue, true},
		{policy.Version2012, `"Action":"*","Resource":"arn:aws:sq"`, "sqs:SendMessage", queue, false},
		{policy.Version2012, `"Action":"*","Resource":"arn:aws:sqs:eu-west-1:111122223333:"`, "sqs:SendMessage", queue, false},
		{policy.Version2012, `"Principal":"*","Action":"*","Resource":"arn:aws:sqs"`, "sqs:SendMessage", queue, false},

		// Actions that take no resource have the resource "*".
		{policy.Version2012, `"Action":"*","Resource":"*"`, "s3:ListAllMyBuckets", "*", true},
		{policy.Version2012, `"Action":"*","Resource":"arn:aws:s3:::*"`, "s3:ListAllMyBuckets", "*", false},
		{policy.Version2012, `"Action":"*","NotResource":"arn:aws:s3:::*"`, "s3:ListAllMyBuckets", "*", true},
		{policy.Version2012, `"Action":"*","NotResource":"*"`, "s3:ListAllMyBuckets", "*", false},
		{policy.Version2012, `"Action":"*","NotResource":["arn:aws:s3:::a/*","arn:aws:s3:::bucket/*"]`, "s3:GetObject", object, false},
		{policy.Version2012, `"Action":"*","NotResource":["arn:aws:s3:::a/*","arn:aws:s3:::b/*"]`, "s3:GetObject", object, true},

		// Variables, in documents of 2012 only.
		{policy.Version2012, `"Action":"*","Resource":"arn:aws:s3:::bucket/${aws:username}"`, "s3:GetObject", object, true},
		{policy.Version2008, `"Action":"*","Resource":"arn:aws:s3:::bucket/${aws:username}"`, "s3:GetObject", object, false},
		{"", `"Action":"*","Resource":"arn:aws:s3:::bucket/${aws:username}"`, "s3:GetObject", object, false},
		{policy.Version2008, `"Action":"*","Resource":"arn:aws:s3:::bucket/${aws:username}"`, "s3:GetObject", "arn:aws:s3:::bucket/${aws:username}", true},
		{policy.Version2008, `"Action":"*","Resource":"arn:aws:s3:::bucket/${*}"`, "s3:GetObject", "arn:aws:s3:::bucket/${x}", true},
		{policy.Version2012, `"Action":"*","Resource":"arn:aws:s3:::bucket/${*}"`, "s3:GetObject", "arn:aws:s3:::bucket/*", true},
		{policy.Version2012, `"Action":"*","Resource":"arn:aws:s3:::bucket/${*}"`, "s3:GetObject", object, false},
		{policy.Version2012, `"Action":"*","Resource":"arn:aws:s3:::bucket/${aws:missing}"`, "s3:GetObject", "arn:aws:s3:::bucket/", false},
		{policy.Version2012, `"Action":"*","NotResource":"arn:aws:s3:::bucket/${aws:missing}"`, "s3:GetObject", "arn:aws:s3:::bucket/", true},
		{policy.Version2012, `"Action":"*","Resource":"arn:aws:s3:::bucket/${aws:missing, 'key'}"`, "s3:GetObject", object, true},
		{policy.Version2012, `"Action":"s3:${aws:username}","Resource":"*"`, "s3:key", "*", false},
	} {
		version := ""
		if c.version != "" {
			version = `"Version":"` + string(c.version) + `",`
		}
		for _, effect := range []string{"Allow", "Deny"} {
			p := parse(t, `{`+version+`"Statement":[{"Effect":"`+effect+`",`+c.element+`}]}`)
			context := NewContext(map[string][]string{"aws:username": {"key"}})
			if got := p.Alone(c.action, c.resource, &context); (got.Statement == 0) != c.want || got.Uncertain {
				t.Errorf("%s %s %s: %s on %s: %+v, want %v", c.version, effect, c.element, c.action, c.resource, got, c.want)
			}
		}
	}
}
