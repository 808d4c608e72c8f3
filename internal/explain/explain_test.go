package explain

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/ringfence/ringfence/internal/authdetails"
	"github.com/ringfence/ringfence/internal/policy/eval"
)

// state is an account with a user in a group, a bounded role, and a role to assume.
const state = `{
 "UserDetailList": [{"UserName": "jane", "UserId": "AIDAJANE", "Arn": "arn:aws:iam::111122223333:user/dev/jane", "GroupList": ["team"],
   "UserPolicyList": [{"PolicyName": "own", "PolicyDocument": {"Version": "2012-10-17", "Statement": [
     {"Sid": "Own", "Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::data/${aws:username}/*"},
     {"Sid": "Secure", "Effect": "Deny", "Action": "s3:Put*", "Resource": "*", "Condition": {"Bool": {"aws:SecureTransport": "false"}}}]}}],
   "Tags": [{"Key": "team", "Value": "orders"}]}],
 "GroupDetailList": [{"GroupName": "team", "Arn": "arn:aws:iam::111122223333:group/team", "GroupPolicyList": [
   {"PolicyName": "shared", "PolicyDocument": {"Version": "2012-10-17", "Statement": [
     {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "*", "Condition": {"StringEquals": {"aws:PrincipalTag/team": "orders"}}},
     {"Effect": "Allow", "Action": "sqs:ReceiveMessage", "Resource": "*", "Condition": {"StringEquals": {"aws:SourceVpc": ["vpc-1", "vpc-2"]}}}]}}]}],
 "RoleDetailList": [
  {"RoleName": "app", "RoleId": "AROAAPP", "Arn": "arn:aws:iam::111122223333:role/x/app",
   "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}]},
   "AttachedManagedPolicies": [{"PolicyName": "admin", "PolicyArn": "arn:aws:iam::aws:policy/AdministratorAccess"}],
   "PermissionsBoundary": {"PermissionsBoundaryArn": "arn:aws:iam::111122223333:policy/boundary"}},
  {"RoleName": "target", "Arn": "arn:aws:iam::111122223333:role/target",
   "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:user/dev/jane"}, "Action": "sts:AssumeRole"}]}}],
 "Policies": [
  {"Arn": "arn:aws:iam::aws:policy/AdministratorAccess", "DefaultVersionId": "v1", "PolicyVersionList": [
   {"VersionId": "v1", "IsDefaultVersion": true, "Document": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}}]},
  {"Arn": "arn:aws:iam::111122223333:policy/boundary", "DefaultVersionId": "v1", "PolicyVersionList": [
   {"VersionId": "v1", "IsDefaultVersion": true, "Document": {"Version": "2012-10-17", "Statement": [
     {"Sid": "Work", "Effect": "Allow", "Action": ["s3:Get*", "sqs:*"], "Resource": ["arn:aws:s3:::data/*", "arn:aws:sqs:*:*:*"]},
     {"Sid": "NoDelete", "Effect": "Deny", "Action": "sqs:DeleteQueue", "Resource": "*"}]}}]}]
}`

const (
	jane = "arn:aws:iam::111122223333:user/dev/jane"
	app  = "arn:aws:iam::111122223333:role/x/app"
	sess = "arn:aws:sts::111122223333:assumed-role/app/s1"
)

func ask(t *testing.T, q Question) Answer {
	t.Helper()
	d, err := authdetails.Read(strings.NewReader(state))
	if err != nil {
		t.Fatal(err)
	}
	c, err := FromAccount(d, q)
	if err != nil {
		t.Fatal(err)
	}
	return c.Explain()
}

