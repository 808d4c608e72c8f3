package eval

import (
	"encoding/json"
	"testing"
)

// holds asks a document of one Allow that hangs on one condition, and one of a Deny.
func holds(t *testing.T, version, operator, key string, values []string, context map[string][]string) truth {
	t.Helper()
	list, err := json.Marshal(values)
	if err != nil {
		t.Fatal(err)
	}
	document := func(effect string) *Policy {
		return parse(t, `{"Version":"`+version+`","Statement":[{"Effect":"`+effect+`","Action":"*","Resource":"*",
			"Condition":{"`+operator+`":{"`+key+`":`+string(list)+`}}}]}`)
	}
	c := NewContext(context)
	allows := document("Allow").Alone("s3:GetObject", "*", &c)
	denies := document("Deny").Alone("s3:GetObject", "*", &c)
	switch {
	case allows.Uncertain && denies.Uncertain && allows.Outcome == ImplicitDeny && denies.Outcome == ExplicitDeny:
		return unknown
	case allows.Outcome == Allow && denies.Outcome == ExplicitDeny && !allows.Uncertain && !denies.Uncertain:
		return yes
	case allows.Outcome == ImplicitDeny && denies.Outcome == ImplicitDeny && !allows.Uncertain && !denies.Uncertain:
		return no
	}
	t.Errorf("Allow and Deny disagree: %+v, %+v", allows, denies)
	return unknown
}

