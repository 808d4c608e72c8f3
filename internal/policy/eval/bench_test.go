package eval

import (
	"testing"

	"github.com/ringfence/ringfence/internal/policy"
)

const benchIdentity = `{
  "Version": "2012-10-17",
  "Statement": [
    {"Sid": "Queues", "Effect": "Allow", "Action": ["sqs:SendMessage", "sqs:ReceiveMessage", "sqs:DeleteMessage"],
     "Resource": "arn:aws:sqs:eu-west-1:111122223333:orders-*"},
    {"Sid": "OwnFolder", "Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject"],
     "Resource": "arn:aws:s3:::team-data/${aws:username}/*",
     "Condition": {"Bool": {"aws:SecureTransport": "true"}, "IpAddress": {"aws:SourceIp": ["10.0.0.0/8", "192.0.2.0/24"]}}},
    {"Sid": "NoLogs", "Effect": "Deny", "Action": "s3:Delete*", "Resource": "arn:aws:s3:::team-data/*/logs/*"}
  ]
}`

const benchBoundary = `{
  "Version": "2012-10-17",
  "Statement": [
    {"Sid": "Services", "Effect": "Allow", "Action": ["s3:*", "sqs:*", "dynamodb:*", "logs:*"], "Resource": "*"},
    {"Sid": "NoIAM", "Effect": "Deny", "Action": ["iam:*", "organizations:*", "account:*"], "Resource": "*",
     "Condition": {"StringNotEquals": {"aws:PrincipalTag/team": "platform"}}}
  ]
}`

func benchRequest(tb testing.TB) *Request {
	principal, err := ParsePrincipal("arn:aws:iam::111122223333:user/dev/jane")
	if err != nil {
		tb.Fatal(err)
	}
	return &Request{
		Principal: principal, Action: "s3:GetObject", Resource: "arn:aws:s3:::team-data/jane/reports/2024.csv",
		Context: NewContext(map[string][]string{
			"aws:SecureTransport": {"true"}, "aws:SourceIp": {"192.0.2.17"}, "aws:PrincipalTag/team": {"orders"},
		}),
	}
}

func parse(tb testing.TB, text string) *Policy {
	tb.Helper()
	d, err := policy.Parse([]byte(text))
	if err != nil {
		tb.Fatal(err)
	}
	return Compile(d)
}

// BenchmarkEvaluate: a parsed identity policy of three statements and a boundary of
// two, without conditions.
func BenchmarkEvaluate(b *testing.B) {
	policies := &Policies{
		Identity: []*Policy{parse(b, statements(
			allow("sqs:*Message", "arn:aws:sqs:*:111122223333:orders-*"), allow("s3:GetObject", "arn:aws:s3:::team-data/*"),
			deny("s3:Delete*", "*")))},
		Boundaries: []*Policy{parse(b, statements(allow("s3:*", "*"), deny("iam:*", "*")))},
	}
	request := benchRequest(b)
	b.ReportAllocs()
	for b.Loop() {
		if d := Evaluate(policies, request); d.Outcome != Allow {
			b.Fatal(d)
		}
	}
}

// BenchmarkEvaluateConditions: the same with conditions on three keys, networks, a
// variable and a derived key.
func BenchmarkEvaluateConditions(b *testing.B) {
	policies := &Policies{
		Identity:   []*Policy{parse(b, benchIdentity)},
		Boundaries: []*Policy{parse(b, benchBoundary)},
	}
	request := benchRequest(b)
	b.ReportAllocs()
	for b.Loop() {
		if d := Evaluate(policies, request); d.Outcome != Allow {
			b.Fatal(d)
		}
	}
}

// BenchmarkAlone asks one document of two statements.
func BenchmarkAlone(b *testing.B) {
	p := parse(b, benchBoundary)
	request := benchRequest(b)
	b.ReportAllocs()
	for b.Loop() {
		if a := p.Alone(request.Action, request.Resource, &request.Context); a.Outcome != Allow {
			b.Fatal(a)
		}
	}
}

// BenchmarkParseAndEvaluate is the same, with conditions, from the text of the
// documents.
func BenchmarkParseAndEvaluate(b *testing.B) {
	identity, boundary := []byte(benchIdentity), []byte(benchBoundary)
	request := benchRequest(b)
	b.ReportAllocs()
	for b.Loop() {
		i, err := policy.Parse(identity)
		if err != nil {
			b.Fatal(err)
		}
		c, err := policy.Parse(boundary)
		if err != nil {
			b.Fatal(err)
		}
		policies := &Policies{Identity: []*Policy{Compile(i)}, Boundaries: []*Policy{Compile(c)}}
		if d := Evaluate(policies, request); d.Outcome != Allow {
			b.Fatal(d)
		}
	}
}
