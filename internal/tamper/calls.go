package tamper

import (
	"maps"
	"slices"
)

// effects has, by service, the known effects of calls on a part of Ringfence. A call that is
// neither here nor in [harmless] is reported with [unknownCall], so new AWS calls are reported
// without an entry.
var effects = map[string]map[string]effect{
	"events.amazonaws.com": {
		"DisableRule": ruleDisabled, "DeleteRule": ruleDisabled,
		"PutRule": ruleChanged, "PutTargets": ruleChanged, "RemoveTargets": ruleChanged,
		"DeleteArchive": archiveChanged, "UpdateArchive": archiveChanged,
		"StartReplay": replayStarted, "CancelReplay": replayCancelled,
		"UpdateEventBus": busChanged, "PutPermission": busChanged, "RemovePermission": busChanged,
		"TagResource": tagsChanged, "UntagResource": tagsChanged,
	},
	"lambda.amazonaws.com": {
		"UpdateFunctionCode": codeChanged, "UpdateFunctionConfiguration": codeChanged, "CreateFunction": codeChanged,
		"PutFunctionCodeSigningConfig": codeChanged, "DeleteFunctionCodeSigningConfig": codeChanged, "PutRuntimeManagementConfig": codeChanged,
		"CreateAlias": codeChanged, "UpdateAlias": codeChanged, "DeleteAlias": codeChanged,
		"DeleteFunction":         functionDeleted,
		"PutFunctionConcurrency": concurrencyChanged, "DeleteFunctionConcurrency": concurrencyChanged, "PutFunctionScalingConfig": concurrencyChanged,
		"PutFunctionRecursionConfig": concurrencyChanged, "PutProvisionedConcurrencyConfig": concurrencyChanged,
		"AddPermission": invocationChanged, "RemovePermission": invocationChanged, "PutResourcePolicy": invocationChanged, "DeleteResourcePolicy": invocationChanged,
		"PublishVersion": invocationChanged, "CreateFunctionUrlConfig": invocationChanged, "UpdateFunctionUrlConfig": invocationChanged,
		"PutFunctionEventInvokeConfig": invocationChanged, "UpdateFunctionEventInvokeConfig": invocationChanged, "DeleteFunctionEventInvokeConfig": invocationChanged,
		"CreateEventSourceMapping": eventSourceChanged, "UpdateEventSourceMapping": eventSourceChanged, "DeleteEventSourceMapping": eventSourceChanged,
		"TagResource": tagsChanged, "UntagResource": tagsChanged,
	},
	"config.amazonaws.com": {
		"DeleteConfigRule": configRuleChanged, "PutConfigRule": configRuleChanged, "DeleteEvaluationResults": configRuleChanged, "PutExternalEvaluation": configRuleChanged,
		"StopConfigurationRecorder": recorderChanged, "DeleteConfigurationRecorder": recorderChanged, "PutConfigurationRecorder": recorderChanged,
	},
	"sqs.amazonaws.com": {
		"DeleteQueue": queueDeleted, "PurgeQueue": queuePurged, "StartMessageMoveTask": messagesMoved,
		"SetQueueAttributes": queueChanged, "AddPermission": queueChanged, "RemovePermission": queueChanged, "CreateQueue": queueChanged,
		"TagQueue": tagsChanged, "UntagQueue": tagsChanged,
	},
	"dynamodb.amazonaws.com": {
		"DeleteTable": ledgerChanged, "UpdateTable": ledgerChanged, "UpdateTimeToLive": ledgerChanged, "CreateTable": ledgerChanged,
		"PutResourcePolicy": ledgerChanged, "DeleteResourcePolicy": ledgerChanged, "UpdateContinuousBackups": ledgerChanged,
		"ImportTable": ledgerChanged, "RestoreTableFromBackup": dataCopied, "RestoreTableToPointInTime": dataCopied,
		"ExportTableToPointInTime": dataCopied, "EnableKinesisStreamingDestination": dataCopied, "UpdateKinesisStreamingDestination": dataCopied,
		"TagResource": tagsChanged, "UntagResource": tagsChanged,
	},
	"scheduler.amazonaws.com": {
		"DeleteSchedule": scheduleChanged, "UpdateSchedule": scheduleChanged, "CreateSchedule": scheduleChanged,
	},
	"sns.amazonaws.com": {
		"DeleteTopic": topicChanged, "SetTopicAttributes": topicChanged, "AddPermission": topicChanged, "RemovePermission": topicChanged,
		"PutDataProtectionPolicy": topicChanged, "CreateTopic": topicChanged,
		"Subscribe": subscribed, "Unsubscribe": unsubscribed, "SetSubscriptionAttributes": unsubscribed,
		"TagResource": tagsChanged, "UntagResource": tagsChanged,
	},
	"cloudtrail.amazonaws.com": {
		"StopLogging": trailChanged, "DeleteTrail": trailChanged, "UpdateTrail": trailChanged,
		"PutEventSelectors": trailChanged, "PutEventConfiguration": trailChanged,
	},
	"kms.amazonaws.com": {
		"ScheduleKeyDeletion": keyDisabled, "DisableKey": keyDisabled, "PutKeyPolicy": keyPolicyChanged,
		"CreateGrant": grantChanged, "RevokeGrant": grantChanged, "RetireGrant": grantChanged,
		"DeleteAlias": keyAliasChanged, "UpdateAlias": keyAliasChanged, "CreateAlias": keyAliasChanged,
		"TagResource": tagsChanged, "UntagResource": tagsChanged,
	},
	"monitoring.amazonaws.com": {
		"DeleteAlarms": alarmChanged, "DisableAlarmActions": alarmChanged, "SetAlarmState": alarmChanged, "PutAlarmMuteRule": alarmChanged,
		"PutMetricAlarm": alarmChanged, "PutCompositeAlarm": alarmChanged, "PutLogAlarm": alarmChanged,
		"DeleteDashboards": dashboardChanged, "PutDashboard": dashboardChanged,
		"TagResource": tagsChanged, "UntagResource": tagsChanged,
	},
	"logs.amazonaws.com": {
		"DeleteLogGroup": logDeleted, "CreateLogGroup": logDeleted,
		"AssociateKmsKey": logChanged, "DisassociateKmsKey": logChanged, "PutRetentionPolicy": logChanged, "DeleteRetentionPolicy": logChanged,
		"PutDataProtectionPolicy": logChanged, "PutAccountPolicy": logChanged, "PutTransformer": logChanged, "DeleteLogStream": logChanged,
		"PutMetricFilter": metricFilterChanged, "DeleteMetricFilter": metricFilterChanged,
		"PutSubscriptionFilter": dataCopied,
		"TagResource":           tagsChanged, "UntagResource": tagsChanged, "TagLogGroup": tagsChanged, "UntagLogGroup": tagsChanged,
	},
	"cloudformation.amazonaws.com": {
		"DeleteStack": stackChanged, "UpdateStack": stackChanged, "ExecuteChangeSet": stackChanged, "RollbackStack": stackChanged, "ContinueUpdateRollback": stackChanged,
		"CancelUpdateStack": stackChanged, "CreateStackRefactor": stackChanged, "ExecuteStackRefactor": stackChanged, "ImportStacksToStackSet": stackChanged,
		"UpdateTerminationProtection": stackUnprotected, "SetStackPolicy": stackUnprotected,
	},
	"iam.amazonaws.com": {
		"AttachRolePolicy": roleChanged, "DetachRolePolicy": roleChanged, "PutRolePolicy": roleChanged, "DeleteRolePolicy": roleChanged,
		"UpdateAssumeRolePolicy": roleChanged, "PutRolePermissionsBoundary": roleChanged, "DeleteRolePermissionsBoundary": roleChanged,
		"CreateRole": roleChanged, "DeleteRole": roleChanged,
		"CreatePolicy": roleChanged, "CreatePolicyVersion": roleChanged, "SetDefaultPolicyVersion": roleChanged, "DeletePolicy": roleChanged,
	},
}

