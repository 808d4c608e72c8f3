package control

// effect is what a call can do to the control, and what makes it good, in the words of a
// finding. Some of the calls also do good or nothing at all: the record does not tell for
// sure, and a false "harmless" costs more than a look at the stack.
type effect struct{ does, remedy string }

// What CloudFormation is not told of it does not undo: deploying a template that has not
// changed leaves everything as it is.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-drift.html
const (
	asInTemplate = "bring it back to what the template says (deploying it unchanged does not)"
	enableTrail  = "have a trail log all writes to IAM again"
	enableKey    = "enable the key again, or cancel its deletion"
	trusted      = "deploy the version that you trust"
)

var (
	blind     = effect{"without this rule no event reaches the queue", asInTemplate}
	unsent    = effect{"events may no longer go where Ringfence looks for them", asInTemplate}
	archived  = effect{"events of the past may not be replayed after an outage any more", asInTemplate}
	replaced  = effect{"another program may run in its place, or none", trusted}
	gone      = effect{"nothing looks at what changes in IAM any more", trusted}
	throttled = effect{"it may run too seldom, or never", asInTemplate}
	opened    = effect{"others may call it, or its callers may not", asInTemplate}
	diverted  = effect{"events may be taken away from Ringfence, or no longer brought to it", asInTemplate}
	emptied   = effect{"the events that waited there are lost", "replay the archive from before that time"}
	removed   = effect{"the queue is gone, and with it the events that waited there", asInTemplate}
	queue     = effect{"events may be kept out of the queue, or thrown away in it", asInTemplate}
	forgotten = effect{"what is open, what was done and what is still to be told may be lost, or be changed by others", "bring it back to what the template says, and from a backup what it lost"}
	muted     = effect{"findings and alarms may no longer reach anybody", asInTemplate}
	untold    = effect{"somebody who was told of findings no longer is, or of fewer", "subscribe again"}
	trailOff  = effect{"EventBridge has no events without the trail, and Ringfence none to look at", enableTrail}
	keyOff    = effect{"queues and topic cannot be read or written without their key", enableKey}
	keyClosed = effect{"queues and topic may no longer be read or written", asInTemplate}
	unwatched = effect{"nobody is told when Ringfence itself stops working", asInTemplate}
	logOff    = effect{"its log is gone, and with it the metrics that the alarms are made from", asInTemplate}
	stack     = effect{"every part of the control may be changed or removed", trusted}
	role      = effect{"it may no longer be allowed to look or to repair, or be allowed more than it should", asInTemplate}
)

// effects has, by service, every call that can touch a part: all of
// [trail.ControlCalls], and those on IAM that change a role or the policies on it.
var effects = map[string]map[string]effect{
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
		"DeleteQueue":        removed,
		"PurgeQueue":         emptied,
		"SetQueueAttributes": queue,
		"AddPermission":      queue,
		"RemovePermission":   queue,
	},
	"dynamodb.amazonaws.com": {
		"DeleteTable":       forgotten,
		"PutResourcePolicy": forgotten,
		"UpdateTable":       forgotten,
		"UpdateTimeToLive":  forgotten,
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
		"PutKeyPolicy":        keyClosed,
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
