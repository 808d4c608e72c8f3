package trail

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// ours returns the ARN of a resource in the account and region of the test records.
func ours(service, resource string) string {
	return "arn:aws:" + service + ":us-east-1:123456789012:" + resource
}

const (
	mappingID = "a1b2c3d4-5678-90ab-cdef-11111EXAMPLE"
	keyID     = "1234abcd-12ab-34cd-56ef-1234567890ab"
)

// controlCases are calls of each service and the resources that they name.
var controlCases = []struct {
	source, call      string
	request, response fields
	want              []string
}{
	{"events", "DisableRule", fields{"name": "changes"}, nil, []string{ours("events", "rule/changes")}},
	{"events", "PutRule", fields{"name": "changes", "eventBusName": "default"}, nil, []string{ours("events", "rule/changes")}},
	{"events", "PutRule", fields{"name": "changes", "eventBusName": ours("events", "event-bus/default")}, nil, []string{ours("events", "rule/changes")}},
	{"events", "DeleteRule", fields{"name": "changes", "eventBusName": "audit"}, nil, []string{ours("events", "rule/audit/changes")}},
	{"events", "DeleteRule", fields{"name": "changes", "eventBusName": ours("events", "event-bus/audit")}, nil, []string{ours("events", "rule/audit/changes")}},
	{"events", "RemoveTargets", fields{"rule": "changes", "ids": []string{"events"}}, nil, []string{ours("events", "rule/changes")}},
	{"events", "PutTargets", fields{"rule": "changes", "eventBusName": "audit", "targets": []fields{{"id": "x", "arn": "arn:x"}}}, nil, []string{ours("events", "rule/audit/changes")}},
	{"events", "DeleteArchive", fields{"archiveName": "iam"}, nil, []string{ours("events", "archive/iam")}},
	{"events", "TagResource", fields{"resourceARN": ours("events", "rule/changes")}, nil, []string{ours("events", "rule/changes")}},
	{"events", "UpdateEventBus", fields{"name": "default", "kmsKeyIdentifier": "x"}, nil, []string{ours("events", "event-bus/default")}},
	{"events", "PutPermission", fields{"action": "events:PutEvents", "principal": "*"}, nil, []string{ours("events", "event-bus/default")}},
	{"events", "PutPermission", nil, nil, []string{ours("events", "event-bus/default")}},
	{"events", "RemovePermission", fields{"eventBusName": "audit", "statementId": "x"}, nil, []string{ours("events", "event-bus/audit")}},
	{"events", "UpdateConnection", fields{"name": "changes"}, nil, nil},
	{
		"events", "StartReplay",
		fields{"replayName": "again", "eventSourceArn": ours("events", "archive/iam"), "destination": fields{"arn": ours("events", "event-bus/default"), "filterArns": []string{"x"}}},
		nil,
		[]string{ours("events", "replay/again"), ours("events", "archive/iam"), ours("events", "event-bus/default")},
	},
	{"events", "CancelReplay", fields{"replayName": "again"}, nil, []string{ours("events", "replay/again")}},
	// A call that does not exist yet.
	{"events", "FreezeRule", fields{"name": "changes"}, nil, []string{ours("events", "rule/changes")}},

	{"lambda", "UpdateFunctionCode", fields{"functionName": "enforce"}, nil, []string{ours("lambda", "function:enforce")}},
	{"lambda", "UpdateFunctionCode20150331v2", fields{"functionName": "enforce:live"}, nil, []string{ours("lambda", "function:enforce:live")}},
	{"lambda", "DeleteFunction20150331", fields{"functionName": "123456789012:function:enforce"}, nil, []string{ours("lambda", "function:enforce")}},
	{"lambda", "PutFunctionConcurrency20171031", fields{"functionName": "444455556666:function:enforce:7"}, nil, []string{"arn:aws:lambda:us-east-1:444455556666:function:enforce:7"}},
	{"lambda", "AddPermission20150331v2", fields{"functionName": "function:enforce"}, nil, []string{ours("lambda", "function:enforce")}},
	{"lambda", "CreateAlias20150331", fields{"functionName": ours("lambda", "function:enforce:$LATEST"), "name": "live"}, nil, []string{ours("lambda", "function:enforce:$LATEST")}},
	{"lambda", "PutResourcePolicy", fields{"resourceArn": ours("lambda", "function:enforce"), "policy": "{}"}, nil, []string{ours("lambda", "function:enforce")}},
	{"lambda", "TagResource20170331v2", fields{"resource": ours("lambda", "function:enforce")}, nil, []string{ours("lambda", "function:enforce")}},
	{"lambda", "DeleteEventSourceMapping20150331", fields{"uUID": mappingID}, nil, []string{ours("lambda", "event-source-mapping:"+mappingID)}},
	{
		"lambda", "UpdateEventSourceMapping20150331",
		fields{"uUID": mappingID, "enabled": false},
		fields{"uUID": mappingID, "functionArn": ours("lambda", "function:enforce"), "eventSourceArn": ours("sqs", "events"), "state": "Disabling"},
		[]string{ours("lambda", "event-source-mapping:"+mappingID), ours("lambda", "function:enforce"), ours("sqs", "events")},
	},
	{"lambda", "CreateEventSourceMapping20150331", fields{"functionName": "enforce", "eventSourceArn": ours("sqs", "events")}, nil, []string{ours("lambda", "function:enforce"), ours("sqs", "events")}},
	{"lambda", "CreateEventSourceMapping", fields{"functionName": "enforce"}, fields{"omitted": true, "originalSize": 1, "reason": ""}, []string{ours("lambda", "function:enforce")}},

	{"sqs", "PurgeQueue", fields{"queueUrl": "https://sqs.us-east-1.amazonaws.com/123456789012/events"}, nil, []string{ours("sqs", "events")}},
	{"sqs", "DeleteQueue", fields{"queueUrl": "https://queue.amazonaws.com/123456789012/events/"}, nil, []string{ours("sqs", "events")}},
	{"sqs", "SetQueueAttributes", fields{"queueUrl": "http://vpce-1.sqs.us-east-1.vpce.amazonaws.com/444455556666/events.fifo"}, nil, []string{"arn:aws:sqs:us-east-1:444455556666:events.fifo"}},
	{"sqs", "AddPermission", fields{"queueUrl": "events"}, nil, []string{ours("sqs", "events")}},
	{"sqs", "CreateQueue", fields{"queueName": "events"}, nil, []string{ours("sqs", "events")}},
	{"sqs", "StartMessageMoveTask", fields{"sourceArn": ours("sqs", "dead"), "destinationArn": ours("sqs", "events")}, nil, []string{ours("sqs", "dead"), ours("sqs", "events")}},

	{"dynamodb", "DeleteTable", fields{"tableName": "ledger"}, nil, []string{ours("dynamodb", "table/ledger")}},
	{"dynamodb", "UpdateTable", fields{"tableName": ours("dynamodb", "table/ledger"), "deletionProtectionEnabled": false}, nil, []string{ours("dynamodb", "table/ledger")}},
	{"dynamodb", "PutResourcePolicy", fields{"resourceArn": ours("dynamodb", "table/ledger"), "policy": "{}"}, nil, []string{ours("dynamodb", "table/ledger")}},
	{"dynamodb", "ExportTableToPointInTime", fields{"tableArn": ours("dynamodb", "table/ledger")}, nil, []string{ours("dynamodb", "table/ledger")}},
	{"dynamodb", "RestoreTableToPointInTime", fields{"sourceTableName": "ledger", "targetTableName": "copy"}, nil, []string{ours("dynamodb", "table/ledger"), ours("dynamodb", "table/copy")}},
	{"dynamodb", "RestoreTableToPointInTime", fields{"sourceTableArn": ours("dynamodb", "table/ledger"), "targetTableName": "copy"}, nil, []string{ours("dynamodb", "table/ledger"), ours("dynamodb", "table/copy")}},
	{"dynamodb", "DeleteBackup", fields{"backupArn": ours("dynamodb", "table/ledger/backup/01")}, nil, []string{ours("dynamodb", "table/ledger/backup/01")}},
	{"dynamodb", "CreateGlobalTable", fields{"globalTableName": "ledger"}, nil, []string{ours("dynamodb", "table/ledger")}},
	{"dynamodb", "ImportTable", fields{"tableCreationParameters": fields{"tableName": "ledger"}}, nil, []string{ours("dynamodb", "table/ledger")}},

	{"scheduler", "DeleteSchedule", fields{"name": "canary"}, nil, []string{ours("scheduler", "schedule/default/canary")}},
	{"scheduler", "UpdateSchedule", fields{"name": "canary", "groupName": "other", "state": "DISABLED"}, nil, []string{ours("scheduler", "schedule/other/canary")}},
	{"scheduler", "DeleteScheduleGroup", fields{"name": "default"}, nil, []string{ours("scheduler", "schedule-group/default")}},
	{"scheduler", "TagResource", fields{"resourceArn": ours("scheduler", "schedule-group/default")}, nil, []string{ours("scheduler", "schedule-group/default")}},

	{"sns", "DeleteTopic", fields{"topicArn": ours("sns", "findings")}, nil, []string{ours("sns", "findings")}},
	{"sns", "PutDataProtectionPolicy", fields{"resourceArn": ours("sns", "findings"), "dataProtectionPolicy": "{}"}, nil, []string{ours("sns", "findings")}},
	{"sns", "Unsubscribe", fields{"subscriptionArn": ours("sns", "findings:"+mappingID)}, nil, []string{ours("sns", "findings:"+mappingID)}},
	{"sns", "CreateTopic", fields{"name": "findings"}, nil, []string{ours("sns", "findings")}},

	{"cloudtrail", "StopLogging", fields{"name": "management"}, nil, []string{ours("cloudtrail", "trail/management")}},
	{"cloudtrail", "UpdateTrail", fields{"name": "arn:aws:cloudtrail:eu-west-1:123456789012:trail/all"}, nil, []string{"arn:aws:cloudtrail:eu-west-1:123456789012:trail/all"}},
	{"cloudtrail", "PutEventSelectors", fields{"trailName": "management", "eventSelectors": []fields{}}, nil, []string{ours("cloudtrail", "trail/management")}},
	{"cloudtrail", "PutEventConfiguration", fields{"eventDataStore": "lake"}, nil, []string{ours("cloudtrail", "eventdatastore/lake")}},
	{"cloudtrail", "CreateChannel", fields{"name": "management"}, nil, nil},
	{"cloudtrail", "AddTags", fields{"resourceId": ours("cloudtrail", "trail/management")}, nil, []string{ours("cloudtrail", "trail/management")}},
	{"cloudtrail", "PutResourcePolicy", fields{"resourceArn": ours("cloudtrail", "channel/1")}, nil, []string{ours("cloudtrail", "channel/1")}},

	{"kms", "DisableKey", fields{"keyId": keyID}, nil, []string{ours("kms", "key/"+keyID)}},
	{"kms", "PutKeyPolicy", fields{"keyId": ours("kms", "key/"+keyID)}, nil, []string{ours("kms", "key/"+keyID)}},
	{"kms", "UpdateAlias", fields{"aliasName": "alias/it", "targetKeyId": keyID}, nil, []string{ours("kms", "key/"+keyID), ours("kms", "alias/it")}},
	{"kms", "DeleteAlias", fields{"aliasName": "alias/it"}, nil, []string{ours("kms", "alias/it")}},

	{"monitoring", "DeleteAlarms", fields{"alarmNames": []string{"dead letters", "a:b"}}, nil, []string{ours("cloudwatch", "alarm:dead letters"), ours("cloudwatch", "alarm:a:b")}},
	{"monitoring", "DisableAlarmActions", fields{"alarmNames": []string{}}, nil, nil},
	{"monitoring", "SetAlarmState", fields{"alarmName": "dead letters", "stateValue": "OK"}, nil, []string{ours("cloudwatch", "alarm:dead letters")}},
	{"monitoring", "PutAlarmMuteRule", fields{"name": "quiet", "muteTargets": fields{"alarmNames": []string{"dead letters"}}}, nil, []string{ours("cloudwatch", "alarm:dead letters")}},
	{"config", "DeleteConfigRule", fields{"configRuleName": "it"}, nil, []string{"arn:aws:config:us-east-1:123456789012:config-rule/it"}},
	{"config", "PutConfigRule", fields{"configRule": fields{"configRuleName": "it"}}, nil, []string{"arn:aws:config:us-east-1:123456789012:config-rule/it"}},
	{"config", "StopConfigurationRecorder", fields{"configurationRecorderName": "it"}, nil, []string{"arn:aws:config:us-east-1:123456789012:configuration-recorder/it"}},
	{"config", "PutConfigurationRecorder", fields{"configurationRecorder": fields{"name": "it"}}, nil, []string{"arn:aws:config:us-east-1:123456789012:configuration-recorder/it"}},
	{"monitoring", "PutDashboard", fields{"dashboardName": "it"}, nil, []string{"arn:aws:cloudwatch::123456789012:dashboard/it"}},
	{"monitoring", "DeleteDashboards", fields{"dashboardNames": []string{"it"}}, nil, []string{"arn:aws:cloudwatch::123456789012:dashboard/it"}},
	{"monitoring", "TagResource", fields{"resourceARN": ours("cloudwatch", "alarm:a")}, nil, []string{ours("cloudwatch", "alarm:a")}},

	{"logs", "DeleteLogGroup", fields{"logGroupName": "/aws/lambda/enforce"}, nil, []string{ours("logs", "log-group:/aws/lambda/enforce")}},
	{"logs", "AssociateKmsKey", fields{"resourceIdentifier": ours("logs", "log-group:/aws/lambda/enforce"), "kmsKeyId": "x"}, nil, []string{ours("logs", "log-group:/aws/lambda/enforce")}},
	{"logs", "PutDataProtectionPolicy", fields{"logGroupIdentifier": "/aws/lambda/enforce"}, nil, []string{ours("logs", "log-group:/aws/lambda/enforce")}},
	{"logs", "StartLiveTail", fields{"logGroupIdentifiers": []string{ours("logs", "log-group:a")}}, nil, []string{ours("logs", "log-group:a")}},
	{"logs", "PutQueryDefinition", fields{"logGroupNames": []string{"a", "b"}}, nil, []string{ours("logs", "log-group:a"), ours("logs", "log-group:b")}},
	{"logs", "CreateLogAnomalyDetector", fields{"logGroupArnList": []string{ours("logs", "log-group:a")}}, nil, []string{ours("logs", "log-group:a")}},
	{"logs", "TagResource", fields{"resourceArn": ours("logs", "log-group:a")}, nil, []string{ours("logs", "log-group:a")}},

	{"cloudformation", "DeleteStack", fields{"stackName": "ringfence"}, nil, []string{ours("cloudformation", "stack/ringfence")}},
	{"cloudformation", "RollbackStack", fields{"stackName": ours("cloudformation", "stack/ringfence/"+mappingID)}, nil, []string{ours("cloudformation", "stack/ringfence/"+mappingID)}},
	{"cloudformation", "ExecuteChangeSet", fields{"changeSetName": ours("cloudformation", "changeSet/deploy/1"), "stackName": "ringfence"}, nil, []string{ours("cloudformation", "stack/ringfence")}},
	{"cloudformation", "CreateStackRefactor", fields{"stackDefinitions": []fields{{"stackName": "a"}, {"stackName": "b"}}}, nil, []string{ours("cloudformation", "stack/a"), ours("cloudformation", "stack/b")}},
	{"cloudformation", "ImportStacksToStackSet", fields{"stackIds": []string{ours("cloudformation", "stack/a/1")}}, nil, []string{ours("cloudformation", "stack/a/1")}},
	{"cloudformation", "CreateStackSet", fields{"stackSetName": "s", "stackId": ours("cloudformation", "stack/a/1")}, nil, []string{ours("cloudformation", "stack/a/1")}},
}

