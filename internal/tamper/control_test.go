package tamper

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/ringfence/ringfence/internal/trail"
)

// template is the list as the template fills it.
const template = `
	arn:aws:events:us-east-1:123456789012:rule/ringfence-{changes|control},
	arn:aws:events:us-east-1:123456789012:archive/ringfence-iam,
	arn:aws:events:us-east-1:123456789012:event-bus/default,
	arn:aws:events:us-east-1:123456789012:replay/ringfence-*,
	arn:aws:lambda:us-east-1:123456789012:function:ringfence-enforce,
	arn:aws:lambda:us-east-1:123456789012:event-source-mapping:a1b2c3d4-5678-90ab-cdef-11111EXAMPLE,
	arn:aws:sqs:us-east-1:123456789012:ringfence-{events|dead-letters},
	arn:aws:dynamodb:us-east-1:123456789012:table/ringfence-ledger,
	arn:aws:sns:us-east-1:123456789012:ringfence-findings,
	arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab,
	arn:aws:kms:us-east-1:123456789012:alias/ringfence,
	arn:aws:cloudwatch:us-east-1:123456789012:alarm:ringfence-{errors|backlog|dead-letters},
	arn:aws:cloudwatch::123456789012:dashboard/ringfence,
	arn:aws:scheduler:us-east-1:123456789012:schedule/default/ringfence-changes-canary,
	arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/ringfence-enforce:*,
	arn:aws:cloudformation:us-east-1:123456789012:stack/ringfence/0e2b41a3-0000-4000-8000-000000000002,
	arn:aws:cloudtrail:*:123456789012:trail/*,
	arn:aws:iam::123456789012:role/ringfence/ringfence-enforce,
	arn:aws:iam::123456789012:role/ringfence-s?eep,
	arn:aws:iam::123456789012:policy/ringfence-role-boundary,,
`

func own(t testing.TB) Parts {
	t.Helper()
	o, err := Parse(template)
	if err != nil {
		t.Fatal(err)
	}
	if len(o.parts) != 24 {
		t.Fatalf("%d parts, want 24", len(o.parts))
	}
	return o
}

// change decodes a record of one call.
func change(t testing.TB, source, name, parameters string) trail.Change {
	t.Helper()
	c, err := trail.Parse(fmt.Appendf(nil, `{"eventVersion": "1.11", "eventID": "e", "eventSource": %q, "eventName": %q,
		"eventTime": "2026-03-01T12:00:00Z", "awsRegion": "us-east-1", "recipientAccountId": "123456789012",
		"userIdentity": {"type": "AssumedRole", "arn": "arn:aws:sts::123456789012:assumed-role/deployer/ringfence"},
		"requestParameters": %s}`, source+".amazonaws.com", name, parameters))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestNestedAlternatives(t *testing.T) {
	for entry, want := range map[string][]string{
		"a{b|c}d":                   {"abd", "acd"},
		"{policy/{a|b}|role/c}-x":   {"policy/a-x", "policy/b-x", "role/c-x"},
		"{a|b}{c|d}":                {"ac", "ad", "bc", "bd"},
		"a{|-b}":                    {"a", "a-b"},
		"a{b|c":                     {"a{b|c"},
		"a}b":                       {"a}b"},
		"a{b|{c}":                   {"a{b|{c}"},
		"arn:aws:iam::1:role/plain": {"arn:aws:iam::1:role/plain"},
	} {
		if got := alternatives(entry); !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", entry, got, want)
		}
	}
}

// The parts of every account of an organization have * for the account, and no other wildcard.
func TestContainsInEveryAccount(t *testing.T) {
	o, err := Parse("arn:aws:iam::*:role/x/member-{enforce|read},arn:aws:cloudtrail:*:*:trail/*,arn:aws:events:*:*:rule/member-changes")
	if err != nil {
		t.Fatal(err)
	}
	for arn, want := range map[string]bool{
		"arn:aws:iam::123456789012:role/x/member-read":              true,
		"arn:aws:iam::210987654321:role/x/member-enforce":           true,
		"arn:aws:iam::210987654321:role/member-enforce":             false,
		"arn:aws:iam::aws:role/x/member-read":                       false,
		"arn:aws:iam::12345678901x:role/x/member-read":              false,
		"arn:aws:cloudtrail:us-east-1:123456789012:trail/*":         false,
		"arn:aws:cloudtrail:*:123456789012:trail/*":                 false,
		"arn:aws:events:*:123456789012:rule/member-changes":         false,
		"arn:aws:events:us-east-1:123456789012:rule/member-changes": false,
		"": false,
	} {
		if got := o.Contains(arn); got != want {
			t.Errorf("%s: %v", arn, got)
		}
	}
}

