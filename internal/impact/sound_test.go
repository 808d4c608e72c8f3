package impact

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/ringfence/ringfence/internal/authdetails"
	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/policy/eval"
)

// maker makes random policies and calls over a small world, in which every feature meets every other one often.
type maker struct{ *rand.Rand }

func pick[T any](m maker, list ...T) T { return list[m.IntN(len(list))] }

// statement is one random statement.
func (m maker) statement() map[string]any {
	s := map[string]any{"Effect": pick(m, "Allow", "Allow", "Deny")}
	s[pick(m, "Action", "Action", "Action", "NotAction")] = pick(m, []string{"*"}, []string{"s3:*"}, []string{"s3:Get*", "sqs:*"}, []string{"s3:GetObject"}, []string{"ec2:*"}, []string{"s3:PutObject", "s3:ListBucket"}, []string{"iam:*", "ec2:*"})
	s[pick(m, "Resource", "Resource", "Resource", "NotResource")] = pick(m, []string{"*"}, []string{"*"}, []string{"arn:aws:s3:::data/*", "arn:aws:s3:::data"},
		[]string{"arn:aws:s3:::data/${aws:username}/*"}, []string{"arn:aws:s3:::*"}, []string{"arn:aws:s3:::data/*"}, []string{"arn:aws:s3:::data"}, []string{"arn:aws:iam::111122223333:role/app"}, []string{"arn:aws:iam::111122223333:role/dev/*"}, []string{"arn:aws:s3:::data/?.csv"})
	if m.IntN(2) == 0 {
		s["Condition"] = pick(m,
			map[string]any{"IpAddress": map[string]any{"aws:SourceIp": "10.0.0.0/8"}},
			map[string]any{"NotIpAddress": map[string]any{"aws:SourceIp": "10.0.0.0/8"}},
			map[string]any{"Bool": map[string]any{"aws:MultiFactorAuthPresent": "true"}},
			map[string]any{"BoolIfExists": map[string]any{"aws:MultiFactorAuthPresent": "false"}},
			map[string]any{"StringEquals": map[string]any{"aws:RequestedRegion": pick(m, "us-east-1", "eu-west-1")}},
			map[string]any{"StringNotEquals": map[string]any{"aws:PrincipalTag/team": "core"}},
			map[string]any{"StringEquals": map[string]any{"aws:ResourceTag/team": "${aws:PrincipalTag/team}"}},
			map[string]any{"Null": map[string]any{"aws:SourceVpce": pick(m, "true", "false")}},
			map[string]any{"StringLike": map[string]any{"s3:prefix": "home/*"}},
			map[string]any{"Bool": map[string]any{"aws:ViaAWSService": pick(m, "true", "false")}},
			map[string]any{"Bool": map[string]any{"aws:SecureTransport": "true"}},
			map[string]any{"ArnLike": map[string]any{"aws:PrincipalArn": "arn:aws:iam::111122223333:user/*"}},
			map[string]any{"StringEquals": map[string]any{"aws:username": "jane"}},
			map[string]any{"StringEquals": map[string]any{"aws:PrincipalOrgID": "o-1"}},
			map[string]any{"DateGreaterThan": map[string]any{"aws:CurrentTime": "2026-03-01T12:00:30Z"}},
		)
	}
	return s
}