// Ensure that every operator compares as AWS documents it.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
func TestOperators(t *testing.T) {
	for _, c := range []struct {
		operator string
		policy   string
		request  string
		want     truth
	}{
		{"StringEquals", "blue", "blue", yes},
		{"StringEquals", "blue", "Blue", no},
		{"StringEquals", "b*", "blue", no},
		{"StringEquals", "b*", "b*", yes},
		{"StringEquals", "", "", yes},
		{"StringEquals", "", "x", no},
		{"StringNotEquals", "blue", "blue", no},
		{"StringNotEquals", "blue", "Blue", yes},
		{"StringEqualsIgnoreCase", "blue", "BLUE", yes},
		{"StringEqualsIgnoreCase", "straße", "STRAßE", yes},
		{"StringEqualsIgnoreCase", "blue", "blues", no},
		{"StringNotEqualsIgnoreCase", "blue", "BLUE", no},
		{"StringNotEqualsIgnoreCase", "blue", "red", yes},
		{"StringLike", "b*e", "blue", yes},
		{"StringLike", "b?ue", "blue", yes},
		{"StringLike", "b?ue", "bue", no},
		{"StringLike", "B*", "blue", no},
		{"StringLike", "b*e*", "blue/e/x", yes},
		{"StringLike", "*:*", "a:b", yes},
		{"StringLike", "?", "é", yes},
		{"StringLike", "??", "é", no},
		{"StringLike", "", "", yes},
		{"StringNotLike", "b*", "blue", no},
		{"StringNotLike", "b*", "red", yes},

		{"NumericEquals", "10", "10.0", yes},
		{"NumericEquals", "10", "11", no},
		{"NumericEquals", "-3", "-3", yes},
		{"NumericEquals", "10", "ten", no},
		{"NumericNotEquals", "10", "10", no},
		{"NumericNotEquals", "10", "9", yes},
		{"NumericNotEquals", "10", "ten", yes},
		{"NumericLessThan", "10", "9.99", yes},
		{"NumericLessThan", "10", "10", no},
		{"NumericLessThan", "10", "9", yes}, // and not as text
		{"NumericLessThanEquals", "10", "10", yes},
		{"NumericLessThanEquals", "10", "10.01", no},
		{"NumericGreaterThan", "10", "11", yes},
		{"NumericGreaterThan", "10", "10", no},
		{"NumericGreaterThanEquals", "10", "10", yes},
		{"NumericGreaterThanEquals", "10", "9", no},

		{"DateEquals", "2024-05-01T00:00:00Z", "1714521600", yes},
		{"DateEquals", "1714521600", "2024-05-01T02:00:00+02:00", yes},
		{"DateEquals", "2024-05-01", "2024-05-01T00:00Z", yes},
		{"DateEquals", "2024", "2024-01-01T00:00:00.000Z", yes},
		{"DateEquals", "2024-05", "2024-05-01T00:00:00Z", yes},
		{"DateEquals", "2024-05-01T00:00:00Z", "2024-05-01T00:00:00.5Z", no},
		{"DateNotEquals", "2024-05-01T00:00:00Z", "1714521600", no},
		{"DateNotEquals", "2024-05-01T00:00:00Z", "soon", yes},
		{"DateLessThan", "2024-05-01T00:00:00Z", "2024-04-30T23:59:59Z", yes},
		{"DateLessThan", "2024-05-01T00:00:00Z", "2024-05-01T00:00:00Z", no},
		{"DateLessThan", "2024-05-01T00:00:00Z", "2024-05-01T00:30:00+01:00", yes},
		{"DateLessThanEquals", "2024-05-01T00:00:00Z", "2024-05-01T00:00:00Z", yes},
		{"DateGreaterThan", "2024-05-01T00:00:00Z", "2024-05-01T00:00:01Z", yes},
		{"DateGreaterThan", "2024-05-01T00:00:00Z", "2024-05-01T00:00:00Z", no},
		{"DateGreaterThanEquals", "2024-05-01T00:00:00Z", "1714521600", yes},
		{"DateGreaterThanEquals", "2024-05-01T00:00:00Z", "1714521599", no},

		{"Bool", "true", "true", yes},
		{"Bool", "true", "True", yes},
		{"Bool", "true", "false", no},
		{"Bool", "false", "false", yes},
		{"Bool", "true", "1", no},

		{"BinaryEquals", "QmluYXJ5", "QmluYXJ5", yes},
		{"BinaryEquals", "QmluYXJ5", "QmluYXJ6", no},
		{"BinaryEquals", "QmluYXJ5", "not base64", no},

		{"IpAddress", "10.0.0.0/8", "10.255.0.1", yes},
		{"IpAddress", "10.0.0.0/8", "11.0.0.1", no},
		{"IpAddress", "203.0.113.7", "203.0.113.7", yes},
		{"IpAddress", "203.0.113.7", "203.0.113.8", no},
		{"IpAddress", "203.0.113.7/24", "203.0.113.99", yes}, // host bits do not matter
		{"IpAddress", "0.0.0.0/0", "8.8.8.8", yes},
		{"IpAddress", "0.0.0.0/0", "2001:db8::1", no},
		{"IpAddress", "2001:DB8:1234:5678::/64", "2001:db8:1234:5678::9", yes},
		{"IpAddress", "2001:db8:1234:5678::/64", "2001:db8:1234:5679::9", no},
		{"IpAddress", "2001:db8::1", "2001:0db8:0:0::1", yes},
		{"IpAddress", "::/0", "10.0.0.1", no},
		{"IpAddress", "::/0", "2001:db8::1", yes},
		{"IpAddress", "10.0.0.0/8", "cloudformation.amazonaws.com", no},
		{"NotIpAddress", "10.0.0.0/8", "10.0.0.1", no},
		{"NotIpAddress", "10.0.0.0/8", "11.0.0.1", yes},
		{"NotIpAddress", "10.0.0.0/8", "2001:db8::1", yes},

		{"ArnEquals", "arn:aws:iam::*:role/app", "arn:aws:iam::111122223333:role/app", yes},
		{"ArnLike", "arn:aws:iam::*:role/app", "arn:aws:iam::111122223333:role/app", yes},
		{"ArnLike", "arn:aws:iam::1111????3333:role/*", "arn:aws:iam::111122223333:role/a/b", yes},
		{"ArnLike", "arn:aws:sns:*:*:t", "arn:aws:sns:eu-west-1:111122223333:t", yes},
		{"ArnLike", "arn:aws:sns:*:t", "arn:aws:sns:eu-west-1:111122223333:t", no},
		{"ArnLike", "arn:*:t", "arn:aws:sns:eu-west-1:111122223333:t", no},
		{"ArnLike", "arn:aws:*s:eu-west-1:111122223333:t", "arn:aws:sns:eu-west-1:111122223333:t", yes},
		{"ArnLike", "arn:aws:s*:111122223333:t", "arn:aws:sns:eu-west-1:111122223333:t", no},
		{"ArnLike", "arn:aws:sns:?*?:111122223333:t", "arn:aws:sns:eu:111122223333:t", yes},
		{"ArnLike", "arn:aws:sns:???:111122223333:t", "arn:aws:sns:eu:111122223333:t", no},
		{"ArnLike", "arn:aws:sns:*", "arn:aws:sns:eu-west-1:111122223333:t", yes},
		{"ArnLike", "arn:aws:logs:*:*:log-group:*:x", "arn:aws:logs:eu-west-1:111122223333:log-group:a:b:x", yes},
		{"ArnLike", "arn:aws:logs:*:*:log-group?x", "arn:aws:logs:eu-west-1:111122223333:log-group:x", yes},
		{"ArnEquals", "arn:aws:iam::111122223333:role/App", "arn:aws:iam::111122223333:role/app", no},
		{"ArnNotEquals", "arn:aws:iam::*:role/app", "arn:aws:iam::111122223333:role/app", no},
		{"ArnNotLike", "arn:aws:iam::*:role/app", "arn:aws:iam::111122223333:role/db", yes},

		// Operators are not case-sensitive.
		{"stringequals", "blue", "blue", yes},
		{"IPADDRESS", "10.0.0.0/8", "10.0.0.1", yes},

		// What cannot be read is neither true nor false.
		{"StringSortOf", "blue", "blue", unknown},
		{"NullIfExists", "true", "x", unknown},
		{"ForAnyValue:Null", "true", "x", unknown},
		{"ForSomeValues:StringEquals", "blue", "blue", unknown},
		{"StringEqualsIfExist", "blue", "blue", unknown},
		{"NumericEquals", "ten", "10", unknown},
		{"NumericEquals", "1234567890123456", "1234567890123456", unknown},
		{"NumericNotEquals", "ten", "10", unknown},
		{"DateLessThan", "soon", "2024-05-01", unknown},
		{"IpAddress", "10.0.0.0/33", "10.0.0.1", unknown},
		{"NotIpAddress", "10.0.0", "10.0.0.1", unknown},
		{"Bool", "maybe", "true", unknown},
		{"Null", "maybe", "true", unknown},
		{"BinaryEquals", "???", "QmluYXJ5", unknown},
		// AWS does not document IPv4-mapped addresses.
		{"IpAddress", "10.0.0.0/8", "::ffff:10.1.2.3", unknown},
		{"NotIpAddress", "10.0.0.0/8", "::ffff:10.1.2.3", unknown},
		{"IpAddress", "::ffff:10.0.0.0/104", "10.1.2.3", unknown},
	} {
		if got := holds(t, "2012-10-17", c.operator, "aws:key", []string{c.policy}, map[string][]string{"aws:key": {c.request}}); got != c.want {
			t.Errorf("%s %q with %q in the request: %d, want %d", c.operator, c.policy, c.request, got, c.want)
		}
	}
}

