package compare

import (
	"slices"
	"strings"
	"testing"
)

// outsideCases are pairs that others found, each with the page of AWS that decides.
//
// multi: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
// global: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
// reference: https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
var outsideCases = []struct {
	name, a, b string
	want       Relation
	why        string
}{
	// multi: operators without a set qualifier on a key that can have several values.
	{"tag keys, plain Deny", may("ec2:*", "") + "," + mayNot("ec2:CreateTags", `"StringEquals":{"aws:TagKeys":"owner"}`), may("ec2:*", "") + "," + mayNot("ec2:CreateTags", `"ForAnyValue:StringEquals":{"aws:TagKeys":"owner"}`), Unproven, "multi"},
	{"attributes, plain Deny", may("dynamodb:*", "") + "," + mayNot("dynamodb:GetItem", `"StringEquals":{"dynamodb:Attributes":"ssn"}`), may("dynamodb:*", "") + "," + mayNot("dynamodb:GetItem", `"ForAnyValue:StringEquals":{"dynamodb:Attributes":"ssn"}`), Unproven, "multi"},
	{"plain Allow", may("ec2:*", `"StringEquals":{"aws:TagKeys":"owner"}`), may("ec2:*", `"ForAnyValue:StringEquals":{"aws:TagKeys":"owner"}`), Unproven, "multi"},
	{"plain negation", may("ec2:*", "") + "," + mayNot("*", `"StringNotEquals":{"aws:TagKeys":"owner"}`), may("ec2:*", "") + "," + mayNot("*", `"ForAllValues:StringNotEquals":{"aws:TagKeys":"owner"}`), Unproven, "multi"},
	{"organization paths", may("*", "") + "," + mayNot("*", `"StringLike":{"aws:PrincipalOrgPaths":"o-a/*"}`), may("*", "") + "," + mayNot("*", `"ForAnyValue:StringLike":{"aws:PrincipalOrgPaths":"o-a/*"}`), Unproven, "multi"},
	{"plain IfExists", may("*", `"StringEqualsIfExists":{"aws:TagKeys":"o"}`), may("*", `"ForAnyValue:StringEqualsIfExists":{"aws:TagKeys":"o"}`), Unproven, "multi"},
	{"the same plain operator", may("*", "") + "," + mayNot("*", `"StringEquals":{"aws:TagKeys":"o"}`), may("*", "") + "," + mayNot("*", `"StringEquals":{"aws:tagkeys":"o"}`), Equal, "whatever it means"},
	{"one value, plain or any", may("*", `"StringEquals":{"codestar-connections:PassedToService":"codepipeline.amazonaws.com"}`), may("*", `"ForAnyValue:StringEquals":{"codestar-connections:PassedToService":"codepipeline.amazonaws.com"}`), Equal, "reference: the key is a String"},
	// multi: one empty value.
	{"ForAllValues on an empty value", may("s3:ListBucket", `"ForAllValues:StringEquals":{"s3:prefix":"home"}`), may("s3:ListBucket", `"StringEqualsIfExists":{"s3:prefix":"home"}`), Unproven, "multi"},
	{"ForAllValues with more values", may("*", `"ForAllValues:StringEquals":{"aws:TagKeys":["a"]}`), may("*", `"ForAllValues:StringEquals":{"aws:TagKeys":["a","b"]}`), Narrower, "multi"},
	{"ForAnyValue and ForAllValues", may("*", `"ForAnyValue:StringEquals":{"aws:TagKeys":"a"},"ForAllValues:StringEquals":{"aws:TagKeys":"a"}`), may("*", `"ForAllValues:StringEquals":{"aws:TagKeys":"a"},"Null":{"aws:TagKeys":"false"}`), Equal, "multi"},
	// reference: a service's key with one value.
	{"passed to another service", may("iam:PassRole", `"StringEquals":{"iam:PassedToService":"lambda.amazonaws.com"}`) + "," + mayNot("iam:PassRole", `"StringEquals":{"iam:PassedToService":"ec2.amazonaws.com"}`), may("iam:PassRole", `"StringEquals":{"iam:PassedToService":"lambda.amazonaws.com"}`), Equal, "reference"},
	{"instance type", may("ec2:*", `"StringEquals":{"ec2:InstanceType":"a"}`) + "," + mayNot("ec2:*", `"StringEquals":{"ec2:InstanceType":"b"}`), may("ec2:*", `"StringEquals":{"ec2:InstanceType":"a"}`), Equal, "reference"},
	{"one of two, and a Deny of a third", may("iam:PassRole", `"StringEquals":{"iam:PassedToService":["a","b"]}`), may("iam:PassRole", `"StringEquals":{"iam:PassedToService":"a"}`) + "," + may("iam:PassRole", `"StringEquals":{"iam:PassedToService":"b"}`) + "," + mayNot("iam:PassRole", `"ForAnyValue:StringEquals":{"iam:PassedToService":"zz"}`), Equal, "reference"},
	{"resource tag", may("ec2:*", `"StringEquals":{"ec2:ResourceTag/env":"a"}`) + "," + mayNot("ec2:*", `"StringEquals":{"ec2:ResourceTag/env":"b"}`), may("ec2:*", `"StringEquals":{"ec2:ResourceTag/env":"a"}`), Equal, "reference"},
	// global: keys that every request has.
	{"region IfExists", may("ec2:*", `"StringEqualsIfExists":{"aws:RequestedRegion":"eu-west-1"}`), may("ec2:*", `"StringEquals":{"aws:RequestedRegion":"eu-west-1"}`), Equal, "global"},
	{"time IfExists", may("*", `"DateLessThanIfExists":{"aws:CurrentTime":"2030-01-01T00:00:00Z"}`), may("*", `"DateLessThan":{"aws:CurrentTime":"2030-01-01T00:00:00Z"}`), Equal, "global"},
	{"via a service or not", may("*", ""), may("*", `"Bool":{"aws:ViaAWSService":"false"}`) + "," + may("*", `"Bool":{"aws:ViaAWSService":"true"}`), Equal, "global"},
	{"user id is there", may("*", ""), may("*", `"Null":{"aws:userid":"false"}`), Equal, "global"},
	{"not a service", may("s3:GetObject", ""), may("s3:GetObject", `"Bool":{"aws:PrincipalIsAWSService":"false"}`), Equal, "global: false for users and roles"},
	{"issue time can be missing", may("*", ""), may("*", `"Null":{"aws:TokenIssueTime":"false"}`), Wider, "global"},
	{"age of MFA can be missing", may("*", `"NumericLessThanIfExists":{"aws:MultiFactorAuthAge":"3600"}`), may("*", `"NumericLessThan":{"aws:MultiFactorAuthAge":"3600"}`), Wider, "global"},
	{"source of a service's call", may("*", ""), may("*", "") + "," + mayNot("*", `"StringEquals":{"aws:SourceAccount":"111111111111"}`), Equal, "global: only in calls of service principals"},
	{"session ARN is no principal ARN", may("*", ""), may("*", "") + "," + mayNot("*", `"ArnLike":{"aws:PrincipalArn":"arn:aws:sts::*:assumed-role/app/*"}`), Equal, "global"},
	// global: keys that say the same.
	{"the time, twice", may("*", `"DateLessThan":{"aws:CurrentTime":"2030-01-01T00:00:00Z"}`), may("*", `"DateLessThan":{"aws:EpochTime":"1893456000"}`), Equal, "global"},
	{"the time as a number", may("*", `"DateLessThan":{"aws:CurrentTime":"2030-01-01T00:00:00Z"}`), may("*", `"NumericLessThan":{"aws:EpochTime":"1893456000"}`), Equal, "global"},
	{"a second later", may("*", `"DateLessThan":{"aws:CurrentTime":"2030-01-01T00:00:00Z"}`), may("*", `"DateLessThan":{"aws:EpochTime":"1893456001"}`), Narrower, "global"},
	{"users have names", may("*", `"Null":{"aws:username":"false"}`), may("*", `"StringEquals":{"aws:PrincipalType":"User"}`), Equal, "table of principal keys"},
	{"roles have none", may("*", `"StringLike":{"aws:username":"*"}`), may("*", `"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/*"},"StringLike":{"aws:username":"*"}`), Wider, "table of principal keys"},
	{"tags without tag keys", may("ec2:CreateTags", `"StringEquals":{"aws:RequestTag/a":"x"}`), may("ec2:CreateTags", `"StringEquals":{"aws:RequestTag/a":"x"},"Null":{"aws:TagKeys":"false"}`), Equal, "global"},
	{"tag keys in another case", may("ec2:CreateTags", `"StringEquals":{"aws:RequestTag/a":"x"}`), may("ec2:CreateTags", `"StringEquals":{"aws:RequestTag/a":"x"},"ForAnyValue:StringEquals":{"aws:TagKeys":"a"}`), Wider, "global: tag keys of conditions are not case-sensitive"},
	{"tag keys in any case", may("ec2:CreateTags", `"StringEquals":{"aws:RequestTag/a":"x"}`), may("ec2:CreateTags", `"StringEquals":{"aws:RequestTag/a":"x"},"ForAnyValue:StringEqualsIgnoreCase":{"aws:TagKeys":"A"}`), Equal, "global"},
	{"own account only", may("s3:GetObject", ""), may("s3:GetObject", `"StringEquals":{"aws:ResourceAccount":"${aws:PrincipalAccount}"}`), Wider, "global"},
	// What everybody may call, and what is no action.
	{"caller identity", may("s3:*", "") + "," + may("sts:GetCallerIdentity", ""), may("s3:*", ""), Equal, "STS: no permission is needed"},
	{"a Deny of the caller identity", may("*", ""), may("*", "") + "," + mayNot("sts:GetCallerIdentity", ""), Equal, "STS: also against a Deny"},
	{"a Deny of more than that", may("*", ""), may("*", "") + "," + mayNot("sts:GetCaller*", ""), Wider, "there may be others"},
	{"all but the caller identity", may("sts:*", ""), may("sts:*", "") + "," + mayNot("sts:GetCallerIdentit?", ""), Wider, "there may be others"},
	{"an action with a space", may("s3:*", "") + "," + may("access-analyzer:ListTagsForResource ", ""), may("s3:*", ""), Equal, "no action has one"},
	// IPv4-mapped addresses are documented nowhere.
	{"mapped network", may("*", `"IpAddress":{"aws:SourceIp":"::ffff:10.0.0.0/104"}`), may("*", `"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}`), Unproven, "undocumented"},
	{"all of IPv6 and mapped", may("*", `"IpAddress":{"aws:SourceIp":"::/0"}`), may("*", `"IpAddress":{"aws:SourceIp":"::/0"}`) + "," + mayNot("*", `"IpAddress":{"aws:SourceIp":"::ffff:0:0/96"}`), Unproven, "undocumented"},
}

