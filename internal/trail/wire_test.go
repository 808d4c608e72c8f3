package trail

import "testing"

// Ensure that the caller's credentials in a record are reported, and that a record with any form of them is
// read.
func TestCredentialsAreOnlyTold(t *testing.T) {
	const record = `{"eventID":"e","eventTime":"2026-03-01T12:00:00Z","eventSource":"iam.amazonaws.com","eventName":"DeleteRolePermissionsBoundary","awsRegion":"us-east-1",` +
		`"recipientAccountId":"123456789012","requestParameters":{"roleName":"app"},"userIdentity":{"type":"AssumedRole","arn":"a"`
	for _, c := range []struct{ name, more, key, issuer, mfa string }{
		{
			"a session", `,"accessKeyId":"ASIAX","sessionContext":{"sessionIssuer":{"type":"Role","arn":"arn:r"},"attributes":{"mfaAuthenticated":"true","creationDate":"d"}}`,
			"ASIAX", "arn:r", "true",
		},
		{"without MFA", `,"sessionContext":{"attributes":{"mfaAuthenticated":"false"}}`, "", "", "false"},
		{"as a boolean", `,"sessionContext":{"attributes":{"mfaAuthenticated":true}}`, "", "", "true"},
		{"a long-term key", `,"accessKeyId":"AKIAX"`, "AKIAX", "", ""},
		{"nulls", `,"accessKeyId":null,"sessionContext":null`, "", "", ""},
		{"other types", `,"accessKeyId":7,"sessionContext":[{}]`, "", "", ""},
		{"other types within", `,"sessionContext":{"sessionIssuer":"r","attributes":{"mfaAuthenticated":{"x":1}}}`, "", "", ""},
		{"another word", `,"sessionContext":{"attributes":{"mfaAuthenticated":"maybe"}}`, "", "", ""},
	} {
		change, err := Parse([]byte(record + c.more + "}}"))
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if a := change.Actor; a.AccessKeyID != c.key || a.SessionIssuer != c.issuer || a.MFA != c.mfa {
			t.Errorf("%s: key %q, issuer %q, MFA %q", c.name, a.AccessKeyID, a.SessionIssuer, a.MFA)
		}
		if s, ok := change.Subject.(Principal); !ok || s.Ref.Name != "app" {
			t.Errorf("%s: %+v", c.name, change.Subject)
		}
	}
}
