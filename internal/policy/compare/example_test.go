package compare_test

import (
	"fmt"

	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/policy/compare"
)

func document(text string) *compare.Compiled {
	d, err := policy.Parse([]byte(text))
	if err != nil {
		panic(err)
	}
	return compare.Compile(d)
}

// The worked example of the package comment.
func ExampleCompare() {
	a := document(`{"Version": "2012-10-17", "Statement": [
		{"Effect": "Allow", "Action": "s3:*", "Resource": "*"},
		{"Effect": "Deny", "Action": "s3:Delete*", "Resource": "*",
		 "Condition": {"StringNotEquals": {"aws:username": "admin"}}},
		{"Effect": "Allow", "Action": "iam:Get*", "Resource": "*"}]}`)
	b := document(`{"Version": "2012-10-17", "Statement": [
		{"Effect": "Allow", "Action": "s3:*", "Resource": "*"},
		{"Effect": "Deny", "Action": "s3:DeleteBucket", "Resource": "*",
		 "Condition": {"StringNotEquals": {"aws:username": "admin"}}},
		{"Effect": "Allow", "Action": "iam:Get*", "Resource": "*",
		 "Condition": {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}}]}`)

	r := compare.Compare(a, b)
	fmt.Println(r.Relation)
	fmt.Println("only A allows", r.ANotB)
	fmt.Println("only B allows", r.BNotA)

	// Output:
	// incomparable
	// only A allows iam:GetRole on arn:aws:iam::123456789012:role/example with map[]
	// only B allows s3:DeleteObject on arn:aws:s3:::example/example with map[]
}
