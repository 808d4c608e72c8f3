package tamper

import (
	"maps"
	"slices"
)

// effects has, by service, the calls of which more is known than that they are on a part.
// A call that is neither here nor in [harmless] is told with the words of [other]: what AWS
// adds needs no entry to be seen.
var effects = map[string]map[string]effect{
	"events.amazonaws.com": {
		"DisableRule": blind, "DeleteRule": blind,
		"PutRule": unsent, "PutTargets": unsent, "RemoveTargets": unsent,
		"DeleteArchive": archived, "UpdateArchive": archived,
		"StartReplay": flooded, "CancelReplay": unplayed,
		"UpdateEventBus": bus, "PutPermission": bus, "RemovePermission": bus,
		"TagResource": tagged, "UntagResource": tagged,
	},
	"lambda.amazonaws.com": {
		"UpdateFunctionCode": replaced, "UpdateFunctionConfiguration": replaced, "CreateFunction": replaced,
		"PutFunctionCodeSigningConfig": replaced, "DeleteFunctionCodeSigningConfig": replaced, "PutRuntimeManagementConfig": replaced,
		"CreateAlias": replaced, "UpdateAlias": replaced, "DeleteAlias": replaced,
		"DeleteFunction":         gone,
		"PutFunctionConcurrency": throttled, "DeleteFunctionConcurrency": throttled, "PutFunctionScalingConfig": throttled,
		"PutFunctionRecursionConfig": throttled, "PutProvisionedConcurrencyConfig": throttled,
		"AddPermission": opened, "RemovePermission": opened, "PutResourcePolicy": opened, "DeleteResourcePolicy": opened,
		"PublishVersion": opened, "CreateFunctionUrlConfig": opened, "UpdateFunctionUrlConfig": opened,
		"PutFunctionEventInvokeConfig": opened, "UpdateFunctionEventInvokeConfig": opened, "DeleteFunctionEventInvokeConfig": opened,
		"CreateEventSourceMapping": diverted, "UpdateEventSourceMapping": diverted, "DeleteEventSourceMapping": diverted,
		"TagResource": tagged, "UntagResource": tagged,
	},
	"config.amazonaws.com": {
		"DeleteConfigRule": unjudged, "PutConfigRule": unjudged, "DeleteEvaluationResults": unjudged, "PutExternalEvaluation": unjudged,
		"StopConfigurationRecorder": unrecorded, "DeleteConfigurationRecorder": unrecorded, "PutConfigurationRecorder": unrecorded,
	},
	"sqs.amazonaws.com": {
		"DeleteQueue": removed, "PurgeQueue": emptied, "StartMessageMoveTask": moved,
		"SetQueueAttributes": queue, "AddPermission": queue, "RemovePermission": queue, "CreateQueue": queue,
		"TagQueue": tagged, "UntagQueue": tagged,
	},
	"dynamodb.amazonaws.com": {
		"DeleteTable": forgotten, "UpdateTable": forgotten, "UpdateTimeToLive": forgotten, "CreateTable": forgotten,
		"PutResourcePolicy": forgotten, "DeleteResourcePolicy": forgotten, "UpdateContinuousBackups": forgotten,
		"ImportTable": forgotten, "RestoreTableFromBackup": copied, "RestoreTableToPointInTime": copied,
		"ExportTableToPointInTime": copied, "EnableKinesisStreamingDestination": copied, "UpdateKinesisStreamingDestination": copied,
		"TagResource": tagged, "UntagResource": tagged,
	},
	"scheduler.amazonaws.com": {
		"DeleteSchedule": uncanaried, "UpdateSchedule": uncanaried, "CreateSchedule": uncanaried,
	},
	"sns.amazonaws.com": {
		"DeleteTopic": muted, "SetTopicAttributes": muted, "AddPermission": muted, "RemovePermission": muted,
		"PutDataProtectionPolicy": muted, "CreateTopic": muted,
		"Subscribe": listening, "Unsubscribe": unsubscribed, "SetSubscriptionAttributes": unsubscribed,
		"TagResource": tagged, "UntagResource": tagged,
	},
	"cloudtrail.amazonaws.com": {
		"StopLogging": trailOff, "DeleteTrail": trailOff, "UpdateTrail": trailOff,
		"PutEventSelectors": trailOff, "PutEventConfiguration": trailOff,
	},
	"kms.amazonaws.com": {
		"ScheduleKeyDeletion": keyOff, "DisableKey": keyOff, "PutKeyPolicy": keyClosed,
		"CreateGrant": granted, "RevokeGrant": granted, "RetireGrant": granted,
		"DeleteAlias": keyNamed, "UpdateAlias": keyNamed, "CreateAlias": keyNamed,
		"TagResource": tagged, "UntagResource": tagged,
	},
	"monitoring.amazonaws.com": {
		"DeleteAlarms": unwatched, "DisableAlarmActions": unwatched, "SetAlarmState": unwatched, "PutAlarmMuteRule": unwatched,
		"PutMetricAlarm": unwatched, "PutCompositeAlarm": unwatched, "PutLogAlarm": unwatched,
		"DeleteDashboards": unseen, "PutDashboard": unseen,
		"TagResource": tagged, "UntagResource": tagged,
	},
	"logs.amazonaws.com": {
		"DeleteLogGroup": logOff, "CreateLogGroup": logOff,
		"AssociateKmsKey": logBlind, "DisassociateKmsKey": logBlind, "PutRetentionPolicy": logBlind, "DeleteRetentionPolicy": logBlind,
		"PutDataProtectionPolicy": logBlind, "PutAccountPolicy": logBlind, "PutTransformer": logBlind, "DeleteLogStream": logBlind,
		"PutMetricFilter": forged, "DeleteMetricFilter": forged,
		"PutSubscriptionFilter": copied,
		"TagResource":           tagged, "UntagResource": tagged, "TagLogGroup": tagged, "UntagLogGroup": tagged,
	},
	"cloudformation.amazonaws.com": {
		"DeleteStack": stack, "UpdateStack": stack, "ExecuteChangeSet": stack, "RollbackStack": stack, "ContinueUpdateRollback": stack,
		"CancelUpdateStack": stack, "CreateStackRefactor": stack, "ExecuteStackRefactor": stack, "ImportStacksToStackSet": stack,
		"UpdateTerminationProtection": unlocked, "SetStackPolicy": unlocked,
	},
	"iam.amazonaws.com": {
		"AttachRolePolicy": role, "DetachRolePolicy": role, "PutRolePolicy": role, "DeleteRolePolicy": role,
		"UpdateAssumeRolePolicy": role, "PutRolePermissionsBoundary": role, "DeleteRolePermissionsBoundary": role,
		"CreateRole": role, "DeleteRole": role,
		"CreatePolicy": role, "CreatePolicyVersion": role, "SetDefaultPolicyVersion": role, "DeletePolicy": role,
	},
}