// Ensure the rules about missing keys, several values and set operators.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
func TestKeysAndValues(t *testing.T) {
	missing := []string{}
	for _, c := range []struct {
		operator string
		policy   []string
		request  []string
		want     truth
	}{
		// Several values in the policy: any, and none of them where negated.
		{"StringEquals", []string{"a", "b"}, []string{"b"}, yes},
		{"StringNotEquals", []string{"a", "b"}, []string{"b"}, no},
		{"StringNotEquals", []string{"a", "b"}, []string{"c"}, yes},
		{"NumericLessThan", []string{"1", "10"}, []string{"5"}, yes},
		{"IpAddress", []string{"10.0.0.0/8", "192.0.2.1"}, []string{"192.0.2.1"}, yes},
		{"NotIpAddress", []string{"10.0.0.0/8", "192.0.2.1"}, []string{"192.0.2.1"}, no},

		// A missing key: false, true where negated.
		{"StringEquals", []string{"a"}, missing, no},
		{"StringLike", []string{"*"}, missing, no},
		{"NumericLessThan", []string{"1"}, missing, no},
		{"DateLessThan", []string{"2024"}, missing, no},
		{"Bool", []string{"false"}, missing, no},
		{"BinaryEquals", []string{"QQ=="}, missing, no},
		{"IpAddress", []string{"0.0.0.0/0"}, missing, no},
		{"ArnLike", []string{"arn:*"}, missing, no},
		{"StringNotEquals", []string{"a"}, missing, yes},
		{"StringNotEqualsIgnoreCase", []string{"a"}, missing, yes},
		{"StringNotLike", []string{"a"}, missing, yes},
		{"NumericNotEquals", []string{"1"}, missing, yes},
		{"DateNotEquals", []string{"2024"}, missing, yes},
		{"NotIpAddress", []string{"10.0.0.0/8"}, missing, yes},
		{"ArnNotEquals", []string{"arn:*"}, missing, yes},
		{"ArnNotLike", []string{"arn:*"}, missing, yes},

		// IfExists: true where the key is missing, else as without it.
		{"StringEqualsIfExists", []string{"a"}, missing, yes},
		{"StringEqualsIfExists", []string{"a"}, []string{"b"}, no},
		{"StringEqualsIfExists", []string{"a"}, []string{"a"}, yes},
		{"BoolIfExists", []string{"true"}, missing, yes},
		{"BoolIfExists", []string{"true"}, []string{"false"}, no},
		{"NumericLessThanIfExists", []string{"1"}, missing, yes},
		{"IpAddressIfExists", []string{"10.0.0.0/8"}, missing, yes},
		{"ArnLikeIfExists", []string{"arn:*"}, missing, yes},
		{"DateLessThanIfExists", []string{"2024"}, missing, yes},
		{"StringNotEqualsIfExists", []string{"a"}, missing, yes},
		{"StringNotEqualsIfExists", []string{"a"}, []string{"a"}, no},
		{"ForAnyValue:StringEqualsIfExists", []string{"a"}, missing, yes},
		{"ForAllValues:StringEqualsIfExists", []string{"a"}, missing, yes},

		// Null.
		{"Null", []string{"true"}, missing, yes},
		{"Null", []string{"true"}, []string{"a"}, no},
		{"Null", []string{"false"}, missing, no},
		{"Null", []string{"false"}, []string{"a"}, yes},
		{"Null", []string{"true", "false"}, []string{"a"}, yes},

		// Set operators.
		{"ForAllValues:StringEquals", []string{"a", "b"}, []string{"a", "b"}, yes},
		{"ForAllValues:StringEquals", []string{"a", "b"}, []string{"a", "c"}, no},
		{"ForAllValues:StringEquals", []string{"a"}, missing, yes},
		{"ForAllValues:StringNotEquals", []string{"a"}, []string{"b", "c"}, yes},
		{"ForAllValues:StringNotEquals", []string{"a"}, []string{"a", "b"}, no},
		{"ForAllValues:StringNotEquals", []string{"a"}, missing, yes},
		{"ForAllValues:StringLike", []string{"a*"}, []string{"ab", "ac"}, yes},
		{"ForAllValues:StringNotLike", []string{"a*"}, []string{"ab", "b"}, no},
		{"ForAnyValue:StringEquals", []string{"a"}, []string{"b", "a"}, yes},
		{"ForAnyValue:StringEquals", []string{"a"}, []string{"b", "c"}, no},
		{"ForAnyValue:StringEquals", []string{"a"}, missing, no},
		{"ForAnyValue:StringNotEquals", []string{"a"}, []string{"a", "b"}, yes},
		{"ForAnyValue:StringNotEquals", []string{"a"}, []string{"a", "a"}, no},
		{"ForAnyValue:StringNotEquals", []string{"a"}, missing, no},
		{"ForAnyValue:StringNotLike", []string{"a*"}, []string{"ab", "b"}, yes},
		{"ForAllValues:ArnLike", []string{"arn:aws:s3:::a*"}, []string{"arn:aws:s3:::ab", "arn:aws:s3:::b"}, no},
		{"ForAnyValue:ArnLike", []string{"arn:aws:s3:::a*"}, []string{"arn:aws:s3:::ab", "arn:aws:s3:::b"}, yes},
		{"ForAllValues:Bool", []string{"true"}, []string{"true", "true"}, yes},
		{"ForAllValues:Bool", []string{"true"}, []string{"true", "false"}, no},
		{"ForAnyValue:Bool", []string{"true"}, []string{"true", "false"}, yes},
		{"forallvalues:StringEquals", []string{"a"}, []string{"b"}, no},

		// Without a qualifier several values are matched by any.
		{"StringEquals", []string{"a"}, []string{"b", "a"}, yes},
		{"StringNotEquals", []string{"a"}, []string{"b", "a"}, no},

		// A value that can be read may settle it.
		{"NumericEquals", []string{"ten", "10"}, []string{"10"}, yes},
		{"NumericEquals", []string{"ten", "10"}, []string{"11"}, unknown},
		{"ForAllValues:NumericEquals", []string{"ten", "10"}, []string{"10", "11"}, unknown},
		{"ForAnyValue:NumericEquals", []string{"ten", "10"}, []string{"11", "10"}, yes},
		{"NumericEquals", []string{"ten"}, missing, no},
		{"StringSortOf", []string{"a"}, missing, unknown},
		{"StringSortOfIfExists", []string{"a"}, missing, unknown},
	} {
		context := map[string][]string{"aws:Key": c.request}
		if got := holds(t, "2012-10-17", c.operator, "AWS:kEY", c.policy, context); got != c.want {
			t.Errorf("%s %q with %q in the request: %d, want %d", c.operator, c.policy, c.request, got, c.want)
		}
	}
}

