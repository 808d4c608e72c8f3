package eval

import "testing"

func TestAlone(t *testing.T) {
	p := parse(t, `{"Version":"2012-10-17","Statement":[
		{"Effect":"Allow","Action":"s3:Get*","Resource":"*"},
		{"Effect":"Deny","Action":"S3:getObject","Resource":"arn:aws:s3:::secret/*"},
		{"Effect":"Deny","Action":"s3:GetBucketAcl","Resource":"*","Condition":{"StringSortOf":{"aws:x":"y"}}},
		{"Effect":"Allow","Action":"sqs:*","Resource":"*","Condition":{"StringSortOf":{"aws:x":"y"}}}]}`)
	for _, c := range []struct {
		action, resource string
		want             Alone
	}{
		{"s3:GetObject", "arn:aws:s3:::b/x", Alone{Allow, 0, false}},
		{"s3:GetObject", "arn:aws:s3:::secret/x", Alone{ExplicitDeny, 1, false}},
		{"s3:PutObject", "arn:aws:s3:::b/x", Alone{ImplicitDeny, -1, false}},
		{"s3:GetBucketAcl", "arn:aws:s3:::b", Alone{ExplicitDeny, 2, true}},
		{"sqs:SendMessage", "arn:aws:sqs:eu-west-1:111122223333:q", Alone{ImplicitDeny, -1, true}},
	} {
		if got := p.Alone(c.action, c.resource, &Context{}); got != c.want {
			t.Errorf("%s on %s: %+v, want %+v", c.action, c.resource, got, c.want)
		}
	}
}