func source(t *testing.T, name, text string) *Source {
	t.Helper()
	s, err := NewSource(name, []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return &s
}

func TestExplain(t *testing.T) {
	const object = "arn:aws:s3:::data/jane/x"
	for _, c := range []struct {
		name      string
		question  Question
		decision  string
		decidedBy string
		statement string // as in messages
		cause     string
		advice    []string // parts, in order
		notes     []string // parts, in order
	}{
		{
			"allowed by an inline policy with a variable",
			Question{Principal: jane, Action: "s3:getobject", Resource: object},
			"Allow", "identityPolicies", "statement 1 (Own) of inline policy own",
			"Statement 1 (Own) of inline policy own allows it (identity policy).", nil, nil,
		},
		{
			"a VPC endpoint policy that does not allow it",
			Question{Principal: jane, Action: "s3:GetObject", Resource: object, EndpointPolicy: []Source{*source(t, "endpoint.json", `{"Statement":{"Effect":"Allow","Principal":"*","Action":"s3:ListBucket","Resource":"*"}}`)}},
			"ImplicitDeny", "endpointPolicies", "", "The VPC endpoint policy does not allow s3:GetObject on " + object + ".",
			[]string{`Add to endpoint.json: {"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"` + object + `"}`},
			nil,
		},
		{
			"a VPC endpoint policy that denies it",
			Question{Principal: jane, Action: "s3:GetObject", Resource: object, EndpointPolicy: []Source{*source(t, "endpoint.json", `{"Statement":{"Sid":"No","Effect":"Deny","Principal":"*","Action":"*","Resource":"*"}}`)}},
			"ExplicitDeny", "endpointPolicies", "statement 1 (No) of endpoint.json", "Statement 1 (No) of endpoint.json (VPC endpoint policy) denies it, whatever else allows it.",
			[]string{"ask the owner of the VPC endpoint policy"},
			nil,
		},
		{
			"a misspelt condition key",
			Question{Principal: jane, Action: "s3:GetObject", Resource: object, Context: map[string][]string{"aws:SourceVPCs": {"vpc-1"}, "my:own": {"x"}, "aws:requesttag/a": {"b"}}},
			"Allow", "identityPolicies", "statement 1 (Own) of inline policy own", "allows it", nil,
			[]string{"the condition key aws:SourceVPCs is not among those that are known today; is it aws:SourceVpc?"},
		},
		{
			"needs no permission",
			Question{Principal: app, Action: "sts:getcalleridentity", Session: []Source{*source(t, "none", `{"Statement":{"Effect":"Deny","Action":"*","Resource":"*"}}`)}},
			"Allow", "identityPolicies", "", "sts:GetCallerIdentity needs no permission, and no policy can deny it.", nil, nil,
		},
		{
			"allowed by a group's policy and a tag",
			Question{Principal: jane, Action: "sqs:SendMessage", Resource: "arn:aws:sqs:eu-west-1:111122223333:q"},
			"Allow", "identityPolicies", "statement 1 of inline policy shared through group team",
			"through group team allows it", nil, nil,
		},
		{
			"the caller's own tag comes first",
			Question{
				Principal: jane, Action: "sqs:SendMessage", Resource: "arn:aws:sqs:eu-west-1:111122223333:q",
				Context: map[string][]string{"aws:principaltag/Team": {"other"}},
			},
			"ImplicitDeny", "identityPolicies", "", "No identity policy of the principal allows sqs:SendMessage on arn:aws:sqs",
			[]string{`Add to an identity policy of the principal: {"Effect":"Allow","Action":"sqs:SendMessage","Resource":"arn:aws:sqs:eu-west-1:111122223333:q"}`},
			nil,
		},
		{
			"denied explicitly",
			Question{Principal: jane, Action: "s3:PutObject", Resource: object, Context: map[string][]string{"aws:SecureTransport": {"false"}}},
			"ExplicitDeny", "identityPolicies", "statement 2 (Secure) of inline policy own", "denies it, whatever else allows it",
			[]string{"It applies because of Bool aws:SecureTransport false (the request has false)."},
			nil,
		},
		{
			"the boundary is too narrow",
			Question{Principal: app, Action: "s3:PutObject", Resource: object},
			"ImplicitDeny", "permissionsBoundaries", "",
			"The permissions boundary arn:aws:iam::111122223333:policy/boundary does not allow s3:PutObject on arn:aws:s3:::data/jane/x; statement 1 of arn:aws:iam::aws:policy/AdministratorAccess would.",
			[]string{`If the principal is meant to do this, add to the permissions boundary arn:aws:iam::111122223333:policy/boundary: {"Effect":"Allow","Action":"s3:PutObject","Resource":"arn:aws:s3:::data/jane/x"}`},
			nil,
		},
		{
			"the boundary denies",
			Question{Principal: sess, Action: "sqs:DeleteQueue", Resource: "arn:aws:sqs:eu-west-1:111122223333:q"},
			"ExplicitDeny", "permissionsBoundaries", "statement 2 (NoDelete) of arn:aws:iam::111122223333:policy/boundary", "(permissions boundary) denies it",
			[]string{"Statement 2 (NoDelete) of arn:aws:iam::111122223333:policy/boundary denies it, and no Allow can undo that: ask the owner of the boundary.\n  Without it, the policy would also allow sqs:DeleteQueue on "},
			nil,
		},
		{
			"a trust policy of the account",
			Question{Principal: jane, Action: "sts:AssumeRole", Resource: "arn:aws:iam::111122223333:role/target"},
			"Allow", "resourcePolicy", "statement 1 of the trust policy of arn:aws:iam::111122223333:role/target", "", nil, nil,
		},
		{
			"a trust policy that is silent",
			Question{Principal: jane, Action: "sts:AssumeRole", Resource: app},
			"ImplicitDeny", "resourcePolicy", "", "The resource's own policy has to allow it, and the trust policy of " + app + " does not.",
			[]string{
				`Add to the trust policy of ` + app + `: {"Effect":"Allow","Principal":{"AWS":"` + jane + `"},"Action":"sts:AssumeRole"}`,
				"Add to an identity policy",
			},
			nil,
		},
		{
			"a role that is not there",
			Question{Principal: jane, Action: "sts:AssumeRole", Resource: "arn:aws:iam::111122223333:role/gone"},
			"ImplicitDeny", "resourcePolicy", "", "there is none",
			[]string{"Give the resource a policy", "Add to an identity policy"},
			[]string{"its trust policy is not known"},
		},
		{
			"a key whose policy is not given",
			Question{Principal: jane, Action: "kms:Decrypt", Resource: "arn:aws:kms:eu-west-1:111122223333:key/1"},
			"ImplicitDeny", "identityPolicies", "", "No identity policy",
			[]string{"Add to an identity policy"},
			[]string{"the key policy is not known; it is taken"},
		},
		{
			"an action without a resource",
			Question{Principal: app, Action: "s3:ListAllMyBuckets", Resource: "arn:aws:s3:::data"},
			"ImplicitDeny", "permissionsBoundaries", "", "does not allow s3:ListAllMyBuckets; statement 1",
			[]string{`"Resource":"*"}`},
			[]string{"s3:ListAllMyBuckets takes no resource"},
		},
		{
			"a misspelt action",
			Question{Principal: app, Action: "sqs:SendMesage", Resource: "arn:aws:sqs:eu-west-1:111122223333:q"},
			"Allow", "identityPolicies", "statement 1 of arn:aws:iam::aws:policy/AdministratorAccess", "", nil,
			[]string{"sqs:SendMesage is not among the actions that are known today; is it sqs:SendMessage?"},
		},
		{
			"no resource",
			Question{Principal: jane, Action: "s3:GetObject"},
			"ImplicitDeny", "identityPolicies", "", "allows s3:GetObject.",
			[]string{`"Resource":"*"`},
			[]string{"no --resource was given, so only statements for all resources count"},
		},
		{
			"the root user",
			Question{Principal: "111122223333", Action: "s3:GetObject", Resource: object},
			"Allow", "identityPolicies", "", "The root user may do everything", nil, nil,
		},
		{
			"a bucket policy",
			Question{
				Principal: app, Action: "s3:PutObject", Resource: object,
				ResourcePolicy: source(t, "the bucket policy", `{"Statement":{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"arn:aws:s3:::data/*"}}`),
			},
			"Allow", "resourcePolicy", "statement 1 of the bucket policy", "", nil, nil,
		},
		{
			"NotPrincipal and a boundary",
			Question{
				Principal: app, Action: "s3:GetObject", Resource: object,
				ResourcePolicy: source(t, "the bucket policy", `{"Statement":{"Effect":"Deny","NotPrincipal":{"AWS":"`+app+`"},"Action":"s3:*","Resource":"*"}}`),
			},
			"ExplicitDeny", "resourcePolicy", "statement 1 of the bucket policy", "",
			[]string{"a condition ArnNotEquals on aws:PrincipalArn does not"},
			nil,
		},
		{
			"another account",
			Question{Principal: app, Action: "s3:GetObject", Resource: object, ResourceAccount: "444455556666"},
			"ImplicitDeny", "resourcePolicy", "", "belongs to another account",
			[]string{"Give the resource a policy"},
			nil,
		},
		{
			"service control policies",
			Question{
				Principal: app, Action: "s3:GetObject", Resource: object,
				ServiceControl: [][]Source{
					{*source(t, "FullAWSAccess", `{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}`)},
					{*source(t, "NoStorage", `{"Statement":{"Effect":"Allow","NotAction":"s3:*","Resource":"*"}}`)},
				},
			},
			"ImplicitDeny", "serviceControlPolicies", "", "No service control policy at level 2 allows s3:GetObject",
			[]string{"Attach a service control policy at level 2 with"},
			nil,
		},
		{
			"a session policy",
			Question{
				Principal: sess, Action: "s3:GetObject", Resource: object,
				Session: []Source{*source(t, "the session policy", `{"Statement":{"Effect":"Allow","Action":"sqs:*","Resource":"*"}}`)},
			},
			"ImplicitDeny", "sessionPolicy", "", "The session policy does not allow",
			[]string{"Pass a session policy with"},
			nil,
		},
		{
			"an operator that does not exist",
			Question{
				Principal: app, Action: "s3:GetObject", Resource: object,
				ResourcePolicy: source(t, "the bucket policy", `{"Statement":{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*","Condition":{"StringSortOf":{"aws:x":"y"}}}}`),
			},
			"ExplicitDeny", "resourcePolicy", "statement 1 of the bucket policy", "may deny it: it hangs on something that cannot be read",
			[]string{"StringSortOf aws:x y (the request does not have the key; AWS has no operator of that name)"},
			nil,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := ask(t, c.question)
			statement := ""
			if a.Statement != nil {
				statement = a.Statement.String()
			}
			if a.Decision != c.decision || a.DecidedBy != c.decidedBy || statement != c.statement {
				t.Errorf("%s by %s, %q; want %s by %s, %q", a.Decision, a.DecidedBy, statement, c.decision, c.decidedBy, c.statement)
			}
			if !strings.Contains(a.Cause, c.cause) {
				t.Errorf("cause %q, want %q", a.Cause, c.cause)
			}
			contain(t, "advice", a.Advice, c.advice)
			contain(t, "notes", a.Notes, c.notes)
			if len(a.Layers) != len(eval.Layers()) {
				t.Errorf("%d layers", len(a.Layers))
			}
		})
	}
}