// Ensure that all conditions of a statement must hold, and that one that cannot be
// read does not matter where another one does not hold.
func TestConditionsTogether(t *testing.T) {
	for _, c := range []struct {
		condition string
		want      Alone
	}{
		{`{"StringEquals":{"aws:a":"1","aws:b":"2"}}`, Alone{Allow, 0, false}},
		{`{"StringEquals":{"aws:a":"1","aws:b":"3"}}`, Alone{ImplicitDeny, -1, false}},
		{`{"StringEquals":{"aws:a":"1"},"StringLike":{"aws:b":"3"}}`, Alone{ImplicitDeny, -1, false}},
		{`{"StringEquals":{"aws:a":"1"},"Odd":{"aws:b":"3"}}`, Alone{ImplicitDeny, -1, true}},
		{`{"StringEquals":{"aws:a":"0"},"Odd":{"aws:b":"3"}}`, Alone{ImplicitDeny, -1, false}},
		{`{"Odd":{"aws:b":"3"},"StringEquals":{"aws:a":"0"}}`, Alone{ImplicitDeny, -1, false}},
		{`{}`, Alone{Allow, 0, false}},
		{`{"Bool":{"aws:t":true},"NumericEquals":{"aws:a":1}}`, Alone{Allow, 0, false}},
	} {
		p := parse(t, `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":`+c.condition+`}}`)
		context := NewContext(map[string][]string{"aws:A": {"1"}, "AWS:b": {"2"}, "aws:t": {"true"}})
		if got := p.Alone("s3:GetObject", "*", &context); got != c.want {
			t.Errorf("%s: %+v, want %+v", c.condition, got, c.want)
		}
	}
}

