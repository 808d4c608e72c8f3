package control

// What calls can do to the control, in the words of a finding. Some of the calls also do
// good or nothing at all: the record does not tell for sure, and a false "harmless"
// costs more than a look at the stack.
const (
	blind     = "without this rule no event reaches the queue"
	unsent    = "events may no longer go where Ringfence looks for them"
	archived  = "events of the past can no longer be replayed after an outage"
	replaced  = "another program may run in its place, or none"
	gone      = "nothing looks at what changes in IAM any more"
	throttled = "it may run too seldom, or never"
	opened    = "others may call it, or its callers may not"
	diverted  = "events may be taken away from Ringfence, or no longer brought to it"
	lost      = "the events that waited there are lost"
	queue     = "events may be kept out of the queue, or thrown away in it"
	muted     = "findings and alarms may no longer reach anybody"
	untold    = "somebody who was told of findings no longer is, or of fewer"
	trailOff  = "EventBridge has no events without the trail, and Ringfence none to look at"
	keyOff    = "queues and topic cannot be read or written without their key"
	unwatched = "nobody is told when Ringfence itself stops working"
	logOff    = "its log is gone, and with it the metrics that the alarms are made from"
	stack     = "every part of the control may be changed or removed"
	role      = "it may no longer be allowed to look or to repair, or be allowed more than it should"
)

// effects has, by service, every call that can touch a part: all of
// [trail.ControlCalls], and those on IAM that change a role or the policies on it.
var effects = map[string]map[string]string{
	"events.amazonaws.com": {
		"DisableRule":   blind,
		"DeleteRule":    blind,
		"PutRule":       unsent,
		"PutTargets":    unsent,
		"RemoveTargets": unsent,
		"DeleteArchive": archived,
		"UpdateArchive": archived,
	},
	"lambda.amazonaws.com": {
		"UpdateFunctionCode":          replaced,
		"UpdateFunctionConfiguration": replaced,
		"DeleteFunction":              gone,
		"PutFunctionConcurrency":      throttled,
		"DeleteFunctionConcurrency":   throttled,
		"AddPermission":               opened,
		"RemovePermission":            opened,
		"CreateEventSourceMapping":    diverted,
		"UpdateEventSourceMapping":    diverted,
		"DeleteEventSourceMapping":    diverted,
	},
	"sqs.amazonaws.com": {
		"DeleteQueue":        lost,
		"PurgeQueue":         lost,
		"SetQueueAttributes": queue,
		"AddPermission":      queue,
		"RemovePermission":   queue,
	},
	"sns.amazonaws.com": {
		"DeleteTopic":               muted,
		"SetTopicAttributes":        muted,
		"AddPermission":             muted,
		"RemovePermission":          muted,
		"PutDataProtectionPolicy":   muted,
		"Unsubscribe":               untold,
		"SetSubscriptionAttributes": untold,
	},
	"cloudtrail.amazonaws.com": {
		"StopLogging":       trailOff,
		"DeleteTrail":       trailOff,
		"UpdateTrail":       trailOff,
		"PutEventSelectors": trailOff,
	},
	"kms.amazonaws.com": {
		"ScheduleKeyDeletion": keyOff,
		"DisableKey":          keyOff,
		"PutKeyPolicy":        keyOff,
	},
	"monitoring.amazonaws.com": {
		"DeleteAlarms":        unwatched,
		"DisableAlarmActions": unwatched,
		"PutMetricAlarm":      unwatched,
	},
	"logs.amazonaws.com": {
		"DeleteLogGroup": logOff,
	},
	"cloudformation.amazonaws.com": {
		"DeleteStack":      stack,
		"UpdateStack":      stack,
		"ExecuteChangeSet": stack,
	},
	"iam.amazonaws.com": {
		"AttachRolePolicy":              role,
		"DetachRolePolicy":              role,
		"PutRolePolicy":                 role,
		"DeleteRolePolicy":              role,
		"UpdateAssumeRolePolicy":        role,
		"PutRolePermissionsBoundary":    role,
		"DeleteRolePermissionsBoundary": role,
		"DeleteRole":                    role,
		"CreatePolicyVersion":           role,
		"SetDefaultPolicyVersion":       role,
		"DeletePolicy":                  role,
	},
}
