package eval

import "testing"

// AWS requires a set operator for a key that can have several values, and does not say what happens without
// one. Evaluators differ: some match any of the values, some match none ever. The answer is certain only
// where they agree.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
func TestPlainOperatorsOnMultivaluedKeys(t *testing.T) {
	for _, key := range []string{"aws:TagKeys", "aws:PrincipalOrgPaths", "aws:CalledVia", "dynamodb:Attributes", "dynamodb:LeadingKeys"} {
		for _, c := range []struct {
			operator string
			request  []string
			want     truth
		}{
			{"StringEquals", []string{"owner"}, unknown},
			{"StringEquals", []string{"owner", "x"}, unknown},
			{"StringEquals", []string{"x"}, no},
			{"StringEquals", nil, no},
			{"StringLike", []string{"owner", "x"}, unknown},
			{"StringEqualsIfExists", []string{"owner"}, unknown},
			{"StringEqualsIfExists", nil, yes},
			{"StringNotEquals", []string{"x"}, unknown},
			{"StringNotEquals", []string{"owner"}, unknown},
			{"StringNotEquals", nil, yes},
			{"ForAnyValue:StringEquals", []string{"owner", "x"}, yes},
			{"ForAllValues:StringEquals", []string{"owner", "x"}, no},
			{"Null", []string{"owner"}, no},
		} {
			policy := "owner"
			if c.operator == "Null" {
				policy = "true"
			}
			if got := holds(t, "2012-10-17", c.operator, key, []string{policy}, map[string][]string{key: c.request}); got != c.want {
				t.Errorf("%s on %s %q: %d, want %d", c.operator, key, c.request, got, c.want)
			}
		}
	}
	// Keys with one value stay decided, with and without a set operator.
	for _, key := range []string{"iam:PassedToService", "ec2:InstanceType", "aws:PrincipalTag/team", "aws:SourceVpc", "k:unknown"} {
		for _, operator := range []string{"StringEquals", "ForAnyValue:StringEquals"} {
			if got := holds(t, "2012-10-17", operator, key, []string{"owner"}, map[string][]string{key: {"owner"}}); got != yes {
				t.Errorf("%s on %s: %d", operator, key, got)
			}
		}
	}
}

// By AWS's text one empty value is a null dataset, for which ForAllValues is true and ForAnyValue is false.
// Other evaluators compare it.
func TestSetOperatorsOnAnEmptyValue(t *testing.T) {
	for _, c := range []struct {
		operator, policy string
		request          []string
		want             truth
	}{
		{"ForAllValues:StringEquals", "home", []string{""}, unknown},
		{"ForAllValues:StringNotEquals", "home", []string{""}, yes},
		{"ForAllValues:StringEquals", "", []string{""}, yes},
		{"ForAnyValue:StringEquals", "home", []string{""}, no},
		{"ForAnyValue:StringNotEquals", "home", []string{""}, unknown},
		{"ForAnyValue:StringLike", "*", []string{""}, unknown},
		{"ForAnyValue:StringEqualsIfExists", "home", []string{""}, no},
		{"ForAllValues:StringEquals", "home", []string{"", "home"}, no},
		{"StringEquals", "home", []string{""}, no},
		{"StringNotEquals", "home", []string{""}, yes},
	} {
		if got := holds(t, "2012-10-17", c.operator, "s3:prefix", []string{c.policy}, map[string][]string{"s3:prefix": c.request}); got != c.want {
			t.Errorf("%s %q on %q: %d, want %d", c.operator, c.policy, c.request, got, c.want)
		}
	}
}
