package eval

import (
	"slices"
	"testing"
)

// TestPartial: where not all of a request is known, a key that every request has is not missing, and what
// hangs on its value is uncertain. What does not hang on it is as certain as before.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
func TestPartial(t *testing.T) {
	when2020 := when("DateGreaterThan", "aws:CurrentTime", "2020-01-01T00:00:00Z")
	insecure := deny("*", "*", when("Bool", "aws:SecureTransport", "false"))
	for name, c := range map[string]struct {
		policy  string
		context map[string][]string
		whole   Outcome // if the context is all
		partial Outcome
		open    string // the key, if the answer to a partial request is uncertain
	}{
		"allowed at a time":              {statements(allow("s3:*", "*", when2020)), nil, ImplicitDeny, ImplicitDeny, "aws:CurrentTime"},
		"allowed at a time that is told": {statements(allow("s3:*", "*", when2020)), map[string][]string{"aws:currenttime": {"2026-01-01"}}, Allow, Allow, ""},
		"allowed anyway":                 {statements(allow("s3:*", "*", when2020), allow("*", "*")), nil, Allow, Allow, ""},
		"denied without encryption":      {statements(allow("*", "*"), insecure), nil, Allow, ExplicitDeny, "aws:SecureTransport"},
		"denied if it exists":            {statements(allow("*", "*"), deny("*", "*", when("StringNotEqualsIfExists", "aws:RequestedRegion", "eu-west-1"))), nil, ExplicitDeny, ExplicitDeny, "aws:RequestedRegion"},
		"denied anyway":                  {statements(allow("*", "*"), insecure, deny("s3:*", "*")), nil, ExplicitDeny, ExplicitDeny, ""},
		"denied for another action":      {statements(allow("*", "*"), deny("sqs:*", "*", when("Bool", "aws:SecureTransport", "false"))), nil, Allow, Allow, ""},
		"another condition fails":        {statements(allow("*", "*", `"Condition":{"DateGreaterThan":{"aws:CurrentTime":"2020"},"StringEquals":{"aws:SourceVpc":"v"}}`)), nil, ImplicitDeny, ImplicitDeny, ""},
		"a key that can be absent":       {statements(allow("*", "*"), deny("*", "*", when("NumericGreaterThan", "aws:MultiFactorAuthAge", "3600"))), nil, Allow, Allow, ""},
		"Null of a key that is there":    {statements(allow("*", "*", when("Null", "aws:UserAgent", "false"))), nil, ImplicitDeny, Allow, ""},
		"Null true of it":                {statements(allow("*", "*", when("Null", "aws:EpochTime", "true"))), nil, Allow, ImplicitDeny, ""},
		"a derived key":                  {statements(allow("*", "*", when("StringEquals", "aws:PrincipalType", "User"))), nil, Allow, Allow, ""},
		"a variable in a resource":       {statements(allow("s3:*", "arn:aws:s3:::${aws:RequestedRegion}/*")), nil, ImplicitDeny, ImplicitDeny, "aws:RequestedRegion"},
		"a variable, and a match":        {statements(`{"Effect":"Allow","Action":"s3:*","Resource":["arn:aws:s3:::${aws:RequestedRegion}/*","arn:aws:s3:::bucket/*"]}`), nil, Allow, Allow, ""},
		"a variable in NotResource":      {statements(`{"Effect":"Deny","Action":"s3:*","NotResource":["arn:aws:s3:::${aws:userid}/*"]}`), nil, ExplicitDeny, ExplicitDeny, "aws:userid"},
		"a variable in a condition":      {statements(allow("*", "*", when("StringEquals", "s3:prefix", "${aws:userid}"))), map[string][]string{"s3:prefix": {"x"}}, ImplicitDeny, ImplicitDeny, "aws:userid"},
	} {
		t.Run(name, func(t *testing.T) {
			s := scene{principal: user, action: "s3:GetObject", resource: object, identity: []string{c.policy}, context: c.context}
			if d := s.evaluate(t); d.Outcome != c.whole || d.Uncertain {
				t.Errorf("whole: %v, uncertain %v", d.Outcome, d.Uncertain)
			}
			var asked *Request
			s.edit = func(r *Request) { r.Partial, asked = true, r }
			d := s.evaluate(t)
			if d.Outcome != c.partial || d.Uncertain != (c.open != "") {
				t.Errorf("partial: %v, uncertain %v, want %v, open %q", d.Outcome, d.Uncertain, c.partial, c.open)
			}
			best := EvaluateBest(&Policies{Identity: []*Policy{parse(t, c.policy)}}, asked)
			if want := (c.open != "" || c.partial == Allow); (best.Outcome == Allow) != want && name != "a variable in NotResource" {
				t.Errorf("at best %v", best.Outcome)
			}
			keys := parse(t, c.policy).Open(asked, d.Layers[IdentityPolicies].Place.Statement)
			if c.open != "" && !slices.Equal(keys, []string{c.open}) {
				t.Errorf("open: %v", keys)
			}
		})
	}
}

// The id of a role is the beginning of aws:userid; the name of the session follows, and a role as such has
// none.
func TestUserIDOfARole(t *testing.T) {
	p := parse(t, `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {"StringLike": {"aws:userid": "AROAAPP:*"}}}]}`)
	for _, c := range []struct {
		arn, id   string
		outcome   Outcome
		uncertain bool
	}{
		{"arn:aws:iam::111122223333:role/app", "AROAAPP", ImplicitDeny, true},
		{"arn:aws:sts::111122223333:assumed-role/app/one", "AROAAPP:one", Allow, false},
		{"arn:aws:iam::111122223333:user/app", "AIDAAPP", ImplicitDeny, false},
	} {
		caller, err := ParsePrincipal(c.arn)
		if err != nil {
			t.Fatal(err)
		}
		caller.UserID = c.id
		d := Evaluate(&Policies{Identity: []*Policy{p}}, &Request{Principal: caller, Action: "s3:GetObject", Resource: "*", Partial: true})
		if d.Outcome != c.outcome || d.Uncertain != c.uncertain {
			t.Errorf("%s: %v, uncertain %v", c.arn, d.Outcome, d.Uncertain)
		}
	}
}