func may(action, condition string) string    { return statementOf("Allow", action, condition) }
func mayNot(action, condition string) string { return statementOf("Deny", action, condition) }

func statementOf(effect, action, condition string) string {
	return `{"Effect":"` + effect + `","Action":"` + action + `","Resource":"*","Condition":{` + condition + `}}`
}

func TestCasesFromOutside(t *testing.T) {
	for _, c := range outsideCases {
		t.Run(c.name, func(t *testing.T) {
			a, b := compile(t, []byte(statements(c.a))), compile(t, []byte(statements(c.b)))
			r := Compare(a, b)
			if r.Relation != c.want {
				t.Errorf("%s, want %s (%s)\nA not B: %v\nB not A: %v\n%s", r.Relation, c.want, c.why, r.ANotB, r.BNotA, r.Reason)
			}
			if c.why == "multi" && c.want == Unproven && !strings.Contains(r.Reason, "ForAnyValue or ForAllValues") {
				t.Errorf("the reason does not name the operator: %s", r.Reason)
			}
			for _, w := range []*Witness{r.ANotB, r.BNotA} {
				if w != nil && slices.ContainsFunc([]string{"aws:SourceAccount", "aws:SourceArn"}, func(k string) bool { return w.Context[k] != nil }) {
					t.Errorf("no user or role makes %v", w)
				}
			}
		})
	}
}