// document is a random policy.
func (m maker) document(t testing.TB) *policy.Document {
	var list []map[string]any
	if m.IntN(2) == 0 {
		list = append(list, map[string]any{"Effect": "Allow", "Action": "*", "Resource": "*"})
	}
	for range 1 + m.IntN(3) {
		list = append(list, m.statement())
	}
	text, err := json.Marshal(map[string]any{"Version": "2012-10-17", "Statement": list})
	if err != nil {
		t.Fatal(err)
	}
	d, err := policy.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// call is a request of the real world and the record of it. The record lacks some of the request.
type call struct {
	request eval.Request
	record  string
}

func (m maker) call(t testing.TB, tags map[string]string) call {
	arn, caller := "arn:aws:iam::111122223333:user/jane", `"type":"IAMUser","arn":"arn:aws:iam::111122223333:user/jane","principalId":"AIDA1","userName":"jane"`
	isRole := m.IntN(2) == 0
	if isRole {
		arn, caller = "arn:aws:sts::111122223333:assumed-role/app/one", `"type":"AssumedRole","arn":"arn:aws:sts::111122223333:assumed-role/app/one","principalId":"AROA1:one"`
	}
	p, err := eval.ParsePrincipal(arn)
	if err != nil {
		t.Fatal(err)
	}
	keys := map[string][]string{}
	if isRole {
		p.Identity, p.PathKnown, p.UserID = "arn:aws:iam::111122223333:role/dev/app", true, "AROA1:one"
		if m.IntN(2) == 0 {
			keys["aws:PrincipalTag/team"] = []string{pick(m, "core", "web")}
		}
	} else {
		p.UserID = "AIDA1"
		for key, value := range tags {
			keys["aws:PrincipalTag/"+key] = []string{value}
		}
	}
	session := ""
	if isRole {
		session = `,"sessionContext":{"sessionIssuer":{"type":"Role","arn":"arn:aws:iam::111122223333:role/dev/app"},"attributes":{"creationDate":"2026-03-01T11:00:00Z","mfaAuthenticated":"false"}}`
		keys["aws:MultiFactorAuthPresent"] = []string{"false"}
	} else if mfa := m.IntN(3); mfa < 2 {
		value := pick(m, "true", "false")
		session = `,"sessionContext":{"attributes":{"creationDate":"2026-03-01T11:00:00Z","mfaAuthenticated":"` + value + `"}}`
		keys["aws:MultiFactorAuthPresent"] = []string{value}
	} else {
		session = `,"accessKeyId":"AKIAIOSFODNN7EXAMPLE"`
	}
	ip, extra := pick(m, "10.1.2.3", "192.0.2.1"), ""
	switch m.IntN(4) {
	case 0: // through a VPC endpoint
		keys["aws:VpcSourceIp"], keys["aws:SourceVpce"] = []string{ip}, []string{"vpce-1"}
		extra = `,"vpcEndpointId":"vpce-1"`
	case 1: // through a service, whose address nobody knows
		keys["aws:SourceIp"] = []string{pick(m, "10.9.9.9", "192.0.2.9")}
		ip, session = "athena.amazonaws.com", session+`,"invokedBy":"athena.amazonaws.com"`
	default:
		keys["aws:SourceIp"] = []string{ip}
	}
	keys["aws:ViaAWSService"] = []string{fmt.Sprint(strings.Contains(session, "invokedBy"))}
	region := pick(m, "us-east-1", "eu-west-1")
	keys["aws:RequestedRegion"] = []string{region}
	at := fmt.Sprintf("2026-03-01T12:00:%02dZ", m.IntN(60))
	keys["aws:CurrentTime"] = []string{at}
	if tls := m.IntN(2) == 0; tls {
		extra += `,"tlsDetails":{"tlsVersion":"TLSv1.3"}`
		keys["aws:SecureTransport"] = []string{"true"}
	} else {
		keys["aws:SecureTransport"] = []string{pick(m, "true", "false")}
	}
	if m.IntN(2) == 0 { // no record has these
		keys["aws:PrincipalOrgID"] = []string{pick(m, "o-1", "o-2")}
	}
	source, name, action, resource, parameters := "ec2", "DescribeInstances", "ec2:DescribeInstances", "*", "{}"
	object := pick(m, "a.csv", "jane/a.csv", "logs/b")
	bucket := pick(m, "data", "other")
	switch m.IntN(5) {
	case 0:
		source, name, action, resource = "s3", "GetObject", "s3:GetObject", "arn:aws:s3:::"+bucket+"/"+object
		parameters = `{"bucketName":"` + bucket + `","key":"` + object + `"}`
	case 1:
		source, name, action, resource = "s3", "HeadObject", "s3:GetObject", "arn:aws:s3:::"+bucket+"/"+object
		parameters = pick(m, `{"bucketName":"`+bucket+`"}`, "null")
	case 2:
		source, name, action, resource = "s3", "ListObjectsV2", "s3:ListBucket", "arn:aws:s3:::"+bucket
		if prefix := pick(m, "home/a", "x", ""); prefix != "" {
			keys["s3:prefix"], parameters = []string{prefix}, `{"bucketName":"`+bucket+`","prefix":"`+prefix+`"}`
		} else {
			parameters = `{"bucketName":"` + bucket + `"}`
		}
	case 3:
		source, name, action, resource = "iam", "GetRole", "iam:GetRole", "arn:aws:iam::111122223333:role/"+pick(m, "dev/app", "app")
		parameters = `{"roleName":"app"}`
	}
	if resource != "*" && m.IntN(2) == 0 {
		keys["aws:ResourceTag/team"] = []string{pick(m, "core", "web")}
	}
	if parameters == "null" {
		delete(keys, "s3:prefix")
	}
	return call{
		eval.Request{Principal: p, Action: action, Resource: resource, Context: eval.NewContext(keys)},
		fmt.Sprintf(`{"eventVersion":"1.08","eventID":"1","eventType":"AwsApiCall","eventSource":"%s.amazonaws.com","eventName":%q,"eventTime":%q,"awsRegion":%q,"sourceIPAddress":%q,`+
			`"userAgent":"cli","recipientAccountId":"111122223333","requestParameters":%s,"userIdentity":{%s,"accountId":"111122223333"%s}%s}`,
			source, name, at, region, ip, parameters, caller, session, extra),
	}
}

// account is an account in which all principals have one policy.
func account(t testing.TB, d *policy.Document, tags map[string]string) *authdetails.Details {
	t.Helper()
	var list []map[string]string
	for key, value := range tags {
		list = append(list, map[string]string{"Key": key, "Value": value})
	}
	own := []map[string]any{{"PolicyName": "own", "PolicyDocument": d.String()}}
	text, err := json.Marshal(map[string]any{
		"UserDetailList": []map[string]any{{"UserName": "jane", "Path": "/", "UserId": "AIDA1", "Arn": "arn:aws:iam::111122223333:user/jane", "UserPolicyList": own, "Tags": list}},
		"RoleDetailList": []map[string]any{{
			"RoleName": "app", "Path": "/dev/", "RoleId": "AROA1", "Arn": "arn:aws:iam::111122223333:role/dev/app", "RolePolicyList": own,
			"AssumeRolePolicyDocument": map[string]any{"Version": "2012-10-17", "Statement": []any{}},
		}},
		"GroupDetailList": []any{}, "Policies": []any{},
	})
	if err != nil {
		t.Fatal(err)
	}
	details, err := authdetails.Read(strings.NewReader(string(text)))
	if err != nil {
		t.Fatal(err)
	}
	return details
}

// TestEveryAnswerIsTrue: what is reported of a call is so in a world in which everything is known. A call that is
// denied is denied with the new boundary and was allowed with the old one; one that is allowed is allowed with the
// new one. The calls succeeded, so policies allowed them.
func TestEveryAnswerIsTrue(t *testing.T) {
	m := maker{rand.New(rand.NewPCG(1, 2))}
	tags := map[string]string{"team": "core"}
	known, seen := map[string]int{}, 0
	for seen < 6000 {
		fresh, own := eval.Compile(m.document(t)), m.document(t)
		q := Question{New: Everyone(fresh)}
		was := &eval.Policies{Identity: []*eval.Policy{eval.Compile(own)}}
		if m.IntN(2) == 0 {
			q.Old = eval.Compile(m.document(t))
			was.Boundaries = []*eval.Policy{q.Old}
		}
		if m.IntN(3) > 0 {
			q.States = []*authdetails.Details{account(t, own, tags)}
		}
		is := &eval.Policies{Identity: was.Identity, Boundaries: []*eval.Policy{fresh}}
		a := New(q)
		var before Report
		for range 20 { // with one memory
			c := m.call(t, tags)
			if eval.Evaluate(was, &c.request).Outcome != eval.Allow {
				continue
			}
			seen++
			a.Add([]byte(c.record))
			r := a.Report()
			got := eval.Evaluate(is, &c.request).Outcome
			answer := "not known"
			switch {
			case r.Denied > before.Denied:
				answer = "denied"
			case r.Allowed > before.Allowed:
				answer = "allowed"
			case r.NotKnown == before.NotKnown:
				answer = "apart"
			}
			known[answer+", "+got.String()]++
			if answer == "apart" || answer == "denied" && got == eval.Allow || answer == "allowed" && got != eval.Allow {
				t.Fatalf("%s, but %v\nnew: %s\nown: %s\nold: %v\n%s\n%+v", answer, got, fresh.Document, own, q.Old, c.record, c.request)
			}
			before = r
		}
	}
	t.Log(known)
	for _, answer := range []string{"denied, ImplicitDeny", "denied, ExplicitDeny", "allowed, Allow", "not known, Allow", "not known, ImplicitDeny"} {
		if known[answer] < seen/50 {
			t.Errorf("only %d of %d are %s: the calls prove little", known[answer], seen, answer)
		}
	}
}
