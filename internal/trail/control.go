package trail

import "strings"

// The calls on the services that a control is built on name their resource in a dozen
// ways: by name, by ARN, by URL, by a part of an ARN. Here each becomes an ARN. Where the
// record gives only a name, the resource is in the region and account of the call.

// controlRequest is what these calls name in requestParameters. A field is spelt alike
// in all of them. (Field names are read without regard to case, so that uuid is also the
// uUID that CloudTrail makes of UUID.)
type controlRequest struct {
	// EventBridge; the trail's and the rule's name are both name.
	Name         string `json:"name"`
	Rule         string `json:"rule"`
	EventBusName string `json:"eventBusName"`
	ArchiveName  string `json:"archiveName"`
	// Lambda
	FunctionName   string `json:"functionName"`
	DryRun         bool   `json:"dryRun"`
	UUID           string `json:"uuid"`
	EventSourceARN string `json:"eventSourceArn"`
	// SQS
	QueueURL string `json:"queueUrl"`
	// DynamoDB
	TableName string `json:"tableName"`
	// SNS
	TopicARN        string `json:"topicArn"`
	SubscriptionARN string `json:"subscriptionArn"`
	ResourceARN     string `json:"resourceArn"`
	// CloudTrail
	TrailName string `json:"trailName"`
	// KMS
	KeyID string `json:"keyId"`
	// CloudWatch
	AlarmName    string   `json:"alarmName"`
	AlarmNames   []string `json:"alarmNames"`
	LogGroupName string   `json:"logGroupName"`
	// CloudFormation
	StackName string `json:"stackName"`
	omissible
}

// on makes the decoder of a call that names one resource: field is where, for messages,
// and find gives the name, and what that is the name of.
func on(field, service string, find func(controlRequest) (name, resource string)) decoder {
	return func(r Raw) (Subject, error) {
		q, err := parameters[controlRequest](r)
		if err != nil {
			return nil, err
		}
		name, resource := find(q)
		if name == "" {
			return nil, r.missing("requestParameters." + field)
		}
		return Control{Resources: []string{r.arn(service, name, resource)}}, nil
	}
}

// arn is the name itself where it is an ARN already.
func (r Raw) arn(service, name, resource string) string {
	if strings.HasPrefix(name, "arn:") {
		return name
	}
	return "arn:" + r.Partition + ":" + service + ":" + r.Region + ":" + r.Account + ":" + resource
}

// https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DisableRule.html
var onRule = on("name", "events", func(q controlRequest) (string, string) { return q.Name, rule(q.Name, q.EventBusName) })

// https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_RemoveTargets.html
var onTargets = on("rule", "events", func(q controlRequest) (string, string) { return q.Rule, rule(q.Rule, q.EventBusName) })

// rule is the resource of a rule, which is named with its bus unless that is the
// account's own. The bus may be given as an ARN.
func rule(name, bus string) string {
	bus = bus[strings.LastIndexByte(bus, '/')+1:]
	if bus == "" || bus == "default" {
		return "rule/" + name
	}
	return "rule/" + bus + "/" + name
}

// https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DeleteArchive.html
var onArchive = on("archiveName", "events", func(q controlRequest) (string, string) { return q.ArchiveName, "archive/" + q.ArchiveName })

// A table is given by its name or its ARN, and for its policy always by the ARN.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTable.html
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutResourcePolicy.html
var onTable = on("tableName", "dynamodb", func(q controlRequest) (string, string) {
	name := first(q.TableName, q.ResourceARN)
	return name, "table/" + name
})

// https://docs.aws.amazon.com/sns/latest/api/API_DeleteTopic.html
// https://docs.aws.amazon.com/sns/latest/api/API_PutDataProtectionPolicy.html
var onTopic = on("topicArn", "sns", func(q controlRequest) (string, string) {
	arn := first(q.TopicARN, q.ResourceARN)
	return arn, arn
})

// A subscription's ARN is that of its topic and one part more.
// https://docs.aws.amazon.com/sns/latest/api/API_Unsubscribe.html
var onSubscription = on("subscriptionArn", "sns", func(q controlRequest) (string, string) { return q.SubscriptionARN, q.SubscriptionARN })

// https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_StopLogging.html
// https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_PutEventSelectors.html
var onTrail = on("name", "cloudtrail", func(q controlRequest) (string, string) {
	name := first(q.Name, q.TrailName)
	return name, "trail/" + name
})

// https://docs.aws.amazon.com/kms/latest/APIReference/API_DisableKey.html
var onKey = on("keyId", "kms", func(q controlRequest) (string, string) { return q.KeyID, "key/" + q.KeyID })

// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DeleteLogGroup.html
var onLogGroup = on("logGroupName", "logs", func(q controlRequest) (string, string) { return q.LogGroupName, "log-group:" + q.LogGroupName })

// A stack is given by its name or by its id, which is an ARN.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ExecuteChangeSet.html
var onStack = on("stackName", "cloudformation", func(q controlRequest) (string, string) { return q.StackName, "stack/" + q.StackName })

// Several alarms, or none, may be named at once.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DeleteAlarms.html
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
func onAlarms(r Raw) (Subject, error) {
	q, err := parameters[controlRequest](r)
	if err != nil {
		return nil, err
	}
	names := q.AlarmNames
	if q.AlarmName != "" {
		names = append(names, q.AlarmName)
	}
	if names == nil {
		return nil, r.missing("requestParameters.alarmNames")
	}
	var c Control
	for _, name := range names {
		c.Resources = append(c.Resources, r.arn("cloudwatch", name, "alarm:"+name))
	}
	return c, nil
}

// A queue is given by its URL, https://sqs.REGION.amazonaws.com/ACCOUNT/NAME, whose
// beginning has had other forms. The last two parts of it count.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-queue-message-identifiers.html
func onQueue(r Raw) (Subject, error) {
	q, err := parameters[controlRequest](r)
	if err != nil {
		return nil, err
	}
	parts := strings.Split(strings.TrimRight(q.QueueURL, "/"), "/")
	name := parts[len(parts)-1]
	if name == "" {
		return nil, r.missing("requestParameters.queueUrl")
	}
	if len(parts) > 1 && isAccount(parts[len(parts)-2]) {
		r.Account = parts[len(parts)-2]
	}
	return Control{Resources: []string{r.arn("sqs", name, name)}}, nil
}
