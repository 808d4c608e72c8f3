package audit_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

// A principal that a trust policy of its own account names needs no identity policy to assume the
// role, as in IAM. Its boundary still counts.
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
		{"every principal, in a block", team, `"Principal": {"AWS": "*"}`, true},
		{"every principal with a condition", team, `"Principal": "*", "Condition": {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/dev/named"}}`, true},
		{"another principal by condition", team, `"Principal": "*", "Condition": {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/dev/other"}}`, false},
		{"the account, so that identity policies decide", team, `"Principal": {"AWS": "` + id + `"}`, false},
		{"another", team, `"Principal": {"AWS": "arn:aws:iam::` + id + `:role/dev/other"}`, false},
		{"an external ID, which the caller passes", team, `"Principal": {"AWS": "` + me + `"}, "Condition": {"StringEquals": {"sts:ExternalId": ["a", "b"]}}`, true},
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

// A condition whose value is not known is reported. It counts neither as true nor as false.
func TestReachesUnderConditions(t *testing.T) {
	const me = "arn:aws:iam::" + id + ":role/dev/named"
	for _, c := range []struct{ name, statement, want string }{
		{"MFA", `"Principal": {"AWS": "` + me + `"}, "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}`, ", under conditions on aws:MultiFactorAuthPresent"},
		{"two of them", `"Principal": {"AWS": "` + me + `"}, "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}, "IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}`, ", under conditions on aws:MultiFactorAuthPresent, aws:SourceIp"},
		{"a tag, which a session can set", `"Principal": {"AWS": "` + me + `"}, "Condition": {"StringEquals": {"aws:PrincipalTag/team": "x"}}`, ", under conditions on aws:PrincipalTag/team"},
		{"a variable", `"Principal": {"AWS": "` + me + `"}, "Condition": {"StringEquals": {"aws:PrincipalArn": "${aws:SourceIdentity}"}}`, ", under conditions on aws:SourceIdentity"},
		{"an operator that AWS does not have", `"Principal": {"AWS": "` + me + `"}, "Condition": {"StringSounds": {"aws:PrincipalArn": "x"}}`, ", under conditions on aws:PrincipalArn"},
		{"an external ID of a pattern, which the caller passes", `"Principal": {"AWS": "` + me + `"}, "Condition": {"StringEquals": {"sts:ExternalId": "${aws:username}"}}`, ", under conditions on sts:ExternalId"},
		{"a session", `"Principal": {"AWS": "arn:aws:sts::` + id + `:assumed-role/named/nightly"}`, ", if its session has the name nightly"},
		{"a session of another", `"Principal": {"AWS": "arn:aws:sts::` + id + `:assumed-role/other/nightly"}`, "none"},
		{"a session with MFA", `"Principal": {"AWS": "arn:aws:sts::` + id + `:assumed-role/named/nightly"}, "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}`, ", if its session has the name nightly, under conditions on aws:MultiFactorAuthPresent"},
		{"the tag of the role itself", `"Principal": {"AWS": "` + me + `"}, "Condition": {"StringEquals": {"aws:ResourceTag/open": "yes"}}`, ""},
		{"another tag of the role itself", `"Principal": {"AWS": "` + me + `"}, "Condition": {"StringEquals": {"aws:ResourceTag/open": "no"}}`, "none"},
		{"another principal under conditions", `"Principal": {"AWS": "arn:aws:iam::` + id + `:role/dev/other"}, "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}`, "none"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := new(state).role("/dev/", "named", "team").role("/other/", "open", "").policy("team", team)
			s.roles[1]["AssumeRolePolicyDocument"] = json.RawMessage(`{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "sts:AssumeRole", ` + c.statement + `}}`)
			s.roles[1]["Tags"] = []any{map[string]string{"Key": "open", "Value": "yes"}}
			p := named(t, run(t.Context(), t, s.input(t)), "named")
			got := "none"
			for _, arn := range p.Reaches {
				got = arn
			}
			for _, arn := range p.Conditional() {
				got = arn
			}
			if got = strings.TrimPrefix(got, "arn:aws:iam::"+id+":role/other/open"); got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

// A document that cannot be read never means that a principal cannot assume a role.
func TestReachUnknown(t *testing.T) {
	s := sample().role("/", "dark", "").role("/dev/", "blind", "broken").role("/dev/", "muddled", "team", "broken")
	s.roles[len(s.roles)-3]["AssumeRolePolicyDocument"] = json.RawMessage(`{"Statement": 1}`)
	s.policy("broken", `{"Statement": "x"}`)
	r := run(t.Context(), t, s.input(t))
	if p := named(t, r, "dark"); !strings.Contains(p.TrustUnknown, "its trust policy cannot be read") {
		t.Errorf("%+v", p)
	}
	for _, name := range []string{"blind", "muddled", "unknown"} {
		if p := named(t, r, name); p.ReachUnknown == "" || len(p.Reaches) != 0 {
			t.Errorf("%s: %q, %v", name, p.ReachUnknown, p.Reaches)
		}
	}
	warnings := strings.Join(r.Warnings, "\n")
	for _, want := range []string{"which roles 3 principals can assume is not known: arn:", "which principals can assume 1 role without a boundary is not known: arn:aws:iam::" + id + ":role/dark"} {
		if !strings.Contains(warnings, want) {
			t.Errorf("%q is not in %s", want, warnings)
		}
	}
	// If no role trusts any principal, nothing is unknown.
	s = new(state).role("/dev/", "blind", "broken").role("/", "lambda", "")
	s.policy("broken", `{"Statement": "x"}`)
	s.roles[1]["AssumeRolePolicyDocument"] = json.RawMessage(`{"Statement": {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}}`)
	if p := named(t, run(t.Context(), t, s.input(t)), "blind"); p.ReachUnknown != "" {
		t.Errorf("%q", p.ReachUnknown)
	}
}
