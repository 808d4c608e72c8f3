package control

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/ringfence/ringfence/internal/trail"
)

// template is the list as a template would fill it.
const template = `
	arn:aws:events:us-east-1:123456789012:rule/ringfence-*,
	arn:aws:events:us-east-1:123456789012:archive/ringfence-iam,
	arn:aws:lambda:us-east-1:123456789012:function:ringfence-enforce,
	arn:aws:lambda:us-east-1:123456789012:event-source-mapping:a1b2c3d4-5678-90ab-cdef-11111EXAMPLE,
	arn:aws:sqs:us-east-1:123456789012:ringfence-*,
	arn:aws:dynamodb:us-east-1:123456789012:table/ringfence-ledger,
	arn:aws:sns:us-east-1:123456789012:ringfence-findings,
	arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab,
	arn:aws:cloudwatch:us-east-1:123456789012:alarm:ringfence-*,
	arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/ringfence-enforce:*,
	arn:aws:cloudformation:us-east-1:123456789012:stack/ringfence/0e2b41a3-0000-4000-8000-000000000002,
	arn:aws:cloudtrail:*:123456789012:trail/*,
	arn:aws:iam::123456789012:role/ringfence/ringfence-enforce,
	arn:aws:iam::123456789012:role/ringfence-s?eep,
	arn:aws:iam::123456789012:policy/ringfence-role-boundary,,
`

func own(t testing.TB) Own {
	t.Helper()
	o, err := Parse(template)
	if err != nil {
		t.Fatal(err)
	}
	if len(o.parts) != 15 {
		t.Fatalf("%d parts, want 15", len(o.parts))
	}
	return o
}

// change reads a record of one call.
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

func TestHas(t *testing.T) {
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
		if got := o.Has(arn); got != want {
			t.Errorf("Has(%q) = %v", arn, got)
		}
	}
}