// contain compares each line with the part that it must have.
func contain(t *testing.T, what string, got, want []string) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s %q, want %q", what, got, want)
		return
	}
	for i := range got {
		if !strings.Contains(got[i], want[i]) {
			t.Errorf("%s %q, want %q", what, got[i], want[i])
		}
	}
}

// Ensure that the rows say what keeps the nearest statements from allowing it.
func TestMisses(t *testing.T) {
	row := func(a Answer, layer string) Row {
		i := slices.IndexFunc(a.Layers, func(r Row) bool { return r.Layer == layer })
		return a.Layers[i]
	}
	a := ask(t, Question{Principal: jane, Action: "sqs:ReceiveMessage", Resource: "arn:aws:sqs:eu-west-1:111122223333:q", Context: map[string][]string{"aws:SourceVpc": {"vpc-9"}}})
	contain(t, "misses", row(a, "identityPolicies").Misses, []string{
		"statement 2 of inline policy shared through group team has the action, but its condition does not hold: StringEquals aws:SourceVpc vpc-1, vpc-2 (the request has vpc-9)",
	})
	a = ask(t, Question{Principal: app, Action: "s3:GetObject", Resource: "arn:aws:s3:::other/x"})
	contain(t, "misses", row(a, "permissionsBoundaries").Misses, []string{
		"statement 1 (Work) of arn:aws:iam::111122223333:policy/boundary has the action, but not the resource: its Resource is arn:aws:s3:::data/*, arn:aws:sqs:*:*:*",
	})
	if r := row(a, "identityPolicies"); r.Answer != "Allow" || r.Reason != "statement 1 of arn:aws:iam::aws:policy/AdministratorAccess allows it" || r.Statement == nil {
		t.Errorf("%+v", r)
	}
	if r := row(a, "permissionsBoundaries"); r.Answer != "no Allow" || r.Reason != "arn:aws:iam::111122223333:policy/boundary has no statement that allows it" {
		t.Errorf("%+v", r)
	}
	if r := row(a, "sessionPolicy"); r.Answer != "-" || r.Reason != "none given" {
		t.Errorf("%+v", r)
	}
}