func TestContains(t *testing.T) {
	o := own(t)
	for arn, want := range map[string]bool{
		"arn:aws:iam::123456789012:role/ringfence/ringfence-enforce": true,
		"arn:aws:iam::123456789012:policy/ringfence-role-boundary":   true,
		"arn:aws:iam::123456789012:role/ringfence-enforce":           false,
		"arn:aws:iam::123456789012:role/other/ringfence-enforce":     false,
		"arn:aws:iam::210987654321:role/ringfence/ringfence-enforce": false,
		"": false,
		// An entry with a wildcard matches this one.
		"arn:aws:iam::123456789012:role/ringfence-sweep": false,
	} {
		if got := o.Contains(arn); got != want {
			t.Errorf("Has(%q) = %v", arn, got)
		}
	}
}

func TestCallsOnParts(t *testing.T) {
	o := own(t)
	const (
		function = "arn:aws:lambda:us-east-1:123456789012:function:ringfence-enforce"
		topic    = "arn:aws:sns:us-east-1:123456789012:ringfence-findings"
	)
	for _, c := range []struct {
		source, name, parameters string
		want                     string // the parts that were touched
	}{
		{"events", "DisableRule", `{"name": "ringfence-changes"}`, "arn:aws:events:us-east-1:123456789012:rule/ringfence-changes"},
		{"events", "DisableRule", `{"name": "ringfence-changes", "eventBusName": "other"}`, ""},
		{"events", "RemoveTargets", `{"rule": "ringfence-changes", "ids": ["x"]}`, "arn:aws:events:us-east-1:123456789012:rule/ringfence-changes"},
		{"events", "DeleteRule", `{"name": "nightly"}`, ""},
		{"events", "EnableRule", `{"name": "ringfence-changes"}`, ""},
		// A resource does not become a part by its name.
		{"events", "PutRule", `{"name": "ringfence-x17"}`, ""},
		{"events", "UpdateEventBus", `{"name": "default", "kmsKeyIdentifier": "k"}`, "arn:aws:events:us-east-1:123456789012:event-bus/default"},
		{"events", "PutPermission", `{"principal": "*"}`, "arn:aws:events:us-east-1:123456789012:event-bus/default"},
		{"events", "PutPermission", `{"principal": "*", "eventBusName": "audit"}`, ""},
		{"events", "CancelReplay", `{"replayName": "ringfence-outage"}`, "arn:aws:events:us-east-1:123456789012:replay/ringfence-outage"},
		{"events", "CancelReplay", `{"replayName": "orders"}`, ""},
		{"events", "StartReplay", `{"replayName": "x", "eventSourceArn": "arn:aws:events:us-east-1:123456789012:archive/other", "destination": {"arn": "arn:aws:events:us-east-1:123456789012:event-bus/default"}}`, "arn:aws:events:us-east-1:123456789012:event-bus/default"},
		{"events", "CreateArchive", `{"archiveName": "x", "eventSourceArn": "arn:aws:events:us-east-1:123456789012:event-bus/default"}`, ""},
		{"events", "DeleteArchive", `{"archiveName": "ringfence-iam"}`, "arn:aws:events:us-east-1:123456789012:archive/ringfence-iam"},
		{"lambda", "UpdateFunctionCode20150331v2", `{"functionName": "ringfence-enforce"}`, function},
		{"lambda", "UpdateFunctionCode20150331v2", `{"functionName": "ringfence-enforce:live"}`, function + ":live"},
		{"lambda", "PutFunctionConcurrency20171031", `{"functionName": "123456789012:function:ringfence-enforce", "reservedConcurrentExecutions": 0}`, function},
		{"lambda", "DeleteFunction20150331", `{"functionName": "` + function + `:7"}`, function + ":7"},
		{"lambda", "DeleteFunction20150331", `{"functionName": "ringfence-enforce-2"}`, ""},
		{"lambda", "DeleteFunction20150331", `{"functionName": "arn:aws:lambda:us-east-1:444455556666:function:ringfence-enforce"}`, ""},
		{"lambda", "UpdateFunctionCode20150331v2", `{"functionName": "ringfence-enforce", "dryRun": true}`, ""},
		{"lambda", "DeleteEventSourceMapping20150331", `{"uUID": "a1b2c3d4-5678-90ab-cdef-11111EXAMPLE"}`, "arn:aws:lambda:us-east-1:123456789012:event-source-mapping:a1b2c3d4-5678-90ab-cdef-11111EXAMPLE"},
		// Another function takes the messages meant for ours.
		{"lambda", "CreateEventSourceMapping20150331", `{"functionName": "thief", "eventSourceArn": "arn:aws:sqs:us-east-1:123456789012:ringfence-events"}`, "arn:aws:sqs:us-east-1:123456789012:ringfence-events"},
		{"sqs", "PurgeQueue", `{"queueUrl": "https://sqs.us-east-1.amazonaws.com/123456789012/ringfence-events"}`, "arn:aws:sqs:us-east-1:123456789012:ringfence-events"},
		{"sqs", "PurgeQueue", `{"queueUrl": "https://sqs.us-east-1.amazonaws.com/444455556666/ringfence-events"}`, ""},
		{"dynamodb", "UpdateTable", `{"tableName": "ringfence-ledger", "deletionProtectionEnabled": false}`, "arn:aws:dynamodb:us-east-1:123456789012:table/ringfence-ledger"},
		{"dynamodb", "DeleteTable", `{"tableName": "orders"}`, ""},
		{"sns", "DeleteTopic", `{"topicArn": "` + topic + `"}`, topic},
		{"sns", "Unsubscribe", `{"subscriptionArn": "` + topic + `:5be8f5b2"}`, topic + ":5be8f5b2"},
		{"sns", "Unsubscribe", `{"subscriptionArn": "` + topic + `-2:5be8f5b2"}`, ""},
		{"scheduler", "UpdateSchedule", `{"name": "ringfence-changes-canary", "state": "DISABLED"}`, "arn:aws:scheduler:us-east-1:123456789012:schedule/default/ringfence-changes-canary"},
		{"scheduler", "DeleteSchedule", `{"name": "ringfence-changes-canary", "groupName": "other"}`, ""},
		{"sns", "Subscribe", `{"topicArn": "` + topic + `", "protocol": "https"}`, topic},
		{"sns", "AddPermission", `{"topicArn": "` + topic + `", "label": "x"}`, topic},
		{"sqs", "AddPermission", `{"queueUrl": "https://sqs.us-east-1.amazonaws.com/123456789012/orders"}`, ""},
		{"kms", "DisableKey", `{"keyId": "1234abcd-12ab-34cd-56ef-1234567890ab"}`, "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"},
		{"monitoring", "DeleteAlarms", `{"alarmNames": ["ringfence-errors", "cpu", "ringfence-backlog"]}`, "arn:aws:cloudwatch:us-east-1:123456789012:alarm:ringfence-errors arn:aws:cloudwatch:us-east-1:123456789012:alarm:ringfence-backlog"},
		{"kms", "DeleteAlias", `{"aliasName": "alias/ringfence"}`, "arn:aws:kms:us-east-1:123456789012:alias/ringfence"},
		{"kms", "UpdateAlias", `{"aliasName": "alias/ringfence", "targetKeyId": "99999999-12ab-34cd-56ef-1234567890ab"}`, "arn:aws:kms:us-east-1:123456789012:alias/ringfence"},
		{"kms", "CreateGrant", `{"keyId": "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"}`, "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"},
		{"monitoring", "DeleteAlarms", `{"alarmNames": []}`, ""},
		{"monitoring", "PutMetricAlarm", `{"alarmName": "ringfence-x17"}`, ""},
		{"monitoring", "SetAlarmState", `{"alarmName": "ringfence-errors"}`, "arn:aws:cloudwatch:us-east-1:123456789012:alarm:ringfence-errors"},
		{"monitoring", "PutAlarmMuteRule", `{"name": "m", "muteTargets": {"alarmNames": ["ringfence-errors"]}}`, "arn:aws:cloudwatch:us-east-1:123456789012:alarm:ringfence-errors"},
		{"monitoring", "DeleteDashboards", `{"dashboardNames": ["ringfence"]}`, "arn:aws:cloudwatch::123456789012:dashboard/ringfence"},
		{"logs", "AssociateKmsKey", `{"resourceIdentifier": "arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/ringfence-enforce:*"}`, "arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/ringfence-enforce:*"},
		{"logs", "CreateLogStream", `{"logGroupName": "/aws/lambda/ringfence-enforce", "logStreamName": "x"}`, ""},
		{"sqs", "StartMessageMoveTask", `{"sourceArn": "arn:aws:sqs:us-east-1:123456789012:ringfence-dead-letters"}`, "arn:aws:sqs:us-east-1:123456789012:ringfence-dead-letters"},
		{"dynamodb", "DeleteBackup", `{"backupArn": "arn:aws:dynamodb:us-east-1:123456789012:table/ringfence-ledger/backup/1"}`, ""},
		{"dynamodb", "UpdateKinesisStreamingDestination", `{"tableName": "ringfence-ledger", "streamArn": "x"}`, "arn:aws:dynamodb:us-east-1:123456789012:table/ringfence-ledger"},
		// Calls without a review.
		{"sqs", "FreezeQueue", `{"queueUrl": "https://sqs.us-east-1.amazonaws.com/123456789012/ringfence-events"}`, "arn:aws:sqs:us-east-1:123456789012:ringfence-events"},
		{"lambda", "PutFunctionTenancy20260101v2", `{"functionName": "ringfence-enforce"}`, function},
		{"lambda", "CreateCodeSigningConfig20200422", `{}`, ""},
		{"logs", "DeleteLogGroup", `{"logGroupName": "/aws/lambda/ringfence-enforce"}`, "arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/ringfence-enforce"},
		{"cloudformation", "DeleteStack", `{"stackName": "ringfence"}`, "arn:aws:cloudformation:us-east-1:123456789012:stack/ringfence"},
		{"cloudformation", "ExecuteChangeSet", `{"changeSetName": "x", "stackName": "arn:aws:cloudformation:us-east-1:123456789012:stack/ringfence/1"}`, "arn:aws:cloudformation:us-east-1:123456789012:stack/ringfence/1"},
		{"cloudformation", "UpdateStack", `{"stackName": "ringfence-2"}`, ""},
		{"cloudtrail", "StopLogging", `{"name": "management-events"}`, "arn:aws:cloudtrail:us-east-1:123456789012:trail/management-events"},
		{"cloudtrail", "PutEventSelectors", `{"trailName": "arn:aws:cloudtrail:eu-west-1:123456789012:trail/all"}`, "arn:aws:cloudtrail:eu-west-1:123456789012:trail/all"},

		{"iam", "PutRolePolicy", `{"roleName": "ringfence-enforce", "policyName": "p"}`, "arn:aws:iam::123456789012:role/ringfence/ringfence-enforce"},
		{"iam", "DeleteRole", `{"roleName": "ringfence-sweep"}`, "arn:aws:iam::123456789012:role/ringfence-sweep"},
		// IAM does not distinguish names by case, and a record may have the caller's spelling.
		{"iam", "PutRolePolicy", `{"roleName": "RINGFENCE-enforce", "policyName": "p"}`, "arn:aws:iam::123456789012:role/ringfence/ringfence-enforce"},
		{"iam", "CreatePolicyVersion", `{"policyArn": "arn:aws:iam::123456789012:policy/Ringfence-Role-Boundary"}`, "arn:aws:iam::123456789012:policy/Ringfence-Role-Boundary"},
		{"iam", "PutRolePermissionsBoundary", `{"roleName": "orders"}`, ""},
		{"iam", "TagRole", `{"roleName": "ringfence-enforce", "tags": []}`, ""},
		// The stack writes this tag itself.
		{"dynamodb", "TagResource", `{"resourceArn": "arn:aws:dynamodb:us-east-1:123456789012:table/ringfence-ledger", "tags": [{"key": "ringfence:canary", "value": "x"}]}`, ""},
		{"sqs", "TagQueue", `{"queueUrl": "https://sqs.us-east-1.amazonaws.com/123456789012/ringfence-events", "tags": {"ringfence:canary": "x"}}`, ""},
		{"dynamodb", "TagResource", `{"resourceArn": "arn:aws:dynamodb:us-east-1:123456789012:table/ringfence-ledger", "tags": [{"key": "ringfence:canary", "value": "x"}, {"key": "team", "value": "x"}]}`, "arn:aws:dynamodb:us-east-1:123456789012:table/ringfence-ledger"},
		{"lambda", "TagResource20170331v2", `{"resource": "` + function + `", "tags": {"ringfence:canary": "x", "team": "y"}}`, function},
		// A version has a policy of its own on who may invoke it.
		{"lambda", "PublishVersion20150331", `{"functionName": "ringfence-enforce"}`, function},
		// A call that does more than write that tag is reported.
		{"events", "PutRule", `{"name": "ringfence-changes", "state": "DISABLED", "tags": [{"key": "ringfence:canary", "value": "x"}]}`, "arn:aws:events:us-east-1:123456789012:rule/ringfence-changes"},
		{"sqs", "CreateQueue", `{"queueName": "ringfence-events", "tags": {"ringfence:canary": "x"}}`, "arn:aws:sqs:us-east-1:123456789012:ringfence-events"},
		{"lambda", "CreateFunction20150331", `{"functionName": "` + function + `", "tags": {"ringfence:canary": "x"}}`, function},
		{"sqs", "TagQueue", `{"queueUrl": "https://sqs.us-east-1.amazonaws.com/123456789012/ringfence-events"}`, "arn:aws:sqs:us-east-1:123456789012:ringfence-events"},
		{"iam", "PutUserPolicy", `{"userName": "ringfence-enforce"}`, ""},
		{"iam", "CreatePolicyVersion", `{"policyArn": "arn:aws:iam::123456789012:policy/ringfence-role-boundary"}`, "arn:aws:iam::123456789012:policy/ringfence-role-boundary"},
		{"iam", "CreatePolicyVersion", `{"policyArn": "arn:aws:iam::123456789012:policy/team-boundary"}`, ""},
	} {
		touch, ok := o.Affected(change(t, c.source, c.name, c.parameters))
		if got := strings.Join(touch.Resources, " "); got != c.want || ok != (c.want != "") {
			t.Errorf("%s %s: touches %q, want %q", c.name, c.parameters, got, c.want)
		}
		if ok && (touch.Effect == "" || touch.Remedy == "") {
			t.Errorf("%s: no effect", c.name)
		}
		if isRole := strings.Contains(c.want, ":role/"); isRole != (touch.Principal != nil) || isRole && touch.Principal.ARN() != c.want {
			t.Errorf("%s %s: principal %v", c.name, c.parameters, touch.Principal)
		}
	}
}