func TestCallsOnTheControl(t *testing.T) {
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
		{"events", "DeleteArchive", `{"archiveName": "ringfence-iam"}`, "arn:aws:events:us-east-1:123456789012:archive/ringfence-iam"},
		{"lambda", "UpdateFunctionCode20150331v2", `{"functionName": "ringfence-enforce"}`, function},
		{"lambda", "UpdateFunctionCode20150331v2", `{"functionName": "ringfence-enforce:live"}`, function + ":live"},
		{"lambda", "PutFunctionConcurrency20171031", `{"functionName": "123456789012:function:ringfence-enforce", "reservedConcurrentExecutions": 0}`, function},
		{"lambda", "DeleteFunction20150331", `{"functionName": "` + function + `:7"}`, function + ":7"},
		{"lambda", "DeleteFunction20150331", `{"functionName": "ringfence-enforce-2"}`, ""},
		{"lambda", "DeleteFunction20150331", `{"functionName": "arn:aws:lambda:us-east-1:444455556666:function:ringfence-enforce"}`, ""},
		{"lambda", "UpdateFunctionCode20150331v2", `{"functionName": "ringfence-enforce", "dryRun": true}`, ""},
		{"lambda", "DeleteEventSourceMapping20150331", `{"uUID": "a1b2c3d4-5678-90ab-cdef-11111EXAMPLE"}`, "arn:aws:lambda:us-east-1:123456789012:event-source-mapping:a1b2c3d4-5678-90ab-cdef-11111EXAMPLE"},
		// Somebody else's function takes what is meant for ours.
		{"lambda", "CreateEventSourceMapping20150331", `{"functionName": "thief", "eventSourceArn": "arn:aws:sqs:us-east-1:123456789012:ringfence-events"}`, "arn:aws:sqs:us-east-1:123456789012:ringfence-events"},
		{"sqs", "PurgeQueue", `{"queueUrl": "https://sqs.us-east-1.amazonaws.com/123456789012/ringfence-events"}`, "arn:aws:sqs:us-east-1:123456789012:ringfence-events"},
		{"sqs", "PurgeQueue", `{"queueUrl": "https://sqs.us-east-1.amazonaws.com/444455556666/ringfence-events"}`, ""},
		{"dynamodb", "UpdateTable", `{"tableName": "ringfence-ledger", "deletionProtectionEnabled": false}`, "arn:aws:dynamodb:us-east-1:123456789012:table/ringfence-ledger"},
		{"dynamodb", "DeleteTable", `{"tableName": "orders"}`, ""},
		{"sns", "DeleteTopic", `{"topicArn": "` + topic + `"}`, topic},
		{"sns", "Unsubscribe", `{"subscriptionArn": "` + topic + `:5be8f5b2"}`, topic + ":5be8f5b2"},
		{"sns", "Unsubscribe", `{"subscriptionArn": "` + topic + `-2:5be8f5b2"}`, ""},
		{"sns", "AddPermission", `{"topicArn": "` + topic + `", "label": "x"}`, topic},
		{"sqs", "AddPermission", `{"queueUrl": "https://sqs.us-east-1.amazonaws.com/123456789012/orders"}`, ""},
		{"kms", "DisableKey", `{"keyId": "1234abcd-12ab-34cd-56ef-1234567890ab"}`, "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"},
		{"monitoring", "DeleteAlarms", `{"alarmNames": ["ringfence-errors", "cpu", "ringfence-backlog"]}`, "arn:aws:cloudwatch:us-east-1:123456789012:alarm:ringfence-errors arn:aws:cloudwatch:us-east-1:123456789012:alarm:ringfence-backlog"},
		{"monitoring", "DeleteAlarms", `{"alarmNames": []}`, ""},
		{"logs", "DeleteLogGroup", `{"logGroupName": "/aws/lambda/ringfence-enforce"}`, "arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/ringfence-enforce"},
		{"cloudformation", "DeleteStack", `{"stackName": "ringfence"}`, "arn:aws:cloudformation:us-east-1:123456789012:stack/ringfence"},
		{"cloudformation", "ExecuteChangeSet", `{"changeSetName": "x", "stackName": "arn:aws:cloudformation:us-east-1:123456789012:stack/ringfence/1"}`, "arn:aws:cloudformation:us-east-1:123456789012:stack/ringfence/1"},
		{"cloudformation", "UpdateStack", `{"stackName": "ringfence-2"}`, ""},
		{"cloudtrail", "StopLogging", `{"name": "management-events"}`, "arn:aws:cloudtrail:us-east-1:123456789012:trail/management-events"},
		{"cloudtrail", "PutEventSelectors", `{"trailName": "arn:aws:cloudtrail:eu-west-1:123456789012:trail/all"}`, "arn:aws:cloudtrail:eu-west-1:123456789012:trail/all"},

		{"iam", "PutRolePolicy", `{"roleName": "ringfence-enforce", "policyName": "p"}`, "arn:aws:iam::123456789012:role/ringfence/ringfence-enforce"},
		{"iam", "DeleteRole", `{"roleName": "ringfence-sweep"}`, "arn:aws:iam::123456789012:role/ringfence-sweep"},
		{"iam", "PutRolePermissionsBoundary", `{"roleName": "orders"}`, ""},
		{"iam", "TagRole", `{"roleName": "ringfence-enforce", "tags": []}`, ""},
		{"iam", "PutUserPolicy", `{"userName": "ringfence-enforce"}`, ""},
		{"iam", "CreatePolicyVersion", `{"policyArn": "arn:aws:iam::123456789012:policy/ringfence-role-boundary"}`, "arn:aws:iam::123456789012:policy/ringfence-role-boundary"},
		{"iam", "CreatePolicyVersion", `{"policyArn": "arn:aws:iam::123456789012:policy/team-boundary"}`, ""},
	} {
		touch, ok := o.Touched(change(t, c.source, c.name, c.parameters))
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

// Ensure that a call that failed touched nothing, and that nothing is touched where
// nothing is known to be Ringfence's own.
func TestNothingTouched(t *testing.T) {
	c := change(t, "sns", "DeleteTopic", `{"topicArn": "arn:aws:sns:us-east-1:123456789012:ringfence-findings"}`)
	if _, ok := (Own{}).Touched(c); ok {
		t.Error("nothing is its own, and was touched")
	}
	c.ErrorCode = "AuthorizationError"
	if _, ok := own(t).Touched(c); ok {
		t.Error("a call that failed")
	}
}

// Ensure that each call that trail reads for the control has an effect told, and that no
// effect is told of a call that is not read.
func TestEffectsAreOfCallsThatAreRead(t *testing.T) {
	read := slices.Concat(trail.ControlCalls(), trail.Watched())
	for _, c := range trail.ControlCalls() {
		if e := effects[c.Source][c.Name]; e.does == "" || e.remedy == "" {
			t.Errorf("%+v has no effect", c)
		}
	}
	for source, names := range effects {
		for name := range names {
			if !slices.Contains(read, trail.Call{Source: source, Name: name}) {
				t.Errorf("%s %s is never read", source, name)
			}
		}
	}
}

func TestParseNamesEveryFault(t *testing.T) {
	o, err := Parse("ringfence-enforce, arn:aws:s3:::bucket,arn:aws:sqs:us-east-1:123456789012:*,arn:aws:lambda:*ringfence*," +
		"arn:aws:iam::123456789012:role/ringfence/*,arn:aws:cloudwatch:us-east-1:123456789012:alarm:*," +
		"arn::sns:us-east-1:123456789012:x,arn:aws:sns:us-east-1:123456789012:good")
	if len(o.parts) != 1 {
		t.Errorf("%d parts, want the good one", len(o.parts))
	}
	for _, want := range []string{
		`"ringfence-enforce" is not an ARN`, `"arn:aws:s3:::bucket": no call on service "s3"`,
		`"arn:aws:sqs:us-east-1:123456789012:*" would be all`, `role/ringfence/*" would be all`, `alarm:*" would be all`, `"arn:aws:lambda:*ringfence*" is not an ARN`, `"arn::sns`,
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

// Ensure that no list brings the parser down, and that what one ARN names is itself.
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
			if _, ok := o.entry(p.entry); !ok {
				t.Errorf("%q does not name itself", p.entry)
			}
			if again := part(string(p.arn)); again != string(p.arn) {
				t.Errorf("part(%q) = %q", p.arn, again)
			}
		}
	})
}
