package policy

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

// problems gives the messages of all problems.
func problems(err error) []string {
	if err == nil {
		return nil
	}
	return strings.Split(err.Error(), "\n")
}

func TestValidate(t *testing.T) {
	statement := func(s string) string { return `{"Version":"2012-10-17","Statement":[{"Effect":"Allow",` + s + `}]}` }
	ok := `"Action":"s3:*","Resource":"*"`
	when := func(s string) string { return statement(ok + `,"Condition":{` + s + `}`) }
	for _, c := range []struct {
		kind Kind
		text string
		want string // part of the only problem; "" for none
	}{
		{IdentityPolicy, statement(ok), ""},
		{IdentityPolicy, statement(`"NotAction":["iam:*","execute-api:Invoke","*"],"NotResource":"arn:aws:s3:::b/${aws:username}/*"`), ""},
		{IdentityPolicy, statement(ok + `,"Sid":"Abc1"`), ""},
		{IdentityPolicy, statement(ok + `,"Sid":""`), ""},
		{IdentityPolicy, statement(ok + `,"Sid":"a b"`), `Sid "a b"`},
		{ResourcePolicy, statement(ok + `,"Sid":"a b","Principal":"*"`), ""},
		{IdentityPolicy, `{"Statement":[{"Sid":"a","Effect":"Allow",` + ok + `},{"Sid":"a","Effect":"Deny",` + ok + `}]}`, `Sid "a" is also that of the statement in line 1`},
		{IdentityPolicy, statement(ok + `,"Principal":"*"`), "must not name principals: remove Principal"},
		{IdentityPolicy, statement(ok + `,"NotPrincipal":{"AWS":"123456789012"}`), "remove NotPrincipal"},
		{ResourcePolicy, statement(ok), "no Principal"},
		{TrustPolicy, statement(`"Action":"sts:AssumeRole","Principal":{"Service":"ec2.amazonaws.com"}`), ""},
		{TrustPolicy, statement(`"Action":"sts:AssumeRole","Principal":{"Service":"ec2.amazonaws.com"},"Resource":"*"`), "must not name resources: remove Resource"},
		{IdentityPolicy, statement(`"Action":"s3:*"`), "no Resource"},
		{ResourcePolicy, statement(`"Action":"s3:*","Principal":"*"`), "no Resource"},

		{IdentityPolicy, statement(`"Action":"s3","Resource":"*"`), `action "s3" is malformed`},
		{IdentityPolicy, statement(`"Action":"s*:Get","Resource":"*"`), `action "s*:Get"`},
		{IdentityPolicy, statement(`"Action":"*:*","Resource":"*"`), `action "*:*"`},
		{IdentityPolicy, statement(`"Action":"s3:","Resource":"*"`), `action "s3:"`},
		{IdentityPolicy, statement(`"Action":"s3:Get Object","Resource":"*"`), `action "s3:Get Object"`},
		{IdentityPolicy, statement(`"Action":"","Resource":"*"`), `action ""`},

		{IdentityPolicy, statement(`"Action":"*","Resource":["arn:aws:s3:::b","arn:aws:s3:*","arn:*:s3:::b","arn:aws:sqs","arn:aws:iam::aws:policy/x","arn:aws:iam::${aws:PrincipalAccount}:role/x","arn:aws:logs:*:*:log-group:a:*"]`), ""},
		{IdentityPolicy, statement(`"Action":"*","Resource":"b"`), `resource "b" is malformed: it must be "*" or an ARN`},
		{IdentityPolicy, statement(`"Action":"*","Resource":""`), `it must be "*" or an ARN`},
		{IdentityPolicy, statement(`"Action":"*","Resource":"arn"`), `it must be "*" or an ARN`},
		{IdentityPolicy, statement(`"Action":"*","Resource":"ar*"`), `it must be "*" or an ARN`},
		{IdentityPolicy, statement(`"Action":"*","Resource":"arn::s3:::b"`), "the partition is empty"},
		{IdentityPolicy, statement(`"Action":"*","Resource":"arn:aws::::b"`), "the service is empty"},
		{IdentityPolicy, statement(`"Action":"*","Resource":"arn:aws:s3:::"`), "the resource is empty"},
		{IdentityPolicy, statement(`"Action":"*","Resource":"arn:aws:s3/b:::x"`), `the service "s3/b" has a character`},
		{IdentityPolicy, statement(`"Action":"*","Resource":"arn:aws:iam::1234 56:user/x"`), `the account "1234 56" has a character`},
		{ResourcePolicy, statement(`"Action":"*","Resource":"arn:aws:sqs","Principal":"*"`), "an ARN has six fields (arn:partition:service:region:account:resource), this has 3"},
		{ResourcePolicy, statement(`"Action":"*","Resource":"arn:aws:sqs:*","Principal":"*"`), ""},

		{ResourcePolicy, statement(ok + `,"Principal":{"AWS":["*","123456789012","arn:aws:iam::123456789012:user/x","AIDAJQABLZS4A3QDU576Q"],"Service":"s3.amazonaws.com","Federated":"accounts.google.com"}`), ""},
		{ResourcePolicy, statement(ok + `,"Principal":{"AWS":"arn:aws:iam::123456789012:user/*"}`), "a wildcard cannot stand for a part"},
		{ResourcePolicy, statement(ok + `,"Principal":{"Service":"*"}`), "a wildcard cannot"},
		{ResourcePolicy, statement(ok + `,"Principal":{"AWS":"jane"}`), `it must be "*", an account id or an ARN`},
		{ResourcePolicy, statement(ok + `,"Principal":{"AWS":""}`), "it is empty"},
		{ResourcePolicy, statement(ok + `,"Principal":{"AWS":"arn:aws:iam::123456789012"}`), "an ARN has six fields"},

		{IdentityPolicy, when(`"StringEqualsIfExists":{"aws:x":"y"},"ForAnyValue:StringLike":{"aws:TagKeys":["a*"]},"Null":{"aws:z":false}`), ""},
		{IdentityPolicy, when(`"NumericLessThan":{"s3:max-keys":10},"DateLessThan":{"aws:CurrentTime":"2025-01-31T12:00:00Z"},"IpAddress":{"aws:SourceIp":["203.0.113.0/24","::1"]},"BinaryEquals":{"aws:b":"QQ=="},"Bool":{"aws:SecureTransport":"${aws:x}"}`), ""},
		{IdentityPolicy, when(`"StringEqual":{"aws:x":"y"}`), `condition operator "StringEqual" does not exist; is it "StringEquals"?`},
		{IdentityPolicy, when(`"StringEquals":{"SourceIp":"y"}`), `condition key "SourceIp" is malformed`},
		{IdentityPolicy, when(`"NumericNotEquals":{"s3:max-keys":"ten"}`), `value "ten" of s3:max-keys under NumericNotEquals is no number`},
		{IdentityPolicy, when(`"DateGreaterThan":{"aws:CurrentTime":"soon"}`), "is no date"},
		{IdentityPolicy, when(`"NotIpAddress":{"aws:SourceIp":"10.0.0.0/33"}`), "is no address or network"},
		{IdentityPolicy, when(`"BinaryEquals":{"aws:b":"?"}`), "is no base64"},
		{IdentityPolicy, when(`"Bool":{"aws:SecureTransport":"yes"}`), "is no boolean"},
		{IdentityPolicy, when(`"Null":{"aws:SecureTransport":"${aws:x}"}`), "is no boolean"},
	} {
		d, err := Parse([]byte(c.text))
		if err != nil {
			t.Fatalf("%s: %v", c.text, err)
		}
		got := problems(d.Validate(c.kind))
		if c.want == "" && len(got) > 0 || c.want != "" && (len(got) != 1 || !strings.Contains(got[0], c.want)) {
			t.Errorf("%v %s: %q, want %q", c.kind, c.text, got, c.want)
		}
	}
}