func controlRecord(t *testing.T, source, call string, request any, more fields) []byte {
	t.Helper()
	changes := fields{"eventSource": source + ".amazonaws.com", "eventName": call, "requestParameters": request, "responseElements": nil}
	for k, v := range more {
		changes[k] = v
	}
	return bare(t, changes)
}

// Ensure that each call has the ARN of its resource, whatever form the record has.
func TestControlCallsNameTheirResources(t *testing.T) {
	for _, c := range controlCases {
		t.Run(fmt.Sprintf("%s/%s/%v", c.source, c.call, c.request), func(t *testing.T) {
			more := fields{}
			if c.response != nil {
				more["responseElements"] = c.response
			}
			record := controlRecord(t, c.source, c.call, c.request, more)
			for _, data := range [][]byte{record, envelope(t, record, fields{"source": "aws." + c.source})} {
				got := parse(t, data)
				if want := (Control{Resources: c.want}); !reflect.DeepEqual(got.Subject, want) {
					t.Errorf("%+v, want %+v", got.Subject, want)
				}
				if name := got.Call().Name; name != strings.TrimRight(c.call, "0123456789v") {
					t.Errorf("call %s of record %s", name, c.call)
				}
			}
		})
	}
}

// Ensure that every place in the list has an example.
func TestEveryPlaceHasAnExample(t *testing.T) {
	for _, service := range ControlServices() {
		for _, place := range ControlPlaces(service) {
			if place == "resources.ARN" {
				continue // below
			}
			if !slices.ContainsFunc(controlCases, func(c struct {
				source, call      string
				request, response fields
				want              []string
			},
			) bool {
				if c.source+".amazonaws.com" != service {
					return false
				}
				raw, err := Read(controlRecord(t, c.source, c.call, c.request, fields{"responseElements": c.response}))
				_, found := raw.at(place)
				return err == nil && found
			}) {
				t.Errorf("%s: no example has %s", service, place)
			}
		}
	}
}