// Ensure that variables are replaced where they can be, and that one without a value
// matches nothing.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
func TestVariables(t *testing.T) {
	context := map[string][]string{
		"aws:username": {"jane"}, "aws:PrincipalTag/Team": {"red*"}, "aws:TagKeys": {"a", "b"}, "aws:key": {"jane"},
		"aws:arn": {"arn:aws:iam::111122223333:role/jane"}, "aws:t": {"true"}, "aws:empty": {""}, "aws:star": {"*"},
	}
	with := func(key, value string) map[string][]string {
		c := map[string][]string{}
		for k, v := range context {
			c[k] = v
		}
		c[key] = []string{value}
		return c
	}
	for _, c := range []struct {
		version, operator, policy string
		context                   map[string][]string
		want                      truth
	}{
		{"2012-10-17", "StringEquals", "${aws:username}", context, yes},
		{"2012-10-17", "StringEquals", "${AWS:UserName}", context, yes},
		{"2012-10-17", "StringEquals", "x${aws:username}", context, no},
		{"2008-10-17", "StringEquals", "${aws:username}", context, no},
		{"2008-10-17", "StringEquals", "${aws:username}", with("aws:key", "${aws:username}"), yes},
		{"2012-10-17", "StringNotEquals", "${aws:username}", context, no},
		{"2012-10-17", "StringEquals", "${aws:unknown}", context, no},
		{"2012-10-17", "StringNotEquals", "${aws:unknown}", context, yes},
		{"2012-10-17", "StringEquals", "${aws:unknown, 'jane'}", context, yes},
		{"2012-10-17", "StringEquals", "${aws:unknown,'jane'}", context, yes},
		{"2012-10-17", "StringEquals", "${aws:username, 'bob'}", context, yes},
		{"2012-10-17", "StringEquals", "${aws:username, 'bob'}", with("aws:key", "bob"), no},
		{"2012-10-17", "StringEquals", "${aws:TagKeys}", with("aws:key", "a"), no},
		{"2012-10-17", "StringEquals", "${aws:empty}", with("aws:key", ""), yes},
		{"2012-10-17", "StringEqualsIgnoreCase", "${aws:username}", with("aws:key", "JANE"), yes},
		{"2012-10-17", "StringLike", "${aws:PrincipalTag/team}", with("aws:key", "red*"), yes},
		{"2012-10-17", "StringLike", "${aws:PrincipalTag/team}", with("aws:key", "reddish"), no},
		{"2012-10-17", "StringLike", "*${aws:username}*x", with("aws:key", "j jane jane y x"), yes},
		{"2012-10-17", "StringLike", "${aws:star}", context, no},
		{"2012-10-17", "StringLike", "${*}", with("aws:key", "*"), yes},
		{"2012-10-17", "StringLike", "${*}", context, no},
		{"2012-10-17", "StringLike", "ja${?}e", context, no},
		{"2012-10-17", "StringLike", "a${?}", with("aws:key", "a?"), yes},
		{"2012-10-17", "StringLike", "${$}{aws:username}", with("aws:key", "${aws:username}"), yes},
		{"2012-10-17", "StringEquals", "${*}", with("aws:key", "*"), yes},
		{"2012-10-17", "StringLike", "${aws:username", with("aws:key", "${aws:username"), yes},
		{"2012-10-17", "ArnLike", "arn:aws:iam::*:role/${aws:username}", with("aws:key", "arn:aws:iam::111122223333:role/jane"), yes},
		{"2012-10-17", "ArnEquals", "${aws:arn}", with("aws:key", "arn:aws:iam::111122223333:role/jane"), yes},
		{"2012-10-17", "Bool", "${aws:t}", with("aws:key", "TRUE"), yes},
		{"2012-10-17", "Bool", "${aws:t}", with("aws:key", "false"), no},
		{"2012-10-17", "Bool", "${aws:unknown}", with("aws:key", "false"), no},
		{"2012-10-17", "NumericEquals", "${aws:n}", with("aws:key", "1"), unknown},
	} {
		if got := holds(t, c.version, c.operator, "aws:key", []string{c.policy}, c.context); got != c.want {
			t.Errorf("%s: %s %q: %d, want %d", c.version, c.operator, c.policy, got, c.want)
		}
	}
}

