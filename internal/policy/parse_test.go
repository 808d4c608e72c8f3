package policy

import (
	"testing"
)

const everything = `{"Version":"2012-10-17","Id":"x","Statement":[{"Sid":"A1","Effect":"Allow","Principal":{"AWS":["arn:aws:iam::123456789012:root"],"Service":"ec2.amazonaws.com"},"Action":["s3:Get*"],"Resource":"arn:aws:s3:::b/${aws:username}/*","Condition":{"StringEquals":{"aws:PrincipalTag/a":"b","aws:x":["c","d"]},"NumericLessThanEqualsIfExists":{"s3:max-keys":[10,"20"]},"ForAllValues:Bool":{"aws:SecureTransport":true},"StringEqualsIfExist":{"a":"b"}}},{"Resource":["*"],"NotAction":"iam:*","Effect":"Deny","NotPrincipal":"*","Condition":{}}]}`

func TestParsePrintsWhatItRead(t *testing.T) {
	for _, text := range []string{
		everything,
		`{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}`,
	} {
		d, err := Parse([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		if got := d.String(); got != text {
			t.Errorf("read  %s\nwrote %s", text, got)
		}
	}
}