// Ensure that all problems are reported together, each with its place.
func TestValidateReportsAll(t *testing.T) {
	d, err := Parse([]byte(`{"Statement": [
  {"Sid": "x-1", "Effect": "Allow", "Action": ["s3", "iam"], "Resource": "b"},
  {"Effect": "Deny", "Action": "s3:*", "Principal": "*",
   "Condition": {"Is": {"aws:x": "y"}}}]}`))
	if err != nil {
		t.Fatal(err)
	}
	err = d.Validate(IdentityPolicy)
	var places []string
	for _, e := range err.(interface{ Unwrap() []error }).Unwrap() {
		var problem *Error
		if !errors.As(e, &problem) {
			t.Fatal(e)
		}
		places = append(places, fmt.Sprintf("%d:%d", problem.Pos.Line, problem.Pos.Column))
	}
	if got, want := strings.Join(places, " "), "2:3 2:47 2:47 2:74 3:3 3:53 4:34"; got != want {
		t.Errorf("problems at %s, want %s\n%v", got, want, err)
	}
}

func TestCheckSize(t *testing.T) {
	document := func(n int) string {
		const head, tail = "{\n \"Statement\" : {\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"", `"}}`
		return head + strings.Repeat("é", n-Size(head)-Size(tail)) + tail
	}
	for _, n := range []int{200, MaxSize} {
		if text := document(n); Size(text) != n || CheckSize([]byte(text)) != nil {
			t.Errorf("%d: %d, %v", n, Size(text), CheckSize([]byte(text)))
		}
	}
	text := document(MaxSize + 2)
	var problem *Error
	if err := CheckSize([]byte(text)); !errors.As(err, &problem) || problem.Pos.Line != 2 || text[strings.IndexByte(text, '\n')+int(problem.Pos.Column):] != "}}" ||
		!strings.Contains(problem.Msg, "it has 6146") {
		t.Errorf("%+v", problem)
	}
	if err := CheckSize([]byte(percent(text))); err == nil {
		t.Error("not found in percent-encoded text")
	}
	if _, err := Parse([]byte(text)); err != nil {
		t.Errorf("Parse must not limit the size: %v", err)
	}
}

func TestCanonical(t *testing.T) {
	a, err := Parse([]byte(`{"Id":"x","Statement":[
		{"Sid":"b","Effect":"Deny","Action":["S3:Put*","s3:GetObject","s3:put*"],"Resource":"*","Condition":{"bool":{"AWS:SecureTransport":false},"StringEquals":{"aws:b":["2","1","2"],"aws:A":"x"}}},
		{"Effect":"Allow","Principal":{"AWS":["*","123456789012"]},"NotAction":["iam:*","*"],"Resource":["b","a"],"Condition":{}}]}`))
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"Version":"2008-10-17","Statement":[` +
		`{"Effect":"Allow","Principal":"*","NotAction":["*"],"Resource":["a","b"]},` +
		`{"Effect":"Deny","Action":["s3:getobject","s3:put*"],"Resource":["*"],"Condition":{"Bool":{"aws:securetransport":["false"]},"StringEquals":{"aws:a":["x"],"aws:b":["1","2"]}}}]}`
	if got := a.Canonical().String(); got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
	// Conditions that differ by case alone must both hold: neither may be lost.
	b, err := Parse([]byte(`{"Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringEquals":{"aws:x":"1","AWS:x":"2"},"stringequals":{"aws:x":"3"}}}}`))
	if err != nil {
		t.Fatal(err)
	}
	if got := b.Canonical(); len(got.Statements[0].Conditions) != 3 {
		t.Errorf("%s", got)
	} else if again, err := Parse([]byte(got.String())); err != nil || again.Canonical().String() != got.String() {
		t.Errorf("%s: %v", got, err)
	}
	if got := a.String(); !strings.Contains(got, `"S3:Put*"`) {
		t.Errorf("the document itself was changed: %s", got)
	}
}
