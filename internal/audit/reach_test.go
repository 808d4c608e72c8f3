package audit_test

import (
	"encoding/json"
	"slices"
	"testing"
)

// TestReachesByTrust holds that who is named by a trust policy of its own account is found
// without any identity policy, as IAM would let it in; and that its boundary still counts.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics-single-account.html
func TestReachesByTrust(t *testing.T) {
	const me = "arn:aws:iam::" + id + ":role/dev/named"
	trusts := func(statement string) json.RawMessage {
		return json.RawMessage(`{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "sts:AssumeRole", ` + statement + `}}`)
	}
	for _, c := range []struct {
		name, boundary, statement string
		want                      bool
	}{
		{"its ARN", team, `"Principal": {"AWS": "` + me + `"}`, true},
		{"everybody", team, `"Principal": "*"`, true},
		{"everybody, in a block", team, `"Principal": {"AWS": "*"}`, true},
		{"everybody with a condition", team, `"Principal": "*", "Condition": {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/dev/named"}}`, true},
		{"somebody else by condition", team, `"Principal": "*", "Condition": {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/dev/other"}}`, false},
		{"the account, which leaves it to identity policies", team, `"Principal": {"AWS": "` + id + `"}`, false},
		{"another", team, `"Principal": {"AWS": "arn:aws:iam::` + id + `:role/dev/other"}`, false},
		{"an external ID, which the caller says", team, `"Principal": {"AWS": "` + me + `"}, "Condition": {"StringEquals": {"sts:ExternalId": ["a", "b"]}}`, true},
		{"an external ID and another condition", team, `"Principal": {"AWS": "` + me + `"}, "Condition": {"StringEquals": {"sts:ExternalId": "a", "aws:PrincipalTag/team": "x"}}`, false},
		{"a boundary without sts", `{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}`, `"Principal": {"AWS": "` + me + `"}`, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := new(state).role("/dev/", "named", "team").role("/other/", "open", "").policy("team", c.boundary)
			s.roles[0]["AssumeRolePolicyDocument"] = trusts(`"Principal": {"Service": "ec2.amazonaws.com"}`)
			s.roles[1]["AssumeRolePolicyDocument"] = trusts(c.statement)
			r := run(t.Context(), t, s.input(t))
			if got := slices.Contains(named(t, r, "named").Reaches, "arn:aws:iam::"+id+":role/other/open"); got != c.want {
				t.Errorf("found %t, want %t", got, c.want)
			}
		})
	}
}