// A call that may have been on a part is reported as such, with all the parts that it may have
// been on; other unnamed calls are not.
func TestCallsThatNameNoResource(t *testing.T) {
	o := own(t)
	stack := "arn:aws:cloudformation:us-east-1:123456789012:stack/ringfence/0e2b41a3-0000-4000-8000-000000000002"
	queues := "arn:aws:sqs:us-east-1:123456789012:ringfence-events arn:aws:sqs:us-east-1:123456789012:ringfence-dead-letters"
	for _, c := range []struct{ source, name, parameters, want string }{
		{"cloudformation", "ExecuteChangeSet", `{"changeSetName": "arn:aws:cloudformation:us-east-1:123456789012:changeSet/deploy/1"}`, stack},
		{"cloudformation", "ExecuteStackRefactor", `{"stackRefactorId": "1"}`, stack},
		{"cloudformation", "UpdateStack", `{"omitted": "true", "originalSize": "149893"}`, stack},
		{"sqs", "FreezeQueue", `{"omitted": true}`, queues},
		{"dynamodb", "CreateBackup", `{"omitted": true}`, ""},
		{"logs", "PutAccountPolicy", `{"policyName": "mask", "policyType": "DATA_PROTECTION_POLICY"}`, "arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/ringfence-enforce:*"},
		{"cloudformation", "CreateStackSet", `{"stackSetName": "x"}`, ""},
		{"lambda", "CreateCodeSigningConfig", `{}`, ""},
	} {
		touch, ok := o.Affected(change(t, c.source, c.name, c.parameters))
		if got := strings.Join(touch.Resources, " "); got != c.want || ok != (c.want != "") || touch.Unsure != ok {
			t.Errorf("%s %s: may touch %q (unsure: %v), want %q", c.name, c.parameters, got, touch.Unsure, c.want)
		}
	}
}