// unnamed are the calls whose records need not name what they are on, or not by a name that
// the stack gave: the rules select them by the call. They are rare in every account.
//
//   - The permissions of a bus name none where it is the account's own.
//     https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutPermission.html
//   - A policy of the account is for all log groups.
//     https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutAccountPolicy.html
//   - A change set that is given by its ARN needs no stack, and its ARN names none. A refactoring
//     has an id alone.
//     https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ExecuteChangeSet.html
//     https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ExecuteStackRefactor.html
//   - A recorder of AWS Config is the account's: it has whatever name somebody gave it.
//     https://docs.aws.amazon.com/config/latest/APIReference/API_StopConfigurationRecorder.html
var unnamed = map[string][]string{
	"config.amazonaws.com":         {"DeleteConfigurationRecorder", "PutConfigurationRecorder", "StopConfigurationRecorder"},
	"events.amazonaws.com":         {"PutPermission", "RemovePermission"},
	"logs.amazonaws.com":           {"PutAccountPolicy"},
	"cloudformation.amazonaws.com": {"ExecuteChangeSet", "ExecuteStackRefactor"},
}

// Reviewed lists the calls of a service of which more is known than that they are on a part,
// sorted.
func Reviewed(service string) []string {
	calls := slices.Collect(maps.Keys(effects[service]))
	calls = slices.AppendSeq(calls, maps.Keys(harmless[service]))
	slices.Sort(calls)
	return calls
}

// Unnamed lists the calls of a service that rules must select by their names.
func Unnamed(service string) []string { return unnamed[service] }
