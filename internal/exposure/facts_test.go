package exposure

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/policy/compare"
	"github.com/ringfence/ringfence/internal/principal"
)

func statements(t *testing.T, list ...string) *policy.Document {
	t.Helper()
	return parse(t, `{"Version": "2012-10-17", "Statement": [`+strings.Join(list, ",")+`]}`)
}

func identity(list ...string) []principal.IdentityPolicy {
	return []principal.IdentityPolicy{{Name: "p", Document: []byte(`{"Version": "2012-10-17", "Statement": [` + strings.Join(list, ",") + `]}`)}}
}

func user(tags map[string]string) principal.Snapshot {
	return principal.Snapshot{
		Ref: principal.Ref{Partition: "aws-cn", Account: "999988887777", Kind: principal.User, Path: "/dev/", Name: "jane"},
		ID:  "AIDAJANE", Tags: tags,
	}
}

// when returns an Allow of s3:* under one condition.
func when(operator, key, value string) string {
	return fmt.Sprintf(`{"Effect": "Allow", "Action": "s3:*", "Resource": "*", "Condition": {%q: {%q: %q}}}`, operator, key, value)
}

// A request found beyond a boundary is one that the principal itself can make: AWS, not the
// principal, fills in its identity.
func TestARequestThatAPrincipalCannotMakeIsNotAnEscape(t *testing.T) {
	role := roleAt("/", "app", "")
	blue := map[string]string{"Team": "blue"}
	for _, c := range []struct {
		name     string
		who      principal.Snapshot
		allowed  string
		escapes  bool
		contexts map[string]string
	}{
		{"its own name", user(nil), when("StringEquals", "aws:username", "jane"), true, map[string]string{"aws:username": "jane"}},
		{"another's name", user(nil), when("StringEquals", "aws:username", "bob"), false, nil},
		{"a role has no user name", role, when("StringLike", "aws:username", "*"), false, nil},
		{"nor lacks one", role, when("Null", "aws:username", "true"), true, nil},
		{"its own ARN", user(nil), when("ArnLike", "aws:PrincipalArn", "arn:aws-cn:iam::*:user/dev/*"), true, map[string]string{"aws:PrincipalArn": "arn:aws-cn:iam::999988887777:user/dev/jane"}},
		{"another's ARN", user(nil), when("ArnLike", "aws:PrincipalArn", "arn:aws-cn:iam::*:user/ops/*"), false, nil},
		{"its own account", user(nil), when("StringEquals", "aws:PrincipalAccount", "999988887777"), true, map[string]string{"aws:PrincipalAccount": "999988887777"}},
		{"another account", user(nil), when("StringEquals", "aws:PrincipalAccount", "111111111111"), false, nil},
		{"a user", user(nil), when("StringEquals", "aws:PrincipalType", "User"), true, map[string]string{"aws:PrincipalType": "User"}},
		{"a role", user(nil), when("StringEquals", "aws:PrincipalType", "AssumedRole"), false, nil},
		{"a role as one", role, when("StringEquals", "aws:PrincipalType", "AssumedRole"), true, map[string]string{"aws:PrincipalType": "AssumedRole"}},
		{"its id", user(nil), when("StringEquals", "aws:userid", "AIDAJANE"), true, map[string]string{"aws:userid": "AIDAJANE"}},
		{"another's id", user(nil), when("StringLike", "aws:userid", "AROA*"), false, nil},
		{"a session's id", role, when("StringEquals", "aws:userid", "AROAEXAMPLE:ci"), true, map[string]string{"aws:userid": "AROAEXAMPLE:ci"}},
		{"another role's session", role, when("StringEquals", "aws:userid", "AROAOTHER:ci"), false, nil},
		{"no service of AWS", role, when("Bool", "aws:PrincipalIsAWSService", "true"), false, nil},
		{"its tag", user(blue), when("StringEquals", "aws:PrincipalTag/team", "blue"), true, map[string]string{"aws:PrincipalTag/team": "blue"}},
		{"another's tag", user(blue), when("StringEquals", "aws:PrincipalTag/team", "red"), false, nil},
		{"a tag that it has not", user(blue), when("StringLike", "aws:PrincipalTag/stage", "*"), false, nil},
		{"a tag that a session may bring", role, when("StringEquals", "aws:PrincipalTag/team", "red"), true, map[string]string{"aws:PrincipalTag/team": "red"}},
		{"its own folder", user(nil), `{"Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws-cn:s3:::home/${aws:username}"}`, true, map[string]string{"aws:username": "jane"}},
		{"nothing of all that", user(blue), `{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}`, true, map[string]string{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := new(Documents).Assess(c.who, identity(c.allowed), nil, statements(t, `{"Effect": "Allow", "Action": "ec2:*", "Resource": "*"}`), Meaning{})
			if !e.Known || (e.Witness != nil) != c.escapes {
				t.Fatalf("%+v, %v", e, e.Witness)
			}
			if !c.escapes {
				return
			}
			if len(e.Witness.Context) != len(c.contexts) {
				t.Errorf("context %v, want %v", e.Witness.Context, c.contexts)
			}
			for key, want := range c.contexts {
				if !slices.Equal(e.Witness.Context[key], []string{want}) {
					t.Errorf("context %v, want %v", e.Witness.Context, c.contexts)
				}
			}
		})
	}
}