// A failed call affects nothing, and without a list of parts nothing is affected.
func TestNothingAffected(t *testing.T) {
	c := change(t, "sns", "DeleteTopic", `{"topicArn": "arn:aws:sns:us-east-1:123456789012:ringfence-findings"}`)
	if _, ok := (Parts{}).Affected(c); ok {
		t.Error("nothing is its own, and was touched")
	}
	c.ErrorCode = "AuthorizationError"
	if _, ok := own(t).Affected(c); ok {
		t.Error("a call that failed")
	}
}

// No call is both reported and harmless, and no service is left out or never used.
func TestCallsAreReportedOrHarmless(t *testing.T) {
	read := append(trail.ControlServices(), "iam.amazonaws.com")
	for source, names := range effects {
		if !slices.Contains(read, source) {
			t.Errorf("%s is never read", source)
		}
		for name, e := range names {
			if e.does == "" || e.remedy == "" {
				t.Errorf("%s %s has no effect", source, name)
			}
			if harmless[source][name] != "" {
				t.Errorf("%s %s is harmless, and is not", source, name)
			}
			if source == "iam.amazonaws.com" && !slices.Contains(trail.Watched(), trail.Call{Source: source, Name: name}) {
				t.Errorf("%s is never read", name)
			}
		}
	}
	for _, source := range read {
		if effects[source] == nil {
			t.Errorf("%s has no effects", source)
		}
	}
	for source, names := range harmless {
		for name, because := range names {
			if because == "" || !slices.Contains(read, source) {
				t.Errorf("%s %s is harmless for no reason", source, name)
			}
		}
	}
	for source, names := range unnamed {
		for _, name := range names {
			if effects[source][name].does == "" {
				t.Errorf("%s %s is selected, and nothing is known of it", source, name)
			}
		}
	}
	for _, source := range read {
		for _, name := range OwnCalls(source) {
			if harmless[source][name] == "" {
				t.Errorf("%s %s is left out by the rules, and is not harmless", source, name)
			}
		}
	}
}