func TestFromAccountRefuses(t *testing.T) {
	d, err := authdetails.Read(strings.NewReader(state))
	if err != nil {
		t.Fatal(err)
	}
	for want, q := range map[string]Question{
		`"jane" is not a principal`:            {Principal: "jane", Action: "s3:GetObject"},
		"hold no " + jane + "x":                {Principal: jane + "x", Action: "s3:GetObject"},
		"must be one action":                   {Principal: jane, Action: "s3"},
		`action "s3:*" must be one action`:     {Principal: jane, Action: "s3:*"},
		`resource "bucket" must be an ARN`:     {Principal: jane, Action: "s3:GetObject", Resource: "bucket"},
		"not a user, role, role session":       {Principal: "sns.amazonaws.com", Action: "s3:GetObject"},
		"those of account 111122223333, not":   {Principal: "444455556666", Action: "s3:GetObject"},
		"assumed-role/app is not a user, role": {},
	} {
		if q.Action == "" {
			continue
		}
		if c, err := FromAccount(d, q); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %v, %v, want an error with %s", q, c, err, want)
		}
	}
	broken := strings.Replace(state, `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}`, `{"Statement": []}`, 1)
	if d, err = authdetails.Read(strings.NewReader(broken)); err != nil {
		t.Fatal(err)
	}
	if c, err := FromAccount(d, Question{Principal: app, Action: "s3:GetObject"}); err == nil || !strings.Contains(err.Error(), "AdministratorAccess") {
		t.Errorf("a document that cannot be read: %v, %v", c, err)
	}
}

