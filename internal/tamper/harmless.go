package tamper

import (
	"slices"

	"github.com/ringfence/ringfence/internal/trail"
)

// harmless has, by service, the calls on a part that are not reported, each with the reason. A
// call is only here if it cannot keep Ringfence from seeing, running, repairing or reporting,
// whatever its parameters are.
var harmless = map[string]map[string]string{
	"events.amazonaws.com": {
		"EnableRule":    "the rule should be enabled",
		"CreateArchive": "an additional archive does not affect Ringfence",
	},
	"lambda.amazonaws.com": {
		"DeleteFunctionUrlConfig": "it removes a URL that should not exist",
	},
	"dynamodb.amazonaws.com": {
		"CreateBackup": backups, "DeleteBackup": backups, "StartAwsBackupJob": backups,
		"UpdateContributorInsights": "it only counts accesses to keys",
	},
	"sns.amazonaws.com": {
		"ConfirmSubscription": "the Subscribe call was reported",
	},
	"cloudtrail.amazonaws.com": {
		"CreateTrail": "an additional trail only adds events", "StartLogging": "the trail should log",
		"PutInsightSelectors": "insights do not change which events are logged",
		"AddTags":             tags, "RemoveTags": tags,
	},
	"kms.amazonaws.com": {
		"EnableKey": "the key should be enabled", "CancelKeyDeletion": "the key should stay", "EnableKeyRotation": rotation, "RotateKeyOnDemand": rotation,
		"UpdateKeyDescription": "it only changes a description",
	},
	"monitoring.amazonaws.com": {
		"EnableAlarmActions": "the alarms should act",
	},
	"logs.amazonaws.com": {
		"CreateLogStream":  "the functions make this call, and an additional stream removes nothing from the log",
		"PutLogEvents":     "the functions make this call",
		"CreateExportTask": queries, "StartQuery": queries, "StopQuery": queries, "StartLiveTail": queries, "PutQueryDefinition": queries,
		"CreateScheduledQuery": queries, "UpdateScheduledQuery": queries, "PutIndexPolicy": queries, "DeleteIndexPolicy": queries,
		"CreateLogAnomalyDetector": queries,
	},
	"config.amazonaws.com": {
		"StartConfigurationRecorder": "users and roles should be recorded",
	},
	"cloudformation.amazonaws.com": {
		"CreateChangeSet": "nothing changes until it is executed, and the execution is reported", "DeleteChangeSet": "nothing changes",
		"CreateGeneratedTemplate": "nothing changes", "DetectStackDrift": "nothing changes", "DetectStackResourceDrift": "nothing changes",
		"SignalResource": "no resource of the stack waits for a signal",
	},
	"iam.amazonaws.com": {
		"TagRole": tags, "UntagRole": tags, "TagPolicy": tags, "UntagPolicy": tags,
		"DeletePolicyVersion": "the version in force cannot be deleted",
	},
}

const (
	tags     = "the calls that a tag may allow are reported"
	backups  = "the ledger is restored by point-in-time recovery, which this does not affect"
	queries  = "it only reads or counts log entries"
	rotation = "everything that the key encrypted can still be read"
)

// CanaryTag is the key of the tag that the stack regularly writes on its own parts, to check
// that records arrive. No policy refers to it.
const CanaryTag = "ringfence:canary"

// IsCanary reports whether a call only wrote that tag. Most calls that accept tags do something
// else as well: PutRule, PutMetricAlarm and UpdateStack change the resource.
func IsCanary(call string, c trail.Control) bool {
	return (call == "TagQueue" || call == "TagResource") && slices.Equal(c.Tags, []string{CanaryTag})
}

// OwnCalls returns the harmless calls that the functions make whenever they start. The rules
// leave them out.
func OwnCalls(service string) []string { return ownCalls[service] }

var ownCalls = map[string][]string{"logs.amazonaws.com": {"CreateLogStream"}}