// Ensure that the key is found if the call names only a grant.
func TestResourcesOfTheRecordCount(t *testing.T) {
	got := parse(t, controlRecord(t, "kms", "RetireGrant", nil, fields{"resources": []fields{{"accountId": "123456789012", "type": "AWS::KMS::Key", "ARN": ours("kms", "key/"+keyID)}}}))
	if want := (Control{Resources: []string{ours("kms", "key/"+keyID)}}); !reflect.DeepEqual(got.Subject, want) {
		t.Errorf("%+v, want %+v", got.Subject, want)
	}
}

// Ensure that a call that names no resource is not an error and is marked as unnamed.
func TestControlCallsThatNameNothing(t *testing.T) {
	for _, request := range []any{
		nil, fields{}, "cut sho", fields{"changeSetName": ours("cloudformation", "changeSet/deploy/1")}, fields{"stackName": nil}, fields{"stackName": ""}, fields{"stackName": 7},
	} {
		got := parse(t, controlRecord(t, "cloudformation", "ExecuteChangeSet", request, nil))
		if want := (Control{Unnamed: true}); !reflect.DeepEqual(got.Subject, want) {
			t.Errorf("%v: %+v, want %+v", request, got.Subject, want)
		}
	}
	for _, omitted := range []any{true, "true"} {
		got := parse(t, controlRecord(t, "cloudformation", "UpdateStack", fields{"omitted": omitted, "originalSize": "149893", "reason": "requestParameters too large"}, nil))
		if want := (Control{Unnamed: true, Withheld: true}); !reflect.DeepEqual(got.Subject, want) {
			t.Errorf("%+v, want %+v", got.Subject, want)
		}
	}
}