// unnamed are the calls whose records need not name the affected resource, or not by a name
// from the stack. The rules select them by the name of the call. They are rare in every
// account.
//
//   - A call on the permissions of an event bus names no bus if it is the account's default one.
//     https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutPermission.html
//   - An account policy applies to all log groups.
//     https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutAccountPolicy.html
//   - A call with the ARN of a change set does not name the stack. A stack refactor has only an id.
//     https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ExecuteChangeSet.html
//     https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ExecuteStackRefactor.html
//   - A recorder of AWS Config belongs to the account and may have any name.
//     https://docs.aws.amazon.com/config/latest/APIReference/API_StopConfigurationRecorder.html
var unnamed = map[string][]string{
	"config.amazonaws.com":         {"DeleteConfigurationRecorder", "PutConfigurationRecorder", "StopConfigurationRecorder"},
	"events.amazonaws.com":         {"PutPermission", "RemovePermission"},
	"logs.amazonaws.com":           {"PutAccountPolicy"},
	"cloudformation.amazonaws.com": {"ExecuteChangeSet", "ExecuteStackRefactor"},
}

// Reviewed returns the calls of a service with a known effect and the harmless ones, sorted.
func Reviewed(service string) []string {
	calls := slices.Collect(maps.Keys(effects[service]))
	calls = slices.AppendSeq(calls, maps.Keys(harmless[service]))
	slices.Sort(calls)
	return calls
}

// Unnamed returns the calls of a service that rules must select by name.
func Unnamed(service string) []string { return unnamed[service] }
