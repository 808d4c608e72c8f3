package tamper

import (
	"slices"

	"github.com/ringfence/ringfence/internal/trail"
)

// harmless has, by service, the calls on a part that are not told, each with the reason. A
// call is only here if it can neither blind Ringfence nor keep it from running, repairing or
// telling, whatever its parameters are.
var harmless = map[string]map[string]string{
	"events.amazonaws.com": {
		"EnableRule":    "the rule should be enabled",
		"CreateArchive": "one more archive takes nothing from Ringfence",
	},
	"lambda.amazonaws.com": {
		"DeleteFunctionUrlConfig": "it removes an address that should not exist",
	},
	"dynamodb.amazonaws.com": {
		"CreateBackup": backups, "DeleteBackup": backups, "StartAwsBackupJob": backups,
		"UpdateContributorInsights": "it only counts which keys are used",
	},
	"sns.amazonaws.com": {
		"ConfirmSubscription": "the request for the subscription was told",
	},
	"cloudtrail.amazonaws.com": {
		"CreateTrail": "one more trail only adds events", "StartLogging": "the trail should log",
		"PutInsightSelectors": "insights do not change which events are logged",
		"AddTags":             tags, "RemoveTags": tags,
	},
	"kms.amazonaws.com": {
		"EnableKey": "the key should be enabled", "CancelKeyDeletion": "the key should stay", "EnableKeyRotation": rotation, "RotateKeyOnDemand": rotation,
		"UpdateKeyDescription": "it only changes a text for people",
	},
	"monitoring.amazonaws.com": {
		"EnableAlarmActions": "the alarms should act",
	},
	"logs.amazonaws.com": {
		"CreateLogStream":  "the functions do it themselves, and one more stream takes nothing from the log",
		"PutLogEvents":     "the functions do it themselves",
		"CreateExportTask": queries, "StartQuery": queries, "StopQuery": queries, "StartLiveTail": queries, "PutQueryDefinition": queries,
		"CreateScheduledQuery": queries, "UpdateScheduledQuery": queries, "PutIndexPolicy": queries, "DeleteIndexPolicy": queries,
		"CreateLogAnomalyDetector": queries,
	},
	"config.amazonaws.com": {
		"StartConfigurationRecorder": "users and roles should be recorded",
	},
	"cloudformation.amazonaws.com": {
		"CreateChangeSet": "nothing changes until it is executed, and the execution is told", "DeleteChangeSet": "nothing changes",
		"CreateGeneratedTemplate": "nothing changes", "DetectStackDrift": "nothing changes", "DetectStackResourceDrift": "nothing changes",
		"SignalResource": "no resource of the stack waits for a signal",
	},
	"iam.amazonaws.com": {
		"TagRole": tags, "UntagRole": tags, "TagPolicy": tags, "UntagPolicy": tags,
		"DeletePolicyVersion": "the version in force cannot be deleted",
	},
}

const (
	tags     = "what they let others do to it is told"
	backups  = "the ledger is restored by point-in-time recovery, which this leaves alone"
	queries  = "it only reads or counts what is in the log"
	rotation = "everything that the key encrypted can still be read"
)

// CanaryTag is the key of the tag that the stack itself writes on its parts, again and again,
// to see that the records arrive. No policy goes by it.
const CanaryTag = "ringfence:canary"

// IsCanary reports whether a call only wrote that tag. Of the calls that take tags, most do
// something else as well: PutRule, PutMetricAlarm and UpdateStack change what they name.
func IsCanary(call string, c trail.Control) bool {
	return (call == "TagQueue" || call == "TagResource") && slices.Equal(c.Tags, []string{CanaryTag})
}

// Chatter are the harmless calls that the functions make themselves, whenever they start:
// the rules leave them out.
func Chatter(service string) []string { return chatter[service] }

var chatter = map[string][]string{"logs.amazonaws.com": {"CreateLogStream"}}
