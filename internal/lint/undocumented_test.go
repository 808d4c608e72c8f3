package lint

import (
	"slices"
	"testing"

	"github.com/ringfence/ringfence/internal/policy"
)

func TestUndocumented(t *testing.T) {
	d, err := policy.Parse([]byte(`{"Version": "2012-10-17", "Statement": [
		{"Effect": "Allow", "Action": "ec2:*", "Resource": "*", "Condition": {"StringEquals": {"aws:TagKeys": "a"}}},
		{"Effect": "Deny", "Action": "dynamodb:GetItem", "Resource": "*", "Condition": {"StringLike": {"dynamodb:Attributes": "ssn"}}},
		{"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": {
			"ForAnyValue:StringEquals": {"aws:TagKeys": "b"}, "Null": {"aws:TagKeys": "true"}, "StringEquals": {"iam:PassedToService": "c"}, "StringResembles": {"aws:CalledVia": "d"}}}]}`))
	if err != nil {
		t.Fatal(err)
	}
	const rest = ": the key can have several values, and AWS does not document when an operator without ForAnyValue or ForAllValues matches"
	want := []string{
		"has StringEquals on aws:TagKeys in statement 1" + rest,
		"has StringLike on dynamodb:Attributes in statement 2" + rest + ", so this Deny may do nothing",
	}
	if got := Undocumented(d); !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
	if said := (Boundary{Document: d}).Lint(); !slices.Contains(said, want[1]) {
		t.Errorf("%q", said)
	}
}
