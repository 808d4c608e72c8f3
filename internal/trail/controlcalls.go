package trail

const (
	awsDynamoDB    = "dynamodb.amazonaws.com"
	awsEvents      = "events.amazonaws.com"
	awsLambda      = "lambda.amazonaws.com"
	cloudFormation = "cloudformation.amazonaws.com"
	cloudTrailAPI  = "cloudtrail.amazonaws.com"
	cloudWatch     = "monitoring.amazonaws.com"
	cloudWatchLogs = "logs.amazonaws.com"
	kms            = "kms.amazonaws.com"
	sns            = "sns.amazonaws.com"
	sqs            = "sqs.amazonaws.com"
)

// controlCalls are the calls with which a control such as Ringfence can be blinded, kept
// from running or kept from telling. It is never written to.
//
// What only takes the evidence away afterwards (log streams, retention) is not among
// them, nor what only prepares (termination protection). Calls on IAM itself that matter
// here, such as those on the role that Ringfence runs as, are in [Watched] anyway.
var controlCalls = table{
	// The rules that select events, and where these go.
	{awsEvents, "DisableRule"}:   onRule,
	{awsEvents, "DeleteRule"}:    onRule,
	{awsEvents, "PutRule"}:       onRule,
	{awsEvents, "PutTargets"}:    onTargets,
	{awsEvents, "RemoveTargets"}: onTargets,
	{awsEvents, "DeleteArchive"}: onArchive,
	{awsEvents, "UpdateArchive"}: onArchive,

	// The function, its concurrency, and what feeds it.
	{awsLambda, "UpdateFunctionCode"}:          onFunction,
	{awsLambda, "UpdateFunctionConfiguration"}: onFunction,
	{awsLambda, "DeleteFunction"}:              onFunction,
	{awsLambda, "PutFunctionConcurrency"}:      onFunction,
	{awsLambda, "DeleteFunctionConcurrency"}:   onFunction,
	{awsLambda, "AddPermission"}:               onFunction,
	{awsLambda, "RemovePermission"}:            onFunction,
	{awsLambda, "CreateEventSourceMapping"}:    onEventSourceMapping,
	{awsLambda, "UpdateEventSourceMapping"}:    onEventSourceMapping,
	{awsLambda, "DeleteEventSourceMapping"}:    onEventSourceMapping,

	// The queues.
	{sqs, "DeleteQueue"}:        onQueue,
	{sqs, "PurgeQueue"}:         onQueue,
	{sqs, "SetQueueAttributes"}: onQueue,
	{sqs, "AddPermission"}:      onQueue,
	{sqs, "RemovePermission"}:   onQueue,

	// The ledger: what it says of findings, and how long.
	{awsDynamoDB, "DeleteTable"}:       onTable,
	{awsDynamoDB, "PutResourcePolicy"}: onTable,
	{awsDynamoDB, "UpdateTable"}:       onTable,
	{awsDynamoDB, "UpdateTimeToLive"}:  onTable,

	// The topic, and who hears of it.
	{sns, "DeleteTopic"}:               onTopic,
	{sns, "SetTopicAttributes"}:        onTopic,
	{sns, "AddPermission"}:             onTopic,
	{sns, "RemovePermission"}:          onTopic,
	{sns, "PutDataProtectionPolicy"}:   onTopic,
	{sns, "Unsubscribe"}:               onSubscription,
	{sns, "SetSubscriptionAttributes"}: onSubscription,

	// The trail, without which EventBridge has no events.
	{cloudTrailAPI, "StopLogging"}:       onTrail,
	{cloudTrailAPI, "DeleteTrail"}:       onTrail,
	{cloudTrailAPI, "UpdateTrail"}:       onTrail,
	{cloudTrailAPI, "PutEventSelectors"}: onTrail,

	// The key, without which neither queue nor topic can be read or written.
	{kms, "ScheduleKeyDeletion"}: onKey,
	{kms, "DisableKey"}:          onKey,
	{kms, "PutKeyPolicy"}:        onKey,

	// What watches the control, and the log that its metrics are made from.
	{cloudWatch, "DeleteAlarms"}:        onAlarms,
	{cloudWatch, "DisableAlarmActions"}: onAlarms,
	{cloudWatch, "PutMetricAlarm"}:      onAlarms,
	{cloudWatchLogs, "DeleteLogGroup"}:  onLogGroup,

	// All of it at once.
	{cloudFormation, "DeleteStack"}:      onStack,
	{cloudFormation, "UpdateStack"}:      onStack,
	{cloudFormation, "ExecuteChangeSet"}: onStack,
}

// ControlCalls lists the calls whose subject is a [Control], sorted. The EventBridge rule
// of a deployment must let these through too, in every region that has a part of it; see
// [Call.DatedPrefix] for how their names are written.
func ControlCalls() []Call { return controlCalls.list() }
