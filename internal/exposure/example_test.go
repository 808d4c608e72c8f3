package exposure

import (
	"testing"

	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/principal"
)

// An example of a blocked request is one that can be made.
func TestExamplesOfCutsArePossible(t *testing.T) {
	boundary, err := policy.Parse([]byte(`{"Version": "2012-10-17", "Statement": [
		{"Effect": "Allow", "Action": "sqs:*", "Resource": "*"},
		{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::kept/*"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ statement, want string }{
		{`"Action": ["kms:Decrypt", "iam:GetRole"], "Resource": ["arn:aws:iam::123456789012:role/x", "arn:aws:kms:us-east-1:123456789012:key/k"]`, "kms:Decrypt on arn:aws:kms:us-east-1:123456789012:key/k"},
		{`"Action": ["ec2:RunInstances", "iam:GetRole"], "Resource": ["arn:aws:iam::123456789012:role/x"]`, "iam:GetRole on arn:aws:iam::123456789012:role/x"},
		{`"Action": ["kms:Decrypt", "kms:CreateKey"], "Resource": "arn:aws:kms:*:*:key/*"`, "kms:Decrypt on arn:aws:kms:us-east-1:123456789012:key/example"},
		{`"Action": ["kms:CreateKey"], "Resource": "arn:aws:kms:*:*:key/*"`, ""},
		{`"Action": ["kms:CreateKey"], "Resource": "*"`, "kms:CreateKey on *"},
		{`"Action": ["kms:NotYetThere"], "Resource": ["arn:aws:iam::123456789012:role/x", "arn:aws:kms:us-east-1:123456789012:key/k"]`, "kms:NotYetThere on arn:aws:kms:us-east-1:123456789012:key/k"},
		{`"Action": "dynamodb:GetItem", "Resource": "arn:aws:dynamodb:eu-west-1:123456789012:*"`, "dynamodb:GetItem on arn:aws:dynamodb:eu-west-1:123456789012:table/example"},
		{`"Action": "s3:*", "Resource": "arn:aws:s3:eu-west-1:123456789012:none-such"`, ""},
		{`"Action": "s3:GetObject", "Resource": "arn:aws:iam::123456789012:role/x"`, ""}, // by search: the boundary speaks of it
		{`"Action": "s3:GetObject", "Resource": ["arn:aws:iam::123456789012:role/x", "arn:aws:s3:::lost/y"]`, "s3:GetObject on arn:aws:s3:::lost/y"},
	} {
		document := []byte(`{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", ` + c.statement + `}]}`)
		s := principal.Snapshot{Ref: principal.Ref{Partition: "aws", Account: "123456789012", Kind: principal.Role, Path: "/", Name: "r"}}
		cut := new(Documents).Cut(s, []principal.IdentityPolicy{{Document: document}}, boundary)
		got := ""
		for _, w := range cut.Witnesses {
			got = w.Action + " on " + w.Resource
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.statement, got, c.want)
		}
	}
}