func TestParseReturnsAllErrors(t *testing.T) {
	o, err := Parse("ringfence-enforce, arn:aws:s3:::bucket,arn:aws:sqs:us-east-1:123456789012:*,arn:aws:lambda:*ringfence*," +
		"arn:aws:iam::123456789012:role/ringfence/*,arn:aws:cloudwatch:us-east-1:123456789012:alarm:*," +
		"arn::sns:us-east-1:123456789012:x,arn:aws:sns:us-east-1:123456789012:good")
	if len(o.parts) != 1 {
		t.Errorf("%d parts, want the good one", len(o.parts))
	}
	for _, want := range []string{
		`"ringfence-enforce" is not an ARN`, `"arn:aws:s3:::bucket": no call on service "s3"`,
		`"arn:aws:sqs:us-east-1:123456789012:*" would match every`, `role/ringfence/*" would match every`, `alarm:*" would match every`, `"arn:aws:lambda:*ringfence*" is not an ARN`, `"arn::sns`,
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v\nlacks %s", err, want)
		}
	}
	for _, nothing := range []string{"", " ", ",,", "\n,\t"} {
		if o, err := Parse(nothing); err != nil || o.parts != nil {
			t.Errorf("Parse(%q) = %v, %v", nothing, o, err)
		}
	}
}