// Ensure the derived keys, and that the caller's own values come first.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#principaltable
func TestDerivedKeys(t *testing.T) {
	for _, c := range []struct {
		principal, key, want string
	}{
		{user, "aws:PrincipalArn", user},
		{user, "aws:username", "jane"},
		{user, "aws:PrincipalType", "User"},
		{user, "aws:PrincipalAccount", account},
		{user, "aws:PrincipalIsAWSService", "false"},
		{user, "aws:ResourceAccount", other2},
		{user, "aws:userid", ""},
		{user, "aws:PrincipalServiceName", ""},
		{role, "aws:PrincipalArn", role},
		{role, "aws:PrincipalType", "AssumedRole"},
		{session, "aws:PrincipalArn", role},
		{session, "aws:PrincipalType", "AssumedRole"},
		{session, "aws:username", ""},
		{fed, "aws:PrincipalArn", fed},
		{fed, "aws:PrincipalType", "FederatedUser"},
		{fed, "aws:userid", account + ":bob"},
		{fed, "aws:username", ""},
		{rootUser, "aws:PrincipalArn", rootUser},
		{rootUser, "aws:PrincipalType", "Account"},
		{rootUser, "aws:userid", account},
		{"sns.amazonaws.com", "aws:PrincipalIsAWSService", "true"},
		{"sns.amazonaws.com", "aws:PrincipalServiceName", "sns.amazonaws.com"},
		{"*", "aws:PrincipalType", "Anonymous"},
		{"*", "aws:userid", "anonymous"},
		{"*", "aws:PrincipalAccount", ""},
	} {
		condition := when("StringEquals", c.key, c.want)
		if c.want == "" {
			condition = when("Null", c.key, "true")
		}
		policy := statements(deny("s3:*", "*", `"Principal":"*"`, condition))
		scene{principal: c.principal, action: "s3:GetObject", resource: object, account: other2, policy: policy}.want(t, ExplicitDeny, ResourcePolicy)
		scene{
			principal: c.principal, action: "s3:GetObject", resource: object, account: other2, policy: policy,
			context: map[string][]string{c.key: {"something else"}},
		}.want(t, ImplicitDeny, ResourcePolicy)
	}
}