// Ensure that calls that change nothing are ignored: reads, dry runs, and data events, which Ringfence itself
// causes all the time.
func TestWhatChangesNoPart(t *testing.T) {
	for name, record := range map[string][]byte{
		"dry run":    controlRecord(t, "lambda", "UpdateFunctionCode20150331v2", fields{"functionName": "enforce", "dryRun": true}, nil),
		"read":       controlRecord(t, "lambda", "GetFunction20150331v2", fields{"functionName": "enforce"}, fields{"readOnly": true}),
		"data event": controlRecord(t, "dynamodb", "PutItem", fields{"tableName": "ledger"}, fields{"readOnly": false, "eventCategory": "Data", "managementEvent": false}),
		"older one":  controlRecord(t, "dynamodb", "PutItem", fields{"tableName": "ledger"}, fields{"managementEvent": false}),
		"insight":    controlRecord(t, "cloudtrail", "StopLogging", fields{"name": "all"}, fields{"eventType": "AwsCloudTrailInsight"}),
	} {
		if got := parse(t, record); got.Subject != (Unwatched{}) {
			t.Errorf("%s: %+v", name, got.Subject)
		}
	}
	got := parse(t, controlRecord(t, "sqs", "PurgeQueue", fields{"queueUrl": "events"}, fields{"readOnly": false, "eventCategory": "Management", "managementEvent": true}))
	if _, ok := got.Subject.(Control); !ok {
		t.Errorf("%+v", got.Subject)
	}
}
