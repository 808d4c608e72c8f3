package catalog

import "testing"

func TestTakes(t *testing.T) {
	for _, c := range []struct {
		action, resource string
		want             bool
	}{
		{"s3:GetObject", "arn:aws:s3:::logs/a", true},
		{"S3:getobject", "arn:aws:s3:::logs/a", true},
		{"s3:GetObject", "arn:aws:s3:::logs", false},
		{"s3:GetObject", "arn:aws:kms:us-east-1:123456789012:key/k", false},
		{"s3:GetObject", "*", true},
		{"dynamodb:ListTables", "*", true},
		{"dynamodb:ListTables", "arn:aws:dynamodb:us-east-1:123456789012:table/t", false},
		{"dynamodb:Example", "arn:aws:dynamodb:us-east-1:123456789012:table/t", true},
		{"dynamodb:Example", "arn:aws:kms:us-east-1:123456789012:key/k", false},
		{"example:Example", "arn:aws:kms:us-east-1:123456789012:key/k", true},
	} {
		if got := Takes(c.action, c.resource); got != c.want {
			t.Errorf("%s on %s: %v", c.action, c.resource, got)
		}
	}
}
