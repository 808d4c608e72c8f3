package trail

import (
	"maps"
	"slices"
)

const (
	awsConfig      = "config.amazonaws.com"
	awsDynamoDB    = "dynamodb.amazonaws.com"
	awsEvents      = "events.amazonaws.com"
	awsLambda      = "lambda.amazonaws.com"
	cloudFormation = "cloudformation.amazonaws.com"
	cloudTrailAPI  = "cloudtrail.amazonaws.com"
	cloudWatch     = "monitoring.amazonaws.com"
	cloudWatchLogs = "logs.amazonaws.com"
	awsScheduler   = "scheduler.amazonaws.com"
	kms            = "kms.amazonaws.com"
	sns            = "sns.amazonaws.com"
	sqs            = "sqs.amazonaws.com"
)

// place is a field with a name in the records of a service, and the resource that it names, or "". The path
// is spelt as CloudTrail spells it: event patterns are made from it, and EventBridge is case-sensitive.
type place struct {
	path string
	arn  func(r Raw, name string) string
}

// controlPlaces is the reviewed list of the fields in which the services that Ringfence is built on name a
// resource. It lists fields instead of calls: a new call of a service almost always names its resource in a
// known field.
var controlPlaces = map[string][]place{
	// https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_Operations.html
	awsEvents: {
		{"requestParameters.name", ruleOrBusARN},
		{"requestParameters.rule", ruleARN},
		{"requestParameters.archiveName", as("events", "archive/")},
		{"requestParameters.replayName", as("events", "replay/")},
		{"requestParameters.eventSourceArn", itself},
		{"requestParameters.destination.arn", itself},
		{"requestParameters.eventBusName", busARN},
		{"requestParameters.resourceARN", itself},
	},
	// https://docs.aws.amazon.com/lambda/latest/api/API_Operations.html
	awsLambda: {
		{"requestParameters.functionName", functionARN},
		{"requestParameters.resource", itself},
		{"requestParameters.resourceArn", itself},
		{"requestParameters.uUID", as("lambda", "event-source-mapping:")},
		{"requestParameters.eventSourceArn", itself},
		// A request has only the changed settings of an event source mapping. The response has the function
		// and the queue, which may belong to different owners.
		{"responseElements.functionArn", functionARN},
		{"responseElements.eventSourceArn", itself},
	},
	// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_Operations.html
	sqs: {
		{"requestParameters.queueUrl", queueARN},
		{"requestParameters.queueName", as("sqs", "")},
		{"requestParameters.sourceArn", itself},
		{"requestParameters.destinationArn", itself},
	},
	// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Operations_Amazon_DynamoDB.html
	awsDynamoDB: {
		{"requestParameters.tableName", as("dynamodb", "table/")},
		{"requestParameters.tableArn", itself},
		{"requestParameters.resourceArn", itself},
		{"requestParameters.sourceTableName", as("dynamodb", "table/")},
		{"requestParameters.sourceTableArn", itself},
		{"requestParameters.targetTableName", as("dynamodb", "table/")},
		{"requestParameters.globalTableName", as("dynamodb", "table/")},
		{"requestParameters.backupArn", itself},
		{"requestParameters.tableCreationParameters.tableName", as("dynamodb", "table/")},
	},
	// https://docs.aws.amazon.com/scheduler/latest/APIReference/API_Operations.html
	awsScheduler: {
		{"requestParameters.name", scheduleARN},
		{"requestParameters.resourceArn", itself},
	},
	// https://docs.aws.amazon.com/sns/latest/api/API_Operations.html
	sns: {
		{"requestParameters.topicArn", itself},
		{"requestParameters.resourceArn", itself},
		{"requestParameters.subscriptionArn", itself},
		{"requestParameters.name", as("sns", "")},
	},
	// https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_Operations.html
	cloudTrailAPI: {
		{"requestParameters.name", trailARN},
		{"requestParameters.trailName", as("cloudtrail", "trail/")},
		{"requestParameters.eventDataStore", as("cloudtrail", "eventdatastore/")},
		{"requestParameters.resourceId", itself},
		{"requestParameters.resourceArn", itself},
	},
	// https://docs.aws.amazon.com/kms/latest/APIReference/API_Operations.html
	kms: {
		{"requestParameters.keyId", keyARN},
		{"requestParameters.targetKeyId", keyARN},
		{"requestParameters.aliasName", keyARN},
		// The key, if the call names a grant or an alias.
		{"resources.ARN", itself},
	},
	// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_Operations.html
	cloudWatch: {
		{"requestParameters.alarmName", as("cloudwatch", "alarm:")},
		{"requestParameters.alarmNames", as("cloudwatch", "alarm:")},
		{"requestParameters.muteTargets.alarmNames", as("cloudwatch", "alarm:")},
		{"requestParameters.dashboardName", dashboardARN},
		{"requestParameters.dashboardNames", dashboardARN},
		{"requestParameters.resourceARN", itself},
	},
	// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_Operations.html
	cloudWatchLogs: {
		{"requestParameters.logGroupName", as("logs", "log-group:")},
		{"requestParameters.logGroupNames", as("logs", "log-group:")},
		{"requestParameters.logGroupIdentifier", as("logs", "log-group:")},
		{"requestParameters.logGroupIdentifiers", as("logs", "log-group:")},
		{"requestParameters.logGroupArnList", itself},
		{"requestParameters.resourceIdentifier", itself},
		{"requestParameters.resourceArn", itself},
	},
	// https://docs.aws.amazon.com/config/latest/APIReference/API_Operations.html
	awsConfig: {
		{"requestParameters.configRuleName", as("config", "config-rule/")},
		{"requestParameters.configRule.configRuleName", as("config", "config-rule/")},
		{"requestParameters.configurationRecorderName", as("config", "configuration-recorder/")},
		{"requestParameters.configurationRecorder.name", as("config", "configuration-recorder/")},
	},
	// https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_Operations.html
	cloudFormation: {
		{"requestParameters.stackName", as("cloudformation", "stack/")},
		{"requestParameters.stackId", itself},
		{"requestParameters.stackIds", itself},
		{"requestParameters.stackDefinitions.stackName", as("cloudformation", "stack/")},
	},
}

// ControlServices lists the services that Ringfence is built on, sorted. The subject of their write calls is
// a [Control].
func ControlServices() []string { return slices.Sorted(maps.Keys(controlPlaces)) }

// ControlPlaces lists the fields in which the records of a service name a resource, such as
// requestParameters.queueUrl, in CloudTrail's spelling. The EventBridge rules of a deployment must match
// them, in every region that has a part of it.
func ControlPlaces(service string) []string {
	var paths []string
	for _, p := range controlPlaces[service] {
		paths = append(paths, p.path)
	}
	return paths
}