func TestAnswerLine(t *testing.T) {
	const (
		all    = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`
		s3     = `{"Version":"2012-10-17","Statement":{"Sid":"S3","Effect":"Allow","Action":"s3:*","Resource":"*"}}`
		secure = `{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"false"},"NumericLessThan":{"s3:max-keys":"11"},"ForAnyValue:StringEquals":{"aws:TagKeys":["b"]}}}]}`
	)
	request := `"request":{"principal":"` + jane + `","action":"s3:GetObject","resource":"arn:aws:s3:::data/x","resourceAccount":"111122223333","context":{"aws:SecureTransport":false,"s3:max-keys":10,"aws:TagKeys":["a","b"]}}`
	for in, want := range map[string]string{
		`{"id":"1",` + request + `,"identityPolicies":[` + all + `,` + s3 + `],"permissionsBoundaries":[` + s3 + `],"sessionPolicy":null,"resourcePolicy":null,"serviceControlPolicies":[[` + all + `],[` + all + `]],"resourceControlPolicies":[]}`: `{"id":"1","decision":"Allow","decidedBy":"identityPolicies","statement":{"policy":"identityPolicies[0]","index":0}}`,
		`{"id":2,` + request + `,"identityPolicies":[],"resourcePolicy":{"Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:PutObject","Resource":"*"},{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"*"}]}}`:        `{"id":2,"decision":"Allow","decidedBy":"resourcePolicy","statement":{"policy":"resourcePolicy","index":1}}`,
		`{"id":"e",` + request + `,"identityPolicies":[` + all + `],"endpointPolicies":[{"Statement":{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*"}}]}`:                                                                               `{"id":"e","decision":"ExplicitDeny","decidedBy":"endpointPolicies","statement":{"policy":"endpointPolicies[0]","index":0}}`,
		`{"id":"r","request":{"principal":"` + jane + `","action":"kms:DeleteAlias","resource":"arn:aws:kms:eu-west-1:111122223333:alias/aws/s3"},"identityPolicies":[` + all + `]}`:                                                                 `{"id":"r","decision":"Allow","decidedBy":"identityPolicies","statement":{"policy":"identityPolicies[0]","index":0},"refused":{"why":"aliases that begin with alias/aws/ are reserved for AWS managed keys","page":"https://docs.aws.amazon.com/kms/latest/developerguide/alias-create.html"}}`,
		`{"id":3,` + request + `,"identityPolicies":[` + all + `],"permissionsBoundaries":[{"Statement":{"Effect":"Allow","Action":"sqs:*","Resource":"*"}}]}`:                                                                                       `{"id":3,"decision":"ImplicitDeny","decidedBy":"permissionsBoundaries","statement":null}`,
		`{"id":4,` + request + `,"identityPolicies":[` + all + `,` + secure + `]}`:                                                                                                                               `{"id":4,"decision":"ExplicitDeny","decidedBy":"identityPolicies","statement":{"policy":"identityPolicies[1]","index":0}}`,
		`{"id":5,` + request + `,"identityPolicies":[` + all + `],"serviceControlPolicies":[[` + all + `],[]]}`:                                                                                                  `{"id":5,"decision":"ImplicitDeny","decidedBy":"serviceControlPolicies","statement":null}`,
		`{"id":6,` + request + `,"identityPolicies":"%7B%22Statement%22%3A%7B%22Effect%22%3A%22Allow%22%2C%22Action%22%3A%22*%22%2C%22Resource%22%3A%22*%22%7D%7D"}`:                                             `{"id":6,"decision":"Allow","decidedBy":"identityPolicies","statement":{"policy":"identityPolicies[0]","index":0}}`,
		`{"id":7,` + request + `,"identityPolicies":[` + all + `],"resourceControlPolicies":[[` + s3 + `,` + secure + `]]}`:                                                                                      `{"id":7,"decision":"ExplicitDeny","decidedBy":"resourceControlPolicies","statement":{"policy":"resourceControlPolicies[0][1]","index":0}}`,
		`{"id":9,` + request + `,"identityPolicies":[{"Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"DateGreaterThan":{"aws:CurrentTime":"2020-01-01"}}}}]}`:                            `{"id":9,"decision":"ImplicitDeny","decidedBy":"identityPolicies","statement":null,"uncertain":true}`,
		`{"id":8,` + request + `,"identityPolicies":[{"Statement":{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"Odd":{"aws:x":"y"}}}}]}`:                                                            `{"id":8,"decision":"ExplicitDeny","decidedBy":"identityPolicies","statement":{"policy":"identityPolicies[0]","index":0},"uncertain":true}`,
		`{"id":9,"request":{"principal":"*","action":"s3:GetObject","resource":"arn:aws:s3:::data/x"},"resourcePolicy":null}`:                                                                                    `{"id":9,"decision":"ImplicitDeny","decidedBy":"resourcePolicy","statement":null}`,
		`{` + request + `,"identityPolicies":[` + s3 + `]}`:                                                                                                                                                      `{"id":null,"decision":"Allow","decidedBy":"identityPolicies","statement":{"policy":"identityPolicies[0]","index":0,"sid":"S3"}}`,
		`{"id":10,"request":{"principal":"` + sess + `","action":"s3:GetObject"},"identityPolicies":[` + all + `],"sessionPolicy":{"Statement":` + `[` + `{"Effect":"Allow","Action":"sqs:*","Resource":"*"}]}}`: `{"id":10,"decision":"ImplicitDeny","decidedBy":"sessionPolicy","statement":null}`,
	} {
		got, err := json.Marshal(AnswerLine([]byte(in)))
		if err != nil || string(got) != want {
			t.Errorf("%s\n%s, %v\nwant %s", in, got, err, want)
		}
	}
	for in, want := range map[string]string{
		`x`:              "reading the line",
		`[]`:             "reading the line",
		`{"id":1,"x":`:   "reading the line",
		`{"id":"a"}`:     "no action",
		`{"request":{}}`: "no action",
		`{"id":"a","request":{"principal":"jane","action":"s3:GetObject"}}`:                                                                `"jane" is not a principal`,
		`{"id":"a",` + request + `,"identityPolicies":[{"Statement":[]}]}`:                                                                 "reading identityPolicies[0]: policy document, line 1, column 14: Statement is an empty list",
		`{"id":"a",` + request + `,"identityPolicies":[{"Statement":[]},5]}`:                                                               "reading identityPolicies[1]",
		`{"id":"a",` + request + `,"identityPolicy":[]}`:                                                                                   `unknown field "identityPolicy": is it "identityPolicies"?`,
		`{"id":"a",` + request + `,"firewall":[]}`:                                                                                         `unknown field "firewall": the fields are id, request, identityPolicies`,
		`{"id":"a",` + request + `,"identityPolicies":[],"identityPolicies":[]}`:                                                           `field "identityPolicies" is there twice`,
		`{"id":"a",` + request + `,"comment":"passed over"}`:                                                                               `unknown field "comment"`,
		`{"id":"a","request":{"principal":"*","action":"s3:GetObject","mfa":true}}`:                                                        `unknown field "mfa" of the request: the fields are principal, action`,
		`{"id":"a",` + request + `,"Resourcepolicy":{}}`:                                                                                   `is it "resourcePolicy"?`,
		`{"id":"a","request":{"principal":"*","action":"s3:GetObject","resourceacount":""}}`:                                               `is it "resourceAccount"?`,
		`{"id":"a","request":{"principal":"*","action":"s3:GetObject","context":{"aws:x":{"a":1}}}}`:                                       "the value of a condition key",
		`{"id":"a",` + request + `,"resourcePolicy":[` + all + `,` + all + `]}`:                                                            "a resource has one policy",
		`{"id":"a",` + request + `,"serviceControlPolicies":[` + all + `,[{"Statement":{"Effect":"Allow","Action":"*","Action":"a:b"}}]]}`: "serviceControlPolicies[1][0]: policy document, line 1, column 45: duplicate key",
	} {
		if got := AnswerLine([]byte(in)); !strings.Contains(got.Error, want) || got.Decision != "" {
			t.Errorf("%s: %+v, want an error with %s", in, got, want)
		}
	}
	if got := AnswerLine([]byte(`{"id":"keep","request":5}`)); string(got.ID) != `"keep"` || got.Error == "" {
		t.Errorf("%+v", got)
	}
}

// A key that every request has is not taken for missing: the answer is uncertain and names it, unless it
// follows from the question.
func TestKeysThatEveryRequestHas(t *testing.T) {
	const object, queue = "arn:aws:s3:::data/jane/x", "arn:aws:sqs:eu-west-1:111122223333:q"
	grant := func(conditions string) *Source {
		return source(t, "the queue's policy", `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"`+jane+`"},"Action":"sqs:GetQueueUrl","Resource":"*","Condition":`+conditions+`}]}`)
	}
	for _, c := range []struct {
		name      string
		question  Question
		decision  string
		uncertain bool
		says      string // a part of cause, notes or misses
	}{
		{
			"a Deny",
			Question{Principal: jane, Action: "s3:PutObject", Resource: object},
			"ExplicitDeny", true, "Statement 2 (Secure) of inline policy own (identity policy) may deny it: it hangs on aws:SecureTransport, whose value is not known, and is taken to apply.",
		},
		{
			"a Deny, told",
			Question{Principal: jane, Action: "s3:PutObject", Resource: object, Context: map[string][]string{"AWS:securetransport": {"true"}}},
			"Allow", false, "",
		},
		{
			"an Allow",
			Question{Principal: jane, Action: "sqs:GetQueueUrl", Resource: queue, ResourcePolicy: grant(`{"DateLessThan":{"aws:CurrentTime":"2030-01-01T00:00:00Z"}}`)},
			"ImplicitDeny", true, "give it with --context aws:CurrentTime=VALUE",
		},
		{
			"the time in its other form",
			Question{
				Principal: jane, Action: "sqs:GetQueueUrl", Resource: queue, Context: map[string][]string{"aws:EpochTime": {"1893455999"}},
				ResourcePolicy: grant(`{"DateLessThan":{"aws:CurrentTime":"2030-01-01T00:00:00Z"},"NumericEquals":{"aws:EpochTime":"1893455999"}}`),
			},
			"Allow", false, "",
		},
		{
			"the Region of a resource",
			Question{Principal: jane, Action: "sqs:GetQueueUrl", Resource: queue, ResourcePolicy: grant(`{"StringEquals":{"aws:RequestedRegion":"eu-west-1"}}`)},
			"Allow", false, "",
		},
		{
			"another Region",
			Question{Principal: jane, Action: "sqs:GetQueueUrl", Resource: queue, ResourcePolicy: grant(`{"StringEquals":{"aws:RequestedRegion":"us-east-1"}}`)},
			"ImplicitDeny", false, "",
		},
		{
			"a key that can be absent",
			Question{Principal: jane, Action: "sqs:GetQueueUrl", Resource: queue, ResourcePolicy: grant(`{"NumericLessThan":{"aws:MultiFactorAuthAge":"3600"}}`)},
			"ImplicitDeny", false, "",
		},
	} {
		a := ask(t, c.question)
		text := strings.Join(append(slices.Clone(a.Notes), a.Cause), "\n")
		if a.Decision != c.decision || a.Uncertain != c.uncertain || !strings.Contains(text, c.says) || c.uncertain && len(a.Advice) > 0 {
			t.Errorf("%s: %s, uncertain %v\n%s\n%v", c.name, a.Decision, a.Uncertain, text, a.Advice)
		}
	}
}

// A call that AWS refuses is refused whatever the decision, and no policy is advised for it.
func TestRefused(t *testing.T) {
	const managed = "arn:aws:iam::aws:policy/AdministratorAccess"
	for who, want := range map[string]string{"arn:aws:iam::111122223333:root": "Allow", jane: "ImplicitDeny"} {
		a := ask(t, Question{Principal: who, Action: "iam:createpolicyversion", Resource: managed})
		if a.Decision != want || a.Refused == nil || !strings.Contains(a.Refused.Why, "only AWS") || len(a.Advice) > 0 ||
			(len(a.Notes) > 0) != (want != "Allow") {
			t.Errorf("%+v", a)
		}
		if a := ask(t, Question{Principal: who, Action: "iam:GetPolicyVersion", Resource: managed}); a.Refused != nil || (len(a.Advice) > 0) != (want != "Allow") {
			t.Errorf("%+v", a)
		}
	}
}

func FuzzAnswerLine(f *testing.F) {
	f.Add([]byte(`{"id":"1","request":{"principal":"` + jane + `","action":"s3:GetObject","resource":"*","context":{"aws:x":[1,"a"]}},"identityPolicies":[{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}],"sessionPolicy":null,"serviceControlPolicies":[[]]}`))
	f.Add([]byte(`{"request":{"principal":"*"},"resourcePolicy":"%7B%7D"}`))
	f.Fuzz(func(t *testing.T, in []byte) {
		r := AnswerLine(in)
		if (r.Error == "") == (r.Decision == "") {
			t.Errorf("%q: %+v", in, r)
		}
		if _, err := json.Marshal(r); err != nil {
			t.Errorf("%q: %v", in, err)
		}
		if c, _, err := ReadLine(in); err == nil {
			a := c.Explain()
			if a.Decision != r.Decision || a.Cause == "" || (a.Decision == "Allow" || a.Refused != nil) != (len(a.Advice) == 0) || !reflect.DeepEqual(a.Refused, r.Refused) {
				t.Errorf("%q: %+v", in, a)
			}
		}
	})
}