// A witness is on a resource of the principal's own account and partition if the documents
// leave that open.
func TestAWitnessIsInTheAccount(t *testing.T) {
	for allowed, want := range map[string]string{
		`{"Effect": "Allow", "Action": "iam:CreateUser", "Resource": "*"}`:                                           "arn:aws-cn:iam::999988887777:user/example",
		`{"Effect": "Allow", "Action": "iam:CreateUser", "Resource": "arn:*:iam::*:user/x"}`:                         "arn:aws-cn:iam::999988887777:user/x",
		`{"Effect": "Allow", "Action": "iam:CreateUser", "Resource": "arn:aws:iam::123456789012:user/x"}`:            "arn:aws:iam::123456789012:user/x",
		`{"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "arn:aws-cn:sqs:cn-north-1:555555555555:out"}`: "arn:aws-cn:sqs:cn-north-1:555555555555:out",
	} {
		e := new(Documents).Assess(user(nil), identity(allowed), nil, statements(t, `{"Effect": "Allow", "Action": "ec2:*", "Resource": "*"}`), Meaning{})
		if e.Witness == nil || e.Witness.Resource != want {
			t.Errorf("%s: %+v, want %s", allowed, e.Witness, want)
		}
	}
	m := new(Documents).Compare(statements(t, `{"Effect": "Allow", "Action": "iam:*", "Resource": "*"}`), statements(t, `{"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "*"}`), AccountScope{"aws-us-gov", "999988887777"})
	for _, w := range []string{m.WiderWitness.Resource, m.NarrowerWitness.Resource} {
		if !strings.HasPrefix(w, "arn:aws-us-gov:") || !strings.Contains(w, ":999988887777:") {
			t.Error(w)
		}
	}
}

// With another boundary attached, an escape is a request that this one allowed, and the repair
// regains only requests that the principal's policies allow.
func TestEscapeThroughAnotherBoundary(t *testing.T) {
	const (
		administrator = `{"Effect": "Allow", "Action": "*", "Resource": "*"}`
		s3, ec2, iam  = `{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}`, `{"Effect": "Allow", "Action": "ec2:*", "Resource": "*"}`, `{"Effect": "Allow", "Action": "iam:*", "Resource": "*"}`
	)
	for name, c := range map[string]struct {
		policies, attached, required []string
		relation                     compare.Relation
		escape, regains              string // the service of each
		raises                       bool
	}{
		"the other one let IAM through": {[]string{administrator}, []string{s3, iam}, []string{ec2}, compare.Incomparable, "iam", "ec2", true},
		"it kept IAM back":              {[]string{administrator}, []string{s3}, []string{ec2}, compare.Incomparable, "s3", "ec2", false},
		"it denied just that": {
			[]string{`{"Effect": "Allow", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::a/*"}`},
			[]string{s3, iam, `{"Effect": "Deny", "Action": "s3:PutObject", "Resource": ["arn:aws:s3:::a/*", "arn:aws:s3:::b/*"]}`},
			[]string{ec2, `{"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}`},
			compare.Incomparable, "", "", false,
		},
		"the policies use none of it": {[]string{iam}, []string{s3}, []string{ec2}, compare.Incomparable, "", "", false},
		"wider":                       {[]string{administrator}, []string{administrator}, []string{ec2}, compare.Wider, "*", "", true},
		"narrower":                    {[]string{s3}, []string{s3}, []string{s3, ec2}, compare.Narrower, "", "", false},
		"narrower, and the policies ask for more": {[]string{s3, ec2}, []string{s3}, []string{s3, ec2}, compare.Narrower, "", "ec2", false},
	} {
		t.Run(name, func(t *testing.T) {
			attached, required := statements(t, c.attached...), statements(t, c.required...)
			m := new(Documents).Compare(attached, required, AccountScope{})
			if m.Relation != c.relation {
				t.Fatalf("relation %s", m.Relation)
			}
			e := new(Documents).Assess(roleAt("/", "app", other), identity(c.policies...), attached, required, m)
			if !e.Known || e.PrivilegeEscalation != c.raises || (e.Witness != nil) != (c.escape != "") || (e.Regained != nil) != (c.regains != "") {
				t.Fatalf("%+v: %v, %v", e, e.Witness, e.Regained)
			}
			if e.Witness != nil && c.escape != "*" && !strings.HasPrefix(e.Witness.Action, c.escape+":") || e.Regained != nil && !strings.HasPrefix(e.Regained.Action, c.regains+":") {
				t.Errorf("%v, %v", e.Witness, e.Regained)
			}
		})
	}
}

const (
	required = "arn:aws:iam::123456789012:policy/team-boundary"
	other    = "arn:aws:iam::123456789012:policy/other"
)

func roleAt(path, name, boundary string) principal.Snapshot {
	return principal.Snapshot{
		Ref:      principal.Ref{Partition: "aws", Account: "123456789012", Kind: principal.Role, Path: path, Name: name},
		ID:       "AROAEXAMPLE",
		Boundary: boundary,
	}
}

func parse(t *testing.T, text string) *policy.Document {
	t.Helper()
	d, err := policy.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return d
}