// No list makes the parser panic, and an entry matches its own ARN.
func FuzzParse(f *testing.F) {
	f.Add(template)
	for _, entry := range strings.Split(template, ",") {
		f.Add(entry)
	}
	f.Fuzz(func(t *testing.T, list string) {
		o, err := Parse(list)
		if err != nil {
			return
		}
		for _, p := range o.parts {
			if _, ok := o.match(p.entry); !ok {
				t.Errorf("%q does not name itself", p.entry)
			}
			if again := part(string(p.arn)); again != string(p.arn) {
				t.Errorf("part(%q) = %q", p.arn, again)
			}
		}
	})
}

// Drift of our own stack, and no other, is reported with the command that lists it.
func TestDriftOfTheStack(t *testing.T) {
	const stack = "arn:aws:cloudformation:us-east-1:123456789012:stack/ringfence/0e2b41a3-0000-4000-8000-000000000002"
	o := own(t)
	touch, ok := o.Affected(trail.Change{Subject: trail.StackDrift{Stack: stack, Resources: 2}})
	if !ok || !touch.Found || touch.Unsure || !slices.Equal(touch.Resources, []string{stack}) ||
		!strings.Contains(touch.Effect, ": 2") || !strings.Contains(touch.Remedy, "describe-stack-resource-drifts --stack-name "+stack+" ") {
		t.Errorf("%v: %+v", ok, touch)
	}
	if touch, ok := o.Affected(trail.Change{Subject: trail.StackDrift{Stack: strings.Replace(stack, "ringfence", "ringfence-2", 1), Resources: 1}}); ok {
		t.Errorf("a stack of somebody else's: %+v", touch)
	}
}
