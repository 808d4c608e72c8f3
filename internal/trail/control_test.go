package trail

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/ringfence/ringfence/internal/fault"
)

// A resource of the account and region of the test records.
func ours(service, resource string) string {
	return "arn:aws:" + service + ":us-east-1:123456789012:" + resource
}

// Ensure that each call names its resource by its ARN, however it was given.
func TestControlCallsNameTheirResources(t *testing.T) {
	type call struct {
		request, response fields
		want              []string
	}
	const (
		mappingID = "a1b2c3d4-5678-90ab-cdef-11111EXAMPLE"
		keyID     = "1234abcd-12ab-34cd-56ef-1234567890ab"
	)
	rule, busRule := []string{ours("events", "rule/changes")}, []string{ours("events", "rule/audit/changes")}
	fn := []string{ours("lambda", "function:enforce")}
	queue := []string{ours("sqs", "events")}
	onQueue := []call{
		{request: fields{"queueUrl": "https://sqs.us-east-1.amazonaws.com/123456789012/events"}, want: queue},
		{request: fields{"queueUrl": "https://queue.amazonaws.com/123456789012/events/"}, want: queue},
		{request: fields{"queueUrl": "http://vpce-1.sqs.us-east-1.vpce.amazonaws.com/444455556666/events.fifo"}, want: []string{"arn:aws:sqs:us-east-1:444455556666:events.fifo"}},
		{request: fields{"queueUrl": "events"}, want: queue},
	}
	onRule := []call{
		{request: fields{"name": "changes"}, want: rule},
		{request: fields{"name": "changes", "eventBusName": "default"}, want: rule},
		{request: fields{"name": "changes", "eventBusName": ours("events", "event-bus/default")}, want: rule},
		{request: fields{"name": "changes", "eventBusName": "audit"}, want: busRule},
		{request: fields{"name": "changes", "eventBusName": ours("events", "event-bus/audit")}, want: busRule},
	}
	onTargets := []call{
		{request: fields{"rule": "changes", "ids": []string{"events"}}, want: rule},
		{request: fields{"rule": "changes", "eventBusName": "audit", "targets": []fields{{"id": "x", "arn": "arn:x"}}}, want: busRule},
	}
	onArchive := []call{{request: fields{"archiveName": "iam"}, want: []string{ours("events", "archive/iam")}}}
	onFunction := []call{
		{request: fields{"functionName": "enforce"}, want: fn},
		{request: fields{"functionName": "enforce:live"}, want: []string{ours("lambda", "function:enforce:live")}},
		{request: fields{"functionName": "123456789012:function:enforce"}, want: fn},
		{request: fields{"functionName": "444455556666:function:enforce:7"}, want: []string{"arn:aws:lambda:us-east-1:444455556666:function:enforce:7"}},
		{request: fields{"functionName": "function:enforce"}, want: fn},
		{request: fields{"functionName": ours("lambda", "function:enforce:$LATEST")}, want: []string{ours("lambda", "function:enforce:$LATEST")}},
	}
	onMapping := []call{
		{request: fields{"uUID": mappingID}, want: []string{ours("lambda", "event-source-mapping:"+mappingID)}},
		{
			request:  fields{"uUID": mappingID, "enabled": false},
			response: fields{"uUID": mappingID, "functionArn": ours("lambda", "function:enforce"), "eventSourceArn": ours("sqs", "events"), "state": "Disabling"},
			want:     []string{ours("lambda", "event-source-mapping:"+mappingID), fn[0], queue[0]},
		},
		{request: fields{"functionName": "enforce", "eventSourceArn": ours("sqs", "events")}, want: []string{fn[0], queue[0]}},
		{request: fields{"functionName": "enforce"}, response: fields{"omitted": true, "originalSize": 1, "reason": ""}, want: fn},
	}
	topic := []string{ours("sns", "findings")}
	onTopic := []call{{request: fields{"topicArn": topic[0], "attributeName": "Policy"}, want: topic}}
	onSubscription := []call{
		{request: fields{"subscriptionArn": topic[0] + ":" + mappingID}, want: []string{topic[0] + ":" + mappingID}},
	}
	onTable := []call{
		{request: fields{"tableName": "ledger"}, want: []string{ours("dynamodb", "table/ledger")}},
		{request: fields{"tableName": ours("dynamodb", "table/ledger"), "deletionProtectionEnabled": false}, want: []string{ours("dynamodb", "table/ledger")}},
	}
	onTrail := []call{
		{request: fields{"name": "management"}, want: []string{ours("cloudtrail", "trail/management")}},
		{request: fields{"name": "arn:aws:cloudtrail:eu-west-1:123456789012:trail/all"}, want: []string{"arn:aws:cloudtrail:eu-west-1:123456789012:trail/all"}},
	}
	onKey := []call{
		{request: fields{"keyId": keyID}, want: []string{ours("kms", "key/"+keyID)}},
		{request: fields{"keyId": ours("kms", "key/"+keyID)}, want: []string{ours("kms", "key/"+keyID)}},
	}
	onStack := []call{
		{request: fields{"stackName": "ringfence"}, want: []string{ours("cloudformation", "stack/ringfence")}},
		{request: fields{"stackName": ours("cloudformation", "stack/ringfence/"+mappingID)}, want: []string{ours("cloudformation", "stack/ringfence/"+mappingID)}},
	}
	both := []string{ours("cloudwatch", "alarm:dead letters"), ours("cloudwatch", "alarm:a:b")}
	onAlarms := []call{
		{request: fields{"alarmNames": []string{"dead letters", "a:b"}}, want: both},
		{request: fields{"alarmNames": []string{}}},
	}
	cases := map[string][]call{
		"events DisableRule": onRule, "events DeleteRule": onRule, "events PutRule": onRule,
		"events PutTargets": onTargets, "events RemoveTargets": onTargets,
		"events DeleteArchive": onArchive, "events UpdateArchive": onArchive,

		"lambda UpdateFunctionCode": onFunction, "lambda UpdateFunctionConfiguration": onFunction, "lambda DeleteFunction": onFunction,
		"lambda PutFunctionConcurrency": onFunction, "lambda DeleteFunctionConcurrency": onFunction,
		"lambda AddPermission": onFunction, "lambda RemovePermission": onFunction,
		"lambda CreateEventSourceMapping": onMapping, "lambda UpdateEventSourceMapping": onMapping, "lambda DeleteEventSourceMapping": onMapping,

		"sqs DeleteQueue": onQueue, "sqs PurgeQueue": onQueue, "sqs SetQueueAttributes": onQueue,
		"sqs AddPermission": onQueue, "sqs RemovePermission": onQueue,

		"dynamodb DeleteTable": onTable, "dynamodb UpdateTable": onTable, "dynamodb UpdateTimeToLive": onTable,
		"dynamodb PutResourcePolicy": {{request: fields{"resourceArn": ours("dynamodb", "table/ledger"), "policy": "{}"}, want: onTable[0].want}},

		"sns DeleteTopic": onTopic, "sns SetTopicAttributes": onTopic, "sns AddPermission": onTopic, "sns RemovePermission": onTopic,
		"sns PutDataProtectionPolicy": {{request: fields{"resourceArn": topic[0], "dataProtectionPolicy": "{}"}, want: topic}},
		"sns Unsubscribe":             onSubscription, "sns SetSubscriptionAttributes": onSubscription,

		"cloudtrail StopLogging": onTrail, "cloudtrail DeleteTrail": onTrail, "cloudtrail UpdateTrail": onTrail,
		"cloudtrail PutEventSelectors": {{request: fields{"trailName": "management", "eventSelectors": []fields{}}, want: onTrail[0].want}},

		"kms ScheduleKeyDeletion": onKey, "kms DisableKey": onKey, "kms PutKeyPolicy": onKey,

		"monitoring DeleteAlarms": onAlarms, "monitoring DisableAlarmActions": onAlarms,
		"monitoring PutMetricAlarm": {{request: fields{"alarmName": "dead letters", "threshold": 1}, want: both[:1]}},
		"logs DeleteLogGroup":       {{request: fields{"logGroupName": "/aws/lambda/enforce"}, want: []string{ours("logs", "log-group:/aws/lambda/enforce")}}},

		"cloudformation DeleteStack": onStack, "cloudformation UpdateStack": onStack,
		"cloudformation ExecuteChangeSet": {{
			request: fields{"changeSetName": ours("cloudformation", "changeSet/deploy/1"), "stackName": "ringfence"}, want: onStack[0].want,
		}},
	}
	for _, c := range ControlCalls() {
		source := strings.TrimSuffix(c.Source, ".amazonaws.com")
		calls := cases[source+" "+c.Name]
		if len(calls) == 0 {
			t.Errorf("%+v has no case here", c)
		}
		names := []string{c.Name}
		if dated := c.DatedPrefix(); dated != "" {
			names = append(names, dated+"150331", dated+"150331v2")
		}
		for _, name := range names {
			for i, example := range calls {
				t.Run(fmt.Sprintf("%s/%s/%d", source, name, i), func(t *testing.T) {
					changes := fields{"eventSource": c.Source, "eventName": name, "requestParameters": example.request}
					if example.response != nil {
						changes["responseElements"] = example.response
					}
					record := bare(t, changes)
					for _, data := range [][]byte{record, envelope(t, record, fields{"source": "aws." + source})} {
						got := parse(t, data)
						if want := (Control{Resources: example.want}); !reflect.DeepEqual(got.Subject, want) || got.Call() != c {
							t.Errorf("%v: %+v, want %+v", got.Call(), got.Subject, want)
						}
					}
					changes["requestParameters"], changes["responseElements"] = fields{}, nil
					if got, err := Parse(bare(t, changes)); fault.ClassOf(err) != fault.BadInput {
						t.Errorf("empty request: %+v, %v; want bad input", got.Subject, err)
					}
				})
			}
		}
	}
	if len(cases) != len(ControlCalls()) {
		t.Errorf("%d cases for %d calls", len(cases), len(ControlCalls()))
	}
}

// Ensure that asking whether the code could be changed is not taken for changing it.
func TestADryRunChangesNothing(t *testing.T) {
	got := parse(t, bare(t, fields{
		"eventSource": "lambda.amazonaws.com", "eventName": "UpdateFunctionCode20150331v2",
		"requestParameters": fields{"functionName": "enforce", "dryRun": true},
	}))
	if got.Subject != (Unwatched{}) {
		t.Errorf("%+v", got.Subject)
	}
}

// Ensure that the two lists have nothing in common, and that only Lambda writes dates.
func TestControlCallsAreTheirOwn(t *testing.T) {
	iam := map[Call]bool{}
	for _, c := range Watched() {
		iam[c] = true
		if c.DatedPrefix() != "" {
			t.Errorf("%+v may have a date", c)
		}
	}
	for _, c := range ControlCalls() {
		if iam[c] {
			t.Errorf("%+v is in both lists", c)
		}
		if (c.DatedPrefix() != "") != (c.Source == "lambda.amazonaws.com") {
			t.Errorf("%+v: dated %q", c, c.DatedPrefix())
		}
	}
}
